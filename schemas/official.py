"""The official schema files: which there are, what digests they must have, what they say of a document."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Protocol

from schemas.document import Container, Document, Format

KINDS = ("xsd", "shapes", "context")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_MEMBERS = frozenset({"kind", "url", "sha256", "imports", "judges", "context"})


class BadPins(ValueError):  # noqa: N818 - reads as a sentence
    """A table of pins that cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One official file, as it is expected.

    Attributes:
        name: of the file, in the cache too.
        kind: one of `KINDS`.
        urls: where it is published; the first is the one documents name.
        sha256: every digest accepted, in hexadecimals.
        imports: the files it cannot be run without, by name.
        judges: the documents it has the word on, as `judged_as` says them.
        context: for a context, which one it is: `profile` or `credential`.
    """

    name: str
    kind: str
    urls: tuple[str, ...]
    sha256: tuple[str, ...]
    imports: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()
    context: str = ""

    def accepts(self, data: bytes) -> bool:
        """Tell whether bytes have an accepted digest."""
        return digest(data) in self.sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialFault:
    """One thing the official files object to.

    Attributes:
        message: one sentence; names elements and rules, never a value.
        where: a line, or an element path; may be empty.
    """

    message: str
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the official files say of one document.

    Attributes:
        conforms: None where they could not be asked.
        said: one sentence.
        file: the file that has the word on such documents.
        faults: what they object to.
    """

    conforms: bool | None
    said: str
    file: str = ""
    faults: tuple[OfficialFault, ...] = ()


class Official(Protocol):
    """The official files that are at hand. Looks at nothing but the document; never raises for its faults."""

    def opinion(self, document: Document) -> Opinion | None:
        """Say what they say of a document; None where there are none for its format."""


def digest(data: bytes) -> str:
    """Return the sha-256 of bytes in hexadecimals."""
    return hashlib.sha256(data).hexdigest()


def judged_as(document: Document) -> str:
    """Say what kind of document this is, the way `Pin.judges` does."""
    words = [str(document.format), document.version]
    wrapped = document.format is Format.EDCI and Container.PRESENTATION in document.containers
    if not wrapped or document.version == "1.2":  # older wrappers have one schema for every variant
        words.append(document.variant or ("generic" if document.format is Format.EDCI else ""))
    if wrapped:
        words.append("presentation")
    return " ".join(word for word in words if word)


@cache
def shipped_pins() -> tuple[Pin, ...]:
    """Return the pins this software comes with."""
    return read_pins((resources.files("schemas") / "official.toml").read_text("utf-8"))


def pins(more: str = "") -> tuple[Pin, ...]:
    """Return the pins; a table of one's own replaces those of the same name and adds the rest.

    Raises:
        BadPins: the table cannot be used.
    """
    known = {pin.name: pin for pin in shipped_pins()}
    if more:
        known |= {pin.name: pin for pin in read_pins(more, known)}
    return tuple(known.values())


def read_pins(text: str, known: Mapping[str, Pin] | None = None) -> tuple[Pin, ...]:
    """Read a table of pins. One that replaces a known pin need only say what differs.

    Raises:
        BadPins: not TOML, a member that is not known, a digest or an address that is none, a missing import.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPins(f"This is not TOML: {error}.") from None
    files = table.get("file", {})
    if set(table) - {"file"} or not isinstance(files, dict):
        raise BadPins("A table of pins holds only [file.NAME] entries.")
    known = known or {}
    read = tuple(_pin(name, row, known.get(name)) for name, row in files.items())
    names = {pin.name for pin in read} | set(known)
    for pin in read:
        missing = sorted(set(pin.imports) - names)
        if missing:
            raise BadPins(f"{pin.name} imports {missing[0]}, which has no pin.")
    return read


def _pin(name: str, row: Any, known: Pin | None) -> Pin:  # noqa: ANN401 - any TOML
    if not _NAME.fullmatch(name) or not isinstance(row, dict):
        raise BadPins(f"{name[:60]!r} is no name for a file, or says nothing of it.")
    strange = sorted(set(row) - _MEMBERS)
    if strange:
        raise BadPins(f"{name} has a member {strange[0][:40]!r}, which means nothing.")
    pin = Pin(
        name=name,
        kind=_word(name, row, "kind", known.kind if known else ""),
        urls=_words(name, row, "url", known.urls if known else ()),
        sha256=_words(name, row, "sha256", known.sha256 if known else ()),
        imports=_words(name, row, "imports", known.imports if known else ()),
        judges=_words(name, row, "judges", known.judges if known else ()),
        context=_word(name, row, "context", known.context if known else ""),
    )
    if pin.kind not in KINDS:
        raise BadPins(f"The kind of {name} is none of {', '.join(KINDS)}.")
    if not pin.urls or not all(url.startswith(("https://", "http://")) for url in pin.urls):
        raise BadPins(f"{name} has no web address, or one that is none.")
    if not pin.sha256 or not all(_DIGEST.fullmatch(one) for one in pin.sha256):
        raise BadPins(f"{name} has no sha-256 digest of 64 small hexadecimals, or one that is none.")
    return pin


def _word(name: str, row: Mapping[str, Any], member: str, default: str) -> str:
    value = row.get(member, default)
    if not isinstance(value, str):
        raise BadPins(f"{member} of {name} is not text.")
    return value


def _words(name: str, row: Mapping[str, Any], member: str, default: tuple[str, ...]) -> tuple[str, ...]:
    value = row.get(member, list(default))
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadPins(f"{member} of {name} is not a list of texts.")
    return tuple(value)


def with_imports(name: str, known: Iterable[Pin]) -> tuple[Pin, ...]:
    """Return a file's pin and those of all it cannot be run without, each once, itself first."""
    by_name = {pin.name: pin for pin in known}
    found: dict[str, Pin] = {}
    todo = [name]
    while todo:
        here = todo.pop(0)
        if here not in found:
            found[here] = by_name[here]
            todo += by_name[here].imports
    return tuple(found.values())
