"""What a certificate says that its path is judged by: names, dates, constraints and uses (RFC 5280 §4.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

from verifier.sealing.certificates import octets
from verifier.trust import der
from verifier.trust.names import (
    DIRECTORY,
    GeneralName,
    Name,
    NameConstraints,
    read_constraints,
    read_general_names,
    read_name,
)
from verifier.trust.signed import Signed, read_signed

SIGNATURE, COMMITMENT, CERTIFICATES, LISTS = 0, 1, 5, 6
"""Bits of keyUsage: digitalSignature, contentCommitment, keyCertSign, cRLSign."""

TIME_STAMPING = der.object_id("1.3.6.1.5.5.7.3.8")
OCSP_SIGNING = der.object_id("1.3.6.1.5.5.7.3.9")
ANY_POLICY = der.object_id("2.5.29.32.0")
NO_CHECK = der.object_id("1.3.6.1.5.5.7.48.1.5")
"""id-pkix-ocsp-nocheck, RFC 6960 §4.2.2.2.1: this responder's certificate is good for as long as it lasts."""
ASSURED = der.object_id("0.4.0.194121.2.1")
"""ext-etsi-valassured-ST-certs, EN 319 412-1 §5.2: so short-lived that it is never revoked."""
NO_REVOCATION = der.object_id("2.5.29.56")
"""noRevAvail, RFC 9608: nobody publishes whether it is revoked."""

_IDS = {
    name: der.object_id(dotted)
    for name, dotted in {
        "key_identifier": "2.5.29.14",
        "usages": "2.5.29.15",
        "alternatives": "2.5.29.17",
        "basic": "2.5.29.19",
        "constraints": "2.5.29.30",
        "points": "2.5.29.31",
        "policies": "2.5.29.32",
        "mappings": "2.5.29.33",
        "authority_key": "2.5.29.35",
        "policy_constraints": "2.5.29.36",
        "extended": "2.5.29.37",
        "inhibit_any": "2.5.29.54",
        "access": "1.3.6.1.5.5.7.1.1",
        "statements": "1.3.6.1.5.5.7.1.3",  # looked at where qualification is judged
    }.items()
}
_KNOWN = {content: name for name, content in _IDS.items()}
_PROCESSED = frozenset({*_KNOWN, NO_CHECK, ASSURED, NO_REVOCATION})
_OCSP_ACCESS = der.object_id("1.3.6.1.5.5.7.48.1")
_ISSUER_ACCESS = der.object_id("1.3.6.1.5.5.7.48.2")
_EXTENSIONS = 0xA3


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts:
    """What a certificate says about policies (RFC 5280 §4.2.1.4, .5, .11, .14).

    Attributes:
        own: OIDs, as DER contents; None where the extension is not there.
        mappings: policies of the issuer to those of the subject.
        require: after how many certificates a policy is required.
        forbid_mapping: after how many certificates mapping ends.
        forbid_any: after how many certificates anyPolicy counts for nothing.
    """

    own: frozenset[bytes] | None = None
    mappings: Mapping[bytes, frozenset[bytes]] = field(default_factory=lambda: MappingProxyType({}))
    require: int | None = None
    forbid_mapping: int | None = None
    forbid_any: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A certificate, read for path validation.

    Attributes:
        certificate: itself.
        der: its bytes.
        signed: taken apart, to be verified.
        key: its public key.
        key_bits: what is hashed for an OCSP question (RFC 6960 §4.1.1).
        spki: SubjectPublicKeyInfo, DER.
        serial: serial number.
        subject: for comparison; `subject_der` as it stands.
        issuer: likewise.
        key_identifier: subjectKeyIdentifier; None where there is none.
        authority_key: key identifier of the issuer.
        version_3: whether it could have extensions.
        authority: basicConstraints `cA`; None where the extension is not there.
        path_length: how many intermediate certificates may follow.
        usages: bits of keyUsage; None where the extension is not there, which allows all.
        extended: purposes of extKeyUsage, as DER contents; None likewise.
        constraints: name constraints.
        alternatives: subject alternative names.
        policies: what it says about policies.
        points: for each CRL distribution point the names it is known by.
        responders: OCSP addresses.
        issuers: addresses of the issuer's certificates.
        marks: which of NO_CHECK, ASSURED and NO_REVOCATION it has.
        unreadable: an extension that counts cannot be read, or stands there twice.
        unknown_critical: it has a critical extension that is not understood.
    """

    certificate: x509.Certificate
    der: bytes
    signed: Signed
    key: CertificatePublicKeyTypes
    key_bits: bytes
    spki: bytes
    serial: int
    subject: Name
    issuer: Name
    subject_der: bytes
    issuer_der: bytes
    key_identifier: bytes | None = None
    authority_key: bytes | None = None
    version_3: bool = True
    authority: bool | None = None
    path_length: int | None = None
    usages: frozenset[int] | None = None
    extended: frozenset[bytes] | None = None
    constraints: NameConstraints | None = None
    alternatives: tuple[GeneralName, ...] = ()
    policies: PolicyFacts = field(default_factory=PolicyFacts)
    points: tuple[tuple[GeneralName, ...], ...] = ()
    responders: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    marks: frozenset[bytes] = frozenset()
    unreadable: bool = False
    unknown_critical: bool = False

    @property
    def self_issued(self) -> bool:
        """Tell whether subject and issuer are the same (RFC 5280 §6.1)."""
        return self.subject == self.issuer


@lru_cache(maxsize=512)
def facts_of(certificate: x509.Certificate) -> Facts | None:
    """Read a certificate; None where not even its outline can be read."""
    try:
        return _facts(certificate)
    except Exception:  # noqa: BLE001 - hostile DER: whatever the reader says, it is of no use in a path
        return None


def outline(data: bytes) -> tuple[bytes, bytes]:
    """Give subject and issuer of a certificate, DER, without reading the rest of it.

    Raises:
        ValueError: it is no certificate.
    """
    parts = _outline(data)
    return parts[4].whole, parts[2].whole


def _outline(data: bytes) -> list[der.Element]:
    """Give the parts of a TBSCertificate from the serial number on."""
    body = der.elements(der.only(data, der.SEQUENCE), 3)[0].content
    parts = der.elements(body, 10)
    return parts[1:] if parts[0].tag == 0xA0 else parts  # noqa: PLR2004 - the version


def _facts(certificate: x509.Certificate) -> Facts:
    data = octets(certificate)
    signed = read_signed(data)
    serial, algorithm, issuer, _, subject, key, *rest = _outline(data)
    extensions = der.optional(rest, _EXTENSIONS)
    found = _Extensions(extensions)
    key_bits = der.elements(key.content, 2)[1]
    return Facts(
        certificate=certificate,
        der=data,
        signed=signed,
        key=certificate.public_key(),
        key_bits=key_bits.content[1:],
        spki=key.whole,
        serial=int.from_bytes(serial.content, signed=True),
        subject=read_name(subject.content),
        issuer=read_name(issuer.content),
        subject_der=subject.whole,
        issuer_der=issuer.whole,
        version_3=certificate.version is x509.Version.v3,
        **found.facts(),
        unknown_critical=found.unknown_critical,
        unreadable=found.unreadable or algorithm.whole != signed.algorithm,  # RFC 5280 §4.1.1.2
    )


Reader = Callable[[bytes], dict[str, Any]]
"""From the value of an extension to members of the facts."""


class _Extensions:
    """The extensions of one certificate; one that cannot be read is remembered, and not raised."""

    def __init__(self, content: bytes | None) -> None:
        self.unreadable = False
        self.unknown_critical = False
        self.marks: set[bytes] = set()
        self._values: dict[str, bytes] = {}
        seen: set[bytes] = set()
        for extension in der.elements(der.only(content, der.SEQUENCE)) if content else ():
            parts = der.elements(extension.content, 3)
            kind, value = parts[0].content, parts[-1].content
            self.unreadable |= kind in seen  # RFC 5280 §4.2: each once
            seen.add(kind)
            if kind in _KNOWN:
                self._values[_KNOWN[kind]] = value
            elif kind in _PROCESSED:
                self.marks.add(kind)
            elif len(parts) == 3 and der.truth(parts[1].content):  # noqa: PLR2004 - with `critical`
                self.unknown_critical = True

    def facts(self) -> dict[str, Any]:
        """Read those that Facts holds."""
        policies = PolicyFacts(**self._read(_POLICY_READERS))
        return {"marks": frozenset(self.marks), "policies": policies, **self._read(_READERS)}

    def _read(self, readers: Mapping[str, Reader]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, read in readers.items():
            if name in self._values:
                try:
                    found |= read(self._values[name])
                except (ValueError, IndexError):
                    self.unreadable = True
        return found


def _basic(value: bytes) -> dict[str, Any]:
    found = der.elements(der.only(value, der.SEQUENCE), 2)
    authority, length = der.optional(found, der.BOOLEAN), der.optional(found, der.INTEGER)
    limit = None if length is None else der.number(length)
    if limit is not None and limit < 0:
        raise ValueError("a path shorter than none")
    return {"authority": authority is not None and der.truth(authority), "path_length": limit}


def _points(value: bytes) -> dict[str, Any]:
    """Read the names of each point; one named relative to its issuer has none here."""
    names = [
        der.optional(der.elements(der.optional(der.elements(point.content, 3), 0xA0) or b""), 0xA0)
        for point in der.elements(der.only(value, der.SEQUENCE))
    ]
    return {"points": tuple(read_general_names(one) for one in names if one is not None)}


def _access(value: bytes) -> dict[str, Any]:
    found: dict[bytes, list[str]] = {_OCSP_ACCESS: [], _ISSUER_ACCESS: []}
    for one in der.elements(der.only(value, der.SEQUENCE)):
        method, place = der.elements(one.content, 2)
        kind, name = read_general_names(place.whole)[0]
        if method.content in found and isinstance(name, str) and kind != DIRECTORY:
            found[method.content].append(name)
    return {"responders": tuple(found[_OCSP_ACCESS]), "issuers": tuple(found[_ISSUER_ACCESS])}


def _object_ids(value: bytes) -> frozenset[bytes]:
    return frozenset(one.content for one in der.elements(der.only(value, der.SEQUENCE)))


_READERS: Mapping[str, Reader] = {
    "basic": _basic,
    "usages": lambda value: {"usages": der.bits(der.only(value, der.BIT_STRING))},
    "extended": lambda value: {"extended": _object_ids(value)},
    "constraints": lambda value: {"constraints": read_constraints(der.only(value, der.SEQUENCE))},
    "alternatives": lambda value: {"alternatives": read_general_names(der.only(value, der.SEQUENCE))},
    "key_identifier": lambda value: {"key_identifier": der.only(value, der.OCTET_STRING)},
    "authority_key": lambda value: {
        "authority_key": der.optional(der.elements(der.only(value, der.SEQUENCE)), 0x80)
    },
    "points": _points,
    "access": _access,
}


def _policies(value: bytes) -> dict[str, Any]:
    """Read the OIDs alone: qualifiers are where real certificates depart from the standard."""
    listed = der.elements(der.only(value, der.SEQUENCE))
    return {"own": frozenset(der.elements(one.content, 2)[0].content for one in listed)}


def _mappings(value: bytes) -> dict[str, Any]:
    found: dict[bytes, frozenset[bytes]] = {}
    for one in der.elements(der.only(value, der.SEQUENCE)):
        above, below = (part.content for part in der.elements(one.content, 2))
        if ANY_POLICY in {above, below}:
            raise ValueError("anyPolicy is not mapped")
        found[above] = found.get(above, frozenset()) | {below}
    return {"mappings": MappingProxyType(found)}


def _policy_constraints(value: bytes) -> dict[str, Any]:
    found = der.elements(der.only(value, der.SEQUENCE), 2)
    require, forbid = der.optional(found, 0x80), der.optional(found, 0x81)
    return {
        "require": None if require is None else der.number(require),
        "forbid_mapping": None if forbid is None else der.number(forbid),
    }


_POLICY_READERS: Mapping[str, Reader] = {
    "policies": _policies,
    "mappings": _mappings,
    "policy_constraints": _policy_constraints,
    "inhibit_any": lambda value: {"forbid_any": der.number(der.only(value, der.INTEGER))},
}
