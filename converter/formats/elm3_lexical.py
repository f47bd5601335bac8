"""Whether a text is a value of its XSD datatype (XML Schema 1.1 part 2 §3)."""

from __future__ import annotations

import calendar
import re

_DATE = r"-?\d{4,}-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])"
_ZONE = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?"
_TIME = r"T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_DATE_TIME = re.compile(_DATE + _TIME + _ZONE)
_DATE_ONLY = re.compile(_DATE + _ZONE)
_IRI = re.compile(r"(?:_|[A-Za-z][A-Za-z0-9+.-]*):[^\s<>\"{}|\\^`]*")
_RELATIVE = re.compile(r"[^:\s<>\"{}|\\^`]*")
_FORMS = {
    "xsd:duration": re.compile(
        r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
    ),
    "xsd:boolean": re.compile(r"true|false|0|1"),
    "xsd:integer": re.compile(r"[+-]?\d+"),
    "xsd:positiveInteger": re.compile(r"\+?0*[1-9]\d*"),
    "xsd:decimal": re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"),
    "xsd:anyURI": re.compile(r"[^\s<>\"{}|\\^`]*"),
}


def well_formed(datatype: str, text: str) -> bool:
    """Tell whether a text is in the lexical space; a datatype not known here takes any text."""
    if datatype == "xsd:dateTime":
        return _real_day(_DATE_TIME.fullmatch(text), text)
    form = _FORMS.get(datatype)
    return form is None or form.fullmatch(text) is not None


def is_date_only(text: str) -> bool:
    """Tell whether a text is an xsd:date: wrong where a dateTime is asked, yet passed by lenient engines."""
    return _real_day(_DATE_ONLY.fullmatch(text), text)


def is_iri(text: str) -> bool:
    """Tell whether a text is an IRI that is not relative, or a blank node's name (RFC 3987 §2.2)."""
    return _IRI.fullmatch(text) is not None


def is_kept(text: str) -> bool:
    """Tell whether a processor with a base keeps an id: an IRI, relative or not (RFC 3987 §2.2)."""
    return is_iri(text) or _RELATIVE.fullmatch(text) is not None


def _real_day(match: re.Match[str] | None, text: str) -> bool:
    if match is None:
        return False
    year = int(text.lstrip("-").split("-")[0][-4:]) or 2000  # leap years repeat every 400
    return int(match["day"]) <= calendar.monthrange(year, int(match["month"]))[1]
