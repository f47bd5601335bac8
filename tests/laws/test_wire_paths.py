"""Every wire path of a table exists in our own model of that format."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from converter.formats.edci2_places import PSEUDO
from converter.paths import parse_path
from converter.table import Shape, inherited
from converter.tables import table
from schemas import edci, elm
from schemas.document import Format
from schemas.ob2 import edubadges

ARRANGED_OB2 = {  # made by the rearrangements, listed on the crosswalk page
    "workload",
    "outcomes",
    "qualityAssurance",
    "statements",
    "skillOutcomes",
    "alignmentNotes",
    "evidenceNotes",
    "onBehalf",
    "about",
    "fallback",
    "region",
    "gradedType",
    "skills",
    "otherSkills",
    "title",
    "holds",
}
ARRANGED_KINDS = {"QualityAssurance": {"name", "url", "text"}, "OnBehalf": {"name", "url"}}
ENVELOPE = {"id", "type", "@context", "#delivery", "@included", "@none"}  # of every node, or of the wrapping


def _paths(shape: Shape) -> Iterator[str]:
    yield from (row.wire for row in (*shape.row, *shape.oneway))
    yield from (wire for join in shape.join for wire in join.wire)
    yield from (constant.wire for constant in shape.constant)
    yield from (gap.wire for gap in shape.gap if gap.wire)


def _unknown_ob2(kind: str, path: str) -> str:
    for step in parse_path(path):
        if step.name in ARRANGED_OB2 | ARRANGED_KINDS.get(kind, set()):
            return ""
        found = edubadges.member(kind, step.name)
        if found is None:
            return step.name
        kind = found
    return ""


def _unknown_edci(kind: str, path: str) -> str:
    kinds = [kind]
    for step in parse_path(path):
        if step.name in PSEUDO or step.name.startswith("#"):
            return ""
        if not any(edci.model().member(one, step.name) for one in kinds):
            return step.name
        children = [child for one in kinds if (child := edci.model().child(one, step.name))]
        kinds = [inner for child in children for inner in child.types]
    return ""


def _unknown_elm(kind: str, path: str) -> str:
    kinds = [kind]
    for step in parse_path(path):
        if step.name in ENVELOPE:
            return ""
        found = [prop for one in kinds if (prop := elm.model().property(one, step.name))]
        if not found:
            return step.name
        kinds = [inner for prop in found for inner in prop.ranges]
    return ""


UNKNOWN = {Format.OB2: _unknown_ob2, Format.EDCI: _unknown_edci, Format.ELM: _unknown_elm}
CASES = [(fmt, inherited(table(fmt), shape)) for fmt in UNKNOWN for shape in table(fmt).shape]


@pytest.mark.parametrize(("fmt", "shape"), CASES, ids=lambda one: getattr(one, "name", str(one)))
def test_the_model_has_every_wire_path_of_a_shape(fmt: Format, shape: Shape) -> None:
    unknown = {path: name for path in _paths(shape) if (name := UNKNOWN[fmt](shape.wire, path))}
    if fmt is Format.ELM and shape.wire == "ConceptScheme":
        unknown.pop("prefLabel", None)  # SKOS has it; the profile has no shape for schemes
    assert unknown == {}


@pytest.mark.parametrize("fmt", list(UNKNOWN))
def test_the_check_can_fail(fmt: Format) -> None:
    root = next(shape for shape in table(fmt).shape if shape.name == table(fmt).root)
    assert UNKNOWN[fmt](root.wire, "noSuchMember") == "noSuchMember"
