"""The gate every hostile byte passes: strict JSON, and XML without a DOCTYPE."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import orjson
from lxml import etree

from schemas.errors import Malformed, Problem

MAX_BYTES = 20 * 1024 * 1024
MAX_DEPTH = 64
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
MAX_DIGITS = 400  # CPython's own guard starts at 4,300 digits; no field of ours needs a tenth of this


def _malformed(message: str, where: str = "") -> Malformed:
    return Malformed(Problem(code="format.read", message=message, where=where))


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        once: set[str] = set()
        twice = next(name for name, _ in pairs if name in once or once.add(name))  # type: ignore[func-returns-value]
        raise _malformed(f"The JSON object names the member {twice[:60]!r} twice.")
    return members


def _no_constant(text: str) -> NoReturn:
    raise _malformed(f"The JSON holds {text}, which is not a JSON number.")


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _malformed("The JSON holds a number too long to be meant.")
    return int(text)


def too_deep(value: Any, limit: int = MAX_DEPTH) -> bool:  # noqa: ANN401 - JSON is any value
    """Tell whether objects and arrays nest deeper than the limit; level by level, so never deeper than it."""
    level = [value]
    for _ in range(limit):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def load_json(data: bytes) -> Any:  # noqa: ANN401 - JSON is any value
    """Parse UTF-8 JSON; refuse duplicate members, NaN, deep nesting and giant numbers (RFC 8259 §4, §6).

    Raises:
        Malformed: with the reason and, where known, the line and column.
    """
    if len(data) > MAX_BYTES:
        raise _malformed(f"The document is larger than {MAX_BYTES // 1024 // 1024} MB.")
    value = _at_once(data)
    return _carefully(data) if value is _ODD else value


_ODD = object()
_BOM = b"\xef\xbb\xbf"
_WHOLE = 2.0**63  # a whole number as large may be read as a fraction


def _at_once(data: bytes) -> Any:  # noqa: ANN401 - JSON is any value
    """Parse JSON by a parser that is fast, and lenient; `_ODD` for all that the careful one has to judge.

    That one keeps the last of two equal members. What it kept is written again: a member that is lost takes
    its quotes along, and nothing puts quotes in.
    """
    bare = data.removeprefix(_BOM)
    try:
        value = orjson.loads(bare)
        kept = orjson.dumps(value)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        return _ODD
    if kept != bare and not _same_quotes(bare, kept):
        return _ODD
    level = [value]
    for depth in range(MAX_DEPTH + 1):
        below: list[Any] = []
        for one in level:
            kind = type(one)
            if depth == MAX_DEPTH and (kind is dict or kind is list):
                return _ODD
            if kind is dict:
                below += one.values()
            elif kind is list:
                below += one
            elif kind is float and not -_WHOLE < one < _WHOLE:
                return _ODD
        if not below:
            break
        level = below
    return value


def _same_quotes(bare: bytes, kept: bytes) -> bool:
    """Tell whether all quotes were kept; where none is written by its number, each stands for itself."""
    if b"\\" not in bare or b"\\u" not in bare:
        return bare.count(b'"') == kept.count(b'"')
    return quotes(bare) == quotes(kept)


def quotes(data: bytes) -> int:
    """Count the quotes that open or close a text of JSON; a member told twice has two more than are kept.

    An escape that hides a quote or a backslash can only raise the count of what was read, never lower it.
    """
    return data.count(b'"') - data.count(b'\\"')


def _carefully(data: bytes) -> Any:  # noqa: ANN401 - JSON is any value
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _malformed(f"The JSON is not UTF-8 at byte {error.start}.") from None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constant,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _malformed(f"The JSON is not well-formed at {place}.", place) from None
    except RecursionError:
        raise _malformed(f"The JSON nests deeper than {MAX_DEPTH} levels.") from None
    if too_deep(value):
        raise _malformed(f"The JSON nests deeper than {MAX_DEPTH} levels.")
    if _SURROGATE.search(data):
        _whole_characters(value)
    return value


def _whole_characters(value: Any) -> None:  # noqa: ANN401
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise _malformed("The JSON escapes half a character (a lone surrogate).") from None


def parse_xml(data: bytes, *, max_bytes: int = MAX_BYTES) -> etree._ElementTree:
    """Parse XML; refuse any DOCTYPE before anything in it can act, resolve nothing, fetch nothing.

    Comments and processing instructions are kept: signatures may cover them.

    Args:
        data: the document.
        max_bytes: for what has a bound of its own, such as trusted lists.

    Raises:
        Malformed: not well-formed, a DOCTYPE, or too large.
    """
    if len(data) > max_bytes:
        raise _malformed(f"The document is larger than {max_bytes // 1024 // 1024} MB.")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=False,
        remove_pis=False,
        strip_cdata=False,
    )
    if _PROLOG.match(_as_ascii(data)):
        raise _malformed("The XML holds a DOCTYPE, which is never accepted.")
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        place = f"line {line}" if line else ""
        raise _malformed(f"The XML is not well-formed{' at ' + place if place else ''}.", place) from None
    unbound = parser.error_log.filter_from_errors()  # the parser itself looks at the last entry alone
    if unbound:
        place = f"line {unbound[0].line}"
        raise _malformed(f"The XML uses a namespace it does not declare at {place}.", place)
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None or tree.docinfo.doctype:
        raise _malformed("The XML holds a DOCTYPE, which is never accepted.")
    return tree


_PROLOG = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?>\s+|<\?(?>.*?\?>)|<!--(?>.*?-->))*+<!DOCTYPE",
    re.DOTALL | re.IGNORECASE,
)
"""Only the prolog can hold one; the letters may well stand in the text of an HTML template."""


def _as_ascii(data: bytes) -> bytes:
    """Drop the zero bytes of UTF-16 and UTF-32, so that a DOCTYPE cannot hide in an encoding."""
    return data.replace(b"\0", b"") if b"\0" in data[:64] else data
