"""Accreditations: read from every shape, held against the award, and never believed on their own word."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import accreditations as made
from samples.accreditations import coded, proof

from converter.read import read
from schemas.accreditation import Accreditation, Accreditations
from schemas.document import Document, Format, Seal, SealKind
from schemas.errors import Malformed
from schemas.evidence import Evidence, Trust
from verifier.accreditation.deqar import accreditation_of_report
from verifier.accreditation.reading import accreditation_of, moment
from verifier.checks.accreditation import accreditation_covered
from verifier.finding import Finding, Outcome

PASSED, FAILED, UNDECIDED, NOT_APPLICABLE = Outcome
NOW = datetime(2026, 7, 1, tzinfo=UTC)
REGISTER = made.register()


def findings(tree: Any, known: Accreditations | None = REGISTER) -> list[Finding]:
    document = Document(format=Format.ELM, version="3", raw=b"", original=b"", media_type="x/y", tree=tree)
    return list(
        accreditation_covered(Evidence(document=document, now=NOW, trust=Trust(accreditations=known)))
    )


def only(tree: Any, known: Accreditations | None = REGISTER) -> Finding:
    (finding,) = findings(tree, known)
    assert finding.check == "accreditation.covered"
    assert finding.message.endswith(".")
    return finding


def test_an_accreditation_that_covers_is_told_with_its_register_and_day() -> None:
    finding = only(made.credential())
    assert finding.outcome is PASSED
    assert finding.message == (
        "The accreditation by Agency of the Polder covers what was awarded, "
        "by the register all.json as of 2026-06-01."
    )
    assert finding.where == "/evidence/0/accreditation"


@pytest.mark.parametrize("code", ["6cf8e68c43", "c_ae121a00"])
def test_both_codes_of_the_profile_are_known(code: str) -> None:
    tree = made.credential(proof(limitCredentialType=None), credentialProfiles=coded(f"credential/{code}"))
    assert only(tree, made.register(made.accreditation(limitCredentialType=None))).outcome is PASSED


def test_another_profile_is_not_asked() -> None:
    assert only(made.credential(credentialProfiles=coded("credential/e34929035b"))).outcome is NOT_APPLICABLE


def test_without_a_register_it_is_a_claim() -> None:
    for known in (None, Accreditations()):
        finding = only(made.credential(), known)
        assert finding.outcome is UNDECIDED
        assert "No register was asked" in finding.message


def test_what_the_register_does_not_know_is_not_known() -> None:
    finding = only(made.credential(), made.register(made.accreditation(id="https://register.example/8")))
    assert finding.outcome is UNDECIDED
    assert "is not in the register all.json as of 2026-06-01" in finding.message


def test_a_register_older_than_the_credential_proves_nothing() -> None:
    finding = only(made.credential(), made.register(taken=date(2026, 2, 28)))
    assert finding.outcome is UNDECIDED
    assert "older than the credential" in finding.message


def test_the_registers_word_counts_and_not_the_credentials() -> None:
    finding = only(made.credential(), made.register(made.accreditation(expiryDate="2025-12-31")))
    assert finding.outcome is FAILED
    assert finding.message.startswith(
        "By the register all.json as of 2026-06-01: the credential was issued after"
    )


def test_the_newest_register_that_knows_it_is_asked() -> None:
    newer = made.register(made.accreditation(expiryDate="2025-12-31"), taken=date(2026, 6, 2))
    both = Accreditations(snapshots=(*newer.snapshots, *REGISTER.snapshots))
    assert only(made.credential(), both).outcome is FAILED


def test_an_accredited_credential_includes_its_accreditation() -> None:
    other = {"dcType": coded("evidence-type/c_18016257")[0], "evidenceStatement": "x"}
    assert only(made.credential(other)).outcome is FAILED
    for gone in ("dcType", "accreditingAgent"):
        finding = only(made.credential(proof(**{gone: None})))
        assert (finding.outcome, finding.where) == (FAILED, f"/evidence/0/accreditation/{gone}")


Limits = dict[str, tuple[dict[str, Any], Outcome, str]]
BY_ITS_OWN_WORDS: Limits = {
    "ended": ({"expiryDate": "2026-02-28"}, FAILED, "after the accreditation had ended"),
    "ends on the day": ({"expiryDate": "2026-03-01"}, PASSED, ""),
    "not begun": ({"dateIssued": "2026-03-02T00:00:00Z"}, FAILED, "before the accreditation began"),
    "without end": ({"expiryDate": None}, PASSED, ""),
    "without beginning": ({"dateIssued": None}, UNDECIDED, "does not say when it was issued"),
    "another body": (
        {"organisation": [{"eIDASIdentifier": {"notation": "NTRNL-87654321"}}]},
        FAILED,
        "is not one of the accredited organisations",
    ),
    "a body by another register": (
        {"organisation": [{"vatIdentifier": [{"notation": "VATNL-000000000B01"}]}]},
        UNDECIDED,
        "cannot be told to be one of the accredited",
    ),
    "no body": ({"organisation": None}, UNDECIDED, "cannot be told to be one of the accredited"),
    "a body that accredits itself": (
        {"organisation": None, "accreditingAgent": {"registration": {"notation": made.SCHOOL}}},
        PASSED,
        "",
    ),
    "another qualification": (
        {"limitQualification": {"id": "https://school.example/courses/sluices"}},
        FAILED,
        "for another qualification",
    ),
    "a qualification nobody can tell": (
        {"limitQualification": {"id": "urn:epass:qualification:2"}},
        UNDECIDED,
        "whether for this, cannot be told",
    ),
    "a qualification by its identifier": (
        {"limitQualification": {"identifier": [{"notation": made.COURSE}]}},
        PASSED,
        "",
    ),
    "any qualification": ({"limitQualification": None}, PASSED, ""),
    "another field": ({"limitField": coded("isced-f/06", "isced-f/0731")}, FAILED, "field of study"),
    "a narrower field": ({"limitField": coded("isced-f/07321")}, FAILED, "field of study"),
    "any field": ({"limitField": None}, PASSED, ""),
    "another level": ({"limitEQFLevel": coded("eqf/7")}, FAILED, "EQF level 6"),
    "any level": ({"limitEQFLevel": None}, PASSED, ""),
    "another country": ({"limitJurisdiction": coded(made.EU + "atu/FIN")}, FAILED, "does not count where"),
    "a region of the country": ({"limitJurisdiction": coded(made.EU + "atu/NLD_NH")}, PASSED, ""),
    "a territory of no list": ({"limitJurisdiction": coded("jur/1")}, UNDECIDED, "limited to a territory"),
    "other credentials": ({"limitCredentialType": coded("credential/6dff8a0f87")}, FAILED, "of this kind"),
    "any credentials": ({"limitCredentialType": None}, PASSED, ""),
}


@pytest.mark.parametrize("name", BY_ITS_OWN_WORDS)
def test_each_limit_is_a_question_of_its_own(name: str) -> None:
    changes, outcome, said = BY_ITS_OWN_WORDS[name]
    finding = only(made.credential(proof(**changes)), made.register(made.accreditation(**changes)))
    assert finding.outcome is outcome
    assert said in finding.message
    assert (outcome is FAILED) == finding.message.startswith("By the credential's own words")


@pytest.mark.parametrize(
    "name", [name for name, (_, outcome, _) in BY_ITS_OWN_WORDS.items() if outcome is FAILED]
)
def test_a_limit_that_only_the_register_tells_counts_too(name: str) -> None:
    changes, _, said = BY_ITS_OWN_WORDS[name]
    finding = only(made.credential(), made.register(made.accreditation(**changes)))
    assert finding.outcome is FAILED
    assert said in finding.message


def test_every_shortfall_is_told() -> None:
    changes = {"limitField": coded("isced-f/01"), "limitEQFLevel": coded("eqf/1")}
    told = findings(made.credential(), made.register(made.accreditation(**changes)))
    assert [one.where.rpartition("/")[2] for one in told] == ["specifiedBy", "eqfLevel"]


def test_every_achievement_must_be_covered() -> None:
    claim = made.credential()["credentialSubject"]["hasClaim"][0]
    second = {**claim, "specifiedBy": made.specification(eqfLevel=coded("eqf/8")[0])}
    finding = only(made.credential(claims=[claim, second]))
    assert (finding.outcome, finding.where) == (FAILED, "/credentialSubject/hasClaim/1/specifiedBy/eqfLevel")
    assert only(made.credential(claims=[])).outcome is UNDECIDED


def test_a_credential_that_says_no_day_is_undecided() -> None:
    assert only(made.credential(issued=None)).outcome is UNDECIDED


def test_what_is_not_shown_to_be_sealed_is_not_looked_at() -> None:
    seal = Seal(kind=SealKind.JADES, raw=b"")
    document = Document(
        format=Format.ELM,
        version="3",
        raw=b"",
        original=b"",
        media_type="x/y",
        tree=made.credential(),
        seal=seal,
    )
    of = Evidence(document=document, now=NOW, trust=Trust(accreditations=REGISTER))
    assert [one.outcome for one in accreditation_covered(of)] == [UNDECIDED]
    sealed = replace(of, signed_document=replace(document, seal=None))
    assert [one.outcome for one in accreditation_covered(sealed)] == [PASSED]


# --- shapes ---------------------------------------------------------------------------------------


def flattened() -> bytes:
    graph = [
        {
            "@id": made.ID,
            "@type": "elm:Accreditation",
            "type": made.SNB + "accreditation/003293d2ce",
            "accreditingAgent": "urn:x:agent",
            "organisation": ["urn:x:school"],
            "issued": "2024-01-01T00:00:00Z",
            "expiryDate": "2030-01-01T00:00:00Z",
            "limitEQFLevel": [made.SNB + "eqf/7", made.SNB + "eqf/6"],
            "limitField": made.SNB + "isced-f/07",
            "identifier": "urn:x:number",
            "title": [{"@language": "fi", "@value": "Y"}, {"@language": "en", "@value": "X"}],
        },
        {
            "@id": "urn:x:agent",
            "@type": "elm:Organisation",
            "legalName": {"@language": "en", "@value": "Agency"},
        },
        {"@id": "urn:x:school", "@type": ["elm:Organisation"], "eidasLegalIdentifier": "urn:x:legal"},
        {"@id": "urn:x:legal", "notation": made.SCHOOL},
        {"@id": "urn:x:number", "notation": "7"},
    ]
    return json.dumps({"@graph": graph}).encode()


SHAPES: dict[str, Callable[[], bytes]] = {
    "one": lambda: json.dumps(made.accreditation()).encode(),
    "a list": lambda: json.dumps([made.accreditation()]).encode(),
    "dated": lambda: json.dumps(
        {"snapshot": "2026-06-01", "accreditations": [made.accreditation()]}
    ).encode(),
    "the service's": lambda: json.dumps(made.of_service()).encode(),
    "the service's list": lambda: json.dumps({"accreditations": [made.of_service()]}).encode(),
    "flattened": flattened,
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_of_a_register_says_the_same(name: str) -> None:
    snapshot = made.snapshot(SHAPES[name]())
    record = snapshot.accreditations[made.ID]
    assert made.SCHOOL in record.bodies
    assert "6" in record.levels
    assert record.fields == {"07"}
    assert record.issued == datetime(2024, 1, 1, tzinfo=UTC)
    assert record.agent.startswith("Agency")
    assert record.title in {"Initial accreditation", "X"}
    assert only(made.credential(), Accreditations(snapshots=(snapshot,))).outcome is PASSED


def test_the_day_comes_from_the_caller_the_file_or_its_name() -> None:
    dated = SHAPES["dated"]()
    assert made.snapshot(dated, taken=None).taken == date(2026, 6, 1)
    assert made.snapshot(dated, taken=date(2026, 6, 9)).taken == date(2026, 6, 9)
    assert made.snapshot(SHAPES["one"](), taken=None, source="qdr-2026-05-04.json").taken == date(2026, 5, 4)
    for source in ("qdr.json", "qdr-2026-13-04.json", "qdr-12026-01-041.json"):
        with pytest.raises(Malformed, match="carry no day"):
            made.snapshot(SHAPES["one"](), taken=None, source=source)


@pytest.mark.parametrize(
    "data", [b"[]", b"{}", b"7", b"[[1]]", b'{"accreditations": {}}', b'{"@graph": [{}]}', b"<"]
)
def test_what_holds_no_accreditation_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        made.snapshot(data)


def test_the_register_of_the_agencies_is_read() -> None:
    data = json.dumps({"reports": [made.deqar_report()], "institutions": [made.deqar_institution()]}).encode()
    record = made.snapshot(data).accreditations["https://data.deqar.eu/report/990001"]
    assert record.bodies == {
        "https://data.deqar.eu/institution/99001",
        "DEQARINST99001",
        "NL9901",
        made.SCHOOL,
    }
    assert (record.positive, record.limited, record.kind) == (True, False, "institutional")
    assert record.expires == datetime(2030, 1, 1, 23, 59, 59, 999999, tzinfo=UTC)
    claimed = proof(id="https://data.deqar.eu/report/990001")
    known = Accreditations(snapshots=(made.snapshot(data),))
    assert only(made.credential(claimed), known).outcome is PASSED


def report(**changes: Any) -> Accreditation:
    return accreditation_of_report(made.deqar_report(**changes), {})


def test_a_report_on_programmes_is_for_those_alone() -> None:
    both = [made.deqar_programme(), made.deqar_programme(id=2, qf_ehea_level="second cycle")]
    record = report(programmes=both, agency_esg_activity_type="programme")
    assert record.limited
    assert made.COURSE in record.qualifications
    assert record.levels == {"6", "7"}
    assert report(programmes=[made.deqar_programme(qf_ehea_level=None)]).levels == frozenset()
    assert report(agency_esg_activity_type="programme").limited


@pytest.mark.parametrize(
    ("decision", "positive"),
    [
        ("positive", True),
        ("positive with conditions or restrictions", True),
        ("negative", False),
        ("not applicable", None),
        (None, None),
    ],
)
def test_the_decision_of_a_report_counts(decision: str | None, positive: object) -> None:
    assert report(decision=decision).positive is positive


def test_a_negative_decision_covers_nothing() -> None:
    data = json.dumps(
        [made.deqar_report(decision="negative", institutions=made.deqar_report()["institutions"])]
    )
    known = Accreditations(snapshots=(made.snapshot(data.encode()),))
    told = findings(made.credential(proof(id="https://data.deqar.eu/report/990001")), known)
    assert told[0].outcome is FAILED
    assert "negative" in told[0].message


def test_a_report_without_end_counts_for_six_years() -> None:
    assert report(valid_to=None).expires == datetime(2030, 1, 1, 23, 59, 59, 999999, tzinfo=UTC)
    assert report(valid_from="2024-02-29", valid_to=None).expires == datetime(2030, 3, 1, tzinfo=UTC)
    assert report(valid_from="soon", valid_to=None).expires is None


def test_times_are_read_as_each_shape_writes_them() -> None:
    first = datetime(2024, 1, 1, tzinfo=UTC)
    for value in ("2024-01-01", "2024-01-01T00:00:00", "2024-01-01T01:00:00+01:00", 1704067200000):
        assert moment(value) == first
        assert moment({"@value": value, "@type": "x"}) == first
    for value in (None, True, -1, 10**30, "", "tomorrow", "2024-13-01", [], {}, "9999-12-31"):
        assert moment(value, end=True) is None or value == "9999-12-31"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(sorted({*made.accreditation(), *made.of_service(), *made.deqar_report()})),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@settings(deadline=None)
@given(JSON)
def test_no_value_breaks_the_readers(value: Any) -> None:
    node = value if isinstance(value, dict) else {"accreditingAgent": value}
    assert accreditation_of(node).ids is not None
    assert accreditation_of_report(node, {}).ids is not None
    findings(made.credential({"dcType": {"id": "x/c_991b06c6"}, "accreditation": node}))
    try:
        made.snapshot(json.dumps(value).encode())
    except Malformed:
        return


# --- the European Commission's own files ----------------------------------------------------------

OUTCOMES = {
    "09_accreditation_step1_true.xml": PASSED,
    "10_accreditation_false.xml": FAILED,
    "11_accreditation_awardingBody_issuerTrue.xml": PASSED,
    "12_accreditation_awardingBody_false.xml": FAILED,
    "13_accreditation_issuer_true.xml": PASSED,
    "14_accreditation_issuer_false.xml": FAILED,
}
"""As the Commission's own integration test states them."""


def commissions() -> Accreditations:
    """Make the register's record those files refer to.

    Their copies give a limiting qualification without any identifier, so nothing can be limited to it; the
    number of the test seal stands among the identifiers of the accreditation.
    """
    numbers = [f"https://data.deqar.eu/accreditationIdentifier/{one}" for one in (1, 2)]
    record = made.of_service(
        id="d5f03bcc-2599-42f8-bb3d-587995707cc0",
        identifiers=[{"value": one} for one in (*numbers, "VATES-B00000000")],
        accreditedOrganization={"registration": "https://data.deqar.eu/institution/2360"},
        limitFields=[{"uri": made.SNB + "isced-f/0113"}, {"uri": made.SNB + "isced-f/0119"}],
        limitEQFLevels=[{"uri": made.SNB + "eqf/1"}, {"uri": made.SNB + "eqf/2"}],
        issuedDate=1427839200000,
        expiryDate=1950335947000,
    )
    return made.register(record)


def of_file(path: Path, known: Accreditations | None) -> Finding:
    document = read(path.read_bytes())
    assert isinstance(document, Document)
    draft = replace(document, seal=None)  # their seals were broken when the files were edited
    of = Evidence(document=draft, now=NOW, trust=Trust(accreditations=known))
    (finding,) = accreditation_covered(of)
    return finding


@pytest.mark.shared
@pytest.mark.parametrize("name", OUTCOMES)
def test_the_commissions_files_have_their_outcomes(shared: Path, name: str) -> None:
    path = shared / "samples" / "edci-xml" / name
    assert of_file(path, commissions()).outcome is OUTCOMES[name]
    assert of_file(path, None).outcome is UNDECIDED
    assert of_file(path, made.register()).outcome is UNDECIDED


@pytest.mark.shared
def test_a_generic_credential_of_the_commission_is_not_asked(shared: Path) -> None:
    path = shared / "samples" / "edci-xml" / "03_generic_1.2_WileECoyote_simple.xml"
    assert of_file(path, commissions()).outcome is NOT_APPLICABLE


@pytest.mark.shared
def test_the_commissions_sample_of_an_accreditation_is_read(shared: Path) -> None:
    data = (shared / "samples" / "elm-v3" / "edci_accreditation_sample.jsonld").read_bytes()
    snapshot = made.snapshot(data)
    (record,) = {one.ids: one for one in snapshot.accreditations.values()}.values()
    assert record.levels == {"6", "7"}
    assert record.fields == {"00"}
    assert record.jurisdictions == {"FIN"}
    assert record.kind == "003293d2ce"
    assert record.issued == datetime(2019, 5, 20, tzinfo=UTC)
    assert record.agent == "Finnish Education Evaluation Centre (FINEEC)"
    assert "2489854" in record.bodies
