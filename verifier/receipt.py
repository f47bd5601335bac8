"""Receipts: a report, and digests of what it rests on, signed as a JWS (RFC 7515, compact).

The payload is canonical JSON (`schemas.canonical`). A receipt holds no more about a person than the report,
and the report's `subject` only as a digest unless the asker wants it whole.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from converter.containers.jws import base64url, looks_like_jws, take_apart
from converter.strict import load_json
from schemas.canonical import NotCanonical, canonical, canonical_digest
from schemas.errors import Malformed, Problem
from schemas.evidence import Trust
from schemas.key import Key
from schemas.official import Official
from schemas.receipt import Receipt
from verifier.report import Report
from verifier.sealing.certificates import decode_base64, fingerprint, load
from verifier.sealing.compact import encoded, sign_compact

TYPE = "badgepass-receipt+jws"
_MEMBERS = frozenset({"at", "document", "evidence", "gateway", "policy", "report", "trust"})
_HEADER = frozenset({"alg", "typ", "x5c", "x5t#S256"})
_MAX_CERTIFICATES = 10
_CONTAINERS = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "zip": "application/zip",
    "url": "text/uri-list",
    "jws": "application/jose",
    "json-string": "application/json",
    "jades": "application/jose+json",
}
_FORMATS = {"edci-xml": "application/xml"}


class SubjectAs(StrEnum):
    """What a receipt says of the report's `subject`."""

    DIGEST = "digest"
    WHOLE = "whole"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What a report rests on.

    Attributes:
        document: the bytes that were handed in.
        bundle: the evidence bundle.
        at: the moment the verdict is about.
        policy: as asked for.
        trust: what the asker trusted.
        official: the official schema files that were at hand.
        gateway: name and version of this software.
    """

    document: bytes
    bundle: Mapping[str, Any]
    at: datetime
    policy: str
    trust: Trust
    official: Official | None
    gateway: tuple[str, str]


def make_receipt(report: Report, basis: Basis, key: Key, *, subject: SubjectAs = SubjectAs.DIGEST) -> bytes:
    """Sign a report and the digests of what it rests on.

    Raises:
        Unavailable: the key cannot sign, or signs with what is not its certificate's.
    """
    certificates = key.certificates
    header = {
        "typ": TYPE,
        "x5c": [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in certificates],
        "x5t#S256": encoded(certificates[0].fingerprint(hashes.SHA256())),
    }
    name, version = basis.gateway
    told = report.to_dict()
    payload = {
        "at": basis.at.astimezone(UTC).isoformat(),
        "document": {
            "media_type": _media_type(told),
            "sha256": hashlib.sha256(basis.document).hexdigest(),
        },
        "evidence": {"sha256": canonical_digest(basis.bundle)},
        "gateway": {"name": name, "version": version},
        "policy": basis.policy,
        "report": with_subject(told, subject),
        "trust": {"sha256": trust_digest(basis.trust, basis.official)},
    }
    return sign_compact(canonical(payload), key, header).encode()


def with_subject(report: Mapping[str, Any], subject: SubjectAs) -> dict[str, Any]:
    """Return a report with its `subject` whole, as the digest of its canonical spelling, or empty."""
    whole = report["subject"]
    shown = {
        SubjectAs.WHOLE: whole,
        SubjectAs.DIGEST: {"sha256": canonical_digest(whole)},
        SubjectAs.NOTHING: {},
    }
    return {**report, "subject": shown[subject]}


def subject_as(report: Mapping[str, Any]) -> SubjectAs:
    """Tell how a receipt's report says its subject."""
    said = report.get("subject")
    if not said:
        return SubjectAs.NOTHING
    return SubjectAs.DIGEST if isinstance(said, Mapping) and set(said) == {"sha256"} else SubjectAs.WHOLE


def trust_digest(trust: Trust, official: Official | None) -> str:
    """Digest what a verdict may depend on beside document and web: anchors, lists, registers, schemas."""
    registers = trust.accreditations.snapshots if trust.accreditations else ()
    lists = [one for shot in trust.lists.snapshots for one in shot.lists] if trust.lists else []
    return canonical_digest(
        {
            "anchors": sorted(fingerprint(one) for one in trust.anchors),
            "revocation": sorted(hashlib.sha256(one).hexdigest() for one in (*trust.crls, *trust.ocsps)),
            "lists": sorted({f"{one.territory}:{one.sha256}" for one in lists}),
            "denied": sorted(trust.denied),
            "accreditations": sorted(f"{one.taken.isoformat()}:{one.sha256}" for one in registers),
            "official": official is not None,
        }
    )


def is_receipt(data: bytes) -> bool:
    """Tell a receipt by the type in its header; whether it is a sound one is not asked."""
    token = data.strip()
    if not looks_like_jws(token):
        return False
    try:
        header = load_json(base64url(token.partition(b".")[0], "header"))
    except Malformed:
        return False
    return isinstance(header, Mapping) and header.get("typ") == TYPE


def read_receipt(data: bytes) -> Receipt:
    """Take a receipt apart.

    Raises:
        Malformed: not a receipt, not in canonical form, or a member is missing or is not what it must be.
    """
    token = take_apart(data.strip())
    header = token.header
    if header.get("typ") != TYPE or header.keys() != _HEADER:
        _refuse("The header of the receipt does not have exactly the members a receipt has.")
    payload = load_json(token.payload)
    try:
        spelt = canonical(payload)
    except NotCanonical:
        spelt = b""
    if spelt != token.payload or not isinstance(payload, dict) or payload.keys() != _MEMBERS:
        _refuse("The receipt is not in canonical form, or does not have exactly the members a receipt has.")
    carried, bound = _certificates(header)
    return Receipt(
        report=_member(payload, "report", dict),
        document=_digest(payload, "document"),
        media_type=_member(payload["document"], "media_type", str),
        evidence=_digest(payload, "evidence"),
        trust=_digest(payload, "trust"),
        at=_moment(payload),
        policy=_member(payload, "policy", str),
        gateway=tuple(_member(_member(payload, "gateway", dict), one, str) for one in ("name", "version")),
        algorithm=_member(header, "alg", str),
        certificates=carried,
        bound=bound,
        signature=token.signature,
        signed=token.signed,
    )


def _certificates(header: Mapping[str, Any]) -> tuple[tuple[x509.Certificate, ...], bool]:
    """Read the chain, and whether the header's digest names its first certificate (RFC 7515 §4.1.8)."""
    carried = _member(header, "x5c", list)
    ders = [decode_base64(one) if isinstance(one, str) else None for one in carried[:_MAX_CERTIFICATES]]
    read = tuple(load(der) if der else None for der in ders)
    chain = tuple(one for one in read if one is not None)
    if not chain or len(chain) != len(carried):
        return (), False
    try:
        named = base64url(_member(header, "x5t#S256", str).encode(), "certificate digest")
    except Malformed:
        return chain, False
    return chain, chain[0].fingerprint(hashes.SHA256()) == named


def _member(node: Any, name: str, kind: type) -> Any:  # noqa: ANN401 - any JSON
    value = node.get(name) if isinstance(node, Mapping) else None
    if not isinstance(value, kind):
        _refuse(f"The member {name!r} of the receipt is not what it must be.")
    return value


def _digest(payload: Mapping[str, Any], name: str) -> str:
    value: str = _member(_member(payload, name, dict), "sha256", str)
    try:
        known = len(binascii.unhexlify(value)) == hashlib.sha256().digest_size and value == value.lower()
    except ValueError:
        known = False
    if not known:
        _refuse(f"The member {name!r} of the receipt holds no digest.")
    return value


def _moment(payload: Mapping[str, Any]) -> datetime:
    text = _member(payload, "at", str)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        _refuse("The receipt does not say which moment it is about.")
    return moment


def _media_type(report: Mapping[str, Any]) -> str:
    return _CONTAINERS.get(report["container"]) or _FORMATS.get(report["format"], "application/ld+json")


def _refuse(message: str) -> NoReturn:
    raise Malformed(Problem(code="format.read", message=message, cite="docs/adr/0014-receipts.md"))
