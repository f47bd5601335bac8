"""Text of EDCI XML elements and attributes: what a datatype allows, and what its white space means."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from schemas.edci import Model

_DATE = r"-?(?!0+-)(?P<year>[0-9]{4,9})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_BASE64 = re.compile(
    r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?", re.ASCII
)
_SHAPES = {
    "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
    "integer": r"[+-]?[0-9]+",
    "positiveInteger": r"\+?0*[1-9][0-9]*",
    "boolean": r"true|false|0|1",
    "duration": (
        r"-?P(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?"
        r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?"
    ),
    "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
    "ID": r"[^\W\d][\w.·-]*",
    # What the XSD processors make of anyURI: RFC 2396 after escaping whatever is not a URI character.
    "anyURI": (
        r"(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)|(?![^/?#]*:))"
        r"(?:[^ #%]|%[0-9A-Fa-f]{2})*(?:#(?:[^ #%]|%[0-9A-Fa-f]{2})*)?"
    ),
}
_PATTERNS = {name: re.compile(shape) for name, shape in _SHAPES.items()}
_DATES = {"date": re.compile(_DATE + _ZONE), "dateTime": re.compile(f"{_DATE}T{_TIME}{_ZONE}")}
_AS_IT_STANDS = frozenset({"string", "any"})
_WHITE = re.compile(r"[\t\n\r]")
_SPACES = re.compile(r"[ \t\n\r]+")
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters no XML 1.0 document can hold, not even escaped (XML 1.0 §2.2)."""


def base_of(type_name: str, model: Model) -> str:
    """Return the XML Schema datatype a type of text narrows."""
    simple = model.simple.get(type_name)
    return simple.base if simple else type_name


def normalised(text: str, base: str) -> str:
    """Treat white space as the datatype says (XML Schema Part 2 §4.3.6); base64 loses it all."""
    if base in _AS_IT_STANDS or not (" " in text or "\n" in text or "\t" in text or "\r" in text):
        return text  # a look costs less than a substitution that finds nothing
    if base == "normalizedString":
        return _WHITE.sub(" ", text)
    if base == "base64Binary":
        return _SPACES.sub("", text)
    return _SPACES.sub(" ", text).strip(" ")


def fault(text: str, type_name: str, model: Model) -> str:
    """Say what is wrong with a normalised text, in half a sentence; '' where nothing is."""
    simple = model.simple.get(type_name)
    if type_name == "string" or (simple and text in simple.values):
        return ""
    base = base_of(type_name, model)
    if not _holds(text, base):
        return f"is not a valid {base}"
    if simple and simple.values:
        only = f"must be {next(iter(simple.values))}"
        return only if len(simple.values) == 1 else "is not on the list of values allowed there"
    if simple and simple.starts and not text.startswith(simple.starts):
        return f"does not start with {' or '.join(simple.starts)}"
    return ""


def _holds(text: str, base: str) -> bool:
    check = _CHECKS.get(base)
    return check is None or check(text)


def _pattern(base: str) -> Callable[[str], bool]:
    return lambda text: _PATTERNS[base].fullmatch(text) is not None


def _dated(base: str) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        found = _DATES[base].fullmatch(text)
        if found is None:
            return False
        try:  # the calendar repeats every 400 years, and Python knows only four digits
            dt.date(int(found["year"][-4:]) % 400 + 2000, int(found["month"]), int(found["day"]))
        except ValueError:
            return False
        return True

    return check


_CHECKS: dict[str, Callable[[str], bool]] = {
    **{base: _pattern(base) for base in _PATTERNS},
    **{base: _dated(base) for base in _DATES},
    "base64Binary": lambda text: _BASE64.fullmatch(text) is not None,
}
