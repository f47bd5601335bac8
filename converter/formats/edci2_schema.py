"""The verdict of our own XSDs on EDCI XML, compiled once each and never fetched."""

from __future__ import annotations

import contextlib
import copy
import functools
import re
import threading
from importlib import resources
from typing import Any

from lxml import etree

from converter.formats.edci2_elements import place
from schemas.edci import Model
from schemas.edci.files import entry
from schemas.errors import Problem

_MOST = 100
"""Faults told by libxml2 that are looked at."""
_INNER: Any = etree.XPath(
    "//c:childCredential//c:europassCredential[not(parent::v:verifiablePresentation)]",
    namespaces={"c": "http://data.europa.eu/snb", "v": "http://data.europa.eu/snb/vp"},
)
_WHITE = " \t\r\n"
_SPACED = re.compile(rf"[{_WHITE}]*-?(?:[0-9]+-[0-9]{{2}}-[0-9]{{2}}|P[0-9T])[0-9A-Z:.+-]*[{_WHITE}]*")
_IDENTIFIED: Any = etree.XPath(
    "//*[(@Id and (self::ds:* or self::x:* or self::y:*)) or (@id and self::eup:childCredential)]",
    namespaces={
        "ds": "http://www.w3.org/2000/09/xmldsig#",
        "x": "http://uri.etsi.org/01903/v1.3.2#",
        "y": "http://uri.etsi.org/01903/v1.4.1#",
        "eup": "http://data.europa.eu/snb",
    },
)
_NUMBER = re.compile(r"-([0-9])")
_SAID = {
    "cvc-complex-type.2.4": "does not belong here, or something that must stand before or in it is missing",
    "cvc-complex-type.2": "holds text or elements that it may not hold",
    "cvc-complex-type.3": "has an attribute that it may not have",
    "cvc-complex-type.4": "lacks an attribute that it must have",
    "cvc-datatype-valid": "has a value that is not of its datatype, or an id that is not unique",
    "cvc-enumeration-valid": "has a value that is not on its list",
    "cvc-elt.4": "names a type for itself that it may not have",
    "cvc-elt.3": "is marked as nil, which it may not be",
    "cvc-elt.1": "is not known, and must be known here",
}
_LOCK = threading.Lock()


def schema_file(root: etree._Element, model: Model, variant: str) -> str:
    """Name the file of ours that a credential or a presentation of one is held against.

    A presentation of another kind than mandated and shared has no schema of its own; the shared one is taken.
    """
    if etree.QName(root).localname == "europassCredential":
        return entry(model.version, variant)
    kind = root.find(f"{{{model.namespaces['vp']}}}type")
    word = "" if kind is None else model.presentations.get(kind.get("uri", ""), "")
    return entry(model.version, variant, "mandated" if word == "mandated" else "shared")


def holds(root: etree._Element, file: str, data: bytes | None = None) -> bool:
    """Tell whether a document holds against one of our XSDs; the published one says the same.

    The bytes are parsed once more, which costs a third: on a tree a path is named for every fault, in time
    that grows with the square of their number. Only xs:ID needs the tree, where some id stands twice.

    Args:
        root: of the document.
        file: of ours, by name.
        data: the document as it came, where that is known.
    """
    try:
        etree.fromstring(etree.tostring(root) if data is None else data, _parser(file))
    except etree.XMLSyntaxError:
        return False
    twice = _repeated(root)
    return not twice or (len(twice) <= _MOST and _compiled(file).validate(root))


def _repeated(root: etree._Element) -> list[etree._Element]:
    """Return the elements whose xs:ID may have stood before: in seals, and of child credentials."""
    seen: set[str] = set()
    found: list[etree._Element] = []
    for element in _IDENTIFIED(root):
        own = " ".join((element.get("Id") or element.get("id", "")).split())
        if own in seen:
            found.append(element)
        seen.add(own)
    return found


def holds_by_the_standard(root: etree._Element, file: str) -> bool:
    """Tell whether a document holds once libxml2 is spared two things it takes otherwise than the standard.

    White space around times, days and durations says nothing: they collapse it (XML Schema Part 2 §4.3.6).
    And a credential inside another one has keys of its own, whatever the ids (Part 1 §3.11.5, the note).
    """
    return not _repeated(root) and all(holds(part, file) for part in _parts(root))


def _parts(root: etree._Element) -> list[etree._Element]:
    """Copy a document: trimmed, and with every credential that stands openly in it as one of its own."""
    copied = trimmed(root)
    inner = [one for one in _INNER(copied) if one is not copied]
    for one in inner:
        one.getparent().remove(one)
    return [copied, *inner]


def trimmed(root: etree._Element) -> etree._Element:
    """Copy a document without the white space around its times, days and durations."""
    copied = copy.deepcopy(root)
    for element in copied.iter(etree.Element):
        if element.text and not len(element) and _SPACED.fullmatch(element.text):
            element.text = element.text.strip(_WHITE)
        for name, value in ((name, str(value)) for name, value in element.attrib.items()):
            if _SPACED.fullmatch(value):
                element.set(name, value.strip(_WHITE))
    return copied


def broken_rules(root: etree._Element, data: bytes, file: str, version: str) -> tuple[Problem, ...]:
    """Tell where libxml2 finds a document broken, without its words: they quote the document.

    It is asked where the model has no explanation: inside a seal, and where a document names types itself.
    Places are told where the faults are few enough to be named one by one.
    """
    parser = _parser(file)
    with contextlib.suppress(etree.XMLSyntaxError):
        etree.fromstring(data, parser)
    twice = _repeated(root)
    if len(parser.error_log) + len(twice) > _MOST:
        return (
            _problem(f"The document breaks the schema in more than {_MOST} places.", "", "seal", version),
        )
    schema = _compiled(file)
    with _LOCK:  # the log belongs to the schema
        schema.validate(root)
        log: Any = schema.error_log  # its stubs do not know that it can be walked
        found = [(entry.type_name, entry.path, entry.line) for entry in log]
    prefixes: Any = {prefix: uri for _, (prefix, uri) in etree.iterwalk(root, events=("start-ns",)) if prefix}
    places = [(rule, _found(root, path, prefixes), line) for rule, path, line in found]
    return tuple(dict.fromkeys(_told(rule, at, line, version) for rule, at, line in places))


def _found(root: etree._Element, path: str | None, prefixes: Any) -> etree._Element | None:  # noqa: ANN401
    """Return the element of a path of libxml2's, or of its attribute."""
    try:
        found: Any = root.xpath(path or "/*", namespaces=prefixes)
    except etree.XPathEvalError:
        return None
    at = found[0] if found else None
    return at if isinstance(at, type(root)) else getattr(at, "getparent", lambda: None)()


def _told(rule: str, at: etree._Element | None, line: int, version: str) -> Problem:
    clause = _NUMBER.sub(r".\1", rule.removeprefix("SCHEMAV_").lower().replace("_", "-"))
    clause = "cvc-complex-type.2.4" if clause == "element-content" else clause
    said = next((words for start, words in _SAID.items() if clause.startswith(start)), "breaks the schema")
    name = "An element" if at is None else etree.QName(at).localname[:60]
    return _problem(f"{name} {said}.", f"line {line}" if at is None else place(at), clause, version)


def _problem(message: str, where: str, rule: str, version: str) -> Problem:
    return Problem(code="format.schema", message=message, where=where, cite=f"EDCI {version}, {rule}")


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
