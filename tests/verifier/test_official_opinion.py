"""The word of the official files, beside ours."""

from __future__ import annotations

import importlib
import json
from dataclasses import replace
from typing import Any

import pytest
from bundles import NOW
from official_edci import xsd_faults
from official_elm import shacl_problems
from official_server import official_files
from samples import badges, seals
from samples.edci_documents import credential
from shared_files import SHARED, shared_cases

from converter.read import read
from schemas.document import Document, Format
from schemas.official import Opinion, pins
from verifier import Finding, Outcome, Report, verify
from verifier.fetch import OfflineFetcher
from verifier.official import AtHand
from verifier.official.at_hand import MAX_TOLD

CODE = "format.official"
PASSED, FAILED = Outcome.PASSED, Outcome.FAILED
UNDECIDED, NOT_APPLICABLE = Outcome.UNDECIDED, Outcome.NOT_APPLICABLE


def at_hand(*without: str) -> AtHand:
    files = {name: data for name, data in official_files().items() if name not in without}
    return AtHand(files, pins())


@pytest.fixture(scope="module")
def official() -> AtHand:
    return at_hand()


def told(data: bytes, official: AtHand | None) -> tuple[Report, list[Finding]]:
    report = verify(data, fetcher=OfflineFetcher(), now=NOW, official=official)
    return report, [finding for finding in report.findings if finding.check == CODE]


def document(data: bytes) -> Document:
    found = read(data)
    assert isinstance(found, Document)
    return found


def test_nobody_is_asked_where_nothing_is_at_hand() -> None:
    assert told(credential(), None)[1] == []


@pytest.mark.shared
def test_it_changes_no_verdict(official: AtHand) -> None:
    broken = credential(languages="<primaryLanguage>en</primaryLanguage>")
    for data in (credential(), broken, badges.dumped(badges.assertion())):
        without, _ = told(data, None)
        beside, findings = told(data, official)
        assert without.verdict is beside.verdict
        assert without.edc_checks == beside.edc_checks
        assert findings
        assert [finding for finding in beside.findings if finding.check != CODE] == list(without.findings)


@pytest.mark.shared
@pytest.mark.parametrize("version", ["", "_1.1", "_1.2"])
def test_a_sound_credential_passes(version: str, official: AtHand) -> None:
    location = f"http://data.europa.eu/snb http://publications.europa.eu/resource/schema/credential/genericschema{version}.xsd"
    (finding,) = told(credential(location=location), official)[1]
    assert finding.outcome is PASSED
    assert f"genericschema{version}.xsd" in finding.message


@pytest.mark.shared
def test_a_broken_credential_fails_with_places_and_without_values(official: AtHand) -> None:
    data = credential(tail="").replace(b'idref="urn:epass:org:1"', b'idref="urn:secret"')
    head, *places = told(data, official)[1]
    assert head.outcome is FAILED
    assert {finding.outcome for finding in places} == {FAILED}
    assert any("key" in finding.message for finding in places)
    assert all(finding.where.startswith(("/europassCredential", "line")) for finding in places)
    assert not any("secret" in finding.message + finding.where for finding in places)
    assert all(finding.message.endswith(".") for finding in places)


@pytest.mark.shared
def test_very_many_faults_are_told_in_part(official: AtHand) -> None:
    data = credential(tail="<wrong/>" * 1000, subject="<wrong/>" * 1000)
    many = credential(references="".join(f'<achievements id="{n}"/>' for n in range(50)))
    for one in (data, many):
        assert 2 <= len(told(one, official)[1]) <= MAX_TOLD + 1


@pytest.mark.shared
@pytest.mark.parametrize("path", shared_cases("samples/edci-xml/*.xml"), ids=lambda path: path.name)
def test_xml_samples_get_the_verdict_of_the_schemas(path: Any, official: AtHand) -> None:
    data = path.read_bytes()
    if path.name.startswith("xxe") or "malformed" in path.name:
        return  # nothing is recognised, or a DOCTYPE stands in it
    found = document(data)
    opinion = official.opinion(found)
    if not found.version.startswith("1."):
        assert opinion is None
        return
    assert opinion is not None
    if found.containers and found.version == "1.2" and found.variant != "generic":
        return  # the helper beside us knows only the generic wrapper
    assert opinion.conforms == (not xsd_faults(data, found.version, found.variant)), opinion


@pytest.mark.shared
@pytest.mark.parametrize(
    "path",
    [path for path in shared_cases("samples/elm-v3/*") if "ec2025_MC" in path.name or "minimal" in path.name],
    ids=lambda path: path.name,
)
def test_elm_samples_get_the_verdict_of_the_shapes(path: Any, official: AtHand) -> None:
    found = document(path.read_bytes())
    opinion = official.opinion(found)
    assert opinion is not None
    problems = shacl_problems(path.read_bytes(), found.variant or "generic")
    seen = problems != ["no EuropeanDigitalCredential"]  # else the shapes have nothing to look at
    assert opinion.conforms == ((not problems) if seen else None), opinion


def minimal() -> dict[str, Any]:
    assert SHARED is not None
    (path,) = SHARED.glob("samples/elm-v3/minimal_valid_generic*")
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


@pytest.mark.shared
def test_a_broken_elm_credential_fails_by_class_and_property(official: AtHand) -> None:
    broken = minimal()
    del broken["issuer"]["legalName"]
    head, *places = told(json.dumps(broken).encode(), official)[1]
    assert head.outcome is FAILED
    (fault,) = [finding for finding in places if "legalName" in finding.where]
    assert fault.where == "Organisation.legalName"
    assert fault.message == "legalName is missing or stands too seldom (MinCount)."


@pytest.mark.shared
def test_what_the_shapes_cannot_see_is_undecided(official: AtHand) -> None:
    strange = minimal()
    strange["@context"] = ["https://www.w3.org/2018/credentials/v1", "https://elsewhere.example/context"]
    large = minimal()
    large["credentialSubject"]["contactPoint"] = [{"type": "ContactPoint"}] * 5001
    untyped = minimal()
    untyped["type"] = ["VerifiableCredential"]
    for tree, word in ((strange, "expanded"), (large, "nodes"), (untyped, "nothing to look at")):
        opinion = official.opinion(
            replace(document(seals.seal_json()), raw=json.dumps(tree).encode(), variant="")
        )
        assert opinion is not None
        assert opinion.conforms is None
        assert word in opinion.said


@pytest.mark.shared
def test_without_pyshacl_the_shapes_are_undecided_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    (finding,) = told(json.dumps(minimal()).encode(), at_hand())[1]
    assert finding.outcome is UNDECIDED
    assert "not installed" in finding.message
    assert told(credential(), at_hand())[1][0].outcome is PASSED


@pytest.mark.shared
def test_a_file_that_is_not_in_the_cache_is_named() -> None:
    lacking = at_hand("xmldsig-core-schema.xsd")
    (finding,) = told(credential(), lacking)[1]
    assert finding.outcome is UNDECIDED
    assert "xmldsig-core-schema.xsd" in finding.message


@pytest.mark.shared
def test_a_file_with_another_digest_is_never_used() -> None:
    files = official_files()
    files["genericschema_1.2.xsd"] = files["genericschema_1.2.xsd"].replace(
        b'minOccurs="1"', b'minOccurs="0"'
    )
    (finding,) = told(credential(), AtHand(files, pins()))[1]
    assert finding.outcome is UNDECIDED
    assert "genericschema_1.2.xsd" in finding.message


@pytest.mark.shared
def test_badges_have_no_official_schema(official: AtHand) -> None:
    (finding,) = told(badges.dumped(badges.assertion()), official)[1]
    assert finding.outcome is NOT_APPLICABLE


@pytest.mark.shared
@pytest.mark.parametrize("raw", [b"", b"<a", b"<!DOCTYPE a><a/>", b"x" * (5 * 1024 * 1024 + 1), b"<a/>"])
def test_hostile_bytes_give_no_pass(raw: bytes, official: AtHand) -> None:
    for found in (document(credential()), document(seals.seal_json())):
        opinion = official.opinion(replace(found, raw=raw))
        assert opinion is None or opinion.conforms is not True


def test_a_format_without_files_has_no_opinion() -> None:
    found = document(credential())
    assert AtHand({}, ()).opinion(found) is None
    assert AtHand({}, pins()).opinion(replace(found, format=Format.OB2)) is None
    unasked = AtHand({}, pins()).opinion(found)
    assert isinstance(unasked, Opinion)
    assert unasked.conforms is None
