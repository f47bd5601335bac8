"""Damaged badges and credentials: converted, or refused with a reason, and never anything else."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from conversions import document, options
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from official_edci import xsd_faults
from official_elm import shacl_problems
from samples import badges

from converter.convert import Conversion, Source, convert
from converter.read import read
from converter.stacking import convert_bundle, convert_split
from schemas.document import FORMATS, Document, Format
from schemas.errors import BadgepassError, DocumentError

BADGE = badges.expanded()
ELM: dict[str, Any] = json.loads(
    convert(Source(document=document(badges.dumped(BADGE))), Format.ELM, options(enclose="nothing")).document
)
EDCI = convert(
    Source(document=document(badges.dumped(BADGE))), Format.EDCI, options(enclose="nothing")
).document.decode()
ODD = st.sampled_from(
    [None, "", [], {}, 0, -1, 1.5, True, "x", ["x"], [None], [[]], {"id": 5}, {"nl": 3}, "2020", "9" * 400]
) | st.sampled_from(["http://x", 1e308, {"type": "Person"}, {"@lang": "nl"}])


@st.composite
def damaged(draw: st.DrawFn, tree: dict[str, Any]) -> dict[str, Any]:
    """Take members out of a tree, put odd values in, or other values of its own."""
    tree = copy.deepcopy(tree)
    for _ in range(draw(st.integers(1, 5))):
        spots = list(_spots(tree))
        if not spots:
            break
        holder, key = draw(st.sampled_from(spots))
        match draw(st.sampled_from(["out", "odd", "odd", "own"])):
            case "out":
                del holder[key]
            case "odd":
                holder[key] = draw(ODD)
            case _:
                other, name = draw(st.sampled_from(spots))
                if isinstance(other, dict) and name in other:
                    holder[key] = copy.deepcopy(other[name])
    return tree


def _spots(tree: Any) -> Any:
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in list(inside):
        yield tree, key
        yield from _spots(value)


def attempts(data: bytes) -> list[Conversion]:
    """Convert to everything in every way; what is refused is refused with reasons."""
    try:
        found = read(data)
    except BadgepassError:
        return []
    if not isinstance(found, Document):
        return []
    source = Source(document=found)
    made = []
    for target in FORMATS:
        for way in (
            lambda target=target: [convert(source, target, options())],
            lambda target=target: [convert_bundle([source, source], target, options())],
            lambda target=target: convert_split(source, target, options()),
        ):
            try:
                made += list(way())
            except DocumentError as error:
                reasons = [problem.message for problem in error.problems]
                assert all(reasons)
    return made


FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@FEW
@given(damaged(BADGE))
def test_a_damaged_badge_is_converted_or_refused(tree: dict[str, Any]) -> None:
    for made in attempts(badges.dumped(tree)):
        assert made.document


@FEW
@given(damaged(ELM))
def test_a_damaged_elm_credential_is_converted_or_refused(tree: dict[str, Any]) -> None:
    for made in attempts(json.dumps(tree).encode()):
        assert made.document


@FEW
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), min_size=1, max_size=3))
def test_a_damaged_edci_credential_is_converted_or_refused(cuts: list[tuple[int, int]]) -> None:
    parts = EDCI.split("><")
    for at, other in cuts:
        parts[at % len(parts)] = parts[other % len(parts)]
    for made in attempts("><".join(parts).encode()):
        assert made.document


@pytest.mark.shared
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(damaged(BADGE))
def test_what_a_damaged_badge_becomes_still_passes_the_official_rules(tree: dict[str, Any]) -> None:
    for made in attempts(badges.dumped(tree)):
        if made.format is Format.EDCI:
            assert xsd_faults(made.document) == []
        elif made.format is Format.ELM:
            assert shacl_problems(made.document, "converted") == []
