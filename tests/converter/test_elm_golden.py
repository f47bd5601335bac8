"""Every finding on a faulty credential, as read by eye once: code, place, clause, sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from official_elm import graph_of, official_shapes, violations
from samples.elm_cases import CASES, GOLDEN, good, made
from shared_files import shared_cases

from converter.formats.elm3 import read_elm
from converter.paths import unescape
from schemas.document import Document


def findings(document: Document) -> str:
    lines = [f"{one.code}\t{one.where}\t{one.cite}\t{one.message}\n" for one in document.problems]
    return "".join(sorted(lines))


def test_the_good_one_has_none() -> None:
    assert findings(read_elm(json.dumps(good()).encode())) == ""


def test_every_folder_is_a_case() -> None:
    assert {folder.name for folder in GOLDEN.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_all_findings_on_a_case(name: str) -> None:
    data = (GOLDEN / name / "input.jsonld").read_bytes()
    assert data == made(name), "python tests/samples/elm_cases.py"
    assert findings(read_elm(data)) == (GOLDEN / name / "expected.tsv").read_text("utf-8")


@pytest.mark.parametrize("name", CASES)
def test_every_place_stands_in_the_input_as_it_was_written(name: str) -> None:
    written = json.loads(made(name))
    for problem in read_elm(made(name)).problems:
        *way, last = [unescape(part) for part in problem.where.split("/")[1:]]
        holder = written
        for part in way:
            holder = holder[int(part)] if isinstance(holder, list) else holder[part]
        there = int(last) < len(holder) if isinstance(holder, list) else last in holder
        assert there == ("missing" not in problem.message), problem


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(set(CASES) - {"unknown-context"}))
def test_the_official_shapes_agree_on_the_verdict(name: str) -> None:
    """A context outside the closed set is fetched by nobody, and no graph comes of it."""
    document = read_elm(made(name))
    profile = document.variant or "generic"
    official = violations(graph_of(json.loads(made(name))), official_shapes(profile))
    told = {one.code for one in document.problems}
    if name == "another-meaning":  # read by our meaning, told under format.data.context
        assert official
        assert "format.data.context" in told
        return
    assert bool(official) == ("format.profile" in told), official


def test_the_goldens_lie_where_the_script_writes() -> None:
    assert Path(__file__).parents[1] / "golden" / "elm" == GOLDEN


@pytest.mark.shared
def test_every_profile_finding_on_the_samples_is_the_one_read_by_eye() -> None:
    """Other people's documents stay where they are; kept are the places and the clauses."""
    told = [
        f"{path.name}\t{one.where}\t{one.cite}\n"
        for path in shared_cases("samples/elm-v3/*.json*")
        for one in read_elm(path.read_bytes()).problems
        if one.code == "format.profile" and "accreditation_sample" not in path.name  # which is no credential
    ]
    assert "".join(told) == (GOLDEN.parent / "elm-samples.tsv").read_text("utf-8")
