"""The verdict of our own XSDs on EDCI XML, compiled once each and never fetched."""

from __future__ import annotations

import contextlib
import copy
import functools
import re
from importlib import resources
from itertools import islice
from typing import Any

from lxml import etree

from schemas.edci import Model
from schemas.edci.files import entry
from schemas.errors import Problem

_MOST = 100
"""Faults told by libxml2 that are looked at."""
_WHITE = " \t\r\n"
_SPACED = re.compile(rf"[{_WHITE}]*-?(?:[0-9]+-[0-9]{{2}}-[0-9]{{2}}|P[0-9T])[0-9A-Z:.+-]*[{_WHITE}]*")
_ELEMENT = re.compile(r"Element '(?:\{[^}]*\})?(?P<name>[^']*)'")


def schema_file(root: etree._Element, model: Model, variant: str) -> str:
    """Name the file of ours that a credential or a presentation of one is held against.

    A presentation of another kind than mandated and shared has no schema of its own; the shared one is taken.
    """
    if etree.QName(root).localname == "europassCredential":
        return entry(model.version, variant)
    kind = root.find(f"{{{model.namespaces['vp']}}}type")
    word = "" if kind is None else model.presentations.get(kind.get("uri", ""), "")
    return entry(model.version, variant, "mandated" if word == "mandated" else "shared")


def holds(data: bytes, file: str) -> bool:
    """Tell whether a document holds against one of our XSDs; the published one says the same.

    The bytes are parsed once more, which costs a third: on a tree a path is named for every fault, in time that
    grows with the square of their number.
    """
    try:
        etree.fromstring(data, _parser(file))
    except etree.XMLSyntaxError:
        return False
    return True


def trimmed(root: etree._Element) -> bytes:
    """Write a document without the white space around its times, days and durations.

    It says nothing (XML Schema Part 2 §4.3.6: they collapse it), yet libxml2 takes it for a part of them.
    """
    copied = copy.deepcopy(root)
    for element in copied.iter(etree.Element):
        if element.text and not len(element) and _SPACED.fullmatch(element.text):
            element.text = element.text.strip(_WHITE)
        for name, value in ((name, str(value)) for name, value in element.attrib.items()):
            if _SPACED.fullmatch(value):
                element.set(name, value.strip(_WHITE))
    return etree.tostring(copied)


def broken_rules(data: bytes, file: str, version: str) -> tuple[Problem, ...]:
    """Tell where libxml2 finds a document broken, without its words: they quote the document.

    It is asked where the model has no explanation: inside a seal, and where a document names types itself.
    """
    parser = _parser(file)
    with contextlib.suppress(etree.XMLSyntaxError):
        etree.fromstring(data, parser)
    log: Any = parser.error_log  # its stubs do not know that it can be walked
    return tuple(dict.fromkeys(_problem(entry, version) for entry in islice(log, _MOST)))


def _problem(entry: Any, version: str) -> Problem:  # noqa: ANN401 - libxml2's log entry
    found = _ELEMENT.match(entry.message)
    rule = entry.type_name.removeprefix("SCHEMAV_").lower().replace("_", "-")
    return Problem(
        code="format.schema",
        message=f"{found['name'][:60] if found else 'An element'} breaks the schema ({rule}).",
        where=f"line {entry.line}",
        cite=f"EDCI {version}, {rule}",
    )


def _parser(file: str) -> etree.XMLParser:
    """Make a parser that holds what it reads against a schema; one each time, for it keeps a log."""
    return etree.XMLParser(
        schema=_compiled(file), no_network=True, load_dtd=False, resolve_entities=False, huge_tree=False
    )


@functools.cache
def _compiled(file: str) -> etree.XMLSchema:
    path = resources.files("schemas.edci") / "xsd" / file
    parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)
    return etree.XMLSchema(etree.parse(str(path), parser))
