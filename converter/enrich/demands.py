"""What each target format demands of a node, read off its model table through the mapping table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from converter.paths import parse_path
from converter.table import inherited
from converter.tables import table
from schemas import edci, elm
from schemas.document import Format
from schemas.elm import ControlledList, Property

Demands = Mapping[str, Mapping[str, str]]
"""For each pivot class: the pivot field that must be there, with the name the format gives it."""


@cache
def demands(fmt: Format) -> Demands:
    """Return what a format demands of the pivot classes it can hold; of several shapes, what all demand."""
    of = table(fmt)
    required = _elm_required if fmt is Format.ELM else _edci_required
    found: dict[str, dict[str, str]] = {}
    for shape in of.shape:
        if fmt is Format.ELM and shape.wire not in elm.model().classes:
            continue
        whole = inherited(of, shape)
        wires = {parse_path(row.wire)[0].name: row.pivot for row in whole.row}
        wires |= {parse_path(wire)[0].name: join.pivot for join in whole.join for wire in join.wire}
        needs = {parse_path(wires[name])[0].name: name for name in required(shape.wire) if name in wires}
        if shape.pivot in found:
            needs = {field: name for field, name in needs.items() if field in found[shape.pivot]}
        found[shape.pivot] = needs
    return found


def _elm_required(wire: str) -> Iterator[str]:
    seen: set[str] = set()
    for line in elm.model().lineage(wire):
        for term, prop in line.properties.items():
            if term not in seen and prop.least > 0:
                yield term
            seen.add(term)


def _edci_required(wire: str) -> Iterator[str]:
    kind = edci.model().type(wire)
    yield from (child.name for child in kind.children.values() if child.least > 0)
    yield from (
        attribute.key
        for attribute in kind.attributes.values()
        if attribute.required and attribute.name != "id"
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """A pivot field whose values must stand in one controlled list."""

    scheme: str
    holds: Callable[[str], bool]


@cache
def listed_elm() -> Mapping[tuple[str, str], Listed]:
    """Return, by pivot class and field, the controlled list that the ELM profile enforces there."""
    return {place: _listed(prop.scheme) for place, prop in _elm_properties() if prop.scheme is not None}


@cache
def once_a_language_elm() -> frozenset[tuple[str, str]]:
    """Return the pivot fields, by class, that hold one text for each language in ELM (`sh:uniqueLang`)."""
    return frozenset(place for place, prop in _elm_properties() if prop.unique)


def _elm_properties() -> Iterator[tuple[tuple[str, str], Property]]:
    """Yield each pivot field, by class, with the property the ELM table writes it to."""
    of = table(Format.ELM)
    for shape in of.shape:
        for row in inherited(of, shape).row:
            prop = elm.model().property(shape.wire, parse_path(row.wire)[0].name)
            if prop is not None:
                yield (shape.pivot, parse_path(row.pivot)[0].name), prop


def _listed(of: ControlledList) -> Listed:
    return Listed(of.scheme, of.holds)
