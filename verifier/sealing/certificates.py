"""Certificates as seals carry them, and what a certificate says about the organisation that seals."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import core
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from verifier.sealing.algorithms import digest

_OF_A_PERSON = (NameOID.SURNAME, NameOID.GIVEN_NAME, NameOID.PSEUDONYM)
_PERSONAL = re.compile(r"(?:PAS|IDC|PNO|TAX|TIN)[A-Z]{2}-")
"""Schemes of a natural person's serial number."""
_QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
_QC_TYPE, _FOR_SEALS = "0.4.0.1862.1.6", "0.4.0.1862.1.6.2"


def decode_base64(text: str) -> bytes | None:
    """Decode base64 as XML Schema lets it stand (whitespace anywhere); None where it is not base64."""
    try:
        return binascii.a2b_base64(text.encode("ascii").translate(None, b" \t\r\n"), strict_mode=True)
    except ValueError:
        return None


MAX_BYTES = 64 * 1024
"""A certificate takes one or two kilobytes; what is larger is neither read nor kept."""


def load(der: bytes) -> x509.Certificate | None:
    """Parse one DER certificate; None where it is none. Seals repeat the same few: kept by their bytes."""
    return _load(der) if len(der) <= MAX_BYTES else None


@lru_cache(maxsize=256)
def _load(der: bytes) -> x509.Certificate | None:
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.subject, certificate.issuer, certificate.public_key()  # parsing is lazy
    except Exception:  # noqa: BLE001 - hostile DER: whatever the parser says, this is no certificate for us
        return None
    return certificate


def load_all(ders: Iterable[bytes | None]) -> tuple[x509.Certificate, ...]:
    """Parse those that are certificates, in order, each once."""
    return tuple(certificate for der in dict.fromkeys(ders) if der and (certificate := load(der)))


def issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    """Tell whether one certificate was signed with another's key, under its name."""
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


@lru_cache(maxsize=256)
def fingerprint(certificate: x509.Certificate) -> str:
    """Return the sha-256 of a certificate in hexadecimals, as deny-lists and bundles name it."""
    return certificate.fingerprint(hashes.SHA256()).hex()


@lru_cache(maxsize=256)
def octets(certificate: x509.Certificate) -> bytes:
    """Return a certificate's DER, which the library writes anew each time it is asked."""
    return certificate.public_bytes(Encoding.DER)


@lru_cache(maxsize=256)
def _digest_of(certificate: x509.Certificate, hash_name: str) -> bytes:
    return digest(hash_name, octets(certificate))


def by_digest(
    certificates: Iterable[x509.Certificate], hash_name: str, value: bytes
) -> x509.Certificate | None:
    """Find the certificate whose DER has this digest."""
    return next((one for one in certificates if _digest_of(one, hash_name) == value), None)


def serial_of(issuer_serial: bytes) -> int | None:
    """Read the serial number out of a DER IssuerSerial (RFC 5035 §5): the INTEGER that ends the sequence."""
    outer = _content(issuer_serial, 0x30)
    if outer is None or outer[1]:
        return None
    names = _content(outer[0], 0x30)
    number = _content(names[1], 0x02) if names else None
    if number is None or number[1]:
        return None
    return int.from_bytes(number[0], signed=True)


def _content(der: bytes, tag: int) -> tuple[bytes, bytes] | None:
    """Split one DER value into its content and what follows; None unless it has the tag."""
    if len(der) < 2 or der[0] != tag:  # noqa: PLR2004 - tag and length
        return None
    size, start = der[1], 2
    if size & 0x80:
        count = size & 0x7F
        size, start = int.from_bytes(der[2 : 2 + count]), 2 + count
    if start + size > len(der):
        return None
    return der[start : start + size], der[start + size :]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealingOrganisation:
    """What a certificate's subject says about an organisation.

    Attributes:
        identifiers: organizationIdentifier, 2.5.4.97, e.g. `VATES-A00000000` (EN 319 412-1 §5.1.4).
        names: O, and CN where the subject is an organisation.
        country: C, two letters.
        person: the subject is a natural person, and the organisation only one that the person belongs to.
    """

    identifiers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    country: str = ""
    person: bool = False


def organisation(certificate: x509.Certificate) -> SealingOrganisation:
    """Read the organisation from the subject (EN 319 412-3 §4.2.1).

    A subject with a surname, given name, pseudonym or a person's serial number (EN 319 412-1 §5.1.3), or
    with neither O nor organizationIdentifier, is a person: then the CN is personal data and is left out.
    Only a certificate that says it is for seals is an organisation's all the same: a sole trader's.
    """
    subject = certificate.subject

    def values(oid: x509.ObjectIdentifier) -> tuple[str, ...]:
        found = (attribute.value for attribute in subject.get_attributes_for_oid(oid))
        return tuple(value.strip() for value in found if isinstance(value, str) and value.strip())

    identifiers = values(NameOID.ORGANIZATION_IDENTIFIER)
    names = values(NameOID.ORGANIZATION_NAME)
    person = any(map(values, _OF_A_PERSON)) or any(map(_PERSONAL.match, values(NameOID.SERIAL_NUMBER)))
    if identifiers and not person:
        names += values(NameOID.COMMON_NAME)
    country = values(NameOID.COUNTRY_NAME)
    return SealingOrganisation(
        identifiers=identifiers,
        names=tuple(dict.fromkeys(names)),
        country=country[0] if country else "",
        person=(person and _FOR_SEALS not in qc_types(certificate)) or not (identifiers or names),
    )


def qc_types(certificate: x509.Certificate) -> frozenset[str]:
    """Return what a qualified certificate says it is for, as OIDs (ETSI EN 319 412-5 §4.2.3)."""
    try:
        value = certificate.extensions.get_extension_for_oid(_QC_STATEMENTS).value
        der = value.value if isinstance(value, x509.UnrecognizedExtension) else b""
        statements = [list(one.values()) for one in core.load(der).native.values()]
        return frozenset(
            kind
            for name, *content in statements
            if name == _QC_TYPE
            for listed in content
            for kind in listed.values()
        )
    except Exception:  # noqa: BLE001 - hostile DER: whatever is wrong with it, it says nothing
        return frozenset()
