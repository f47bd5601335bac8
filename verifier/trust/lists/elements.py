"""Small steps through the XML of a trusted list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from verifier.sealing.certificates import decode_base64
from verifier.trust.lists.fault import unreadable

TSL = "http://uri.etsi.org/02231/v2#"
EXTRA = "http://uri.etsi.org/02231/v2/additionaltypes#"
SIE = "http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def tsl(*names: str) -> str:
    """Spell a path of trusted-list elements."""
    return "/".join(f"{{{TSL}}}{name}" for name in names)


def children(element: etree._Element) -> Iterator[etree._Element]:
    """Give the child elements; no comment or processing instruction."""
    return (child for child in element if isinstance(child.tag, str))


def text_of(element: etree._Element) -> str:
    """Return all text of an element, without the white space around it."""
    return "".join(str(part) for part in element.itertext()).strip()


def text_at(element: etree._Element | None, path: str) -> str:
    """Return the text at a path, without the white space around it; empty where there is none."""
    found = element.find(path) if element is not None else None
    return text_of(found) if found is not None else ""


def moment_at(element: etree._Element, path: str, what: str) -> datetime:
    """Read a moment; the standard has them in UTC (TS 119 612 §5.1.4).

    Raises:
        ListRefusal: there is none.
    """
    text = text_at(element, path)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise unreadable(f"The list's {what} is not a time.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def name_at(element: etree._Element | None, path: str) -> str:
    """Return a name for display: in English where there is one (§5.1.5), else the first."""
    names = element.findall(f"{path}/{tsl('Name')}") if element is not None else []
    english = [one for one in names if one.get(_LANGUAGE, "").lower().startswith("en")]
    chosen = (english or names)[:1]
    return " ".join(text_of(chosen[0]).split()) if chosen else ""


def certificates_in(element: etree._Element) -> tuple[bytes, ...]:
    """Decode every X509Certificate below an element, each once."""
    found = (decode_base64(one.text or "") for one in element.iter(tsl("X509Certificate")))
    return tuple(dict.fromkeys(der for der in found if der))
