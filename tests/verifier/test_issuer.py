"""Who sealed, who issued, who awarded: every difference in words, and nothing decided by a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from samples.seals import certificate

from converter.formats.edci2 import PRESENTATION
from schemas.document import Document, Format, Seal, SealKind
from schemas.evidence import Evidence, SealExamination
from schemas.legal_identifier import how_same, iso, legal_identifier
from verifier.checks.issuer import ISSUER_CHECKS
from verifier.checks.mandate import MANDATE_CHECKS
from verifier.finding import Finding, Outcome
from verifier.parties import PRESENTATION as EDCI_PRESENTATION

PASSED, FAILED, UNDECIDED, NOT_APPLICABLE = Outcome
SNB = "http://data.europa.eu/snb/"
COUNTRY = "http://publications.europa.eu/resource/authority/country/"


def findings(
    tree: dict[str, Any], signer: x509.Certificate | None = None, *, sealed: bool = True
) -> list[Finding]:
    seal = Seal(kind=SealKind.JADES, raw=b"")
    document = Document(
        format=Format.ELM, version="3", raw=b"", original=b"", media_type="x/y", tree=tree, seal=seal
    )
    examined = SealExamination(intact=sealed, signer=signer or certificate(), signed=b"{}")
    signed = replace(document, seal=None) if sealed else None
    of = Evidence(
        document=document, now=datetime(2026, 4, 1, tzinfo=UTC), seal=examined, signed_document=signed
    )
    return [finding for check in (*ISSUER_CHECKS, *MANDATE_CHECKS) for finding in check(of)]


def told(tree: dict[str, Any], code: str, signer: x509.Certificate | None = None) -> Finding:
    (finding,) = (one for one in findings(tree, signer) if one.check == code)
    return finding


def place(code: str) -> dict[str, Any]:
    return {"location": [{"address": [{"countryCode": {"id": COUNTRY + code}}]}]}


def number(value: str, code: str = "") -> dict[str, Any]:
    return {"notation": value, **({"spatial": {"id": COUNTRY + code}} if code else {})}


SELF = {"id": "urn:org:1", "legalName": {"nl": "Hogeschool Voorbeeld"}, "registration": number("12345678")}
OTHER = {"id": "urn:org:2", "legalName": {"nl": "Universiteit Elders"}}


def claims(*bodies: dict[str, Any]) -> dict[str, Any]:
    return {"credentialSubject": [{"hasClaim": [{"awardedBy": {"awardingBody": list(bodies)}}]}]}


@pytest.mark.parametrize(
    ("own", "value", "field", "country", "how"),
    [
        ("VATES-B00000000", "VATES-B00000000", "registration", "", ""),
        ("VATES-B00000000", "vates-b 0000.0000", "identifier", "", ""),
        ("VATES-B00000000", "ESB00000000", "vatIdentifier", "ES", "only the country"),
        ("VATES-B00000000", "B00000000", "taxIdentifier", "ES", "leaves the prefix VATES- out"),
        ("VATES-B00000000", "B00000000", "identifier", "ES", None),
        ("VATES-B00000000", "B00000000", "vatIdentifier", "PT", None),
        ("VATGR-123456789", "VATEL-123456789", "vatIdentifier", "GR", ""),
        ("VATGR-123456789", "EL123456789", "vatIdentifier", "GR", "only the country"),
        ("NTRNL-12345678", "NL/BE/12345678", "eIDASIdentifier", "", "writes the country twice"),
        ("NTRNL-12345678", "BE/NL/12345678", "eIDASIdentifier", "", None),
        ("NTRNL-12345678", "VATNL-12345678", "eIDASIdentifier", "", None),
        ("NTRNL-12345678", "NTRBE-12345678", "registration", "", None),
        ("PSDNL-DNB-R123456", "PSDNL-DNB-R123456", "registration", "", ""),
        ("PSDNL-DNB-R123456", "DNB-R123456", "registration", "NL", "leaves the prefix PSDNL- out"),
        ("LEIXG-724500VNNHZHYDLFMO70", "724500VNNHZHYDLFMO70", "identifier", "", "leaves the prefix LEIXG-"),
        ("LEIXG-724500VNNHZHYDLFMO70", "724500VNNHZHYDLFMO71", "identifier", "", None),
        ("EI:SE-2120000787", "EI:SE-2120000787", "eIDASIdentifier", "", ""),
        ("EI:SE-2120000787", "212000-0787", "eIDASIdentifier", "SE", None),
        ("EI:SE-2120000787", "2120000787", "eIDASIdentifier", "SE", "leaves the prefix EI:SE- out"),
        ("without any scheme", "without any scheme", "registration", "", ""),
        ("without any scheme", "another", "registration", "", None),
    ],
)
def test_how_a_document_may_write_the_identifier_of_a_certificate(
    own: str, value: str, field: str, country: str, how: str | None
) -> None:
    said = how_same(own, value, field, country)
    assert (said is None) if how is None else (said is not None and how in said and bool(how) == bool(said))


def test_a_scheme_is_read_only_where_there_is_one() -> None:
    found = legal_identifier("psdnl-dnb-r 12")
    assert found is not None
    assert (found.scheme, found.country, found.number) == ("PSD", "NL", "DNB-R12")
    for text in ("", "NTRNL", "NTRNL-", "12345678", "NTR-NL12", "\u039dTRNL-1"):
        assert legal_identifier(text) is None
    assert (iso("NLD"), iso("nl"), iso("EL"), iso(COUNTRY + "NLD"), iso("XG"), iso("")) == (
        ("NL", "NL", "GR", "NL", "", "")
    )


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_breaks_the_comparison_and_sameness_needs_the_number(own: str, value: str) -> None:
    if how_same(own, value, "registration", "") is not None:
        compact = "".join(own.upper().split()).replace(".", "")
        assert compact.endswith("".join(value.upper().split()).replace(".", "")[-1:])


def test_a_bare_number_of_another_country_is_another_organisation() -> None:
    issuer = {**OTHER, "registration": number("12345678", "BEL")}
    finding = told({"issuer": issuer}, "issuer.match")
    assert finding.outcome is FAILED
    at_home = {**OTHER, "registration": number("12345678", "NLD"), **place("BEL")}
    assert told({"issuer": at_home}, "issuer.match").outcome is PASSED


def test_a_plain_identifier_that_names_its_scheme_counts_as_that() -> None:
    eidas = {"identifier": [{"@schemeAgencyName": "eIDAS", "#text": "12345678"}]}
    assert told({"issuer": eidas}, "issuer.match").message.endswith("leaves the prefix NTRNL- out.")
    medals = {"identifier": [{"@schemeAgencyName": "medals", "#text": "12345678"}]}
    assert told({"issuer": medals}, "issuer.match").outcome is UNDECIDED


def test_names_are_told_and_decide_nothing_where_an_identifier_does() -> None:
    assert told({"issuer": SELF}, "issuer.match.name").outcome is PASSED
    renamed = told({"issuer": {**SELF, "legalName": {"en": "Example Polytechnic"}}}, "issuer.match.name")
    assert renamed.outcome is NOT_APPLICABLE
    assert '"Hogeschool Voorbeeld"' in renamed.message
    assert '"Example Polytechnic"' in renamed.message
    assert renamed.where == "/issuer"
    assert told({"issuer": OTHER}, "issuer.match.name").outcome is UNDECIDED


def test_an_issuer_that_is_a_person_is_not_named() -> None:
    issuer = {"type": "Person", "prefLabel": {"nl": "Noor Visser"}}
    assert not [one for one in findings({"issuer": issuer}) if "Visser" in one.message]


def test_countries_are_told() -> None:
    assert told({"issuer": {**SELF, **place("NLD")}}, "issuer.match.country").outcome is PASSED
    full = {**SELF, "registration": number("NTRNL-12345678"), **place("DEU")}
    abroad = told({"issuer": full}, "issuer.match.country")
    assert abroad.outcome is NOT_APPLICABLE
    assert "in NL, the issuer in DE" in abroad.message
    assert told({"issuer": {**OTHER, **place("DEU")}}, "issuer.match.country").outcome is UNDECIDED


def test_a_further_number_of_the_same_register_is_told_at_its_place() -> None:
    two = {**SELF, "eIDASIdentifier": number("NTRNL-99999999")}
    further = told({"issuer": two}, "issuer.match.identifier")
    assert (further.outcome, further.where) == (NOT_APPLICABLE, "/issuer/eIDASIdentifier")
    assert "99999999" not in further.message


def test_a_persons_certificate_is_no_seal_even_with_the_issuers_identifier() -> None:
    finding = told({"issuer": SELF}, "issuer.match", certificate(person="Visser"))
    assert finding.outcome is UNDECIDED
    assert "natural person" in finding.message
    assert "Visser" not in finding.message
    assert "Hogeschool Voorbeeld" in finding.message


def test_the_awarding_body_may_be_the_issuer_or_a_part_of_it() -> None:
    code = "issuer.match.awarding-body"
    faculty = {"id": "urn:org:3", "legalName": {"nl": "Faculteit"}, "subOrganizationOf": {"id": "urn:org:1"}}
    namesake = {"legalName": {"nl": "HOGESCHOOL voorbeeld"}}
    for body in (SELF, {"id": "urn:org:1"}, faculty, namesake, {"registration": number("12345678")}):
        assert told({"issuer": SELF, **claims(body)}, code).outcome is PASSED
    assert told({"issuer": SELF}, code).outcome is NOT_APPLICABLE
    assert told(claims(SELF), code).outcome is NOT_APPLICABLE


def test_another_awarding_body_needs_a_mandate() -> None:
    code = "issuer.match.awarding-body"
    tree = {"issuer": SELF, **claims(SELF, OTHER)}
    without = told(tree, code)
    assert without.outcome is UNDECIDED
    assert "Universiteit Elders" in without.message
    assert without.where.endswith("awardingBody")
    assert told({**tree, "evidence": [statement()]}, code).outcome is PASSED
    assert told({**tree, "evidence": [statement(evidenceStatement=" ")]}, code).outcome is UNDECIDED


def statement(**changes: Any) -> dict[str, Any]:
    made = {
        "dcType": {"id": SNB + "evidence-type/c_18016257"},
        "evidenceStatement": "We issue for the awarding body.",
        **changes,
    }
    return {key: value for key, value in made.items() if value is not None}


MANDATES: dict[str, tuple[dict[str, Any], Outcome]] = {
    "a statement": ({"evidence": [statement()]}, PASSED),
    "a document": (
        {"evidence": [statement(evidenceStatement=None, embeddedEvidence=[{"content": "x"}])]},
        PASSED,
    ),
    "neither": ({"evidence": [statement(evidenceStatement=None)]}, UNDECIDED),
    "about the body": ({"evidence": [statement(evidenceTarget=OTHER)]}, PASSED),
    "about a stranger": ({"evidence": [statement(evidenceTarget={"id": "urn:org:9"})]}, UNDECIDED),
    "promised by the profile only": (
        {"credentialProfiles": [{"id": SNB + "credential/c_9a31f32a"}]},
        FAILED,
    ),
    "other evidence": (
        {"evidence": [statement(dcType={"id": SNB + "evidence-type/c_c4f849d7"})]},
        NOT_APPLICABLE,
    ),
    "mandated issue": (
        {PRESENTATION: {"issuer": OTHER, "type": {"@uri": SNB + "verifiable-presentation/c_825cddc0"}}},
        PASSED,
    ),
    "a shared presentation by another": (
        {PRESENTATION: {"issuer": OTHER, "type": {"@uri": SNB + "verifiable-presentation/c_409018f7"}}},
        UNDECIDED,
    ),
    "a presentation by itself": (
        {PRESENTATION: {"issuer": SELF, "type": {"@uri": SNB + "verifiable-presentation/c_409018f7"}}},
        NOT_APPLICABLE,
    ),
}


@pytest.mark.parametrize("name", MANDATES)
def test_a_mandate_says_what_it_must(name: str) -> None:
    tree, outcome = MANDATES[name]
    finding = told({"issuer": SELF, **claims(OTHER), **tree}, "issuer.match.mandate")
    assert finding.outcome is outcome
    assert finding.message.endswith(".")


def test_what_is_not_shown_to_be_sealed_gives_nobody_a_mandate() -> None:
    tree = {"issuer": SELF, **claims(OTHER), "evidence": [statement()]}
    assert {one.outcome for one in findings(tree, sealed=False)} == {UNDECIDED}


def test_organisations_in_a_ring_end_the_walk() -> None:
    ring: dict[str, Any] = {"id": "urn:org:7"}
    ring["subOrganizationOf"] = ring
    assert told({"issuer": SELF, **claims(ring)}, "issuer.match.awarding-body").outcome is UNDECIDED


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ("issuer", "evidence", "dcType", "id", "type", "awardingBody", "location", PRESENTATION)
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=12,
    )
)
def test_no_tree_breaks_the_checks(value: Any) -> None:
    tree = value if isinstance(value, dict) else {"issuer": value}
    assert all(one.message for one in findings(tree))


def test_the_presentations_key_is_the_readers() -> None:
    assert EDCI_PRESENTATION == PRESENTATION
