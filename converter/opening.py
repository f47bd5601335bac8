"""How a text opens: byte order mark, prolog, first character; and whether it is but one URL."""

from __future__ import annotations

import re

from schemas.errors import Malformed, Problem

_JSON_STARTS = frozenset({b"{", b"[", b'"'})
SPACE = b" \t\r\n"
UTF8_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_MAX_URL = 2048
_URL = re.compile(rb"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_SHORTCUT = re.compile(rb"\[InternetShortcut\]\s(?:[^\n]*\n){0,20}?URL=(\S+)", re.IGNORECASE)
_PROLOG_STEPS = 16  # no credential needs more than a declaration and a comment or two
_ROOT = re.compile(rb"<(?:[^\s:/><!?]+:)?([^\s:/><!?]+)")


def plain_text(data: bytes) -> bytes:
    """Strip white space and a byte order mark; text in UTF-16 or UTF-32 becomes UTF-8.

    Bytes that only happen to start like a byte order mark are left as they are.
    """
    for mark, encoding in _WIDE_BOMS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    if b"\0" in data[:4] and b"<" in data[:4]:  # UTF-16 XML without a mark, told by its first character
        return data.replace(b"\0", b"").strip()
    return data.removeprefix(UTF8_BOM).strip(SPACE)


def _decoded(data: bytes, encoding: str) -> bytes:
    try:
        return data.decode(encoding).strip().encode()
    except UnicodeError:
        return data


def root_name(text: bytes) -> bytes:
    """Read the local name of the root element by stepping over the prolog once; parses nothing.

    Raises:
        Malformed: a DOCTYPE, a prolog without end, or no root at all.
    """
    at = 0
    for _ in range(_PROLOG_STEPS):
        at += len(text[at : at + 4096]) - len(text[at : at + 4096].lstrip())
        if text.startswith(b"<?", at):
            end = text.find(b"?>", at) + 2
        elif text.startswith(b"<!--", at):
            end = text.find(b"-->", at + 4) + 3
        else:
            break
        if end <= at:
            break
        at = end
    if text[at : at + 9].upper() == b"<!DOCTYPE":
        message = "The XML holds a DOCTYPE, which is never accepted."
        raise Malformed(Problem(code="format.read", message=message))
    root = _ROOT.match(text, at)
    if root is None:
        raise Malformed(Problem(code="format.read", message="The XML is not well-formed: no root element."))
    return root.group(1)


def opens_json(text: bytes) -> bool:
    """Tell JSON by its first character; a Windows shortcut file starts with a bracket too."""
    return text[:1] in _JSON_STARTS and not _SHORTCUT.match(text)


def url_in(text: bytes) -> str:
    """Return the one URL that a text or a Windows shortcut file consists of; empty where it is neither."""
    shortcut = _SHORTCUT.match(text)
    place = shortcut.group(1) if shortcut else text
    if len(place) > _MAX_URL or not _URL.fullmatch(place):
        return ""
    return place.decode("utf-8", "replace")
