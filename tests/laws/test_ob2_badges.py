"""What single badges become: the decisions of the ob2 table, case by case."""

from __future__ import annotations

import copy
import json

import pytest
from strategies_ob2 import BADGE, ISSUER, NL, claim, extension, lift, said, there_and_back, with_members

from converter.codecs import Context
from converter.formats.ob2_arrange import PREFIX, outcomes_of, restore
from converter.formats.ob2_place import place_of
from converter.tables import mapping
from schemas.document import Format


def test_the_school_awards_and_the_unit_hangs_below_it() -> None:
    lifted = lift(BADGE)
    school = claim(lifted)["awarded_by"]["awarding_body"][0]
    assert school["legal_name"] == {"en": "School", "nl": "Hogeschool"}
    faculty = school["has_sub_organization"][0]
    assert faculty["legal_name"] == {"nl": "Faculteit", "en": "Faculty"}
    unit = faculty["has_sub_organization"][0]
    assert unit["id"] == ISSUER["id"]
    assert unit["contact_point"][0]["email_address"][0]["id"] == "mailto:unit@school.example"
    assert lifted.tree["issuer"] == school
    assert school["location"][0]["address"][0]["country_code"]["id"].endswith("/country/NLD")
    brin = next(one for one in school["identifier"] if one["scheme_name"] == "BRIN")
    assert brin["notation"] == "21XX"


def test_a_school_with_units_of_its_own_is_itself_the_issuer() -> None:
    unit = {"type": "Organisation", "legal_name": {"en": "Unit"}}
    school = {"type": "Organisation", "legal_name": {"en": "School"}, "has_sub_organization": [unit]}
    claim = {
        "type": "LearningAchievement",
        "awarded_by": {"type": "AwardingProcess", "awarding_body": [school]},
    }
    tree = {"type": "Credential", "credential_subject": {"type": "Person", "has_claim": [claim]}}
    lowered = mapping(Format.OB2).lower(tree, Context(language="en"))
    assert lowered.tree["badge"]["issuer"]["name"] == "School"
    assert [one.source.rsplit("/", 2)[-1] for one in lowered.residue] == ["legal_name"]


def test_only_an_eqf_level_makes_a_qualification() -> None:
    assert claim(lift(BADGE))["specified_by"]["type"] == "LearningAchievementSpecification"
    level = claim(lift(with_members(**extension("EQFExtension", "EQF", 6))))["specified_by"]
    assert level["type"] == "Qualification"
    assert level["eqf_level"]["id"] == "http://data.europa.eu/snb/eqf/6"


def test_without_a_grade_there_is_no_assessment_but_supervision_is_kept() -> None:
    badge = with_members(assessmentSupervised=True, assessmentIdVerified=True, assessmentType="written_exam")
    one = claim(lift(badge))
    assert "proven_by" not in one
    assert one["specified_by"]["proven_by"][0]["dc_type"]["id"].endswith("/assessment/6e6cb2cc78")
    assert one["badge"]["supervised"] is True
    graded = claim(lift(with_members(**badge["badge"], grade_achieved="8,5")))["proven_by"][0]
    assert graded["grade"]["note_literal"] == {"nl": "8,5"}
    assert graded["id_verification"]["id"].endswith("/supervision-verification/70be69aaf9")


@pytest.mark.parametrize("kind", ["StudyLoad", "TimeInvestment"])
def test_the_right_hour_extension_comes_back(kind: str) -> None:
    badge = with_members(**extension(f"{kind}Extension", kind, 40))
    assert claim(lift(badge))["specified_by"]["volume_of_learning"] == "PT40H"
    assert said(there_and_back(badge)) == said(badge)


def test_an_outcome_is_split_for_europass_and_whole_again_in_the_badge() -> None:
    text = "De student kan:\r\n\r\n* a\r\n* b"
    badge = with_members(**extension("LearningOutcomeExtension", "LearningOutcome", text))
    specified = claim(lift(badge))["specified_by"]
    assert [one["title"] for one in specified["learning_outcome"]] == [{"nl": "a"}, {"nl": "b"}]
    assert specified["learning_outcome_summary"]["note_literal"] == {"nl": text}
    assert said(there_and_back(badge)) == said(badge)


def test_outcomes_from_elsewhere_become_one_text() -> None:
    outcomes = [{"type": "LearningOutcome", "title": {"nl": text}} for text in ("a", "b")]
    specified = {"type": "LearningAchievementSpecification", "learning_outcome": outcomes}
    claim = {"type": "LearningAchievement", "specified_by": specified}
    tree = {"type": "Credential", "credential_subject": {"type": "Person", "has_claim": [claim]}}
    written = restore(mapping(Format.OB2).lower(tree, NL).tree)
    assert written["badge"][f"{PREFIX}LearningOutcomeExtension"]["LearningOutcome"] == "* a\n* b"


def test_an_alignment_goes_by_its_framework_and_may_lack_an_address() -> None:
    skill = {"targetName": "s", "targetUrl": "http://data.europa.eu/esco/skill/1", "targetFramework": "ESCO"}
    label = {"targetName": "keurmerk", "targetUrl": None}
    page = {"targetName": "p", "targetUrl": "https://f.example", "targetCode": "7", "targetFramework": "F"}
    badge = with_members(alignment=[skill, label, page])
    one = claim(lift(badge))
    esco = one["specified_by"]["learning_outcome"][0]["related_esco_skill"][0]
    assert esco["id"] == skill["targetUrl"]
    assert esco["in_scheme"][0]["id"] == "http://data.europa.eu/esco/concept-scheme/skills"
    assert [aligned["name"] for aligned in one["badge"]["alignment"]] == ["keurmerk", "p"]
    assert [page["content_url"] for page in one["specified_by"]["supplementary_document"]] == [
        "https://f.example"
    ]
    assert said(there_and_back(badge)) == said(badge)


def test_en_is_no_country() -> None:
    badge = copy.deepcopy(BADGE)
    badge["badge"]["issuer"].update(extension("InstitutionCountryExtension", "InstitutionCountry", "EN"))
    lifted = lift(badge)
    assert "location" not in lifted.tree["issuer"]
    (left,) = lifted.residue
    assert left.source.endswith("/InstitutionCountry")
    assert "no country" in left.why


@pytest.mark.parametrize(
    "address", ["http://localhost:8000/static/extensions/x", "https://other.example/c.json"]
)
def test_an_extension_is_known_by_its_key_and_not_by_its_address(address: str) -> None:
    badge = with_members(**extension("ECTSExtension", "ECTS", 2.5))
    badge["badge"][f"{PREFIX}ECTSExtension"]["@context"] = address
    (credit,) = claim(lift(badge))["specified_by"]["credit_point"]
    assert credit["point"] == "2.5"
    assert lift(badge).residue == ()


def test_extensions_of_before_2022_count_where_the_class_has_none() -> None:
    badge = {
        **with_members(),
        **extension("ECTSExtension", "ECTS", 15),
        **extension("EQFExtension", "EQF", 6),
    }
    specified = claim(lift(badge))["specified_by"]
    assert specified["type"] == "Qualification"
    assert specified["credit_point"][0]["point"] == "15"
    other = {**with_members(**extension("EQFExtension", "EQF", 5)), **extension("EQFExtension", "EQF", 6)}
    (left,) = lift(other).residue
    assert "class counts" in left.why


def test_the_holder_s_name_is_lifted_and_never_written_into_a_badge() -> None:
    badge = with_members(user="Sanne de Vries")
    assert lift(badge).tree["credential_subject"]["full_name"] == {"nl": "Sanne de Vries"}
    assert "Sanne" not in json.dumps(there_and_back(badge))


def test_a_badge_of_another_platform_stays_as_plain_as_it_is() -> None:
    plain = with_members(
        criteria="https://other.example/criteria",
        tags=["x"],
        issuer={
            "@context": "https://w3id.org/openbadges/v2",
            "type": "Issuer",
            "id": "https://other.example/issuer",
            "name": "Elders",
            "url": "https://other.example",
            "email": "post@other.example",
            "description": "Een uitgever",
            "image": "https://other.example/logo.png",
        },
    )
    assert lift(plain).residue == ()
    assert said(there_and_back(plain)) == said(plain)


def test_the_same_badge_always_gets_the_same_id() -> None:
    first = lift(BADGE).tree["id"]
    assert first.startswith("urn:credential:")
    assert first == lift(with_members(name="Anders")).tree["id"]


def test_two_ends_of_validity_the_one_named_valid_until_counts() -> None:
    tree = {
        "type": "Credential",
        "valid_until": "2027-01-01T00:00:00Z",
        "expiration_date": "2030-01-01T00:00:00Z",
    }
    assert mapping(Format.OB2).lower(tree, NL).tree["expires"] == "2027-01-01T00:00:00Z"
    del tree["valid_until"]
    assert mapping(Format.OB2).lower(tree, NL).tree["expires"] == "2030-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/badge/workload/hours", f"/badge/{PREFIX}StudyLoadExtension/StudyLoad"),
        ("/badge/participation/1", "/badge/participation"),
        (f"/badge/{PREFIX}ECTSExtension/ECTS", f"/{PREFIX}ECTSExtension/ECTS"),
        (
            f"/badge/{PREFIX}LearningOutcomeExtension/outcomes/0",
            f"/badge/{PREFIX}LearningOutcomeExtension/LearningOutcome",
        ),
        ("/badge/criteria/id", "/badge/criteria"),
        ("/badge/name", "/badge/name"),
    ],
)
def test_a_place_in_the_arranged_badge_is_told_as_a_place_in_the_badge(pointer: str, place: str) -> None:
    badge = with_members(
        criteria="https://badges.example/criteria",
        participation="blended,online",
        **extension("StudyLoadExtension", "StudyLoad", 240),
        **extension("LearningOutcomeExtension", "LearningOutcome", "* a"),
    )
    assert place_of(pointer, {**badge, **extension("ECTSExtension", "ECTS", 1)}) == place


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("* a\n* b", ["a", "b"]),
        ("Kan:\r\n\r\n- a\r\n1. b", ["a", "b"]),
        ("Eén zin.", ["Eén zin."]),
        (" \n", []),
    ],
)
def test_a_learning_outcome_is_split_at_its_list_items(text: str, items: list[str]) -> None:
    assert outcomes_of(text) == items
