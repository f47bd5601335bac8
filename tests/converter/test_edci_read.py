"""Reading EDCI XML: versions, the tree, the graph of references, the checks, and what is hostile."""

from __future__ import annotations

import contextlib
import csv
import time
from pathlib import Path
from typing import Any

import pytest
from official_edci import xsd_faults
from samples.edci_documents import CRED, SCHEMAS, SNB, achievement, credential, organisation, text
from shared_files import SHARED, shared_cases

from converter.formats.edci2 import PRESENTATION, read_edci
from schemas.document import Container, Document, SealKind
from schemas.errors import DocumentError, Malformed, NotRecognised

SAMPLES = shared_cases("samples/edci-xml/*.xml")
KNOWN_DIFFERENCES = {
    # The XSD cannot ask for a schemaLocation; the EC's format check does, and so do we.
    "27_generic_1.0_basic_signed_LT.xml",
}


def rows() -> list[dict[str, str]]:
    if SHARED is None:
        return []
    with (SHARED / "samples/edci-xml/INDEX.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def messages(document: Document) -> list[str]:
    return [problem.message for problem in document.problems]


def of_ours(version: str) -> bool:
    return version.startswith("1.")


@pytest.mark.shared
@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_the_verdict_on_every_sample_is_that_of_its_official_schema(
    row: dict[str, str], shared: Path
) -> None:
    data = (shared / "samples/edci-xml" / row["file"]).read_bytes()
    if row["file"].startswith(("39_", "xxe_")):
        with pytest.raises(Malformed):
            read_edci(data)
        return
    document = read_edci(data)
    if not of_ours(document.version):
        assert [problem.code for problem in document.problems] == ["format.schema"]
        assert document.tree == {}
        return
    faults = xsd_faults(data, document.version, document.variant)
    if row["file"] in KNOWN_DIFFERENCES:
        assert not faults
        assert messages(document) == ["xsi:schemaLocation is missing where exactly one pair must stand."]
        return
    told = [problem for problem in document.problems if problem.code == "format.schema"]
    assert bool(faults) == bool(told), (faults, told)
    stated = {"1.0": row["xsd10"], "1.1": row["xsd11"], "1.2": row["xsd12"]}[document.version]
    if not row["root"].endswith("verifiablePresentation"):
        assert (stated == "Y") == (not told)


@pytest.mark.shared
@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_a_seal_is_seen_where_the_index_says_there_is_one(row: dict[str, str], shared: Path) -> None:
    if row["file"].startswith(("39_", "xxe_")):
        return
    data = (shared / "samples/edci-xml" / row["file"]).read_bytes()
    document = read_edci(data)
    assert (document.seal is not None) == bool(row["sig_location"])
    if document.seal is not None:
        assert (document.seal.kind, document.seal.raw) == (SealKind.XADES, data)


@pytest.mark.shared
def test_a_presentation_is_the_credential_in_it_with_the_facts_of_the_wrapper(shared: Path) -> None:
    document = read_edci((shared / "samples/edci-xml/44_VP_shared_1.1_checks.xml").read_bytes())
    assert document.containers == (Container.PRESENTATION,)
    assert document.tree["credentialSubject"]["givenNames"]["text"]
    wrapper = document.tree[PRESENTATION]
    assert wrapper["type"]["@uri"].endswith("vp/export")
    assert [check["#name"] for check in wrapper["verificationChecks"]] == ["verificationCheck"] * len(
        wrapper["verificationChecks"]
    )
    assert wrapper["verificationChecks"][0]["status"]["@uri"].startswith(
        "http://data.europa.eu/snb/verification-status/"
    )


def test_the_tree_of_the_smallest_credential_has_the_agreed_form() -> None:
    tree = read_edci(credential()).tree
    assert tree["@id"] == "urn:credential:1"
    assert tree["issued"] == "2026-02-01T09:00:00Z"
    assert tree["availableLanguages"] == ["en"]
    assert tree["title"] == {
        "text": [{"@lang": "en", "@content-type": "text/plain", "#text": "Weaving, first course"}]
    }
    assert tree["issuer"]["#name"] == "organization"
    assert tree["issuer"]["registration"] == {"@spatialID": "NL", "#text": "KVK-00000001"}
    assert [place["hasAddress"][0]["country"]["@uri"][-3:] for place in tree["issuer"]["hasLocation"]] == [
        "NLD"
    ]
    assert not {"agentReferences", "proof", "@xsdVersion"} & tree.keys()


def test_references_become_what_they_lead_to_and_one_node_is_one_value() -> None:
    specification = (
        f'<learningSpecificationReferences><qualification id="urn:epass:qualification:1"><title>{text("Q")}'
        f'</title><learningOutcomes><learningOutcome idref="urn:epass:learningOutcome:1"/></learningOutcomes>'
        f"</qualification></learningSpecificationReferences><learningOutcomeReferences>"
        f'<learningOutcome id="urn:epass:learningOutcome:1"><prefLabel>{text("Weaves")}</prefLabel>'
        f"</learningOutcome></learningOutcomeReferences>"
    )
    subject = (
        "<achievements>"
        + "".join(achievement(n, "urn:epass:qualification:1") for n in (1, 2))
        + "</achievements>"
    )
    document = read_edci(credential(subject=subject, references=specification))
    assert document.problems == ()
    first, second = document.tree["credentialSubject"]["achievements"]
    assert first["#name"] == "learningAchievement"
    assert first["specifiedBy"]["#name"] == "qualification"
    assert first["specifiedBy"]["learningOutcomes"][0]["prefLabel"][0]["text"][0]["#text"] == "Weaves"
    assert first["specifiedBy"] is second["specifiedBy"]
    assert "#unreferenced" not in document.tree


def test_a_reference_to_a_node_one_stands_in_stays_bare() -> None:
    both = organisation(1, extra='<hasUnit idref="urn:epass:org:2"/>') + organisation(
        2, "Faculty of Examples", extra='<unitOf idref="urn:epass:org:1"/>'
    )
    document = read_edci(credential(organisations=both))
    assert document.problems == ()
    assert document.tree["issuer"]["hasUnit"][0]["unitOf"] == {
        "#name": "organization",
        "@id": "urn:epass:org:1",
        "#ref": True,
    }


def test_what_nothing_refers_to_is_kept_apart() -> None:
    document = read_edci(credential(organisations=organisation(1) + organisation(2, "Nobody's")))
    assert [node["@id"] for node in document.tree["#unreferenced"]] == ["urn:epass:org:2"]


def test_a_dangling_reference_is_told_and_marked() -> None:
    document = read_edci(credential(organisations=organisation(3)))
    assert document.tree["issuer"] == {"#name": "organization", "@id": "urn:epass:org:1", "#dangling": True}
    problem = document.problems[0]
    assert problem.code == "format.schema"
    assert "leads to nothing" in problem.message
    assert problem.where.startswith("/europassCredential/issuer (line ")


def test_even_a_reference_no_schema_key_covers_must_lead_somewhere() -> None:
    process = (
        '<awardingProcessReferences><awardingProcess id="a"><awardingBody idref="nowhere"/></awardingProcess>'
    )
    data = credential(tail=process + "</awardingProcessReferences><proof/>")
    assert any("leads to nothing" in message for message in messages(read_edci(data)))


def test_unknown_elements_attributes_and_repetitions_are_kept_and_told() -> None:
    subject = '<shoeSize unit="EU">41</shoeSize><x:y xmlns:x="urn:x">z</x:y>'
    title = f'<fullName colour="red">{text("Noor")}</fullName><fullName>{text("again")}</fullName>'
    data = credential(subject=subject).replace(b"<givenNames>", title.encode() + b"<givenNames>")
    document = read_edci(data)
    person = document.tree["credentialSubject"]
    assert person["shoeSize"] == [{"@unit": "EU", "#text": "41"}]
    assert person["{urn:x}y"] == ["z"]
    assert person["fullName"]["@colour"] == "red"
    assert person["#more"][0]["#name"] == "fullName"
    told = " ".join(messages(document))
    for what in ("shoeSize", "'y'", "colour", "too often"):
        assert what in told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (b'xsdVersion="0.10.0"', b'xsdVersion="0.9.0"', "xsdVersion must be 0.10.0"),
        (b'lang="en"', b'lang="xx"', "not on the list"),
        (b'content-type="text/plain"', b'content-type="text/xml"', "not on the list"),
        (b"2026-02-01T09:00:00Z", b"2026-02-30T09:00:00Z", "not a valid dateTime"),
        (b"2026-02-01T09:00:00Z", b"2026-02-01", "not a valid dateTime"),
        (b"snb/credential/25831c2", b"snb/eqf/25831c2", "targetFrameworkUrl must be"),
        (b"<cred:issued>2026-02-01T09:00:00Z</cred:issued>", b"", "issued is missing"),
        (b' id="urn:epass:person:1"', b"", "attribute id is missing"),
        (b"<familyName>", b"words<familyName>", "Text stands where"),
        (b"genericschema_1.2.xsd", b"genericschema_1.2.xsd urn:b b.xsd", "names 2 pairs"),
        (b"<issuer", b"<issuer", ""),
    ],
)
def test_a_fault_is_told(old: bytes, new: bytes, told: str) -> None:
    document = read_edci(credential().replace(old, new))
    assert any(told in message for message in messages(document)) == bool(told)


@pytest.mark.parametrize(
    ("location", "version"),
    [
        (f"{SNB} {SCHEMAS}genericschema.xsd", "1.0"),
        (f"{SNB} {SCHEMAS}genericschema_1.1.xsd", "1.1"),
        (f"{SNB} {SCHEMAS}accreditationschema_1.2.xsd", "1.2"),
        (f"{SNB} https://elsewhere.example/some.xsd", "1.1"),
    ],
)
def test_the_version_is_the_declared_one_or_deduced(location: str, version: str) -> None:
    assert read_edci(credential(location=location)).version == version


def test_without_languages_and_schema_it_is_1_0_and_a_template_makes_it_1_2() -> None:
    assert read_edci(credential(location="x y", languages="")).version == "1.0"
    template = "<displayParameters><template>t</template></displayParameters><proof/>"
    assert read_edci(credential(location="x y", tail=template)).version == "1.2"


def test_other_xml_is_not_recognised() -> None:
    with pytest.raises(NotRecognised):
        read_edci(b"<note/>")


def test_a_comment_does_not_cut_a_text() -> None:
    tree = read_edci(credential().replace(b"Voorbeeld", b"Voor<!-- x -->beeld")).tree
    assert tree["credentialSubject"]["familyName"]["text"][0]["#text"] == "Voorbeeld"


def _specifications(edges: dict[int, list[int]]) -> str:
    made = "".join(
        f'<learningSpecification id="s{at}">'
        + "".join(f'<hasPart idref="s{to}"/>' for to in targets)
        + "</learningSpecification>"
        for at, targets in edges.items()
    )
    return f"<learningSpecificationReferences>{made}</learningSpecificationReferences>"


@pytest.mark.parametrize(
    "edges",
    [
        {at: [at + 1] * 10 for at in range(30)} | {30: []},
        {at: [to for to in range(12) if to != at] for at in range(12)},
        {at: [at + 1] for at in range(5000)} | {5000: []},
    ],
    ids=["doubling", "circles", "chain"],
)
def test_references_that_unfold_without_measure_are_refused_soon(edges: dict[int, list[int]]) -> None:
    subject = f"<achievements>{achievement(1, 's0')}</achievements>"
    data = credential(subject=subject, references=_specifications(edges))
    start = time.perf_counter()
    with pytest.raises(Malformed):
        read_edci(data)
    assert time.perf_counter() - start < 10


def test_a_child_credential_is_kept_as_it_stands() -> None:
    child = (
        '<childCredentials><childCredential id="c1"><a xmlns="urn:a" b="1">t &amp; u</a></childCredential>'
    )
    document = read_edci(credential(tail="<proof/>" + child + "</childCredentials>"))
    assert document.problems == ()
    assert document.tree["childCredentials"][0]["@id"] == "c1"
    assert '<a xmlns="urn:a" b="1">t &amp; u</a>' in document.tree["childCredentials"][0]["#xml"]


@pytest.mark.shared
@pytest.mark.parametrize("path", shared_cases("corpus/seal-attacks/x*.xml"), ids=lambda path: path.stem)
def test_attacks_on_seals_read_or_are_refused(path: Path) -> None:
    with contextlib.suppress(DocumentError):
        document = read_edci(path.read_bytes())
        assert document.tree or document.problems


def test_namespaces_of_known_names_are_told_apart() -> None:
    wrong = credential().replace(b"<cred:issued>", b"<issued>").replace(b"</cred:issued>", b"</issued>")
    tree: dict[str, Any] = read_edci(wrong).tree
    assert tree[f"{{{SNB}}}issued"] == ["2026-02-01T09:00:00Z"]
    assert CRED not in tree
