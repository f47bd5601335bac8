"""The credential a status list stands in: what it is for, how long it counts, what it says at a place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from schemas.evidence import Evidence
from schemas.status import StatusEntry
from verifier.badge import Node, many, node, one, text
from verifier.checks.lexical import moment
from verifier.status.bitstring import UnreadableList, expanded, status_at
from verifier.status.terms import natural, same_address, type_names, uri_of

LISTS = {
    "StatusList2021Entry": ("StatusList2021Credential", "StatusList2021"),
    "BitstringStatusListEntry": ("BitstringStatusListCredential", "BitstringStatusList"),
}
"""Of a type of entry, the type of the credential that holds the list, and of the list in it."""
_BOUND = "StatusList2021Entry"  # its list must say which it is; of a bit string list it may (§2.2)
_FROM, _UNTIL = ("validFrom", "issuanceDate"), ("validUntil", "expirationDate")
_LEEWAY = timedelta(minutes=5)
"""Some servers make the list when it is asked, after the moment the verdict is about (RFC 7519 §4.1.5)."""
_SECONDS_DIGITS = 11  # of `nbf` and `exp`; more is beyond the calendar


def status_in(found: Node, entry: StatusEntry) -> int:
    """Return what a list credential says at the entry's place (W3C §3.2 steps 5 to 10).

    Raises:
        UnreadableList: it is no such list, is for something else, or does not have the place.
    """
    credential, inner = LISTS[entry.type]
    subject = node(found.get("credentialSubject"))
    if credential not in type_names(found) or inner not in type_names(subject):
        raise UnreadableList("What the status resolves to is no status list of the kind it names.")
    named = uri_of(found.get("id"))
    if (named or entry.type == _BOUND) and not same_address(named, entry.address):
        raise UnreadableList("The status list does not say that it is the one that was asked for.")
    purposes = [text(one) for one in many(subject.get("statusPurpose"))]
    if entry.purpose not in purposes:
        raise UnreadableList("The status list is for another purpose than the status says.")
    if natural(subject.get("statusSize", entry.size)) != entry.size:
        raise UnreadableList("The status list has statuses of another size than the credential says.")
    encoded = text(subject.get("encodedList"))
    if not encoded:
        raise UnreadableList("The status list holds no list.")
    return status_at(expanded(encoded), entry.index, entry.size)


def doubt_about_list(found: Node, evidence: Evidence) -> str:
    """Say in one sentence why a list does not count at the moment asked about; empty where it does.

    `ttl` asks for the list again after so many milliseconds (§2.2). No list is kept here from one
    verification to the next, so it can only be malformed.
    """
    for start in _moments(found, _FROM, "nbf"):
        if start is None or start > evidence.now + _LEEWAY:
            return "It does not count yet at the moment this is about, or does not say readably from when."
    for end in _moments(found, _UNTIL, "exp"):
        if end is None or end <= evidence.now:
            return "It no longer counts at the moment this is about, or does not say readably until when."
    if "ttl" in node(found.get("credentialSubject")):
        ttl = one(node(found.get("credentialSubject"))["ttl"])
        if isinstance(ttl, bool) or not isinstance(ttl, (int, float)) or ttl <= 0:
            return "It does not say readably how long it may be kept."
    return ""


def _moments(found: Node, terms: tuple[str, ...], claim: str) -> Iterator[datetime | None]:
    """Yield each time that is there; None for one that cannot be read."""
    for term in terms:
        if found.get(term) is not None:
            yield moment(one(found[term]))
    if claim in found:
        seconds = natural(found[claim], _SECONDS_DIGITS)
        yield _after_epoch(seconds) if seconds >= 0 else None


def _after_epoch(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
