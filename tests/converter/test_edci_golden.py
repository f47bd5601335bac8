"""Every finding on faulty EDCI XML, as read by eye once: code, place, clause, sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree
from official_edci import FILES, PRESENTATIONS, schema, xsd_faults
from samples.edci_cases import CASES, GOLDEN, findings, made
from samples.edci_documents import credential

from converter.formats.edci2 import read_edci
from schemas.document import Container, Document

OURS_ALONE = {"location-missing", "location-of-two-pairs", "references-without-key"}
NOT_IN_THE_STANDARD = {"spaced-times"}
"""libxml2 takes the white space for a part of the time; XML Schema Part 2 §4.3.6 does not."""


def test_the_good_one_has_none() -> None:
    assert findings(credential()) == ""


def test_every_folder_is_a_case() -> None:
    assert {folder.name for folder in GOLDEN.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_all_findings_on_a_case(name: str) -> None:
    data = (GOLDEN / name / "input.xml").read_bytes()
    assert data == made(name), "python tests/samples/edci_cases.py"
    assert findings(data) == (GOLDEN / name / "expected.tsv").read_text("utf-8")


@pytest.mark.shared
@pytest.mark.parametrize("name", CASES)
def test_the_official_schema_agrees_on_the_verdict(name: str) -> None:
    document = read_edci(made(name))
    broken = any(one.code == "format.schema" for one in document.problems)
    assert bool(xsd_faults(made(name), document.version)) == (
        name in NOT_IN_THE_STANDARD or (broken and name not in OURS_ALONE)
    )


Read = list[tuple[int, str]]
_RENAMED: Read = [
    (16, "EuropassCredentialType"),  # the wrapper is called language
    (5, "EuropassCredentialType/availableLanguages"),
]
SAMPLES: dict[str, Read] = {
    "27_generic_1.0_basic_signed_LT": [(1, "xsi:schemaLocation")],
    "31_multipleSchemaLocation": [
        (6, "EuropassCredentialType/issued"),
        (45, "MBoxType/@uri"),
        (46, "ContactPointType/wallet"),  # has a uri
        (179, "OrganizationType/hasLocation"),
        (6, "xsi:schemaLocation"),
    ],
    "35_viewer_full_2MB": [
        (17, "EuropassCredentialType"),
        (6, "EuropassCredentialType/availableLanguages"),
        (6, "EuropassCredentialType/issued"),
    ],
    "44_VP_shared_1.1_checks": [(3, "VerifiablePresentationTypeType/@targetFrameworkUrl")],
    "46_HEAD_corrupted_contactpoint_OK": _RENAMED,
    "47_HEAD_validXMLCredential": _RENAMED,
}
"""The line and the clause of every finding, read beside the samples and the model."""


def lines(document: Document) -> list[int]:
    found = [re.search(r"line (\d+)", one.where) for one in document.problems]
    return [int(one[1]) for one in found if one]


@pytest.mark.shared
@pytest.mark.parametrize("name", SAMPLES)
def test_all_findings_on_a_negative_sample(name: str, shared: Path) -> None:
    document = read_edci((shared / f"samples/edci-xml/{name}.xml").read_bytes())
    told = [one.cite.removeprefix(f"EDCI {document.version}, ") for one in document.problems]
    assert list(zip(lines(document), told, strict=True)) == SAMPLES[name]


@pytest.mark.shared
def test_a_layout_of_before_the_standard_has_all_its_faults_told(shared: Path) -> None:
    document = read_edci((shared / "samples/edci-xml/34_specialchars.xml").read_bytes())
    told = [one.message for one in document.problems]
    assert len(told) == 58
    assert sum("content-type is missing" in one for one in told) == 17
    for name in ("issuanceDate", "organisationReferences", "walletAddress", "listId", "identifierSchemeId"):
        assert any(f"'{name}' is not known here" in one for one in told)


@pytest.mark.shared
@pytest.mark.parametrize("name", [*SAMPLES, "34_specialchars"])
def test_every_place_libxml2_finds_broken_is_told(name: str, shared: Path) -> None:
    """Of what is missing libxml2 names the next element, and we the one it is missing in."""
    path = shared / f"samples/edci-xml/{name}.xml"
    document = read_edci(path.read_bytes())
    wrapped = Container.PRESENTATION in document.containers
    official = schema(PRESENTATIONS[document.version] if wrapped else FILES[document.version, "generic"])
    root = etree.parse(str(path)).getroot()
    official.validate(root)
    told = set(lines(document))
    for error in list(official.error_log):
        at = next(one for one in root.iter() if one.sourceline == error.line)
        above = at.getparent().sourceline if "ELEMENT_CONTENT" in error.type_name else error.line
        assert told & {error.line, above}, error
