"""Whether the issuer took the badge back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converter.strict import load_json
from schemas.errors import Malformed
from schemas.evidence import Evidence, Missing, Resource
from verifier.address import without_fragment
from verifier.asked import GONE, OK, Answer, is_web, json_object
from verifier.badge import (
    Node,
    carries_jws,
    follow,
    is_badge,
    is_signed,
    link,
    many,
    one,
    revoked_body,
    text,
    truth,
    type_names,
)
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Finding
from verifier.status.named import levelled, named_by, revokes

_MAX_LISTS = 4
CODE = "status.revoked"
HOSTED = "Open Badges 2.0, Verification: hosted, revoked or 410"
SIGNED = "Open Badges 2.0, RevocationList"


def hosted_revocation(evidence: Evidence) -> Iterator[Finding]:
    """The host says `revoked: true`, or answers 410 Gone. Passed: it is not revoked."""
    if not is_badge(evidence) or is_signed(evidence):
        return
    place = link(evidence.document.tree.get("id"))
    answer = follow(evidence.resources, place, evidence.document.version).answer
    if evidence.hosted is not None and revoked_body(evidence.hosted):
        yield failed(CODE, "The issuer has revoked this badge.", "/revoked", HOSTED)
    elif isinstance(answer, Resource) and answer.status == GONE:
        yield failed(CODE, "The badge's address answers 410 Gone: it was revoked.", "/id", HOSTED)
    elif evidence.hosted is None and _revoked_without_id(answer):
        yield failed(CODE, "The badge's address says nothing but that it was revoked.", "/id", HOSTED)
    elif evidence.hosted is None and revoked_body(evidence.document.tree):
        message = "The copy handed in itself says that the badge is revoked."
        yield failed(CODE, message, "/revoked", HOSTED)
    elif evidence.hosted is None:
        yield undecided(CODE, "The host could not be asked whether the badge is revoked.", "/id", HOSTED)
    else:
        yield passed(CODE, "The host answers the badge and does not say that it is revoked.", "", HOSTED)


def _revoked_without_id(answer: Answer | None) -> bool:
    """Open Badges 1.x: a revoked assertion's address may answer `revoked` and no more."""
    said = json_object(answer)
    return said is not None and not link(said) and revoked_body(said)


def signed_revocation(evidence: Evidence) -> Iterator[Finding]:
    """The issuer's revocation list does not name a signed badge, by id or by its legacy uid."""
    if not is_badge(evidence) or not is_signed(evidence):
        return
    if revoked_body(truth(evidence)):
        yield failed(CODE, "The badge itself says that it is revoked.", "/revoked", SIGNED)
        return
    if evidence.issuer is None or not carries_jws(evidence):
        yield undecided(CODE, "The issuer's profile names the list, and is not known.", "", SIGNED)
        return
    lists = many(evidence.issuer.get("revocationList"))
    if not lists:
        yield passed(CODE, "The issuer keeps no revocation list.", "/badge/issuer", SIGNED)
    for value in lists[:_MAX_LISTS]:  # the data model allows one
        yield _looked_up(evidence, value)


def _looked_up(evidence: Evidence, value: object) -> Finding:
    where = "/badge/issuer/revocationList"
    found = _list(evidence, value)
    if isinstance(found, str):
        return undecided(CODE, found, where, SIGNED)
    owner, home = link(found.get("issuer")), link((evidence.issuer or {}).get("id"))
    if owner and owner != home:
        return undecided(CODE, "The revocation list names another issuer as its own.", where, SIGNED)
    entries = _entries(found, legacy=evidence.document.version.startswith("1"))
    if entries is None:
        return undecided(CODE, "The revocation list cannot be read.", where, SIGNED)
    assertion = truth(evidence)
    names = {levelled(name) for name in (link(assertion.get("id")), text(assertion.get("uid"))) if name}
    if any(revokes(entry, names) for entry in entries):
        return failed(CODE, "The issuer's revocation list names this badge.", where, SIGNED)
    doubt = _doubt(found, entries)
    if doubt:
        return undecided(CODE, doubt, where, SIGNED)
    return passed(CODE, "The issuer's revocation list does not name this badge.", where, SIGNED)


def _doubt(found: Node, entries: list[Any]) -> str:
    """Say why a list that does not name the badge may still not clear it; empty when it does."""
    if "revokedAssertions" in found and "RevocationList" not in type_names(found):
        return "What should be the revocation list is not of that type."
    if not all(named_by(entry) for entry in entries):
        return "The revocation list holds an entry that does not say which badge it revokes."
    return ""


def _list(evidence: Evidence, value: object) -> Node | str:
    """Return the list, or in one sentence why there is none. It must come from its own address."""
    place = link(value)
    answer = evidence.resources.get(without_fragment(place)) if is_web(place) else None
    if answer is None:
        return "The issuer's revocation list was not asked for, or has no web address."
    if isinstance(answer, Missing):
        return f"The issuer's revocation list could not be had. {answer.why}"
    if answer.status != OK:
        return f"The address of the issuer's revocation list answers {answer.status}."
    try:
        found = load_json(answer.body)
    except Malformed:
        found = None
    return found if isinstance(found, dict) else "The issuer's revocation list is not JSON."


def _entries(found: Node, *, legacy: bool) -> list[Any] | None:
    """List the entries: one or many, ids or nodes; in 1.x the members of the object itself are the uids.

    Without `revokedAssertions`, empty or not, a list says nothing about any badge.
    """
    if found.get("revokedAssertions") is not None:
        entries = [one(entry) for entry in many(found["revokedAssertions"])]
        return entries if all(isinstance(entry, (str, dict)) for entry in entries) else None
    if legacy and all(isinstance(reason, str) for reason in found.values()):
        return list(found)
    return None


def not_suspended(evidence: Evidence) -> Iterator[Finding]:
    """Open Badges know no suspension."""
    if is_badge(evidence):
        yield not_applicable("status.suspended", "Open Badges know no suspension.", "", SIGNED)


REVOCATION_CHECKS = (hosted_revocation, signed_revocation, not_suspended)
