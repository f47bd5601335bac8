"""What every mapping table obeys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies_pivot import trees, usual

from converter.codecs import CODECS, Context
from converter.identity_table import identity_table
from converter.mapping import Mapping
from converter.table import Row, Shape, Table, inherited
from converter.tables import FILES, mapping, table, uncovered
from schemas.document import Format
from schemas.pivot import Credential, field_kinds, from_tree, to_tree
from schemas.pivot.node import Node

FORMATS = list(FILES)


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_pivot_field_is_in_a_row_or_in_a_gap_with_a_reason(fmt: Format) -> None:
    assert list(uncovered(table(fmt))) == []


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_table_compiles_against_the_pivot_s_classes(fmt: Format) -> None:
    assert isinstance(mapping(fmt), Mapping)


@pytest.mark.parametrize("fmt", FORMATS)
def test_no_two_way_path_stands_twice_in_a_shape(fmt: Format) -> None:
    for shape in table(fmt).shape:
        whole = inherited(table(fmt), shape)
        pivots = [(row.pivot, row.case) for row in whole.row]
        assert len(pivots) == len(set(pivots)), shape.name


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_codec_a_table_names_is_used_and_every_codec_is_named(fmt: Format) -> None:
    tables = (*map(table, FORMATS), identity_table())
    named = {via for one in tables for shape in one.shape for via in _vias(shape)}
    assert set(CODECS) - named - {"same", "text"} == set()
    assert fmt in FILES


def _vias(shape: Shape) -> Iterator[str]:
    yield from (row.via for row in (*shape.row, *shape.oneway))
    yield from (join.via for join in shape.join)


def _elm(name: str, field: str) -> st.SearchStrategy[Any] | None:
    del name
    row = _ELM_VIAS.get(field)
    moments = st.datetimes(timezones=st.just(None)).map(lambda at: at.isoformat() + "Z")
    return {"datetime": moments, "duration": st.integers(0, 500).map(lambda hours: f"PT{hours}H")}.get(
        row or ""
    )


_ELM_VIAS = {
    row.pivot: row.via for shape in table(Format.ELM).shape for row in shape.row if row.via in CODECS
}


def _elm_says(name: str, field: str) -> bool:
    gaps = {gap.pivot for gap in table(Format.ELM).gap}
    gaps |= {
        f"{shape.pivot}.{gap.pivot}" for shape in table(Format.ELM).shape for gap in shape.gap if gap.pivot
    }
    place = f"{name}.{field}"
    return name not in gaps and not any(gap == place or gap.startswith(f"{place}.") for gap in gaps)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(trees(Credential, _elm_says, _elm))
def test_lift_undoes_lower_elm3(tree: dict[str, Any]) -> None:
    context = Context(language="en")
    lowered = mapping(Format.ELM).lower(tree, context)
    assert lowered.residue == ()
    lifted = mapping(Format.ELM).lift(json.loads(json.dumps(lowered.tree)), context)
    assert lifted.tree == tree
    assert lifted.residue == ()
    assert to_tree(from_tree(Credential, tree)) == tree


def _single_rows(of: Table) -> list[tuple[str, Row]]:
    return [(shape.name, row) for shape in of.shape for row in shape.row if row.via in CODECS]


@pytest.mark.parametrize(
    ("shape", "row"), _single_rows(table(Format.ELM)), ids=lambda value: getattr(value, "pivot", value)
)
def test_each_elm_row_alone_goes_there_and_back(shape: str, row: Row) -> None:
    found = next(one for one in table(Format.ELM).shape if one.name == shape)
    alone = table(Format.ELM).model_copy(update={"root": shape})
    kind = field_kinds(Node.REGISTER[found.pivot])[row.pivot.removesuffix("[]")]
    value = {
        "datetime": "2026-01-02T03:04:05Z",
        "duration": "PT3H",
        "lang_map": {"nl": "tekst"},
        "integer": 3,
        "boolean": True,
    }.get(row.via, "tekst")
    tree = {"type": found.pivot, row.pivot.removesuffix("[]"): [value] if kind.many else value}
    context = Context(language="nl")
    engine = Mapping(alone)
    assert engine.lift(engine.lower(tree, context).tree, context).tree == tree
    assert usual(kind.scalar) is not None
