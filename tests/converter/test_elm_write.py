"""Written credentials: the laws of the form, and the official shapes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from official_elm import shacl_problems
from shared_files import shared_cases
from strategies_elm import credentials, smallest

from converter.formats.elm3 import read_elm, write_elm
from schemas.elm import CONTEXT_URLS

SAMPLES = shared_cases("samples/elm-v3/*.json*")
VALID = (
    "ec2023_certofpart_signed",
    "ec2023_mc_annex1_signed",
    "ec2025_MC_signed",
    "ec2025_certofpart_signed",
    "minimal_valid_converted_NL",
    "minimal_valid_generic_full_NL",
    "velocert2026_cps_signed",
    "velocert2026_dc_signed",
)


@pytest.mark.shared
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_writing_and_reading_again_changes_nothing(path: Path) -> None:
    tree = read_elm(path.read_bytes()).tree
    written = write_elm(tree, mend=False)
    assert read_elm(written.data).tree == tree
    assert json.loads(write_elm(read_elm(written.data).tree, mend=False).data) == json.loads(written.data)
    assert written.notes == ()


@pytest.mark.shared
@pytest.mark.parametrize("path", [path for path in SAMPLES if path.stem in VALID], ids=lambda path: path.stem)
def test_a_valid_sample_stays_valid_and_as_it_was(path: Path) -> None:
    """Nothing to mend in these: the default way of writing keeps the tree too."""
    document = read_elm(path.read_bytes())
    written = write_elm(document.tree)
    assert read_elm(written.data).tree == document.tree
    assert written.notes == ()
    assert shacl_problems(written.data, document.variant) == []


@pytest.mark.shared
def test_every_valid_sample_is_there() -> None:
    assert set(VALID) <= {path.stem for path in SAMPLES}


@pytest.mark.shared
@pytest.mark.parametrize("profile", ["generic", "converted"])
def test_the_smallest_credential_of_the_table_is_valid(profile: str) -> None:
    assert shacl_problems(write_elm(smallest(profile)).data, profile) == []


@pytest.mark.shared
@pytest.mark.parametrize("name", ["velocert2026_cas_signed", "velocert2026_matriculation_signed"])
def test_nodes_of_one_id_that_contradict_are_set_apart(name: str) -> None:
    """Two images share an id in these: invalid as they came, valid once written, and said so."""
    path = next(path for path in SAMPLES if path.stem == name)
    written = write_elm(read_elm(path.read_bytes()).tree)
    assert shacl_problems(path.read_bytes()) == ["MediaObject.content MaxCount"]
    assert shacl_problems(written.data) == []
    assert any("/image" in note for note in written.notes)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=credentials())
def test_any_credential_of_the_table_survives_writing(tree: dict[str, Any]) -> None:
    document = read_elm(write_elm(tree).data)
    assert document.tree == tree
    assert [problem for problem in document.problems if problem.code == "format.profile"] == []


@pytest.mark.shared
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=credentials())
def test_any_credential_of_the_table_obeys_the_official_shapes(tree: dict[str, Any]) -> None:
    assert shacl_problems(write_elm(tree).data) == []


def test_the_canonical_form() -> None:
    """The context pair, id and type first; one value bare, several an array; nothing empty; one line feed."""
    tree = smallest()
    tree["attachment"], tree["validUntil"] = [], None
    data = write_elm(tree).data
    document = json.loads(data)
    assert list(document)[:3] == ["@context", "id", "type"]
    assert document["@context"] == list(CONTEXT_URLS)
    assert isinstance(document["credentialProfiles"], dict)
    assert not {"attachment", "validUntil"} & set(document)
    assert data.endswith(b"}\n")
    assert write_elm(json.loads(json.dumps(tree))).data == data


def test_several_values_are_an_array_and_texts_keep_their_letters() -> None:
    tree = smallest()
    tree["displayParameter"]["title"] = {"nl": "één ĳs", "en": ["one", "two"]}
    tree["credentialSubject"]["identifier"] = [
        {"type": "Identifier", "notation": "1"},
        {"type": "Identifier", "notation": "2"},
    ]
    data = write_elm(tree).data
    assert "één ĳs".encode() in data
    assert [item["notation"] for item in json.loads(data)["credentialSubject"]["identifier"]] == ["1", "2"]


def test_a_node_without_an_id_gets_one_that_is_free_and_the_same_each_time() -> None:
    tree = smallest()
    tree["credentialSubject"]["identifier"] = [{"type": "Identifier", "notation": "1"}]
    tree["issuer"]["identifier"] = [{"id": "urn:epass:identifier:1", "type": "Identifier", "notation": "2"}]
    document = json.loads(write_elm(tree).data)
    assert document["credentialSubject"]["identifier"]["id"] == "urn:epass:identifier:2"
    assert write_elm(tree).data == write_elm(copy.deepcopy(tree)).data


def test_a_bare_reference_and_a_repetition_are_left_as_they_are() -> None:
    tree = smallest()
    claim = tree["credentialSubject"]["hasClaim"][0]
    claim["awardedBy"]["awardingBody"] = [{"id": tree["issuer"]["id"]}]
    claim["provenBy"] = [
        {
            "id": "urn:assessment",
            "type": "LearningAssessment",
            "title": {"nl": "toets"},
            "awardedBy": copy.deepcopy(claim["awardedBy"]),
        }
    ]
    written = write_elm(tree)
    assert written.notes == ()
    assert read_elm(written.data).tree == tree


def test_a_list_value_never_loses_its_id() -> None:
    """Two labels for one country contradict each other, but the id is the meaning."""
    tree = smallest()
    country = tree["issuer"]["location"][0]["address"][0]["countryCode"]
    other = tree["credentialSubject"]["hasClaim"][0]["awardedBy"]["awardingBody"][0]
    country["prefLabel"] = {"en": "one"}
    other["location"][0]["address"][0]["countryCode"]["prefLabel"] = {"en": "other"}
    document = json.loads(write_elm(tree).data)
    assert document["issuer"]["location"]["address"]["countryCode"]["id"] == country["id"]


def test_the_tree_is_not_touched() -> None:
    tree = smallest()
    del tree["issuer"]["id"]
    before = copy.deepcopy(tree)
    write_elm(tree)
    assert tree == before
