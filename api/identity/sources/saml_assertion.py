"""What a signed assertion says, and whether it says it to us, now, about this sign-in; pure.

SAML core §2, profiles §4.1.4.2; eIDAS SAML message format 1.2 and attribute profile 1.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lxml import etree

from api.identity.sources.saml_names import (
    ATTRIBUTES,
    BEARER,
    REPRESENTATIVES,
    URI,
    Element,
    fail,
    instant,
    only,
    saml,
    text_of,
)
from schemas.identity import Assurance

LEEWAY = timedelta(seconds=60)
_LONGEST_AGO = timedelta(hours=1)
_CITE = "SAML profiles §4.1.4.2"
_CONDITIONS = frozenset(map(saml, ("AudienceRestriction", "OneTimeUse", "ProxyRestriction")))
_MOST_ATTRIBUTES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlAsked:
    """What the assertion must answer.

    Attributes:
        request: our request's ID.
        recipient: our address that the answer is posted to.
        entity: by which the node knows us.
        issuer: the node.
        levels: authentication contexts that count, each with what it is worth.
        least: that will do.
    """

    request: str
    recipient: str
    entity: str
    issuer: str
    levels: Mapping[str, Assurance]
    least: Assurance


@dataclass(frozen=True, slots=True, kw_only=True)
class Asserted:
    """What it says.

    Attributes:
        number: its ID; whoever calls sees that it is used once.
        until: from when on it is refused for its age.
        claims: attributes of a natural person, by their URI.
    """

    number: str
    until: datetime
    assurance: Assurance
    claims: Mapping[str, str] = field(repr=False)


def asserted(assertion: Element, asked: SamlAsked, *, now: datetime) -> Asserted:
    """Check an assertion that is known to be signed.

    Raises:
        Refused: `identity.saml-read`, `.saml-issuer`, `.saml-request`, `.saml-expired`, `.saml-audience`,
            `.saml-representative`, `.acr`.
    """
    number = assertion.get("ID", "")
    if assertion.tag != saml("Assertion") or assertion.get("Version") != "2.0" or not number:
        fail("saml-read", "What is signed is no assertion of SAML 2.0.", _CITE)
    if text_of(only(assertion, saml("Issuer"), _CITE)) != asked.issuer:
        fail("saml-issuer", "The assertion is another node's than the one that was asked.", _CITE)
    _check_subject(only(assertion, saml("Subject"), _CITE), asked, now)
    end = _check_conditions(only(assertion, saml("Conditions"), _CITE), asked, now)
    assurance = _assurance(only(assertion, saml("AuthnStatement"), _CITE), asked, now)
    claims = _claims(only(assertion, saml("AttributeStatement"), _CITE))
    until = min(end, now + _LONGEST_AGO + LEEWAY) + LEEWAY  # by then the holder signed in too long ago
    return Asserted(number=number, until=until, assurance=assurance, claims=claims)


def _check_subject(subject: Element, asked: SamlAsked, now: datetime) -> None:
    """Find the confirmation that whoever brings the assertion is its subject (profiles §4.1.4.2)."""
    confirmation = only(subject, saml("SubjectConfirmation"), _CITE)
    data = only(confirmation, saml("SubjectConfirmationData"), _CITE)
    if confirmation.get("Method") != BEARER or data.get("NotBefore") is not None:
        fail("saml-read", "The assertion is confirmed in a way that is not known here.", _CITE)
    if data.get("Recipient") != asked.recipient or data.get("InResponseTo") != asked.request:
        fail("saml-request", "The assertion was made for another sign-in than this.", _CITE)
    until = instant(data.get("NotOnOrAfter"))
    if until is None or now - LEEWAY >= until:
        fail("saml-expired", "The assertion may not be brought any more.", _CITE)


def _check_conditions(conditions: Element, asked: SamlAsked, now: datetime) -> datetime:
    """Hold the conditions against now and us (core §2.5); one that is not known is not met."""
    start, end = instant(conditions.get("NotBefore")), instant(conditions.get("NotOnOrAfter"))
    if start is None or end is None:
        fail("saml-expired", "The assertion does not say from when until when it counts.", "SAML core §2.5.1")
    if now + LEEWAY < start or now - LEEWAY >= end:
        fail("saml-expired", "The assertion does not count yet, or not any more.", "SAML core §2.5.1.2")
    if {one.tag for one in conditions.iterchildren("*")} - _CONDITIONS:
        fail("saml-read", "The assertion has a condition that is not known here.", "SAML core §2.5.1.1")
    restrictions = conditions.findall(saml("AudienceRestriction"))
    for one in restrictions:
        if asked.entity not in [text_of(each) for each in one.findall(saml("Audience"))]:
            fail("saml-audience", "The assertion is for another service.", "SAML core §2.5.1.4")
    if not restrictions:
        fail("saml-audience", "The assertion does not say for whom it is.", "SAML core §2.5.1.4")
    return end


def _assurance(statement: Element, asked: SamlAsked, now: datetime) -> Assurance:
    signed_in = instant(statement.get("AuthnInstant"))
    if signed_in is None or not now - _LONGEST_AGO <= signed_in <= now + LEEWAY:
        fail("saml-expired", "The holder did not sign in just now.", "SAML core §2.7.2")
    ended = statement.get("SessionNotOnOrAfter")
    if ended is not None and now >= (instant(ended) or now):
        fail("saml-expired", "The node's session is over.", "SAML core §2.7.2")
    context = only(statement, saml("AuthnContext"), _CITE)
    found = asked.levels.get(text_of(only(context, saml("AuthnContextClassRef"), _CITE)))
    order = list(Assurance)
    if found is None or order.index(found) < order.index(asked.least):
        message = "The holder did not sign in by one of the ways that were asked for."
        fail("acr", message, "eIDAS SAML message format 1.2 §3.2")
    return found


def _claims(statement: Element) -> dict[str, str]:
    """Read the attributes of a natural person; what else is there is nobody's concern here."""
    every = statement.findall(saml("Attribute"))
    if len(every) > _MOST_ATTRIBUTES:
        fail("saml-read", "The assertion has more attributes than a person has.", _CITE)
    claims: dict[str, str] = {}
    for one in every:
        name = one.get("Name", "")
        if name.startswith(REPRESENTATIVES):
            message = "Who signed in acts for somebody else, which is no proof of who the holder is."
            fail("saml-representative", message, "eIDAS SAML attributes 1.2 §2")
        if not name.startswith(ATTRIBUTES) or one.get("NameFormat") != URI:
            continue
        if name in claims:
            fail("saml-read", "The assertion says an attribute twice.", "eIDAS SAML attributes 1.2 §2.2")
        claims[name] = _value(one)
    return {name: value for name, value in claims.items() if value}


def _value(attribute: Element) -> str:
    """Return the value in Latin letters, or else the only one (eIDAS SAML attributes 1.2 §2.4)."""
    values = attribute.findall(saml("AttributeValue"))
    latin = [one for one in values if not _in_other_letters(one)]
    chosen = latin or values
    if len(chosen) > 1 or any(len(one) for one in chosen):
        fail("saml-read", "The assertion says an attribute in more than one way.", _CITE)
    return text_of(chosen[0]) if chosen else ""


def _in_other_letters(value: Element) -> bool:
    return any(
        etree.QName(name).localname == "LatinScript" and said in ("false", "0")
        for name, said in value.attrib.items()
    )
