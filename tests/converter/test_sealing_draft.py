"""What goes into a credential that will be sealed: who seals, when, and by what mandate."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from conversions import NOW, SCHOOL, document, options
from official_edci import xsd_faults
from official_elm import shacl_problems
from samples import badges
from samples.sealed_conversions import OTHER, TRUST, seal, sealing
from samples.sealed_conversions import SCHOOL as SEALER

from converter.convert import Conversion, Source, convert
from converter.enrich.draft import Draft, Request
from converter.enrich.sealing import sealer
from schemas.custody import Custody
from schemas.document import Format
from schemas.institution import InstitutionProfile
from schemas.sealing import Sealing
from verifier import Outcome, Report, verify
from verifier.bundle import BundleFetcher

AT = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
PLAIN = badges.dumped(badges.expanded())
TARGETS = [Format.ELM, Format.EDCI]
STATUS = {
    "id": "https://seal.example/status/1#7",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "7",
    "statusListCredential": "https://seal.example/status/1",
}


def made(target: Format, said: Sealing, **changes: Any) -> Conversion:
    return convert(Source(document=document(PLAIN)), target, options(sealing=said, **changes))


def tree(conversion: Conversion) -> dict[str, Any]:
    return document(conversion.document).tree


def told(sealed: bytes) -> Report:
    return verify(sealed, fetcher=BundleFetcher({}), now=NOW.replace(hour=13), trust=TRUST)


def outcome(report: Report, code: str) -> set[Outcome]:
    return {one.outcome for one in report.findings if one.check == code}


@pytest.mark.parametrize("target", TARGETS)
def test_a_school_that_seals_is_issuer_and_awarding_body_and_needs_no_mandate(target: Format) -> None:
    said = sealing(SEALER, at=AT)
    report = told(seal(made(target, said).document, target))
    for code in ("issuer.match", "issuer.match.name", "issuer.match.country", "issuer.match.awarding-body"):
        assert outcome(report, code) == {Outcome.PASSED}, code
    assert outcome(report, "issuer.match.mandate") == {Outcome.NOT_APPLICABLE}


def test_another_organisation_that_seals_is_the_issuer_and_has_a_mandate() -> None:
    said = sealing(OTHER, at=AT)
    conversion = made(Format.ELM, said)
    whole = tree(conversion)
    assert whole["issuer"]["legalName"] == {"en": ["Zegel voor Scholen"]} or whole["issuer"]["legalName"] == {
        "en": "Zegel voor Scholen"
    }
    assert whole["issuer"]["eIDASIdentifier"]["notation"] == "NTRNL-87654321"
    (body,) = whole["credentialSubject"]["hasClaim"][0]["awardedBy"]["awardingBody"]
    assert "Polder University" in json.dumps(body)
    report = told(seal(conversion.document, Format.ELM, OTHER))
    for code in ("issuer.match", "issuer.match.awarding-body", "issuer.match.mandate"):
        assert outcome(report, code) == {Outcome.PASSED}, code
    assert {"seal certificate", "sealing", "mandate"} <= {one.rule for one in conversion.report.added}


def test_in_edci_xml_the_mandate_is_a_presentation_that_who_seals_puts_around_it() -> None:
    conversion = made(Format.EDCI, sealing(OTHER, at=AT))
    whole = tree(conversion)
    assert whole["#presentation"]["type"]["@uri"].endswith("/c_825cddc0")
    assert "NTRNL-87654321" in json.dumps(whole["#presentation"]["issuer"])
    assert "NTRNL-87654321" not in json.dumps(whole["issuer"])
    assert {"/#presentation/type", "/#presentation/issuer"} <= {one.target for one in conversion.report.added}
    report = told(seal(conversion.document, Format.EDCI, OTHER))
    for code in ("seal.signature", "issuer.match", "issuer.match.awarding-body", "issuer.match.mandate"):
        assert outcome(report, code) == {Outcome.PASSED}, code


@pytest.mark.parametrize("target", TARGETS)
def test_the_moment_of_sealing_is_the_moment_of_issue(target: Format) -> None:
    conversion = made(target, sealing(SEALER, at=AT))
    assert "2026-11-23T12:30:00Z" in json.dumps(tree(conversion)["issued"])
    assert ("/issued", "sealing") in {(one.target, one.rule) for one in conversion.report.added}


@pytest.mark.parametrize("target", TARGETS)
def test_where_nobody_else_is_named_who_seals_is_the_issuer(target: Format) -> None:
    request = Request(
        target=target,
        now=NOW,
        profile=InstitutionProfile(),
        language="nl",
        source=Format.OB2,
        sealing=sealing(SEALER, at=AT),
    )
    draft = Draft.of({"type": "Credential"})
    sealer(draft, request)
    assert draft.tree["issuer"]["legal_name"] == {"nl": "Polder University"}
    assert [(one.pivot, one.rule) for one in draft.additions] == [("/issuer", "seal certificate")]
    named = Draft.of({"type": "Credential", "issuer": {"type": "Organisation", "id": "urn:a"}})
    sealer(named, request)
    assert named.additions == []


def test_a_name_the_certificate_does_not_have_gives_way_to_it() -> None:
    issuer = dataclasses.replace(SCHOOL.issuer, eidas_identifier=None)
    profile = dataclasses.replace(SCHOOL, issuer=issuer)
    said = sealing(SEALER, at=AT, legal_name="Universiteit van de Polder")
    conversion = made(Format.ELM, said, profile=profile)
    whole = tree(conversion)
    assert "Universiteit van de Polder" in json.dumps(whole["issuer"]["legalName"])
    (body,) = whole["credentialSubject"]["hasClaim"][0]["awardedBy"]["awardingBody"]
    assert "Polder University" in json.dumps(body["legalName"])
    assert body["eIDASIdentifier"]["notation"] == "NTRNL-12345678"
    places = {one.target for one in conversion.report.added if one.rule == "seal certificate"}
    assert {"/issuer/legalName", "/issuer/eIDASIdentifier"} <= places


def test_status_entries_stand_as_they_are_given() -> None:
    conversion = made(Format.ELM, sealing(SEALER, at=AT, status=(STATUS,)))
    assert json.loads(conversion.document)["status"] == STATUS
    assert ("/status/0", "status list") in {(one.target, one.rule) for one in conversion.report.added}
    report = told(seal(conversion.document, Format.ELM))
    assert outcome(report, "status.revoked") == {Outcome.UNDECIDED}  # its list was not there to ask


def test_edci_has_no_place_for_a_status() -> None:
    with_it = made(Format.EDCI, sealing(SEALER, at=AT, status=(STATUS,)))
    assert with_it == made(Format.EDCI, sealing(SEALER, at=AT))


@pytest.mark.shared
@pytest.mark.parametrize("certificate", [SEALER, OTHER], ids=["the school", "another"])
def test_the_official_shapes_and_schema_take_it(certificate: Any) -> None:
    said = sealing(certificate, at=AT, status=(STATUS,))
    custody = Custody(tool=("badgepass", "0.1.0"))
    assert shacl_problems(made(Format.ELM, said, custody=custody).document, "converted") == []
    assert xsd_faults(made(Format.EDCI, said, custody=custody).document) == []
    by_itself = made(Format.ELM, said, custody=custody, enclose="nothing")
    assert shacl_problems(by_itself.document, "generic") == []
    named = dataclasses.replace(said, credential_status=STATUS["id"])
    assert shacl_problems(made(Format.ELM, named, custody=custody).document, "converted") == []
