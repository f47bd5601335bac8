"""The names SAML 2.0 and its eIDAS profile use, and how their XML is read."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NoReturn

from lxml import etree

from api.identity.sources.refusing import refused
from converter.strict import parse_xml
from schemas.errors import Malformed
from schemas.identity import Assurance

Element = etree._Element  # noqa: SLF001 - lxml has no public name for it
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
EIDAS = "http://eidas.europa.eu/saml-extensions"
ATTRIBUTES = "http://eidas.europa.eu/attributes/naturalperson/"
REPRESENTATIVES = (
    f"{ATTRIBUTES}representative/",
    "http://eidas.europa.eu/attributes/legalperson/representative/",
)
URI = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
LEVELS = {f"http://eidas.europa.eu/LoA/{one.value}": one for one in Assurance}
"""eIDAS SAML message format 1.2 §3.2: levels of assurance as authentication contexts."""
_INSTRUCTIONS = etree.XPath("boolean(//processing-instruction())")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def fail(fact: str, message: str, cite: str) -> NoReturn:
    """Raise the refusal `identity.<fact>`.

    Raises:
        Refused: always.
    """
    raise refused(fact, message, cite=cite) from None


def parsed(raw: bytes, cite: str) -> Element:
    """Parse XML as everything here is parsed.

    Comments are left out, as canonical form leaves them out: so none of them cuts a value in two.

    Raises:
        Refused: `identity.saml-read`: no well-formed XML, a DOCTYPE, or a processing instruction.
    """
    try:
        root = parse_xml(raw).getroot()
    except Malformed:
        fail("saml-read", "The answer is not well-formed XML, or holds what may not be read.", cite)
    if _INSTRUCTIONS(root):
        fail("saml-read", "The answer holds a processing instruction, which says nothing in SAML.", cite)
    etree.strip_tags(root, etree.Comment)
    return root


def saml(name: str) -> str:
    """Return the tag of an element of assertions."""
    return f"{{{ASSERTION}}}{name}"


def samlp(name: str) -> str:
    """Return the tag of an element of the protocol."""
    return f"{{{PROTOCOL}}}{name}"


def only(parent: Element, tag: str, cite: str) -> Element:
    """Return the one child of a tag.

    Raises:
        Refused: `identity.saml-read`: there is none, or there are several.
    """
    found = parent.findall(tag)
    if len(found) != 1:
        name = etree.QName(tag).localname
        fail("saml-read", f"The answer has {len(found)} elements {name} where one belongs.", cite)
    return found[0]


def text_of(element: Element | None) -> str:
    """Return the text of an element that holds nothing else; empty where it does."""
    return "" if element is None or len(element) else (element.text or "").strip()


def instant(said: str | None) -> datetime | None:
    """Read a moment (SAML core §1.3.3); None for what is none, or has no zone."""
    if said is None or not _INSTANT.fullmatch(said):
        return None
    try:
        return datetime.fromisoformat(said)
    except ValueError:
        return None
