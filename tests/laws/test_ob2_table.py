"""The ob2 table: a badge goes to the pivot and comes back, and whatever stays behind has a reason."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shared_files import shared_cases
from strategies_ob2 import (
    BADGE,
    ISSUER,
    LINE,
    NL,
    TEXT,
    URL,
    WORDS,
    Tree,
    badges,
    claim,
    lift,
    names,
    said,
    there_and_back,
)

from converter.codecs import CODECS, Context, Untranslatable
from converter.formats.ob2_arrange import PREFIX, REARRANGEMENTS, arrange, restore
from converter.formats.ob2_upgrade import upgrade
from converter.mapping import Mapping
from converter.paths import write
from converter.pivot_paths import typed
from converter.strict import load_json
from converter.table import Row, Shape, inherited
from converter.tables import mapping, table, uncovered
from schemas.document import Format
from schemas.pivot import Credential, from_tree, to_tree


def test_every_pivot_field_is_in_a_row_or_in_a_gap_with_a_reason() -> None:
    assert list(uncovered(table(Format.OB2))) == []


def test_every_rearrangement_says_what_and_why() -> None:
    assert all(len(one) == 3 and all(one) for one in REARRANGEMENTS)


@pytest.mark.shared
def test_the_quality_assurance_comes_with_the_class_asked_for_as_a_microcredential(shared: Path) -> None:
    folder = shared / "samples" / "edubadges"
    badge = load_json((folder / "02_microcredential_assertion_expanded.json").read_bytes())
    micro = load_json((folder / "02_microcredential_badgeclass_expand_micro.json").read_bytes())
    badge["badge"] = {**micro, **badge["badge"]}
    lifted = lift(badge)
    assert lifted.residue == ()
    one = claim(lifted)
    assert one["badge"]["quality_assurance"]["name"] == micro["qualityAssuranceName"]
    notes = [note["subject"]["pref_label"]["en"] for note in one["specified_by"]["additional_note"]]
    statements = ["Stackable", "EQF or NLQF level verified"]
    assert notes == ["Criteria", "Quality assurance", *statements, "Alignment"]
    assert said(there_and_back(badge)) == said(badge)


def _samples() -> list[Any]:
    return [
        *shared_cases("samples/edubadges/*assertion*.json"),
        *shared_cases("samples/edubadges/08_signed_payload.json"),
        *shared_cases("samples/edubadges/old-baked/badge.json"),
    ]


@pytest.mark.shared
@pytest.mark.parametrize("path", _samples())
def test_a_real_badge_comes_back_but_for_what_is_named(path: Any) -> None:
    tree = load_json(path.read_bytes())
    if "badge" not in tree:
        pytest.skip("revoked or private: there is no badge to convert")
    assertion = upgrade(tree)
    lifted = lift(assertion)
    assert [one for one in lifted.residue if not one.why] == []
    assert said(there_and_back(assertion)) == said(restore(arrange(_to_come_back(assertion))))


def _to_come_back(assertion: Tree) -> Tree:
    """Take out what is stated not to come back, and put on the class what was repeated before 2022."""
    tree: Tree = copy.deepcopy(assertion)
    badge = tree["badge"] if isinstance(tree["badge"], dict) else {"id": tree["badge"]}
    repeated = {key: tree.pop(key) for key in [*tree] if key.startswith(PREFIX)}
    badge |= {key: one for key, one in repeated.items() if key != f"{PREFIX}recipientProfile"}
    if "name" not in badge and len(badge) > 1:
        badge |= {"@context": BADGE["@context"], "type": "BadgeClass"}
    if "issuer" in badge:
        badge["issuer"].pop("verification", None)
    for key in ("revoked", "uid"):
        tree.pop(key, None)
    tree.get("verification", {}).pop("url", None)  # of 1.x: where it was fetched
    return {**tree, "badge": badge if len(badge) > 1 else badge["id"]}


@pytest.mark.shared
@pytest.mark.parametrize("path", _samples())
def test_lowering_a_real_badge_leaves_nothing_without_a_reason(path: Any) -> None:
    tree = load_json(path.read_bytes())
    if "badge" not in tree:
        pytest.skip("revoked or private: there is no badge to convert")
    pivot = lift(upgrade(tree)).tree
    lowered = mapping(Format.OB2).lower(pivot, NL)
    left = {one.source for one in lowered.residue if not one.source.startswith("/issuer/")}
    assert left <= {"/credential_subject/full_name"}
    assert all(one.why for one in lowered.residue)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(badges(), st.sampled_from(["nl", "en", "de"]))
def test_an_edubadge_goes_to_the_pivot_and_comes_back(badge: Tree, language: str) -> None:
    context = Context(language=language)
    assert [one for one in lift(badge, context).residue if not one.why] == []
    assert said(there_and_back(badge, context)) == said(badge)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PLACES = [
    (),
    ("badge",),
    ("badge", "issuer"),
    ("badge", "issuer", "faculty"),
    ("badge", "issuer", "faculty", "institution"),
    ("recipient",),
]
KEYS = sorted(
    {*BADGE, *BADGE["badge"], *ISSUER, *ISSUER["faculty"], "evidence", "alignment", "tags"}
    | {f"{PREFIX}{name}Extension" for name in ("ECTS", "EQF", "Language", "LearningOutcome", "StudyLoad")}
    | {f"{PREFIX}EducationProgramIdentifierExtension", "participation", "assessmentType", "grade_achieved"}
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PLACES), st.sampled_from(KEYS), JSON)
def test_whatever_a_badge_holds_its_lift_is_a_credential(
    place: tuple[str, ...], key: str, value: Any
) -> None:
    badge = copy.deepcopy(BADGE)
    node = badge
    for step in place:
        node = node[step]
    keyed = {"EducationProgramIdentifier": value, "ECTS": value, "EQF": value, "StudyLoad": value}
    node[key] = keyed if key.startswith(PREFIX) else value
    pivot = to_tree(from_tree(Credential, lift(badge).tree))
    json.dumps(restore(mapping(Format.OB2).lower(pivot, NL).tree))


NEARLY_A_PAGE = st.tuples(
    st.sampled_from(["", "a\n", "a "]), URL, st.sampled_from(["", "\n", "\n\n", " b"])
).map("".join)
ONES = [
    ("identifier", TEXT),
    ("programme", st.integers(0, 99999)),
    ("mailto", TEXT),
    ("page", URL),
    ("note", TEXT),
    ("tags", st.lists(TEXT, min_size=1)),
    ("address", URL),
    ("language", st.sampled_from(["nl_NL", "en_EN", "de_DE"])),
    ("country", st.sampled_from(["NL", "BE", "DE"])),
    ("eqf", st.integers(1, 8)),
    ("mode", st.sampled_from(WORDS["participation"])),
    ("assessment_type", st.sampled_from(WORDS["assessmentType"])),
    ("supervision", st.sampled_from([(True, True), (False, False), (False, True)])),
    ("names", names("x", TEXT).map(lambda tree: tuple(tree.values()))),
    ("names", st.tuples(TEXT, TEXT, TEXT)),
    ("descriptions", names("x", TEXT).map(lambda tree: tuple(tree.values()))),
    ("pages", st.tuples(URL, st.none() | URL, st.none() | URL)),
    ("plain_names", st.tuples(TEXT, st.none(), st.none())),
    ("picture", URL | st.sampled_from(["data:image/png;base64,iVBORw0K", "data:image/jpeg;base64,/9j/"])),
    ("lines(2)", st.tuples(LINE, st.none() | URL)),
    ("lines(3)", st.tuples(LINE, st.none() | URL, st.none() | TEXT)),
    ("lines(5)", st.tuples(LINE, st.none() | URL, *[st.none() | LINE] * 2, st.none() | TEXT)),
    ("evidence_lines", st.tuples(LINE, *[st.none() | LINE] * 2, st.none() | TEXT)),
    (
        "criteria_text",
        st.tuples(st.none() | TEXT | NEARLY_A_PAGE, URL) | st.tuples(TEXT | NEARLY_A_PAGE, st.none()),
    ),
    ("note_subject", st.sampled_from(["criteria", "onBehalf", "stackable"])),
    ("yes_no", st.booleans()),
]


@pytest.mark.parametrize(("name", "values"), ONES, ids=lambda one: one if isinstance(one, str) else "")
def test_lowering_undoes_lifting(name: str, values: st.SearchStrategy[Any]) -> None:
    codec = CODECS[name]

    @settings(max_examples=40, deadline=None)
    @given(values)
    def law(value: Any) -> None:
        assert codec.lower(codec.lift(value, NL), NL) == value

    law()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("country", "EN"),
        ("eqf", 9),
        ("eqf", True),
        ("eqf", 6.5),
        ("programme", 6.5),
        ("supervision", (True, False)),
        ("category_type", "extra_curricular"),
        ("address", "urn:epass:qualification:1"),
        ("mailto", 5),
        ("tags", []),
    ],
)
def test_what_a_codec_cannot_say_it_refuses(name: str, value: Any) -> None:
    with pytest.raises(Untranslatable):
        CODECS[name].lift(value, NL)


WIRE: dict[str, Any] = {
    "string": "tekst",
    "text": "tekst",
    "identifier": "7",
    "programme": 7,
    "datetime": "2026-01-02T03:04:05Z",
    "boolean": True,
    "decimal": 2.5,
    "hours": 40,
    "page": "https://x.example",
    "address": "https://x.example",
    "note": "tekst",
    "mailto": "a@x.example",
    "country": "NL",
    "language": "nl_NL",
    "eqf": 6,
    "tags": ["a", "b"],
    "mode": "online",
    "assessment_type": "report_paper",
    "picture": "https://x.example/logo",
    "note_subject": "criteria",
    "yes_no": True,
}


def _rows() -> Iterator[Any]:
    for shape in table(Format.OB2).shape:
        for row in inherited(table(Format.OB2), shape).row:
            if row.via in CODECS:
                yield pytest.param(shape, row, id=f"{shape.name}.{row.pivot}~{row.wire}")


@pytest.mark.parametrize(("shape", "row"), list(_rows()))
def test_each_row_alone_goes_there_and_back(shape: Shape, row: Row) -> None:
    engine = Mapping(table(Format.OB2).model_copy(update={"root": shape.name}))
    path = typed(row.pivot, shape.pivot)
    tree: Tree = {"type": shape.pivot}
    write(tree, path, tuple(0 for step in path if step.each), CODECS[row.via].lift(WIRE[row.via], NL))
    lifted = engine.lift(engine.lower(tree, NL).tree, NL).tree
    assert _says(lifted, tree)


def _says(whole: Any, part: Any) -> bool:
    """Tell whether a tree says all that another says: a value may feed several places."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(_says(whole.get(key), inner) for key, inner in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and len(whole) >= len(part) and all(map(_says, whole, part))
    return bool(whole == part)
