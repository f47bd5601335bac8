"""Hosted verification: what the issuer's own server says, and whether it is the issuer's own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from converter.formats.ob2_assemble import bare_id
from schemas.evidence import Evidence, Missing, Resource
from verifier.address import origin, without_fragment
from verifier.asked import GONE, OK, is_web
from verifier.badge import (
    Followed,
    Node,
    embeds,
    follow,
    inside,
    is_badge,
    is_signed,
    link,
    many,
    node,
    nodes,
    revoked_body,
    text,
    truth,
    verification_kind,
)
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Finding

CITE = "Open Badges 2.0, Verification: hosted"
SCOPE = "Open Badges 2.0, VerificationObject: startsWith, allowedOrigins"
_FETCHED = "hosted.fetched"
_PRIVATE = frozenset({401, 403, 404})
_DOTS = re.compile(r"/(\.|%2e){1,2}(/|$)|\\|%5c", re.IGNORECASE)


def fetched_assertion(evidence: Evidence) -> Iterator[Finding]:
    """The assertion's own address answers it, and it says that this is its id."""
    if not is_badge(evidence):
        return
    if is_signed(evidence):
        yield not_applicable(_FETCHED, "A signed badge is proven by its signature.", "", CITE)
        return
    place = link(evidence.document.tree.get("id"))
    if not is_web(place):
        yield failed(_FETCHED, "A hosted badge needs a web address as its id.", "/id", CITE)
        return
    found = follow(evidence.resources, place, evidence.document.version)
    if evidence.hosted is not None:
        yield passed(_FETCHED, "The badge's own address answers with this badge.", "/id", CITE)
        yield from _told_moves(evidence, found)
        yield from _told_copy(evidence)
    else:
        yield _not_fetched(found, "badge", "/id")


def _told_moves(evidence: Evidence, found: Followed) -> Iterator[Finding]:
    code = f"{_FETCHED}.id"
    asked = bare_id(evidence.document.source_url)
    declared = link((evidence.hosted or {}).get("id"))
    reached = _reached(evidence, asked)
    if found.moved or (asked and declared not in reached):
        message = "The address asked names another id as the badge's own; that id was followed."
        yield failed(code, message, "/id", CITE)


def _reached(evidence: Evidence, asked: str) -> set[str]:
    answer = evidence.resources.get(without_fragment(asked))
    final = bare_id(answer.location) if isinstance(answer, Resource) else ""
    return {asked, without_fragment(asked), final}


_SAME = ("recipient", "badge", "issuedOn", "expires", "evidence")


def _told_copy(evidence: Evidence) -> Iterator[Finding]:
    """The copy handed in only names the address; that it says something else is worth telling."""
    hosted, copy = evidence.hosted or {}, evidence.document.tree
    differs = [
        term for term in _SAME if term in copy and _levelled(copy[term]) != _levelled(hosted.get(term))
    ]
    if differs and "revoked" not in hosted:
        message = f"The copy handed in differs from what the host answers, in: {', '.join(differs)}."
        yield failed(f"{_FETCHED}.copy", f"{message} What the host answers counts.", f"/{differs[0]}", CITE)


def _levelled(value: object) -> object:
    """Compare an embedded class by its id alone: it may be expanded in one answer and not in the other."""
    if isinstance(value, dict) and "id" in value:
        return link(value)
    if isinstance(value, list):
        return [_levelled(item) for item in value]
    return bare_id(value) if isinstance(value, str) and is_web(value) else value


def fetched_links(evidence: Evidence) -> Iterator[Finding]:
    """Badge class and issuer are there; they must be, whichever way the badge is proven."""
    if not is_badge(evidence):
        return
    yield _linked(evidence, truth(evidence), "badge", evidence.badge_class)
    if evidence.badge_class is None:
        message = "The issuer is not known while the badge class is not."
        yield undecided(f"{_FETCHED}.issuer", message, "/badge/issuer", CITE)
        return
    yield _linked(evidence, evidence.badge_class, "issuer", evidence.issuer)


_LINKED = {
    "badge": (f"{_FETCHED}.class", "badge class", "/badge"),
    "issuer": (f"{_FETCHED}.issuer", "issuer profile", "/badge/issuer"),
}


def _linked(evidence: Evidence, parent: Node, term: str, found: object) -> Finding:
    code, title, where = _LINKED[term]
    value = parent.get(term)
    place = link(value)
    if found is not None:
        fetched = is_web(place) and not inside(parent, value)
        how = "was fetched from its own address" if fetched else "stands in the badge itself"
        return passed(code, f"The {title} {how}.", where, CITE)
    if not place and not node(value):
        return undecided(code, f"The badge names no {title}.", where, CITE)
    if not is_web(place):
        return undecided(code, f"The {title} has no web address where it could be looked up.", where, CITE)
    follows = follow(evidence.resources, place, evidence.document.version)
    return _not_fetched(follows, title, where, code)


def _not_fetched(  # noqa: PLR0911 - one line a kind of answer
    found: Followed, what: str, where: str, code: str = _FETCHED
) -> Finding:
    """Say why a node could not be had; only an answer that rules it out is a failure."""
    answer = found.answer
    if answer is None:
        return undecided(code, f"The {what} was not asked for.", where, CITE)
    if isinstance(answer, Missing):
        return undecided(code, f"The {what} could not be had. {answer.why}", where, CITE)
    if answer.status == GONE:
        return failed(code, f"The address of the {what} says that it is gone.", where, CITE)
    if answer.status in _PRIVATE:
        message = (
            f"The address of the {what} answers {answer.status}: it is not public, or it does not exist."
        )
        return undecided(code, message, where, CITE)
    if answer.status != OK:
        return undecided(code, f"The address of the {what} answers {answer.status}.", where, CITE)
    if found.declared:
        return failed(code, f"The address of the {what} answers something with another id.", where, CITE)
    return failed(code, f"The address of the {what} answers something else than its JSON.", where, CITE)


def fetched_endorsements(evidence: Evidence) -> Iterator[Finding]:
    """Linked endorsements can be read and are about this node; their own proof is not looked into."""
    if not is_badge(evidence):
        return
    code = f"{_FETCHED}.endorsement"
    for at, where in nodes(evidence):
        for endorsement in many(at.get("endorsement")):
            place, found = f"{where}/endorsement", follow(evidence.resources, link(endorsement))
            if is_web(found.url) and found.node is None and not embeds(endorsement):
                yield _not_fetched(found, "endorsement", place, code)
            said = found.node or node(endorsement)
            about = link(node(said.get("claim")).get("id"))
            if revoked_body(said):
                yield failed(code, "An endorsement was revoked.", place, CITE)
            elif about and about != link(at.get("id")):
                yield failed(code, "An endorsement is about something else.", place, CITE)


def in_scope(evidence: Evidence) -> Iterator[Finding]:
    """The assertion lies where its issuer says its assertions lie; by default on the issuer's own origin."""
    code = "hosted.scope"
    if not is_badge(evidence):
        return
    if is_signed(evidence):
        yield not_applicable(code, "A signed badge may lie anywhere.", "", SCOPE)
        return
    if evidence.hosted is None or evidence.issuer is None:
        missing = "issuer profile" if evidence.hosted is not None else "badge"
        yield undecided(code, f"The {missing} could not be had, so its scope is not known.", "", SCOPE)
        return
    yield _scope(evidence, link(evidence.hosted.get("id")), code, "assertion", "/id")
    place = link((evidence.badge_class or {}).get("id"))
    if is_web(place):
        yield _scope(evidence, place, f"{code}.class", "badge class", "/badge/id")


def _scope(  # noqa: PLR0911 - one line a rule
    evidence: Evidence, place: str, code: str, what: str, where: str
) -> Finding:
    issuer = evidence.issuer or {}
    rules = node(issuer.get("verification"))
    home = origin(link(issuer.get("id")))
    prefixes = [text(item) for item in many(rules.get("startsWith"))]
    origins = [_host(text(item)) for item in many(rules.get("allowedOrigins"))]
    here = origin(place)
    if not here or _DOTS.search(urlsplit(place).path):
        return failed(code, f"The id of the {what} is not a plain web address.", where, SCOPE)
    if what == "badge class" and here == home:
        return passed(code, "The badge class lies on its issuer's own origin.", where, SCOPE)
    if not {text(rule) for rule in many(rules.get("verificationProperty"))} <= {"id", "@id"}:
        message = "The issuer verifies its badges by another property than their id, which is not followed."
        return undecided(code, message, where, SCOPE)
    if origins and here not in origins:
        return failed(code, f"The {what} lies on an origin that its issuer does not allow.", where, SCOPE)
    if prefixes and not any(_starts(place, prefix) for prefix in prefixes):
        return failed(code, f"The {what} does not lie where its issuer's ids start.", where, SCOPE)
    if origins or prefixes:
        return passed(code, f"The {what} lies where its issuer says.", where, SCOPE)
    if not home:
        return undecided(code, "The issuer's id is no web address, so it has no origin.", where, SCOPE)
    if here != home:
        return failed(code, f"The {what} does not lie on the origin of its issuer.", where, SCOPE)
    return passed(code, f"The {what} lies on the origin of its issuer.", where, SCOPE)


def _starts(place: str, prefix: str) -> bool:
    """Compare as plain text, but never across the end of the host name (`https://a.example` and `….evil`)."""
    return bool(origin(prefix)) and origin(prefix) == origin(place) and place.startswith(prefix)


def _host(allowed: str) -> str:
    """Read an allowed origin: a host name, with its port perhaps; a whole origin is taken as well."""
    return origin(allowed) if "://" in allowed else origin(f"https://{allowed.strip()}")


def known_kind(evidence: Evidence) -> Iterator[Finding]:
    """The assertion says in which of the two ways it is to be verified."""
    if (
        is_badge(evidence)
        and evidence.hosted is not None
        and verification_kind(evidence.hosted) == "SignedBadge"
    ):
        message = "The host answers that this badge is signed, but no signature was handed in."
        yield undecided("seal.present", message, "/verification/type", CITE)


HOSTED_CHECKS = (fetched_assertion, fetched_links, fetched_endorsements, in_scope, known_kind)
