"""Where in EDCI XML a learner's own stands: found once for a class, by the elements around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from converter.mould_root import ATTRIBUTE
from converter.mould_taking import is_plain

_TOKEN = re.compile(rb"<(/?)([\w:.-]+)((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*)>([^<]*)")
_SUBJECT = b"credentialSubject"
_OF_CLASS = frozenset({b"achievements", b"activities", b"entitlements"})
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d):(\d\d)((?:\.\d{1,6})?)(Z|[+-]\d\d:\d\d)", re.ASCII)
FORMS = {
    "uuid": "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "entity": r"[\w-]{8,64}",
    "hex": "[0-9a-f]{16,64}",
    "moment": MOMENT.pattern,
    "day": r"\d{4}-\d\d-\d\d",
    "mail": r"[\w.+-]{1,64}@[\w.-]{1,190}",
}
"""What may stand in a place, by its kind."""
_HEADS = {
    "uuid": r"(?:[\w.:/-]*[:/])?",
    "entity": r"https?://[\w.:~/-]{1,200}/",
    "hex": r"(?:sha256\$)?",
    "mail": "(?:mailto:)?",
}
_KINDS = {kind: re.compile(f"{_HEADS.get(kind, '')}({form})", re.ASCII) for kind, form in FORMS.items()}
OF_PERSONS = frozenset({"name", "words"})
_CODED = b"targetName"
_NAMES = {b"fullName": "full", b"givenNames": "given", b"familyName": "family", b"birthName": "birth name"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where something of a learner's own stands.

    Attributes:
        name: `id` for the credential's, the names of persons, or its kind and number.
        kind: a key of `_KINDS`, or `name`, or `words` for what else is said of a person.
        head: what stands before it in the same value.
    """

    name: str
    kind: str
    start: int
    end: int
    head: str = ""


def places_of(data: bytes) -> Iterator[Place]:
    """Yield the places of a document, in order, each with a name."""
    path: list[bytes] = []
    number = 0
    for token in _TOKEN.finditer(data):
        closing, tag, attributes, text = token.groups()
        local = tag.rpartition(b":")[2]
        if closing:
            path.pop()
            continue
        path.append(local)
        found = [_of_attribute(path, one, token.start(3)) for one in ATTRIBUTE.finditer(attributes)]
        found.append(_of_text(path, text, token.start(4)))
        for place in filter(None, found):
            number += 1
            yield replace(place, name=place.name or f"{place.kind} {number}")
        if attributes.endswith(b"/"):
            path.pop()


def _of_attribute(path: list[bytes], found: re.Match[bytes], start: int) -> Place | None:
    local = found[1].rpartition(b":")[2]
    if local == b"id" and len(path) == 1:
        return _place(found[2], start + found.start(2), "id", ("uuid", "entity"))
    if local == b"uri" and _is_persons(path):
        return _place(found[2], start + found.start(2), "", ("mail",))
    return None


def _of_text(path: list[bytes], text: bytes, start: int) -> Place | None:
    if len(path) == 2 and path[1] != b"title":  # noqa: PLR2004 - a child of the root
        return _place(text, start, "", ("uuid", "entity", "hex", "moment"))
    if not _is_persons(path):
        return _place(text, start, "", ("moment",))
    name = next((_NAMES[one] for one in path if one in _NAMES), "")
    if name and _is_plain(text):
        return Place(name, "name", start, start + len(text))
    found = _place(text, start, "", tuple(_KINDS))
    if found is None and path[-1] == b"text" and _CODED not in path and _is_plain(text):
        return Place("", "words", start, start + len(text))
    return found


def _is_plain(text: bytes) -> bool:
    return is_plain(text.decode("utf-8", "replace")) and b"\xef\xbf\xbd" not in text


def _is_persons(path: list[bytes]) -> bool:
    return path[1:2] == [_SUBJECT] and not _OF_CLASS.intersection(path)


def _place(value: bytes, start: int, name: str, kinds: tuple[str, ...]) -> Place | None:
    """Find what is a learner's own within a value: of an address, what follows its last slash."""
    if not value.isascii():
        return None
    text = value.decode()
    for kind in kinds:
        found = _KINDS[kind].fullmatch(text)
        if found is not None:
            return Place(name, kind, start + found.start(1), start + found.end(1), text[: found.start(1)])
    return None
