"""The edci2 table: each row alone, whole credentials, and other people's credentials."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from shared_files import shared_cases
from strategies_edci_pivot import CONTEXT, CREDENTIALS, ECTS_CREDIT, SAMPLES, SHAPES, Tree

from converter.codecs import CODECS, Context
from converter.formats.edci2 import read_edci, write_edci
from converter.formats.edci2_arrange import PSEUDO, REARRANGEMENTS, arrange, restore
from converter.formats.edci2_places import is_kept
from converter.mapping import Mapping
from converter.paths import parse_path, write
from converter.pivot_paths import typed
from converter.table import Row, Shape
from converter.tables import mapping, table, uncovered
from schemas.document import Format
from schemas.edci import Type, model
from schemas.errors import Malformed
from schemas.pivot import Credential, from_tree, to_tree

EDCI = Format.EDCI
CHOICES = {choice.name: choice for choice in table(EDCI).choice}


def rows(*, leaves: bool) -> Iterator[Any]:
    for shape in SHAPES.values():
        for row in shape.row:
            if (row.via in CODECS) is leaves:
                yield pytest.param(shape, row, id=f"{shape.name}.{row.pivot}~{row.wire}")


def alone(shape: Shape) -> Mapping:
    return Mapping(table(EDCI).model_copy(update={"root": shape.name}))


def with_value(shape: Shape, row: Row, value: Any) -> Tree:
    path = typed(row.pivot, shape.pivot)
    tree: Tree = {"type": shape.pivot}
    write(tree, path, tuple(0 for step in path if step.each), value)
    return tree


def says(whole: Any, part: Any) -> bool:
    """Tell whether a tree says all that another says: a constant or a lift-only row may say more."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(says(whole.get(key), inner) for key, inner in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and len(whole) == len(part) and all(map(says, whole, part))
    return bool(whole == part)


@pytest.mark.parametrize(("shape", "row"), list(rows(leaves=True)))
def test_each_row_with_a_codec_goes_there_and_back(shape: Shape, row: Row) -> None:
    tree = with_value(shape, row, SAMPLES[row.via])
    lowered = alone(shape).lower(tree, CONTEXT)
    assert lowered.residue == ()
    lifted = alone(shape).lift(lowered.tree, CONTEXT)
    assert says(lifted.tree, tree)
    assert lifted.residue == ()
    assert alone(shape).lower(lifted.tree, CONTEXT).tree == lowered.tree


@pytest.mark.parametrize(("shape", "row"), list(rows(leaves=False)))
def test_each_row_through_a_shape_keeps_the_node_s_kind(shape: Shape, row: Row) -> None:
    names = [case.shape for case in CHOICES[row.via].case] if row.via in CHOICES else [row.via]
    for name in names:
        inner: Tree = {"type": SHAPES[name].pivot}
        if name == "QualificationAward":
            inner["specified_by"] = {"type": "Qualification"}
        elif name == "LegalIdentifier" and row.via == "Identifier":
            inner["spatial"] = SAMPLES["edci_country"]
        elif name == "EctsCredit":
            inner = ECTS_CREDIT
        tree = with_value(shape, row, inner)
        lowered = alone(shape).lower(tree, CONTEXT)
        assert lowered.residue == ()
        lifted = alone(shape).lift(lowered.tree, CONTEXT)
        assert says(lifted.tree, tree)
        assert lifted.residue == ()


def test_the_table_covers_the_pivot_and_gives_its_reasons_in_sentences() -> None:
    assert list(uncovered(table(EDCI))) == []
    gaps = [gap for shape in table(EDCI).shape for gap in shape.gap] + list(table(EDCI).gap)
    assert all(gap.why.endswith(".") for gap in gaps)


def test_members_that_only_the_arrangement_makes_are_declared() -> None:
    firsts = {parse_path(row.wire)[0].name for shape in SHAPES.values() for row in shape.row}
    assert {name for name in firsts if name.startswith("#") and name != "#text"} == set(PSEUDO)
    assert all(all(words) for words in REARRANGEMENTS)


WIRES = sorted({shape.wire for shape in SHAPES.values()})


@pytest.mark.parametrize("wire", WIRES)
def test_every_wire_member_has_a_row_a_gap_or_a_rearrangement(wire: str) -> None:
    kind = model().types[wire]
    there = {*kind.children, *(attribute.key for attribute in kind.attributes.values())}
    there |= {"#text"} if kind.text else set()
    named = {name for shape in SHAPES.values() if shape.wire == wire for name in _members(shape)}
    kept = {name for name in there if all(is_kept(name, *place) for place in _places(wire))}
    assert there - named - kept - {*model().containers, "proof"} == set()
    assert {name for name in named - there if name == "#text" or not name.startswith("#")} == set()


def _members(shape: Shape) -> Iterator[str]:
    for row in (*shape.row, *shape.oneway):
        yield parse_path(row.wire)[0].name
    for gap in shape.gap:
        if gap.wire:
            yield parse_path(gap.wire)[0].name


def _places(wire: str) -> set[tuple[str, str]]:
    """Give each element of a type, with the one around it."""
    return {
        (element, around)
        for parent in model().types.values()
        for element in _elements(wire, [parent])
        for around in _elements(parent.name, model().types.values()) or {""}
    }


def _elements(wire: str, parents: Iterable[Type]) -> set[str]:
    return {
        element
        for parent in parents
        for child in parent.children.values()
        for element, type_name in (child.items or {child.name: child.type}).items()
        if type_name == wire
    }


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(CREDENTIALS)
def test_lift_undoes_lower(tree: Tree) -> None:
    assert to_tree(from_tree(Credential, tree)) == tree
    lowered = mapping(EDCI).lower(tree, CONTEXT)
    assert lowered.residue == ()
    lifted = mapping(EDCI).lift(json.loads(json.dumps(lowered.tree)), CONTEXT)
    assert lifted.tree == tree
    assert lifted.residue == ()


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(CREDENTIALS)
def test_arrange_undoes_restore(tree: Tree) -> None:
    tree.pop("edci", None)
    lowered = mapping(EDCI).lower(tree, CONTEXT).tree
    restored, left = restore(lowered)
    assert left == ()
    assert mapping(EDCI).lift(arrange(restored), CONTEXT).tree == tree


# --- other people's credentials

STATED = (
    "Nothing in the credential refers to this node",
    "Credentials within a credential are documents of their own",
    "What a presentation says of who showed the credential",
)
"""All that a valid EDCI XML credential says and the pivot does not take."""


def leaves(tree: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key not in ("#unreferenced", "#presentation"):
                yield from leaves(value, f"{where}/{key}")
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield from leaves(value, f"{where}/{index}")
    else:
        yield where, tree.strip() if where.endswith("/@uri") else tree


@pytest.mark.shared
@pytest.mark.parametrize("path", shared_cases("samples/edci-xml/[0-4]*.xml"), ids=lambda path: path.name)
def test_a_sample_comes_back_as_it_was(path: Path) -> None:
    try:
        document = read_edci(path.read_bytes())
    except Malformed:
        pytest.skip("not well-formed: nothing to lift")
    if any(problem.code.startswith("format.schema") for problem in document.problems):
        pytest.skip("not valid by the schema it declares")
    context = Context(language=document.tree.get("primaryLanguage", "en"))
    arranged = arrange(document.tree)
    lifted = mapping(EDCI).lift(arranged, context)
    assert [one for one in lifted.residue if not one.why.startswith(STATED)] == []
    assert to_tree(from_tree(Credential, lifted.tree)) == lifted.tree
    lowered = mapping(EDCI).lower(lifted.tree, context)
    assert lowered.residue == ()
    behind = {one.source for one in lifted.residue}
    before = {where: value for where, value in leaves(arranged) if where not in behind}
    assert dict(leaves(lowered.tree)) == before
    restored, left = restore(lowered.tree)
    assert left == ()
    assert arrange(restored) == lowered.tree
    assert read_edci(write_edci(restored).data).tree == restored
