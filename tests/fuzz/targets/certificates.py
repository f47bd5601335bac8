"""Certificates and the DER of their extensions, as a seal carries them."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import Encoding
from fuzz_targets import first, repeatable
from samples import seals, timestamps

from verifier.sealing.algorithms import weak_key
from verifier.sealing.certificates import load, organisation, serial_of
from verifier.trust.carried import each_der

WORDS = (
    b"\x06\x03\x55\x1d",
    b"\x06\x03\x55\x04\x61",
    b"\x30\x82",
    b"\x03\x02",
    b"\x17\x0d",
    b"\x18\x0f",
    b"\x01\x01\xff",
)
LONGEST = 4_000


def seeds() -> tuple[bytes, ...]:
    return first("certificates", _made)


def _made() -> tuple[bytes, ...]:
    every = (
        seals.certificate("p256"),
        seals.certificate("ed25519"),
        seals.certificate("p384", person="Noor de Wit"),
        timestamps.root(),
        timestamps.Authority().certificate,
    )
    return (*(one.public_bytes(Encoding.DER) for one in every), b"\x30\x06\x30\x01\x00\x02\x01\x07")


def run(data: bytes) -> None:
    certificate = repeatable(data, load)
    if certificate is not None:
        organisation(certificate)
        weak_key(certificate.public_key())
    number = serial_of(data)
    assert number is None or isinstance(number, int)
    each_der([seals.b64(data), data.decode("latin-1")])
