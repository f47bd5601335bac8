"""Writing EDCI XML: the inverse of reading, valid where the source was, and every value safe in XML."""

from __future__ import annotations

import copy
import functools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree
from official_edci import xsd_faults
from samples.edci_documents import achievement, credential, organisation, text
from shared_files import SHARED, shared_cases
from strategies_edci import trees

from converter.formats.edci2 import PRESENTATION, read_edci, upgrade_edci, write_edci
from schemas.document import Document
from schemas.edci import VERSIONS
from schemas.errors import DocumentError, Unmappable

SLOW = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking whole credentials takes minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def readable() -> list[Path]:
    """Return the samples of a version we have the model of."""
    return [path for path in shared_cases("samples/edci-xml/*.xml") if _version(path)[:2] == "1."]


@functools.cache
def _version(path: Path) -> str:
    try:
        return read_edci(path.read_bytes()).version
    except DocumentError:
        return ""


def content(document: Document) -> dict[str, Any]:
    return {name: value for name, value in document.tree.items() if name != PRESENTATION}


@pytest.mark.shared
@pytest.mark.parametrize("newest", [False, True], ids=["same version", "1.2"])
@pytest.mark.parametrize("path", readable(), ids=lambda path: path.stem)
def test_what_is_read_and_written_reads_the_same(path: Path, newest: bool) -> None:  # noqa: FBT001
    document = read_edci(path.read_bytes())
    written = write_edci(document.tree, version="1.2" if newest else document.version)
    assert read_edci(written.data).tree == content(document)
    assert written.notes == ()


@pytest.mark.shared
@pytest.mark.parametrize("path", readable(), ids=lambda path: path.stem)
def test_every_valid_sample_is_valid_1_2_when_written(path: Path) -> None:
    data = path.read_bytes()
    document = read_edci(data)
    if xsd_faults(data, document.version, document.variant):
        return
    upgraded, _ = upgrade_edci(document.tree, document.version)
    written = write_edci(upgraded).data
    again = read_edci(written)
    assert xsd_faults(written, "1.2", document.variant) == []
    assert (again.version, again.variant) == ("1.2", document.variant)
    assert not [problem for problem in again.problems if problem.code == "format.schema"]


def test_some_samples_are_there_to_be_valid() -> None:
    if SHARED is not None:
        assert len(readable()) > 30


@pytest.mark.shared
@pytest.mark.parametrize("version", VERSIONS)
def test_whatever_the_model_allows_is_valid_when_written(version: str) -> None:
    @SLOW
    @given(trees(version))
    def law(tree: dict[str, Any]) -> None:
        written = write_edci(tree, version=version).data
        assert xsd_faults(written, version) == []
        told = read_edci(written).problems
        assert not [problem for problem in told if problem.code == "format.schema"]

    law()


@SLOW
@given(trees())
def test_writing_is_settled_after_one_round(tree: dict[str, Any]) -> None:
    once = read_edci(write_edci(tree).data).tree
    again = write_edci(once)
    assert read_edci(again.data).tree == once
    assert again.notes == ()


@given(st.text())
def test_any_text_survives_or_is_told(words: str) -> None:
    tree = copy.deepcopy(read_edci(credential()).tree)
    tree["title"]["text"][0]["#text"] = words
    tree["@id"] = words
    tree["issuer"]["registration"]["#text"] = "R-1"
    written = write_edci(tree)
    found = read_edci(written.data).tree["title"]["text"][0]["#text"]
    assert (found == words) != bool(written.notes)
    assert "�" in found or found == words


def _tree(**given: Any) -> dict[str, Any]:
    return copy.deepcopy(read_edci(credential(**given)).tree)


def _two(second: dict[str, Any]) -> dict[str, Any]:
    """Make a credential whose issuer's unit is a second organisation."""
    tree = _tree()
    tree["issuer"]["hasUnit"] = [second]
    return tree


def _organisations(data: bytes) -> list[str]:
    held = etree.fromstring(data).findall("{*}agentReferences/{*}organization")
    return [one.get("id", "") for one in held]


def _renamed(node: dict[str, Any], name: str) -> dict[str, Any]:
    return {**node, "prefLabel": {"text": [{"@lang": "en", "@content-type": "text/plain", "#text": name}]}}


def test_equal_nodes_become_one_and_different_ones_under_one_id_become_two() -> None:
    tree = _tree(subject=f"<activities><activity id='a'><title>{text('T')}</title></activity></activities>")
    activity = tree["credentialSubject"]["activities"][0]
    activity["directedBy"] = [copy.deepcopy(tree["issuer"])]
    assert _organisations(write_edci(tree).data) == ["urn:epass:org:1"]
    activity["directedBy"] += [_renamed(tree["issuer"], "B"), _renamed(tree["issuer"], "B")]
    written = write_edci(tree)
    assert _organisations(written.data) == ["urn:epass:org:1", "urn:epass:org:2"]
    assert written.notes == ("One id stood for two different Organizations; one was given a new id.",)
    assert read_edci(written.data).problems == ()


def test_of_two_nodes_of_one_id_the_outer_keeps_it() -> None:
    written = write_edci(_two(_renamed(_tree()["issuer"], "B")))
    found = read_edci(written.data)
    assert found.tree["issuer"]["@id"] == "urn:epass:org:1"
    assert found.tree["issuer"]["hasUnit"][0]["@id"] == "urn:epass:org:2"
    assert found.problems == ()


def test_a_bare_reference_is_the_node_of_that_id_wherever_it_stands() -> None:
    bare = {"#name": "organization", "@id": "urn:epass:org:1"}
    written = write_edci(_two(bare))
    assert _organisations(written.data) == ["urn:epass:org:1"]
    first = _tree(subject=f"<activities><activity id='a'><title>{text('T')}</title></activity></activities>")
    first["credentialSubject"]["activities"][0]["directedBy"] = [bare]
    assert _organisations(write_edci(first).data) == ["urn:epass:org:1"]


def test_nodes_without_an_id_are_given_one_that_nothing_else_has() -> None:
    second = {name: value for name, value in _tree()["issuer"].items() if name != "@id"}
    second["registration"] = {"#text": "other"}
    written = write_edci(_two(second))
    assert _organisations(written.data) == ["urn:epass:org:1", "urn:epass:org:2"]
    assert write_edci(_two(second)) == written


def test_achievements_of_one_id_are_told_apart() -> None:
    specification = (
        '<learningSpecificationReferences><learningSpecification id="s"/></learningSpecificationReferences>'
    )
    subject = f"<achievements>{achievement(1, 's')}{achievement(1, 's')}</achievements>"
    tree = _tree(subject=subject, references=specification)
    written = write_edci(tree)
    assert read_edci(written.data).problems == ()
    assert len(written.notes) == 1


def test_the_organisations_of_an_accreditation_are_references_in_1_1_and_stand_in_full_in_1_2() -> None:
    accreditation = (
        '<accreditationReferences><accreditation id="acc"><type uri="urn:t" targetFrameworkUrl='
        f'"http://data.europa.eu/snb/accreditation/25831c2"><targetName>{text("T")}</targetName></type>'
        '<organization idref="urn:epass:org:1"/><accreditingAgent idref="urn:epass:org:2"/></accreditation>'
        "</accreditationReferences><proof/>"
    )
    both = organisation(1, extra='<hasAccreditation idref="acc"/>') + organisation(2, "Accreditor")
    location = "http://data.europa.eu/snb http://x.example/genericschema_1.1.xsd"
    document = read_edci(credential(organisations=both, tail=accreditation, location=location))
    assert document.problems == ()
    old = etree.fromstring(write_edci(document.tree, version="1.1").data)
    assert old.find("{*}accreditationReferences/*/{*}organization").attrib == {"idref": "urn:epass:org:1"}
    upgraded, changes = upgrade_edci(document.tree, "1.1")
    written = write_edci(upgraded).data
    new = etree.fromstring(written).find("{*}accreditationReferences/*/{*}organization")
    assert new is not None
    assert new.find("{*}prefLabel") is not None
    assert changes == ()
    assert read_edci(written).problems == ()


def test_the_upgrade_adds_languages_and_leaves_out_contact_points_1_2_has_no_place_for() -> None:
    phone = "<phone><phoneNumber>1</phoneNumber></phone>"
    contact = "".join(f"<contactPoint>{one}</contactPoint>" for one in (phone, "<wallet>w</wallet>"))
    data = credential(location="http://data.europa.eu/snb http://x.example/genericschema.xsd", languages="")
    data = data.replace(b"<givenNames>", contact.encode() + b"<givenNames>")
    document = read_edci(data)
    assert (document.version, document.problems) == ("1.0", ())
    upgraded, changes = upgrade_edci(document.tree, "1.0")
    assert [(change.kind, change.where) for change in changes] == [
        ("left out", "/credentialSubject/contactPoint/0"),
        ("added", "/primaryLanguage"),
        ("added", "/availableLanguages"),
    ]
    assert (upgraded["primaryLanguage"], upgraded["availableLanguages"]) == ("en", ["en"])
    assert upgraded["credentialSubject"]["contactPoint"] == [{"wallet": ["w"]}]
    assert len(document.tree["credentialSubject"]["contactPoint"]) == 2
    assert read_edci(write_edci(upgraded).data).problems == ()


@pytest.mark.parametrize(
    "twist", [{"bad name": ["x"]}, {"{urn:a}b c": ["x"]}, {"issued": None}, {"@a b": "x"}]
)
def test_what_no_xml_can_hold_is_refused(twist: dict[str, Any]) -> None:
    with pytest.raises(Unmappable):
        write_edci({**_tree(), **twist})


def test_a_child_credential_cannot_smuggle_anything_in() -> None:
    child = {"#name": "childCredential", "@id": "c", "#xml": "</childCredential><title/>"}
    with pytest.raises(Unmappable):
        write_edci({**_tree(), "childCredentials": [child]})
