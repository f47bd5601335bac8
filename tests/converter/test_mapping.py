"""The engine, on a table small enough to hold in the head."""

# ruff: noqa: E501 - an inline table stands on one line

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.codecs import Context
from converter.mapping import Mapping
from converter.paths import parse_path, pointer, read, write
from converter.table import load_table

TABLE = """
format = "toy"
spec = "none"
root = "Assertion"

[[choice]]
name = "Alignment"
cite = "toy"
case = [
    { shape = "Skill", wire = { path = "framework", equals = ["ESCO"] } },
    { shape = "Link" },
]

[[shape]]
name = "Assertion"
pivot = "Credential"
wire = "Assertion"
row = [
    { pivot = "id", wire = "id", cite = "t" },
    { pivot = "issued", wire = "issuedOn", via = "datetime", cite = "t" },
    { pivot = 'credential_subject.has_claim[type="LearningAchievement"].title', wire = "badge.name", via = "text", cite = "t" },
    { pivot = 'credential_subject.has_claim[type="LearningAchievement"].specified_by', wire = "badge", via = "Class", cite = "t" },
]
constant = [{ wire = '"@context"', value = "toy", cite = "t" }]
gap = [{ wire = "verification", why = "a signature does not survive" }]

[[shape]]
name = "Class"
pivot = "LearningAchievementSpecification"
wire = "BadgeClass"
row = [
    { pivot = "learning_outcome[]", wire = "alignment[]", via = "Alignment", case = "Skill", cite = "t" },
    { pivot = "supplementary_document[]", wire = "alignment[]", via = "Alignment", case = "Link", cite = "t" },
    { pivot = "volume_of_learning", wire = '"extensions:StudyLoad".hours', via = "hours", cite = "t" },
]
oneway = [{ direction = "lift", why = "one name feeds two titles", pivot = "title", wire = "name", via = "text", cite = "t" }]

[[shape]]
name = "Skill"
pivot = "LearningOutcome"
wire = "Alignment"
row = [
    { pivot = "title", wire = "name", via = "text", cite = "t" },
    { pivot = "id", wire = "url", cite = "t" },
]

[[shape]]
name = "Link"
pivot = "WebResource"
wire = "Alignment"
row = [
    { pivot = "title", wire = "name", via = "text", cite = "t" },
    { pivot = "content_url", wire = "url", cite = "t" },
]

[[gap]]
pivot = "Credential.evidence"
why = "no place for it here"
"""

BADGE: dict[str, Any] = {
    "@context": "toy",
    "id": "urn:1",
    "issuedOn": "2024-01-02T03:04:05+00:00",
    "verification": {"type": "Signed"},
    "badge": {
        "name": "Python",
        "stackable": True,
        "extensions:StudyLoad": {"hours": 2.5},
        "alignment": [
            {"name": "A", "url": "u:1", "framework": "ESCO"},
            {"name": "B", "url": "u:2"},
        ],
    },
}
CONTEXT = Context(language="nl")


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    return Mapping(load_table(TABLE))


def test_rows_lift_leaf_by_leaf_and_node_by_node(mapping: Mapping) -> None:
    lifted = mapping.lift(BADGE, CONTEXT)
    claim = lifted.tree["credential_subject"]["has_claim"][0]
    assert claim["type"] == "LearningAchievement"
    assert claim["title"] == {"nl": "Python"}
    assert claim["specified_by"] == {
        "type": "LearningAchievementSpecification",
        "title": {"nl": "Python"},
        "volume_of_learning": "PT2H30M",
        "learning_outcome": [{"type": "LearningOutcome", "title": {"nl": "A"}, "id": "u:1"}],
        "supplementary_document": [{"type": "WebResource", "title": {"nl": "B"}, "content_url": "u:2"}],
    }


def test_residue_names_every_leaf_no_row_reads_and_why(mapping: Mapping) -> None:
    lifted = mapping.lift(BADGE, CONTEXT)
    assert [(one.source, one.why) for one in lifted.residue] == [
        ("/verification/type", "a signature does not survive"),
        ("/badge/stackable", ""),
        ("/badge/alignment/0/framework", ""),
    ]


def test_a_literal_discriminator_is_written_back(mapping: Mapping) -> None:
    lowered = mapping.lower(mapping.lift(BADGE, CONTEXT).tree, CONTEXT)
    expected = {key: value for key, value in BADGE.items() if key != "verification"}
    expected["badge"] = {key: value for key, value in BADGE["badge"].items() if key != "stackable"}
    assert lowered.tree == expected
    assert lowered.residue == ()  # the second title only lifts, but says what the first has written


def test_a_value_that_only_lifts_is_left_out_where_it_says_something_else(mapping: Mapping) -> None:
    tree = mapping.lift(BADGE, CONTEXT).tree
    tree["credential_subject"]["has_claim"][0]["specified_by"]["title"] = {"nl": "Iets anders"}
    assert [one.source for one in mapping.lower(tree, CONTEXT).residue] == [
        "/credential_subject/has_claim/0/specified_by/title"
    ]


def test_a_pivot_value_without_a_place_is_residue_with_the_gap_s_reason(mapping: Mapping) -> None:
    lowered = mapping.lower({"type": "Credential", "evidence": [{"type": "Evidence", "id": "e"}]}, CONTEXT)
    assert [(one.source, one.why) for one in lowered.residue] == [("/evidence/0/id", "no place for it here")]


def test_a_value_outside_its_codec_is_residue_and_not_an_error(mapping: Mapping) -> None:
    lifted = mapping.lift({"issuedOn": "yesterday"}, CONTEXT)
    assert lifted.residue[0].source == "/issuedOn"
    assert "ISO 8601" in lifted.residue[0].why


def test_moves_tell_from_where_to_where(mapping: Mapping) -> None:
    moves = {(move.source, move.target) for move in mapping.lift(BADGE, CONTEXT).moves}
    assert ("/badge/name", "/credential_subject/has_claim/0/title") in moves
    assert (
        "/badge/alignment/1/url",
        "/credential_subject/has_claim/0/specified_by/supplementary_document/0/content_url",
    ) in moves


NAMES = st.sampled_from(["a", "b", "c"])
TREES = st.recursive(
    st.integers(), lambda inner: st.dictionaries(NAMES, inner | st.lists(inner, max_size=3), max_size=3)
)


@given(TREES, st.sampled_from(["a", "a.b", "a[].b", "a[].b[].c", 'b[c="x"].a', '"a".b[]']))
def test_what_is_read_can_be_written_where_it_stood(tree: Any, text: str) -> None:
    path = parse_path(text)
    copy: dict[str, Any] = {}
    found = list(read(tree, path))
    for at, value in found:
        write(copy, path, at, value)
    assert list(read(copy, path)) == found
    for at, value in found:
        here = tree
        for part in pointer(tree, path, at).split("/")[1:]:
            here = here[int(part)] if isinstance(here, list) else here[part]
        assert here == value


@pytest.mark.parametrize("text", ["a..b", ".a", "a.", "a[0]", 'a[b="c]', 'a[][b="c"]', "a b"])
def test_a_bad_path_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ValueError, match="bad path"):
        parse_path(text)
