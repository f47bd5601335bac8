"""What the checks say of a seal, and of who sealed against whom the credential names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from samples.seals import certificate, protected, seal_json, seal_xml

from converter.formats.edci2 import PRESENTATION
from schemas.document import Document, Format, Seal, SealKind
from schemas.evidence import Evidence, SealExamination
from verifier.asked import Asked
from verifier.checks.issuer import ISSUER_CHECKS
from verifier.checks.seal import SEAL_CHECKS
from verifier.fetch import OfflineFetcher
from verifier.finding import Check, Finding, Outcome
from verifier.gather_seal import gather_seal
from verifier.parties import normalised
from verifier.sealing import examine, examine_jades, examine_xades
from verifier.sealing.certificates import organisation, serial_of

NOW = datetime(2026, 4, 1, tzinfo=UTC)
PASSED, FAILED, UNDECIDED, NOT_APPLICABLE = Outcome


def evidence(
    seal: Seal | None = None, tree: dict[str, Any] | None = None, format_: Format = Format.ELM
) -> Evidence:
    document = Document(
        format=format_, version="3", raw=b"", original=b"", media_type="x/y", tree=tree or {}, seal=seal
    )
    return gather_seal(Evidence(document=document, now=NOW), Asked(OfflineFetcher()))


def told(checks: tuple[Check, ...], of: Evidence) -> dict[str, Outcome]:
    return {finding.check: finding.outcome for check in checks for finding in check(of)}


def sentences(checks: tuple[Check, ...], of: Evidence) -> list[Finding]:
    return [finding for check in checks for finding in check(of)]


def xades(raw: bytes) -> Seal:
    return Seal(kind=SealKind.XADES, raw=raw)


def jades(raw: bytes) -> Seal:
    return Seal(kind=SealKind.JADES, raw=raw)


@pytest.mark.parametrize("seal", [xades(seal_xml()), jades(seal_json())], ids=["xades", "jades"])
def test_a_seal_that_holds_is_never_more_than_that(seal: Seal) -> None:
    assert told(SEAL_CHECKS, evidence(seal)) == {
        "seal.present": PASSED,
        "seal.signature": PASSED,
        "seal.algorithm": PASSED,
        "seal.level": PASSED,
        "seal.level.long-term": UNDECIDED,
        "seal.path": UNDECIDED,
        "seal.qualified": UNDECIDED,
        "seal.timestamp": NOT_APPLICABLE,
    }


def test_a_changed_content_is_told_beneath_the_signature() -> None:
    of = evidence(xades(seal_xml().replace(b"Noor", b"Nora")))
    assert told(SEAL_CHECKS, of) == {
        "seal.present": PASSED,
        "seal.signature": FAILED,
        "seal.signature.digest": FAILED,
        "seal.algorithm": PASSED,
        "seal.level": UNDECIDED,
        "seal.path": UNDECIDED,
        "seal.qualified": UNDECIDED,
        "seal.timestamp": NOT_APPLICABLE,
    }


def test_a_weak_algorithm_is_told_under_the_algorithm_alone() -> None:
    raw = seal_xml(method="http://www.w3.org/2000/09/xmldsig#rsa-sha1", hashed=hashes.SHA1())  # noqa: S303
    findings = told(SEAL_CHECKS, evidence(xades(raw)))
    assert findings["seal.signature"] is PASSED
    assert findings["seal.algorithm"] is UNDECIDED


@pytest.mark.parametrize(("alg", "outcome"), [("none", FAILED), ("XX256", UNDECIDED)])
def test_an_algorithm_that_may_not_be_is_told_under_the_algorithm(alg: str, outcome: Outcome) -> None:
    findings = told(SEAL_CHECKS, evidence(jades(seal_json(header=protected(alg=alg)))))
    assert findings["seal.signature"] is outcome
    assert findings["seal.algorithm"] is outcome
    assert not [code for code in findings if code.startswith("seal.signature.")]


def test_what_stands_in_the_seal_raises_no_level() -> None:
    raw = seal_json(unprotected={"etsiU": [{"sigTst": {}}, {"arcTst": {}}]})
    findings = sentences(SEAL_CHECKS, evidence(jades(raw)))
    level = next(finding for finding in findings if finding.check == "seal.level")
    assert level.outcome is UNDECIDED
    assert "level B; the parts it has for level LTA" in level.message
    assert told(SEAL_CHECKS, evidence(jades(raw)))["seal.timestamp"] is UNDECIDED


def test_a_seal_without_a_claimed_time_is_below_the_baseline() -> None:
    raw = seal_json(header=protected(sigT=None, crit=["b64"]))
    assert told(SEAL_CHECKS, evidence(jades(raw)))["seal.level"] is FAILED


def test_an_unsealed_credential_proves_nothing_and_says_so() -> None:
    findings = told((*SEAL_CHECKS, *ISSUER_CHECKS), evidence())
    assert findings.pop("seal.present") is UNDECIDED
    assert set(findings.values()) == {NOT_APPLICABLE}


def test_a_seal_that_was_not_examined_is_undecided() -> None:
    of = replace(evidence(xades(seal_xml())), seal=None, seal_trust=None)
    findings = told((*SEAL_CHECKS, *ISSUER_CHECKS), of)
    assert findings.pop("seal.present") is PASSED
    assert set(findings.values()) == {UNDECIDED}


def test_a_refused_structure_leaves_nothing_passed_but_its_presence() -> None:
    of = evidence(xades(seal_xml().replace(b'URI=""', b'URI="#x"')))
    findings = told((*SEAL_CHECKS, *ISSUER_CHECKS), of)
    assert findings.pop("seal.present") is PASSED
    assert PASSED not in findings.values()
    assert findings["seal.signature.structure"] is FAILED


def test_badges_are_left_to_their_own_checks() -> None:
    jws = Seal(kind=SealKind.JWS, raw=b"a.b.c")
    findings = told((*SEAL_CHECKS, *ISSUER_CHECKS), evidence(jws, format_=Format.OB2))
    assert set(findings) == {"seal.level", "seal.path", "seal.qualified", "seal.timestamp"}
    assert set(findings.values()) == {NOT_APPLICABLE}


def test_every_finding_is_a_sentence_with_a_clause_where_one_decides() -> None:
    for seal in (None, xades(seal_xml()), jades(seal_json())):
        for finding in sentences((*SEAL_CHECKS, *ISSUER_CHECKS), evidence(seal)):
            assert finding.message.endswith(".")
            if finding.outcome in {PASSED, FAILED} and finding.check != "seal.present":
                assert finding.cite


def issuer(tree: dict[str, Any], signer: x509.Certificate | None = None) -> Finding:
    document = Document(
        format=Format.ELM,
        version="3",
        raw=b"",
        original=b"",
        media_type="x/y",
        tree=tree,
        seal=jades(b""),
    )
    holds = SealExamination(intact=True, signer=signer or certificate(), signed=b"{}")
    of = Evidence(document=document, now=NOW, seal=holds, signed_document=replace(document, seal=None))
    (finding,) = (one for check in ISSUER_CHECKS for one in check(of) if one.check == "issuer.match")
    return finding


def notation(value: str) -> dict[str, str]:
    return {"type": "LegalIdentifier", "notation": value}


NAME = {"legalName": {"nl": "Hogeschool Voorbeeld"}}
OTHER = {"legalName": {"nl": "Universiteit Elders"}}
ISSUERS: dict[str, tuple[dict[str, Any], Outcome, str]] = {
    "whole identifier": ({"eIDASIdentifier": notation("NTRNL-12345678")}, PASSED, "eIDASIdentifier."),
    "as EDCI XML keeps it": (
        {"registration": {"@spatialID": "NL", "#text": "NTRNL-12345678"}},
        PASSED,
        "registration.",
    ),
    "as plain text": ({"registration": "ntrnl-1234 5678"}, PASSED, "registration."),
    "as the id": ({"registration": {"id": "NTRNL-12345678"}}, PASSED, "registration."),
    "in any identifier": ({"identifier": [notation("1"), notation("NTRNL-12345678")]}, PASSED, "identifier."),
    "without the prefix": ({"registration": notation("12345678")}, PASSED, "leaves the prefix NTRNL- out"),
    "with the country only": ({"vatIdentifier": [notation("NL12345678")]}, PASSED, "only the country"),
    "a bare number of who knows what": ({"identifier": [notation("12345678")]}, UNDECIDED, "no identifier"),
    "name only": (NAME, UNDECIDED, "no identifier of both"),
    "name only, written otherwise": (
        {"prefLabel": {"text": [{"@lang": "nl", "#text": "HOGESCHOOL  voorbéeld"}]}},
        UNDECIDED,
        "has the issuer's name",
    ),
    "other name, nothing to compare": (OTHER, UNDECIDED, "no identifier of the same register"),
    "other register": ({**OTHER, "vatIdentifier": [notation("999")]}, UNDECIDED, "same register"),
    "other scheme": ({**OTHER, "registration": notation("VATNL-12345678B01")}, UNDECIDED, "same register"),
    "same name, other identifier": (
        {**NAME, "registration": notation("999")},
        UNDECIDED,
        "another registration",
    ),
    "other name and identifier": (
        {**OTHER, "registration": notation("999")},
        FAILED,
        "registration and name",
    ),
    "other whole identifier": ({**OTHER, "identifier": [notation("NTRNL-9")]}, FAILED, "identifier and name"),
}


@pytest.mark.parametrize("name", ISSUERS)
def test_the_issuer_is_matched_by_identifier_only(name: str) -> None:
    tree, outcome, said = ISSUERS[name]
    finding = issuer({"issuer": tree})
    assert finding.check == "issuer.match"
    assert finding.outcome is outcome
    assert said in finding.message
    assert finding.where == "/issuer"


MATCHING, DIFFERING = (
    {"eIDASIdentifier": notation("NTRNL-12345678")},
    {**OTHER, "registration": notation("9")},
)


def test_the_issuer_of_a_presentation_may_have_sealed() -> None:
    finding = issuer({PRESENTATION: {"issuer": MATCHING}, "issuer": DIFFERING})
    assert (finding.outcome, finding.where) == (PASSED, f"/{PRESENTATION}/issuer")


def test_an_awarding_body_that_sealed_is_not_the_issuer() -> None:
    process = {"awardingBody": [MATCHING]}
    tree = {"issuer": DIFFERING, "hasClaim": [{"awardedBy": process}, {"hasPart": [{"awardedBy": process}]}]}
    finding = issuer(tree)
    assert finding.outcome is UNDECIDED
    assert "awarding body" in finding.message
    assert finding.where.endswith("/awardedBy/awardingBody")


def test_attributes_of_a_text_are_no_names() -> None:
    tree = {"issuer": {"prefLabel": {"text": [{"@lang": "nl", "@content-type": "text/plain", "#text": "X"}]}}}
    assert issuer(tree, certificate(organisation="nl", identifier="")).message.startswith("The issuer has no")


def test_one_of_two_issuers_suffices_and_none_is_told() -> None:
    assert issuer({"issuer": [DIFFERING, MATCHING]}).outcome is PASSED
    assert issuer({}).outcome is UNDECIDED


def test_a_person_who_sealed_is_not_named() -> None:
    person = certificate(organisation="", identifier="", person="Noor Visser")
    finding = issuer({"issuer": {"legalName": {"nl": "Noor Visser"}}}, person)
    assert finding.outcome is UNDECIDED
    assert "Visser" not in finding.message
    employed = certificate(identifier="", person="Noor Visser")
    assert organisation(employed).names == ("Hogeschool Voorbeeld",)


def test_what_was_not_read_from_under_the_seal_names_no_issuer() -> None:
    of = evidence(jades(seal_json()), {"issuer": MATCHING})
    assert of.seal is not None
    assert of.seal.intact is True
    assert told(ISSUER_CHECKS, of) == {"issuer.match": UNDECIDED}


def test_names_are_compared_without_case_accents_and_points() -> None:
    assert normalised("Hogeschool  Inholland B.V.") == normalised("HOGESCHOOL Inhólland b v")
    assert normalised("Velocert OÜ") == normalised("VELOCERT OU")


@pytest.mark.parametrize(
    "raw", [b"", b"\x30", b"\x30\x80", b"\x30\x02\x02\x00", b"\x30\x84\xff\xff\xff\xff", b"0" * 9]
)
def test_a_serial_number_that_cannot_be_read_is_none(raw: bytes) -> None:
    assert serial_of(raw) is None


def test_a_serial_number_is_read() -> None:
    # SEQUENCE { SEQUENCE { [4] { SEQUENCE {} } }, INTEGER 65537 }
    assert serial_of(bytes.fromhex("300b3004a40230000203010001")) == 65537


def test_examining_dispatches_by_kind() -> None:
    for seal in (xades(seal_xml()), jades(seal_json())):
        document = evidence(seal).document
        direct = (examine_xades if seal.kind is SealKind.XADES else examine_jades)(seal.raw)
        assert examine(document) == direct
    assert examine(evidence(Seal(kind=SealKind.JWS, raw=b"a.b.c"), format_=Format.OB2).document) is None
    assert examine(evidence().document) is None
