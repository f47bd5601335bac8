"""What no XSD says of EDCI XML, and is wrong all the same.

A reference the schema's keys do not follow, and a schema location that is not one pair, fail `format.schema`:
the first breaks the document, the second is the format check of the European Commission's own verifier. The
rest is `format.data`: odd, and told apart from the verdict of the schema.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from converter.formats.edci2_elements import place
from converter.formats.edci2_text import normalised
from schemas.edci import XSI, Child, Model, model
from schemas.errors import Problem

_LOCATION = f"{{{XSI}}}schemaLocation"
_REFERENCES = etree.XPath("descendant-or-self::*[@idref]")


def location(root: etree._Element, table: Model) -> Iterator[Problem]:
    """Exactly one pair of namespace and schema address must stand on the root; it is never fetched."""
    words = root.get(_LOCATION, "").split()
    if len(words) == 2:  # noqa: PLR2004 - a pair
        return
    said = f"names {len(words) / 2:g} pairs" if words else "is missing"
    message = f"xsi:schemaLocation {said} where exactly one pair must stand."
    yield _problem("format.schema", message, root, table, "xsi:schemaLocation")


def dangling(root: etree._Element, credential: etree._Element, table: Model) -> Iterator[Problem]:
    """Every reference of a document that holds against its XSD must lead to something, keys or none."""
    known = _known_ids(credential, table)
    places = _Places(root, table)
    snb = table.namespaces[""]
    closed = {f"{{{snb}}}childCredentials", f"{{{snb}}}proof", f"{{{table.namespaces['vp']}}}proof"}
    tops = [*credential] if credential is root else [*root, *credential]
    for top in tops:
        if top is credential or top.tag in closed or not isinstance(top.tag, str):
            continue
        found: Any = _REFERENCES(top)
        for element in found:
            child, clause = places.of(element)
            if child is None or not child.reference:
                continue
            target = normalised(element.get("idref", ""), table.id_type(child.container))
            if target not in known[child.container]:
                yield dangles(element, child.container, table, clause)


def dangles(element: etree._Element, container: str, table: Model, clause: str) -> Problem:
    """Build the problem of a reference that leads nowhere."""
    message = f"The reference leads to nothing: {container} holds no node of that id."
    return _problem("format.schema", message, element, table, clause)


def _known_ids(credential: etree._Element, table: Model) -> dict[str, set[str]]:
    snb = table.namespaces[""]
    return {
        container: {
            normalised(node.get("id", ""), table.id_type(container))
            for node in credential.iterfind(f"{{{snb}}}{container}/*")
        }
        for container in table.containers
    }


class _Places:
    """Tells what an element of a sound document is: most by their parent's name, the rest by the way down."""

    def __init__(self, root: etree._Element, table: Model) -> None:
        self._model = table
        self._by_names = _by_names(table.version)
        top = table.root if root.tag == f"{{{table.namespaces['']}}}europassCredential" else None
        self._types = {root: top or table.presentation_root}

    def of(self, element: etree._Element) -> tuple[Child | None, str]:
        """Return the child the model has there, and the clause that says so."""
        parent = element.getparent()
        if parent is None:
            return None, ""
        known = self._by_names.get((parent.tag, element.tag), ())
        name = known[0] if len(known) == 1 else self._type(parent) if known else ""
        child = self._model.types[name].by_tag.get(element.tag) if name else None
        return child, f"{name}/{child.name}" if child else ""

    def _type(self, element: etree._Element) -> str:
        if element not in self._types:
            child, _ = self.of(element)
            self._types[element] = child.type if child else ""
        return self._types[element]


@functools.cache
def _by_names(version: str) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return, for an element and its child, the types the element may be of."""
    table = model(version)
    snb, vp = table.namespaces[""], table.namespaces["vp"]
    left = {
        (f"{{{snb}}}europassCredential", table.root),
        (f"{{{vp}}}verifiablePresentation", table.presentation_root),
    }
    done: set[tuple[str, str]] = set()
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    while left:
        tag, type_name = here = left.pop()
        done.add(here)
        for child in table.types[type_name].children.values():
            names = found.setdefault((tag, child.tag), ())
            found[tag, child.tag] = (*names, type_name)
            if child.type in table.types and (child.tag, child.type) not in done:
                left.add((child.tag, child.type))
    return found


def twins(credential: etree._Element, table: Model) -> Iterator[Problem]:
    """Where the schema has no key, two nodes of one id still make every reference to them ambiguous."""
    snb = table.namespaces[""]
    for container in table.containers.keys() - set(table.unique):
        seen: set[str] = set()
        for node in credential.iterfind(f"{{{snb}}}{container}/*"):
            own = normalised(node.get("id", ""), table.id_type(container))
            if "id" in node.attrib and own in seen:
                message = f"Two nodes of {container} have the same id."
                yield _problem("format.data", message, node, table, container)
            seen.add(own)


def languages(credential: etree._Element, table: Model) -> Iterator[Problem]:
    """What the credential is called must be in languages it declares, its primary language among them."""
    snb = table.namespaces[""]
    declared = {
        normalised(one.text or "", "language")
        for one in credential.iterfind(f"{{{snb}}}availableLanguages/{{{snb}}}language")
    }
    if not declared:
        return
    primary = credential.find(f"{{{snb}}}primaryLanguage")
    if primary is not None and normalised(primary.text or "", "language") not in declared:
        message = "The primary language is not among the available languages."
        yield _problem("format.data", message, primary, table, "availableLanguages")
    for name in table.one_text_a_language:
        texts = credential.findall(f"{{{snb}}}{name}/{{{snb}}}text")
        used = {normalised(one.get("lang", ""), "language") for one in texts}
        left_out = sorted((used & table.languages()) - declared)
        if left_out:
            message = f"The {name} is also in {', '.join(left_out)}: not among the available languages."
            yield _problem("format.data", message, texts[0].getparent(), table, "availableLanguages")


def _problem(code: str, message: str, at: Any, table: Model, clause: str) -> Problem:  # noqa: ANN401 - an element
    return Problem(code=code, message=message, where=place(at), cite=f"EDCI {table.version}, {clause}")
