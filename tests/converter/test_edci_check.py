"""Checking EDCI XML: the verdict first, the reasons where it fails, and what no XSD says."""

from __future__ import annotations

import random
import time

import pytest
from lxml import etree
from mutants_edci import DEEDS
from samples.edci_complete import complete
from samples.edci_documents import achievement, credential, organisation, text
from samples.seals import seal_xml

from converter.formats.edci2 import read_edci
from converter.formats.edci2_check import check_edci
from converter.formats.edci2_explain import explain_edci
from converter.formats.edci2_rules import dangling
from converter.formats.edci2_schema import holds, schema_file
from schemas.edci import VERSIONS, model
from schemas.errors import Malformed

GENERIC = "http://data.europa.eu/snb/credential/e34929035b"
VP = "http://data.europa.eu/snb/verifiable-presentation/"


def messages(data: bytes) -> list[str]:
    return [one.message for one in read_edci(data).problems]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("presented", ["", f"{VP}c_825cddc0"])
def test_the_quick_walk_and_the_model_find_the_same_dangling_references(version: str, presented: str) -> None:
    """One knows most references by their names alone, the other by the way down."""
    table = model(version)
    dice = random.Random(version)  # noqa: S311 - reproducible
    found = 0
    for _ in range(150):
        root = complete(version, GENERIC, presented=presented)
        DEEDS["dangle"][1](dice.choice(list(root.iter(etree.Element))), root, dice)
        if not holds(root, schema_file(root, table, "generic")):
            continue
        inner = root if not presented else next(root.iterchildren("{*}europassCredential"))
        quick = {(one.where, one.cite, one.message) for one in dangling(root, inner, table)}
        assert quick == {(one.where, one.cite, one.message) for one in explain_edci(root, table)}
        found += len(quick)
    assert found > 10


def test_a_sound_document_is_sound_with_a_seal_too() -> None:
    assert read_edci(seal_xml(credential())).problems == ()


def test_the_issuer_of_a_presentation_refers_into_the_credential() -> None:
    root = complete("1.2", GENERIC, presented=f"{VP}c_409018f7")
    unit = next(root.iterchildren("{http://data.europa.eu/snb/vp}issuer")).find("{*}hasUnit")
    assert unit is not None
    unit.set("idref", "urn:nowhere")
    told = check_edci(root, model(), "generic")
    assert [one.cite for one in told] == ["EDCI 1.2, OrganizationType/hasUnit"]
    assert told[0].where.startswith("/verifiablePresentation/issuer/hasUnit")


def test_a_reference_inside_a_child_credential_is_not_ours_to_follow() -> None:
    child = '<childCredential id="c1"><awardingBody idref="urn:nowhere"/></childCredential>'
    data = credential(tail=f"<proof/><childCredentials>{child}</childCredentials>")
    assert messages(data) == []


def test_a_child_credential_has_keys_of_its_own() -> None:
    """XML Schema Part 1 §3.11.5, the note: libxml2 mixes them, and all ids are numbered alike."""

    def around(inner: bytes) -> bytes:
        child = f'<childCredential id="c">{inner.partition(b"?>")[2].decode()}</childCredential>'
        return credential(tail=f"<proof/><childCredentials>{child}</childCredentials>")

    twice = around(credential()).partition(b"?>")[2].replace(b'id="c"', b'id="d"')
    assert messages(around(credential())) == []
    assert messages(around(b"?>" + twice)) == []
    assert messages(around(credential(organisations=organisation(2))))
    assert messages(around(credential(languages="")))


def test_ids_of_grading_schemes_are_words_and_not_addresses() -> None:
    """Their type is normalizedString, and so is that of references to them: white space inside counts."""
    scheme = '<scoringSchemeReferences><scoringScheme id="{}"/></scoringSchemeReferences>'
    specification = (
        '<assessmentSpecificationReferences><assessmentSpecification id="a"><gradingScheme idref="{}"/>'
        "</assessmentSpecification></assessmentSpecificationReferences>"
    )
    for own, other, told in (("a  %b", "a  %b", 0), ("a  b", "a b", 1), ("a", " a", 1)):
        data = credential(references=specification.format(other), tail=scheme.format(own))
        assert len(messages(data)) == told, (own, other)


@pytest.mark.parametrize(
    "value", [" 2026-02-01T09:00:00Z", "2026-02-01T09:00:00Z ", "\n2026-02-01T09:00:00Z\n"]
)
def test_white_space_around_a_time_says_nothing(value: str) -> None:
    """XML Schema Part 2 §4.3.6: these datatypes collapse it. libxml2 does not."""
    data = credential().replace(b"<cred:issued>2026-02-01T09:00:00Z", f"<cred:issued>{value}".encode())
    assert messages(data) == []
    assert read_edci(data).tree["issued"] == "2026-02-01T09:00:00Z"


def test_white_space_around_a_time_does_not_hide_another_fault() -> None:
    spaced = credential().replace(b"<cred:issued>2026", b"<cred:issued> 2026")
    assert messages(spaced.replace(b'lang="en"', b'lang="xx"', 1))
    sealed = seal_xml(spaced)
    assert messages(sealed) == []
    assert messages(
        sealed.replace(b"<xades:Cert>", b"<xades:Card>").replace(b"</xades:Cert>", b"</xades:Card>")
    )


@pytest.mark.parametrize(
    "data",
    [
        credential(subject="<citizenshipCountry/>" * 60_000),
        credential(subject="<x/>" * 60_000),
        credential().replace(text("Weaving, first course").encode(), text("x").encode() * 30_000),
        credential(organisations=organisation(1) * 4_000),
        credential(organisations=organisation(1, extra='<hasUnit idref="urn:u"/>' * 40_000)),
        credential(subject=f"<achievements>{achievement(1, 'none') * 8_000}</achievements>"),
        credential(
            tail="<proof><Signature xmlns='http://www.w3.org/2000/09/xmldsig#'>"
            + "<Object Id='a'/>" * 40_000
            + "</Signature></proof>"
        ),
    ],
    ids=["attributes", "elements", "languages", "keys", "references", "nodes", "ids of a seal"],
)
def test_many_faults_are_told_soon(data: bytes) -> None:
    start = time.perf_counter()
    document = read_edci(data)
    assert 0 < len(document.problems) <= 102
    assert time.perf_counter() - start < 15


def test_too_many_attributes_are_refused() -> None:
    with pytest.raises(Malformed, match="hundred attributes"):
        read_edci(credential(subject="<x " + " ".join(f'a{n}=""' for n in range(200)) + "/>"))


def test_the_words_of_the_document_stay_out_of_the_findings() -> None:
    data = seal_xml(credential().replace(b"Noor</text>", b"Zwaantje</text><text>Zwaantje</text>"))
    data = data.replace(b"<xades:SigningTime>", b"<xades:SigningTime>Zwaantje")
    told = read_edci(data).problems
    assert told
    assert not any("Zwaantje" in f"{one.message}{one.where}{one.cite}" for one in told)
    broken = seal_xml(credential()).replace(b"<xades:SigningTime>", b"<xades:SigningTime>Zwaantje")
    assert "SigningTime" in messages(broken)[0]
    assert "Zwaantje" not in messages(broken)[0]
