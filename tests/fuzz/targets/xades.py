"""A XAdES seal and what it carries: whatever is done to one, it holds for no other content."""

from __future__ import annotations

import contextlib
import hashlib
from functools import cache

from fuzz_targets import first, kept, repeatable
from samples import seals, timestamps

from schemas.errors import DocumentError
from verifier.sealing import examine_xades
from verifier.sealing.certificates import organisation
from verifier.trust.xades_stamps import carried_by_xades

WORDS = (
    b"<ds:Reference ",
    b'URI=""',
    b'URI="#',
    b"<ds:Transform ",
    b"<ds:Object>",
    b"<ds:Signature ",
    b'Id="',
    b'Algorithm="',
    b"<xades:SignedProperties",
    b"<xades:UnsignedSignatureProperties>",
    b"<xades:ArchiveTimeStamp",
    b"<!-- -->",
    b"xmlns:ds=",
)
LONGEST = 24_000


def seeds() -> tuple[bytes, ...]:
    return first("xades", _made)


def _made() -> tuple[bytes, ...]:
    sealed = seals.seal_xml()
    return (
        sealed,
        seals.seal_xml(transform="enveloped", kind="p256", method=f"{seals.MORE}ecdsa-sha256"),
        seals.seal_xml(transform="xpath"),
        timestamps.over_value(sealed),
        timestamps.over_everything(sealed),
    )


def run(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        seal = repeatable(data, examine_xades)
        assert seal.intact in {True, False, None}
        assert seal.intact is not True or not seal.faults
        for certificate in seal.certificates:
            organisation(certificate)
        assert seal.intact is not True or _digest(seal.signed) in _known(), (
            "a seal holds for what nobody sealed"
        )
    with contextlib.suppress(DocumentError):
        carried_by_xades(data)


def _digest(signed: bytes | None) -> bytes:
    return hashlib.sha256(signed or b"").digest()


@cache
def _known() -> frozenset[bytes]:
    found = set()
    for data in (*seeds(), *kept("xades").values()):
        with contextlib.suppress(DocumentError):
            seal = examine_xades(data)
            if seal.intact:
                found.add(_digest(seal.signed))
    return frozenset(found)
