"""Facts come from the document, the profile or the asker; what nobody gives is asked for, all at once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from conversions import NOW, SCHOOL, document, options
from samples import badges

from converter.convert import Conversion, Options, Source, convert
from converter.profile import read_profile
from schemas.document import Document, Format
from schemas.errors import Incomplete, Refused
from schemas.institution import InstitutionProfile

EMPTY = InstitutionProfile()
BADGE = document(badges.dumped(badges.expanded()))


def made(target: Format, profile: InstitutionProfile = SCHOOL, source: Document = BADGE) -> Conversion:
    return convert(Source(document=source), target, options(profile=profile, use_carrier=False))


def missing(target: Format, profile: InstitutionProfile, source: Document = BADGE, **more: Any) -> list[str]:
    with pytest.raises(Incomplete) as caught:
        convert(Source(document=source), target, Options(now=NOW, profile=profile, use_carrier=False, **more))
    return [problem.where for problem in caught.value.problems]


def profile_of(keys: list[str]) -> InstitutionProfile:
    """Write a profile that gives exactly these keys."""
    values = {
        "legal_name": "Polder University",
        "country": "NL",
        "registration": "12345678",
        "eidas_identifier": "NTRNL-12345678",
        "given_name": "Noor",
        "family_name": "de Wit",
        "url": "https://polder.example",
        "email": "badges@polder.example",
    }
    parts = dict.fromkeys(key.rpartition(" ")[0] for key in keys)
    lines = []
    for part in parts:
        lines.append(part)
        names = [key.rpartition(" ")[2] for key in keys if key.rpartition(" ")[0] == part]
        lines += [f'{name} = "{values[name]}"' for name in names]
    return read_profile("\n".join(lines).encode())


def test_everything_missing_is_told_at_once_by_the_keys_of_a_profile() -> None:
    assert missing(Format.ELM, EMPTY) == ["[issuer] eidas_identifier", "[issuer] country"]
    assert missing(Format.EDCI, EMPTY) == [
        "[learner] given_name",
        "[learner] family_name",
        "[issuer] country",
        "[issuer] registration",
    ]


@pytest.mark.parametrize("target", [Format.ELM, Format.EDCI])
def test_giving_exactly_what_was_asked_is_enough(target: Format) -> None:
    profile = EMPTY
    for _ in range(3):  # what is given may open a further question: a registration has a country
        try:
            made(target, profile)
            break
        except Incomplete as error:
            profile = profile_of([problem.where for problem in error.problems])
    assert made(target, profile).document


def test_a_badge_is_about_somebody_the_asker_names() -> None:
    europe = document(made(Format.ELM, replace(SCHOOL)).document)
    stripped = json.loads(europe.raw)
    del stripped["credentialSubject"]["identifier"]
    assert missing(Format.OB2, SCHOOL, document(json.dumps(stripped).encode())) == ["recipient"]
    source = Source(document=document(json.dumps(stripped).encode()))
    named = convert(source, Format.OB2, options(use_carrier=False))
    recipient = json.loads(named.document)["recipient"]
    assert recipient["hashed"] is True
    assert recipient["type"] == "email"
    assert "learners.example" not in named.document.decode()


def test_the_school_stays_the_awarding_body_when_another_party_seals() -> None:
    sealer = read_profile(
        b'[issuer]\nlegal_name = "Seal Bureau"\ncountry = "NL"\neidas_identifier = "NTRNL-1"\n'
        b'registration = "1"\n[awarding_body]\ncountry = "NL"\nregistration = "2"\n'
        b'[learner]\ngiven_name = "Noor"\nfamily_name = "de Wit"'
    )
    for target in (Format.ELM, Format.EDCI):
        conversion = made(target, sealer)
        tree = document(conversion.document).tree
        school = badges.expanded()["badge"]["issuer"]["faculty"]["institution"]["name"]
        assert "Seal Bureau" in json.dumps(tree["issuer"])
        assert school not in json.dumps(tree["issuer"])
        subject = json.dumps(tree["credentialSubject"])
        assert school in subject
        assert "Seal Bureau" not in subject
        back = json.loads(made(Format.OB2, SCHOOL, document(conversion.document)).document)
        assert back["badge"]["issuer"]["name"] == badges.issuer()["name"]
        assert "Seal Bureau" not in json.dumps(back["badge"]["issuer"])
        gone = {
            entry.note for entry in conversion.report.left_out if entry.source.startswith("/badge/issuer")
        }
        assert "The profile names another sealing party as the issuer." not in gone


def test_a_unit_has_the_place_and_registration_of_its_parent_and_that_is_told() -> None:
    conversion = made(Format.EDCI)
    issuer = document(conversion.document).tree["issuer"]
    unit = issuer["hasUnit"][0]["hasUnit"][0]
    assert unit["registration"]["#text"] == issuer["registration"]["#text"]
    assert unit["hasLocation"][0]["hasAddress"] == issuer["hasLocation"][0]["hasAddress"]
    inherited = [entry.target for entry in conversion.report.added if entry.rule == "organisation tree"]
    assert any(target.startswith("/issuer/hasUnit/0/hasUnit/0/") for target in inherited)


def test_a_fact_of_the_document_stands_against_the_profile() -> None:
    tree = badges.expanded()
    country = badges.extension("InstitutionCountryExtension", "BE")
    tree["badge"]["issuer"]["extensions:InstitutionCountryExtension"] = country
    conversion = made(Format.ELM, source=document(badges.dumped(tree)))
    assert "country/BEL" in json.dumps(document(conversion.document).tree["issuer"])


def test_the_awarding_body_of_the_profile_is_about_one_body_only() -> None:
    made_once = json.loads(made(Format.ELM).document)
    claim = made_once["credentialSubject"]["hasClaim"]
    other = json.loads(json.dumps(claim))
    other["id"] = "urn:other:claim"
    other["awardedBy"] = {
        "id": "urn:other:award",
        "type": "AwardingProcess",
        "awardingBody": {
            "id": "urn:other:school",
            "type": "Organisation",
            "legalName": {"en": "Other School"},
            "location": claim["awardedBy"]["awardingBody"]["location"],
        },
    }
    made_once["credentialSubject"]["hasClaim"] = [claim, other]
    source = document(json.dumps(made_once).encode())
    profile = read_profile(
        b'[issuer]\nregistration = "1"\n[awarding_body]\nregistration = "2"\n'
        b'[learner]\ngiven_name = "Noor"\nfamily_name = "de Wit"'
    )
    assert '[organisation."urn:other:school"] registration' in missing(Format.EDCI, profile, source)


def test_the_learner_s_name_is_the_institution_s_word_and_listed_so() -> None:
    conversion = made(Format.EDCI)
    told = {entry.rule: entry.note for entry in conversion.report.added}
    assert told["profile [learner] given_name"].startswith("The institution's word")
    assert "Noor" in conversion.document.decode()


def test_a_name_in_two_languages_stands_in_one_in_elm_and_that_is_told() -> None:
    tree = document(made(Format.EDCI).document).tree
    raw = made(Format.EDCI).document.decode()
    text = '<givenNames><text lang="en" content-type="text/plain">Noor</text></givenNames>'
    assert text in raw, tree["credentialSubject"].keys()
    two = text.replace("</givenNames>", '<text lang="nl" content-type="text/plain">Aad</text></givenNames>')
    conversion = made(Format.ELM, source=document(raw.replace(text, two).encode()))
    (entry,) = [
        one for one in conversion.report.approximated if one.source == "/credentialSubject/givenNames/text"
    ]
    assert entry.note == "ELM holds a name in one language only."


def test_the_eqf_level_becomes_a_note_on_the_institution_s_word() -> None:
    plain, note = made(Format.ELM), made(Format.ELM, replace(SCHOOL, eqf_as="note"))
    types = [
        document(one.document).tree["credentialSubject"]["hasClaim"][0]["specifiedBy"]["type"]
        for one in (plain, note)
    ]
    assert types == ["Qualification", "LearningAchievementSpecification"]
    assert "EQF 6" in note.document.decode()
    assert "profile [defaults] eqf_as" in {entry.rule for entry in note.report.added}


def test_nothing_is_added_that_the_document_says_itself() -> None:
    conversion = made(Format.ELM)
    carried = {entry.target for entry in (*conversion.report.mapped, *conversion.report.approximated)}
    assert carried & {entry.target for entry in conversion.report.added} == set()


def refused(profile: bytes, source: Document, target: Format = Format.ELM) -> list[tuple[str, str]]:
    said = read_profile(
        profile + b'[issuer]\ncountry = "NL"\neidas_identifier = "NTRNL-1"\nregistration = "1"'
    )
    with pytest.raises(Refused) as caught:
        made(target, said, source)
    assert not any("Noor" in one.message or "Ada" in one.message for one in caught.value.problems)
    return [(one.code, one.where) for one in caught.value.problems]


@pytest.mark.parametrize("target", [Format.ELM, Format.EDCI])
def test_a_profile_that_names_another_learner_than_the_document_is_refused(target: Format) -> None:
    another = b'[learner]\ngiven_name = "Ada"\nfamily_name = "Lovelace"\n'
    both = [("identity.mismatch", "[learner] given_name"), ("identity.mismatch", "[learner] family_name")]
    assert refused(another, BADGE, target) == both
    europe = document(made(Format.EDCI).document)
    assert refused(another, europe) == both
    assert refused(b'[learner]\nfamily_name = "Lovelace"\n', europe, Format.OB2) == both[1:]


def test_a_learner_may_be_named_in_another_spelling_or_in_part() -> None:
    for given, family in (("NOOR", "De Wit"), ("N.", "Wit")):
        said = replace(SCHOOL, given_name=given, family_name=family)
        assert made(Format.ELM, said).document
