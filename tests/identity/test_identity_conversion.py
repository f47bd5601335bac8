"""A proven identity in a conversion: what is written, what is told, and that the result is still faithful."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest
from bundles import NOW, badge_web
from conversions import SCHOOL, document, options
from identity_samples import handed
from official_edci import xsd_faults
from official_elm import shacl_problems
from samples import badges
from samples.sealed_conversions import SCHOOL as SEALER
from samples.sealed_conversions import TRUST, seal, sealing

from api.gateway.conversion import Order, examine
from converter.convert import Conversion, Source, convert
from converter.custody import this_tool
from converter.identity_reading import identity_of
from converter.originals import records
from converter.profile import read_profile
from converter.stacking import convert_split
from schemas.custody import Custody, Judgement, Known
from schemas.document import Format
from schemas.errors import Incomplete
from schemas.identity import Proven
from verifier import Outcome, Report, verify
from verifier.bundle import BundleFetcher

EUROPASS = [Format.ELM, Format.EDCI]
WHOLE = {
    "birth_name": "Oosterhout",
    "address": {"country": "BE", "text": "Kerkstraat 7, Gent"},
    "gender": "female",
    "identifier": {"value": "DE/NL/a7b8c9", "country": "DE"},
    "recipient": {"id": badges.LEARNER},
    "source": "eidas",
    "loa": "high",
    "ground": "consent",
}
NO_LEARNER = read_profile(
    b"""
[issuer]
legal_name = { nl = "Hogeschool van de Polder", en = "Polder University" }
country = "NL"
eidas_identifier = "NTRNL-12345678"
registration = "12345678"
[awarding_body]
country = "NL"
email = "badges@polder.example"
url = "https://polder.example"
"""
)


@functools.cache
def examined(purpose: str = "", only: str = "") -> tuple[Source, Proven]:
    said: dict[str, Any] = handed(**WHOLE)
    if only:
        said = {name: value for name, value in said.items() if name in (only, "recipient", "source", "loa")}
    order = Order(target=Format.ELM, identity=identity_of({**said, "purpose": purpose}, now=NOW))
    data = badges.dumped(badges.assertion())
    found = examine(data, order, fetcher=BundleFetcher(badge_web()), now=NOW)
    assert found.identity is not None
    return found.source, found.identity


def made(target: Format, purpose: str = "", only: str = "", **changes: Any) -> Conversion:
    source, proof = examined(purpose, only)
    chosen = options(**{"profile": NO_LEARNER, "identity": proof, "use_carrier": False, **changes})
    return convert(source, target, chosen)


def added(conversion: Conversion) -> dict[str, str]:
    return {one.rule: one.note for one in conversion.report.added if one.rule.startswith("identity ")}


def test_elm_says_each_field_as_the_profile_wants_it() -> None:
    person = json.loads(made(Format.ELM).document)["credentialSubject"]
    assert person["givenName"] == {"en": "Noor"}
    assert person["familyName"] == {"en": "de Wit"}
    assert person["birthName"] == {"en": "Oosterhout"}
    assert person["dateOfBirth"] == "1999-02-03T00:00:00Z"
    assert person["placeOfBirth"]["geographicName"] == {"en": "Zierikzee"}
    country = "http://publications.europa.eu/resource/authority/country/"
    (born,) = _many(person["placeOfBirth"]["address"])
    assert born["countryCode"]["id"] == f"{country}NLD"
    assert [one["id"] for one in person["citizenshipCountry"]] == [f"{country}NLD", f"{country}BEL"]
    assert person["nationalID"]["notation"] == "DE/NL/a7b8c9"
    assert person["nationalID"]["spatial"]["id"] == f"{country}DEU"
    assert person["gender"]["id"].endswith("/human-sex/FEMALE")
    (home,) = _many(person["location"])
    (address,) = _many(home["address"])
    assert address["countryCode"]["id"] == f"{country}BEL"
    assert address["fullAddress"]["noteLiteral"] == {"en": "Kerkstraat 7, Gent"}


def test_edci_says_each_field_as_the_schema_wants_it() -> None:
    person = document(made(Format.EDCI).document).tree["credentialSubject"]
    assert str(person["dateOfBirth"])[:10] == "1999-02-03"
    assert "1999-02-03" in made(Format.EDCI).document.decode()
    assert person["nationalId"]["@spatialID"] == "DE"
    names = [[one["#text"] for one in _many(person[name]["text"])] for name in ("givenNames", "familyName")]
    assert names == [["Noor"], ["de Wit"]]


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.shared
@pytest.mark.parametrize("purpose", ["", "micro-credential", "diploma-supplement", "eidas-matching"])
def test_the_official_schema_and_shapes_accept_it(purpose: str) -> None:
    assert xsd_faults(made(Format.EDCI, purpose).document) == []
    assert shacl_problems(made(Format.ELM, purpose).document, "converted") == []


@pytest.mark.shared
@pytest.mark.parametrize(
    "only",
    ["birthdate", "place_of_birth", "nationalities", "identifier", "gender", "address", "birth_name"],
)
def test_the_official_shapes_accept_each_field_by_itself(only: str) -> None:
    assert shacl_problems(made(Format.ELM, only=only).document, "converted") == []


def test_the_report_tells_the_source_and_no_value() -> None:
    conversion = made(Format.ELM)
    told = added(conversion)
    assert set(told) == {"identity eidas high"}
    lines = [one for one in conversion.report.added if one.rule == "identity eidas high"]
    assert len(lines) == 9
    assert all(
        "Source eidas, level of assurance high, of 2026-11-23T12:00:00+0000; legal ground: consent."
        in one.note
        for one in lines
    )
    assert all("is the document's recipient." in one.note for one in lines)
    text = json.dumps(conversion.report.to_dict())
    for value in ("Noor", "Wit", "1999", "Zierikzee", "Oosterhout", "Kerkstraat", "a7b8c9", badges.LEARNER):
        assert value not in text


def test_what_the_purpose_does_not_need_is_left_out_and_told() -> None:
    conversion = made(Format.EDCI, "micro-credential")
    left = {one.source for one in conversion.report.left_out if one.source.startswith("identity:")}
    fields = ("birthdate", "birth_name", "place_of_birth", "address", "gender", "nationalities", "identifier")
    assert left == {f"identity:/{name}" for name in fields}
    text = conversion.document.decode()
    assert "Noor" in text
    for value in ("1999-02-03", "Zierikzee", "Oosterhout", "Kerkstraat", "a7b8c9"):
        assert value not in text


def test_names_that_edci_demands_may_come_from_the_identity_alone() -> None:
    source, proof = examined()
    without = options(profile=NO_LEARNER, use_carrier=False)
    with pytest.raises(Incomplete):
        convert(source, Format.EDCI, without)
    assert made(Format.EDCI).document
    with pytest.raises(Incomplete):
        made(Format.EDCI, only="birthdate")
    assert proof.identity.said()


def townless(target: Format) -> Conversion:
    said = handed(place_of_birth={"locality": "Zierikzee"}, recipient={"id": badges.LEARNER})
    order = Order(target=target, identity=identity_of(said, now=NOW))
    found = examine(examined()[0].document.raw, order, fetcher=BundleFetcher(badge_web()), now=NOW)
    return convert(found.source, target, options(profile=NO_LEARNER, identity=found.identity))


def test_a_place_without_the_country_that_elm_demands_is_told() -> None:
    conversion = townless(Format.ELM)
    assert b"Zierikzee" not in conversion.document
    (left,) = [one for one in conversion.report.left_out if one.source == "identity:/place_of_birth"]
    assert "country" in left.note


@pytest.mark.shared
def test_edci_takes_a_place_without_its_country() -> None:
    conversion = townless(Format.EDCI)
    assert b"Zierikzee" in conversion.document
    assert xsd_faults(conversion.document) == []


def test_a_badge_gets_a_hash_and_no_identity() -> None:
    said = {"recipient": {"email": "noor@learners.example"}, "source": "institution", "vouched": None}
    credential = made(Format.ELM, "diploma-supplement", enclose="nothing").document
    order = Order(
        target=Format.OB2,
        identity=identity_of(handed(**{**WHOLE, **said, "identifier": None, "recipient": None}), now=NOW),
    )
    found = examine(credential, order, fetcher=BundleFetcher({}), now=NOW)
    badge = convert(found.source, Format.OB2, options(identity=found.identity, enclose="nothing"))
    text = badge.document.decode()
    for value in ("Noor", "Wit", "1999-02-03", "Zierikzee", "Oosterhout", "Kerkstraat"):
        assert value not in text
    left = {one.source: one.note for one in badge.report.left_out if one.source.startswith("identity:")}
    assert found.identity is not None
    assert left.keys() == {f"identity:/{name}" for name in found.identity.identity.said()}
    assert all(note.startswith("A badge is public") for note in left.values())


def test_an_original_given_back_gets_nothing() -> None:
    _, proof = examined()
    carrying = Source(document=document(made(Format.ELM).document))
    back = convert(carrying, Format.OB2, options(identity=proof))
    assert back.given_back
    assert {one.source for one in back.report.left_out} == {f"identity:/{n}" for n in proof.identity.said()}


# The chain of custody.


def custody() -> Custody:
    judged = Judgement(
        report="ab" * 32, at="2026-11-23T11:59:00Z", verdict="TOTAL-PASSED", policy="badge/hosted"
    )
    return Custody(tool=this_tool(), sources=(Known(judgement=judged, url=badges.ASSERTION),))


def judged(data: bytes, target: Format) -> Report:
    return verify(seal(data, target), fetcher=BundleFetcher(badge_web()), now=NOW, trust=TRUST)


def recorded(target: Format, purpose: str = "") -> bytes:
    return made(target, purpose, custody=custody(), sealing=sealing(SEALER, at=NOW)).document


@pytest.mark.parametrize("target", EUROPASS)
@pytest.mark.parametrize(
    ("purpose", "only"),
    [
        ("", ""),
        ("diploma-supplement", ""),
        ("eidas-matching", ""),
        ("", "address"),
        ("", "place_of_birth"),
        ("", "nationalities"),
    ],
)
def test_a_conversion_with_an_identity_is_faithful(target: Format, purpose: str, only: str) -> None:
    said = made(
        target,
        purpose,
        only,
        custody=custody(),
        sealing=sealing(SEALER, at=NOW),
        **({"profile": SCHOOL} if only else {}),
    )
    report = judged(said.document, target)
    faults = {
        one.check: one.outcome
        for one in report.findings
        if one.check.startswith("custody.") and one.outcome is not Outcome.PASSED
    }
    assert faults == {}
    assert {one.check for one in report.findings} >= {"custody.record", "custody.faithful"}


@pytest.mark.parametrize("target", EUROPASS)
def test_the_record_names_places_and_no_value(target: Format) -> None:
    (record,) = records(document(recorded(target)))
    assert b'"rule":"identity eidas high"' in record.data
    for value in (b"Noor", b"1999", b"Zierikzee", b"Oosterhout", b"Kerkstraat", b"a7b8c9"):
        assert value not in record.data


@pytest.mark.parametrize("target", EUROPASS)
def test_what_was_achieved_cannot_be_called_identity(target: Format) -> None:
    data = recorded(target)
    changed = data.replace(b"Dike Inspection", b"Bridge Inspection")
    assert changed != data
    found = {one.check: one.outcome for one in judged(changed, target).findings}
    assert found["custody.faithful"] is Outcome.FAILED


def test_badges_that_are_given_back_get_nothing_either() -> None:
    _, proof = examined()
    carrying = Source(document=document(made(Format.ELM).document))
    for back in convert_split(carrying, Format.OB2, options(identity=proof)):
        assert back.given_back
        assert {one.source for one in back.report.left_out} == {
            f"identity:/{name}" for name in proof.identity.said()
        }
