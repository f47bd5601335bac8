"""Find the services of a list by the names and keys of certificates, without parsing them all."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from schemas.trusted_list import TrustedList, TrustedService

Index = Mapping[bytes, tuple[tuple[TrustedService, bytes], ...]]
_LISTS = 512  # kept: a year of all of them
_SEQUENCE, _VERSION = 0x30, 0xA0
_SHORT_HEADER = 2
_MOST_LENGTH_BYTES = 4


@lru_cache(maxsize=4096)
def loaded(der: bytes) -> x509.Certificate | None:
    """Parse a certificate as lists have them; None where it is none.

    Old certificates of lists break rules of today (a negative serial number, a name too long), of which the
    library warns whoever looks; they were listed all the same.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            certificate = x509.load_der_x509_certificate(der)
            certificate.subject, certificate.issuer, certificate.public_key()
        except Exception:  # noqa: BLE001 - whatever the parser says, this is no certificate for us
            return None
    return certificate


@lru_cache(maxsize=_LISTS)
def by_subject(trusted_list: TrustedList) -> Index:
    """Index the services of a list by the subject (DER) of each certificate that identifies one."""
    found: dict[bytes, list[tuple[TrustedService, bytes]]] = defaultdict(list)
    for service in trusted_list.services:
        for der in service.certificates:
            subject = names_of(der)[1]
            if subject:
                found[subject].append((service, der))
    return {subject: tuple(services) for subject, services in found.items()}


@lru_cache(maxsize=_LISTS)
def without_certificate(trusted_list: TrustedList) -> Mapping[bytes, tuple[TrustedService, ...]]:
    """Index the services that are identified by name and key alone by their key identifiers."""
    found: dict[bytes, list[TrustedService]] = defaultdict(list)
    for service in trusted_list.services:
        for identifier in service.key_identifiers if not service.certificates else ():
            found[identifier].append(service)
    return {identifier: tuple(services) for identifier, services in found.items()}


def der_of(certificate: x509.Certificate) -> bytes:
    """Return a certificate's bytes."""
    return certificate.public_bytes(Encoding.DER)


def names_of(der: bytes) -> tuple[bytes, bytes]:
    """Cut the issuer and the subject (DER) out of a certificate (RFC 5280 §4.1); empty where it is none."""
    try:
        outer, _ = _value(der, 0)
        start, end = _value(der, outer)
        parts: list[bytes] = []
        while start < end and len(parts) < 6:  # noqa: PLR2004 - serial, algorithm, issuer, validity, subject, key
            _, after = _value(der, start)
            if der[start] != _VERSION:
                parts.append(der[start:after])
            start = after
        issuer, subject = parts[2], parts[4]
    except IndexError:
        return b"", b""
    return (issuer, subject) if issuer[0] == subject[0] == _SEQUENCE else (b"", b"")


def _value(der: bytes, at: int) -> tuple[int, int]:
    """Return where the content of the DER value at a place begins and ends."""
    size, start = der[at + 1], at + _SHORT_HEADER
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= _MOST_LENGTH_BYTES:
            raise IndexError
        size, start = int.from_bytes(der[start : start + count]), start + count
    if start + size > len(der):
        raise IndexError
    return start, start + size
