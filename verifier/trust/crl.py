"""Revocation lists, from anyone's hands: what one says about a certificate (RFC 5280 §5, §6.3).

Looked at are complete lists signed by the issuer of the certificate, whichever certificate of the chain is
the anchor. Lists of other issuers' certificates (indirect) are left aside; partial ones (delta, some reasons
only) count for what they revoke and for nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from cryptography import x509

from verifier.trust import der
from verifier.trust.certificate_facts import LISTS, Facts
from verifier.trust.names import GeneralName, Name, read_general_names, read_name
from verifier.trust.signed import Signed, read_signed, verified_once, weakness
from verifier.trust.statement import REMOVED, Statement

MAX_BYTES = 32 * 1024 * 1024
_MOST_KEPT = 32 * 1024
"""Seal after seal carries the same short list, as long as it is the newest; long ones are not kept."""
_DELTA = "2.5.29.27"
_POINT = "2.5.29.28"
_EXPIRED = "2.5.29.60"
"""expiredCertsOnCRL, ITU-T X.509 (10/2019) §9.5.2.8."""
_UNDERSTOOD = frozenset({_DELTA, _POINT, _EXPIRED, "2.5.29.20", "2.5.29.35", "2.5.29.18", "2.5.29.46"})
_ENTRY_UNDERSTOOD = frozenset({"2.5.29.21", "2.5.29.24", "2.5.29.23"})
_REASON, _INVALIDITY = "2.5.29.21", "2.5.29.24"
_AUTHORITY_LISTS, _USER_LISTS, _ATTRIBUTE_LISTS, _INDIRECT, _SOME_REASONS = 0x82, 0x81, 0x85, 0x84, 0x83


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a list is about (issuingDistributionPoint, RFC 5280 §5.2.5).

    Attributes:
        names: the point's names; None where it is not one of several points.
        relative: the point is named relative to its issuer.
        flags: tags of the members that are set.
    """

    names: tuple[GeneralName, ...] | None = None
    relative: bool = False
    flags: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationList:
    """One list, read but not verified.

    Attributes:
        signed: taken apart, to be verified.
        entries: looked up by serial number.
        issuer: its name, for comparison.
        issued: thisUpdate.
        until: nextUpdate.
        scope: what it is about.
        delta: it tells changes only.
        reaches_back: expiredCertsOnCRL.
    """

    signed: Signed
    entries: x509.CertificateRevocationList
    issuer: Name
    issued: datetime
    until: datetime | None
    scope: Scope
    delta: bool
    reaches_back: datetime | None


def read_list(data: bytes) -> RevocationList | None:
    """Read a list, DER; None for what is none, or holds a critical extension that is not understood."""
    if len(data) > MAX_BYTES:
        return None
    return _kept(data) if len(data) <= _MOST_KEPT else _readable(data)


@lru_cache(maxsize=128)
def _kept(data: bytes) -> RevocationList | None:
    return _readable(data)


def _readable(data: bytes) -> RevocationList | None:
    try:
        return _read(data)
    except Exception:  # noqa: BLE001 - hostile DER: whatever the reader says, it is no list
        return None


def _read(data: bytes) -> RevocationList | None:
    entries = x509.load_der_x509_crl(data)
    signed = read_signed(data)
    parts = der.elements(der.only(signed.body, der.SEQUENCE), 7)
    parts = parts[1:] if parts[0].tag == der.INTEGER else parts
    if parts[0].whole != signed.algorithm:  # RFC 5280 §5.1.1.2
        return None
    extensions = _extensions(der.optional(parts, 0xA0))
    if extensions is None:
        return None
    return RevocationList(
        signed=signed,
        entries=entries,
        issuer=read_name(parts[1].content),
        issued=entries.last_update_utc,
        until=entries.next_update_utc,
        scope=_scope(extensions[_POINT]) if _POINT in extensions else Scope(),
        delta=_DELTA in extensions,
        reaches_back=_only_moment(extensions[_EXPIRED]) if _EXPIRED in extensions else None,
    )


def _extensions(content: bytes | None) -> dict[str, bytes] | None:
    """Give the values of those understood; None where a critical one is not, or one stands there twice."""
    found: dict[str, bytes] = {}
    for extension in der.elements(der.only(content, der.SEQUENCE)) if content else ():
        parts = der.elements(extension.content, 3)
        name = _NAMES.get(parts[0].content)
        if name in found:
            return None
        if name is not None:
            found[name] = parts[-1].content
        elif len(parts) == 3 and der.truth(parts[1].content):  # noqa: PLR2004 - with `critical`
            return None
    return found


_NAMES = {der.object_id(dotted): dotted for dotted in _UNDERSTOOD}


def _scope(value: bytes) -> Scope:
    found = der.elements(der.only(value, der.SEQUENCE))
    point = der.optional(found, 0xA0)
    named = der.elements(point) if point is not None else []
    full = der.optional(named, 0xA0)
    flags = {one.tag for one in found if one.tag in _FLAGS and der.truth(one.content)}
    return Scope(
        names=None if full is None else read_general_names(full),
        relative=point is not None and full is None,
        flags=frozenset(flags | {one.tag for one in found if one.tag == _SOME_REASONS}),
    )


_FLAGS = frozenset({_AUTHORITY_LISTS, _USER_LISTS, _ATTRIBUTE_LISTS, _INDIRECT})


def _only_moment(value: bytes) -> datetime:
    return der.moment(der.elements(value, 1)[0])


def listed(found: RevocationList, subject: Facts, issuer: Facts) -> Statement | None:
    """Give what a list says about a certificate; None where it says nothing, or is not its issuer's.

    Args:
        found: the list.
        subject: the certificate.
        issuer: the one above it in the chain.
    """
    if found.issuer != issuer.subject or not _about(found.scope, subject) or not _signed(found, issuer):
        return None
    weak = bool(weakness(found.signed, issuer.key))
    whole = not found.delta and _SOME_REASONS not in found.scope.flags
    try:
        entry = found.entries.get_revoked_certificate_by_serial_number(subject.serial)
        if entry is not None:
            return _entry(entry, found, whole=whole, weak=weak)
    except Exception:  # noqa: BLE001 - entries are read when they are looked up; one that cannot be decides nothing
        return Statement(status="unclear", issued=found.issued, weak=weak)
    if not whole:
        return None
    return Statement(
        status="good", issued=found.issued, until=found.until, reaches_back=found.reaches_back, weak=weak
    )


def _signed(found: RevocationList, issuer: Facts) -> bool:
    """Tell whether the issuer signed a list, and may sign lists (RFC 5280 §6.3.3 (f), (g))."""
    may = issuer.usages is None or LISTS in issuer.usages
    return may and verified_once(found.signed, issuer.certificate)


def _about(scope: Scope, subject: Facts) -> bool:
    """Tell whether a certificate is one that the list would hold (RFC 5280 §6.3.3 (b))."""
    if scope.relative or scope.flags & {_ATTRIBUTE_LISTS, _INDIRECT}:
        return False
    if (_AUTHORITY_LISTS in scope.flags and not subject.authority) or (
        _USER_LISTS in scope.flags and subject.authority
    ):
        return False
    return scope.names is None or any(set(scope.names) & set(point) for point in subject.points)


def _entry(entry: Any, found: RevocationList, *, whole: bool, weak: bool) -> Statement:  # noqa: ANN401
    reason = invalid_since = None
    understood = True
    for extension in entry.extensions:
        if extension.oid.dotted_string == _REASON:
            reason = _REASONS.get(extension.value.reason.value, 0)
        elif extension.oid.dotted_string == _INVALIDITY:
            invalid_since = extension.value.invalidity_date_utc
        elif extension.critical:
            understood = False
    if reason == REMOVED or not understood:  # §5.3: then the list tells nothing of this certificate
        return Statement(status="unclear", issued=found.issued, weak=weak)
    return Statement(
        status="revoked",
        issued=found.issued,
        until=found.until,
        revoked_at=entry.revocation_date_utc,
        reason=reason,
        invalid_since=invalid_since,
        whole=whole,
        weak=weak,
    )


_REASONS = {
    one.value: number
    for one, number in (
        (x509.ReasonFlags.unspecified, 0),
        (x509.ReasonFlags.key_compromise, 1),
        (x509.ReasonFlags.ca_compromise, 2),
        (x509.ReasonFlags.affiliation_changed, 3),
        (x509.ReasonFlags.superseded, 4),
        (x509.ReasonFlags.cessation_of_operation, 5),
        (x509.ReasonFlags.certificate_hold, 6),
        (x509.ReasonFlags.remove_from_crl, 8),
        (x509.ReasonFlags.privilege_withdrawn, 9),
        (x509.ReasonFlags.aa_compromise, 10),
    )
}
