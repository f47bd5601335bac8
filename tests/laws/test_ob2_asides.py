"""What a badge says beside its class: notes, skills, fields of study, and what happens to a stranger's."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from strategies_ob2 import BADGE, NL, claim, extension, lift, with_members

from converter.codecs import Context
from converter.formats.ob2_arrange import arrange, outcomes_of, restore
from converter.formats.ob2_place import place_of
from converter.tables import mapping
from schemas.document import Format

Tree = dict[str, Any]
FIELD = {
    "targetName": "Software",
    "targetUrl": "http://data.europa.eu/snb/isced-f/0613",
    "targetFramework": "ISCED-F",
}
LABEL = {"targetName": "Keurmerk", "targetFramework": "K", "targetDescription": "Twee\nregels"}


def notes(specified: Tree) -> dict[str, Tree]:
    """Return the texts of a specification's notes, by the Dutch name of their subject."""
    return {
        note["subject"]["pref_label"]["nl"]: note["note_literal"] for note in specified["additional_note"]
    }


def without_facts(tree: Tree) -> Tree:
    """Take out what only the pivot holds of a badge: what is left went through a Europass credential."""
    tree = copy.deepcopy(tree)
    del tree["credential_subject"]["has_claim"][0]["badge"]
    return tree


def lowered(tree: Tree, language: str = "nl") -> Tree:
    return restore(mapping(Format.OB2).lower(tree, Context(language=language)).tree)


def credential(specified: Tree) -> Tree:
    achieved = {"type": "LearningAchievement", "title": {"nl": "Ethiek"}, "specified_by": specified}
    subject = {"type": "Person", "has_claim": [achieved]}
    return {"type": "Credential", "credential_subject": subject}


def test_what_a_badge_says_in_notes_comes_back_from_the_notes_alone() -> None:
    badge = with_members(
        criteria={"id": "https://school.example/criteria", "narrative": "Alles.\r\n\r\n* opdracht"},
        qualityAssuranceName="Kader",
        qualityAssuranceDescription="Twee\nregels",
        stackable=True,
        eqfNlqfLevelVerified=False,
        alignment=[LABEL],
    )
    badge["evidence"] = [
        {"type": "Evidence", "id": "https://p.example/1", "name": "Portfolio", "narrative": "a\nb"}
    ]
    badge["badge"]["issuer"]["faculty"] |= {
        "on_behalf_of": True,
        "on_behalf_of_display_name": "Partner",
        "on_behalf_of_url": "https://partner.example",
    }
    lifted = lift(badge)
    said = notes(claim(lifted)["specified_by"])
    assert said["Criteria"] == {"nl": "Alles.\r\n\r\n* opdracht\nhttps://school.example/criteria"}
    assert said["Kwaliteitsborging"] == {"nl": "Kader\n\nTwee\nregels"}
    assert said["Stapelbaar"] == {"en": "Yes", "nl": "Ja"}
    assert said["EQF- of NLQF-niveau geverifieerd"] == {"en": "No", "nl": "Nee"}
    again = lowered(without_facts(lifted.tree))
    for key in ("criteria", "qualityAssuranceName", "qualityAssuranceDescription", "stackable", "alignment"):
        assert again["badge"][key] == badge["badge"][key]
    assert again["badge"]["eqfNlqfLevelVerified"] is False
    assert again["evidence"] == badge["evidence"]
    faculty = again["badge"]["issuer"]["faculty"]
    assert faculty["on_behalf_of"] is True
    assert faculty["on_behalf_of_display_name"] == "Partner"


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_stranger_s_note_stays_behind_and_ours_come_back_beside_it(language: str) -> None:
    lifted = without_facts(lift(BADGE).tree)
    specified = lifted["credential_subject"]["has_claim"][0]["specified_by"]
    stranger = {"type": "Note", "note_literal": {"nl": "Iets anders"}}
    specified["additional_note"].insert(0, stranger)
    for note in specified["additional_note"][1:]:  # as EDCI XML gives it back: a label in one language
        label = note["subject"]["pref_label"][language]
        note["subject"] = {"type": "Concept", "pref_label": {language: label}}
    moved = mapping(Format.OB2).lower(lifted, NL)
    assert restore(moved.tree)["badge"]["criteria"] == BADGE["badge"]["criteria"]
    (left,) = [one for one in moved.residue if "/specified_by/additional_note/0" in one.source]
    assert "no room for notes" in left.why


def test_every_skill_of_an_outcome_becomes_an_alignment() -> None:
    skills = [
        {"type": "Concept", "id": f"http://data.europa.eu/esco/skill/{number}", "pref_label": {"en": name}}
        for number, name in enumerate(("bias", "audit"))
    ]
    other = {"type": "Concept", "id": "http://data.europa.eu/snb/dcf/x"}
    outcome = {
        "type": "LearningOutcome",
        "title": {"nl": "herkent vooringenomenheid"},
        "related_esco_skill": skills,
        "related_skill": [other],
    }
    level = {"type": "Concept", "id": "http://data.europa.eu/snb/qdr/y", "pref_label": {"nl": "NLQF 6"}}
    specified = {"type": "Qualification", "learning_outcome": [outcome], "nqf_level": [level]}
    badge = lowered(credential(specified))["badge"]
    assert badge["alignment"] == [
        {"targetName": "bias", "targetUrl": skills[0]["id"], "targetFramework": "ESCO"},
        {"targetName": "audit", "targetUrl": skills[1]["id"], "targetFramework": "ESCO"},
        {"targetName": other["id"], "targetUrl": other["id"]},
        {"targetName": "NLQF 6", "targetUrl": level["id"], "targetFramework": "NQF"},
    ]
    outcomes = badge["extensions:LearningOutcomeExtension"]["LearningOutcome"]
    assert outcomes == "herkent vooringenomenheid"


def test_an_alignment_to_isced_f_is_the_field_of_study_there_and_back() -> None:
    lifted = lift(with_members(alignment=[FIELD, {**FIELD, "targetUrl": None}]))
    (area,) = claim(lifted)["specified_by"]["thematic_area"]
    assert area["id"] == FIELD["targetUrl"]
    assert [one["name"] for one in claim(lifted)["badge"]["alignment"]] == ["Software"]
    assert FIELD in lowered(without_facts(lifted.tree))["badge"]["alignment"]


def test_what_stands_unknown_in_a_list_is_told() -> None:
    badge = with_members(alignment=[{**LABEL, "weight": 3}])
    badge["evidence"] = [{"type": "Evidence", "name": "Portfolio", "grade": "A"}]
    told = {place_of(one.source, badge, arrange(badge)) for one in lift(badge).residue}
    assert told == {"/badge/alignment/0/weight", "/evidence/0/grade"}


def test_a_region_that_says_more_than_the_language_is_told() -> None:
    badge = with_members(**extension("LanguageExtension", "Language", "nl_BE"))
    lifted = lift(badge)
    assert claim(lifted)["specified_by"]["language"][0]["pref_label"]["nl"] == "Nederlands"
    assert [one.why for one in lifted.residue] == ["Europass names a language without a region."]
    assert lift(with_members(**extension("LanguageExtension", "Language", "en_EN"))).residue == ()


def test_the_languages_a_bare_text_leaves_behind_are_named() -> None:
    specified = {"type": "LearningAchievementSpecification", "description": {"nl": "Hallo", "de": "Hallo"}}
    moved = mapping(Format.OB2).lower(credential(specified), NL)
    assert [one.source for one in moved.partial] == ["/badge/description/de"]


def test_a_logo_inside_a_document_becomes_a_data_url_and_comes_back() -> None:
    badge = copy.deepcopy(BADGE)
    badge["badge"]["issuer"]["faculty"]["institution"]["image"] = "data:image/png;base64,iVBORw0K"
    lifted = lift(badge)
    logo = lifted.tree["issuer"]["logo"]
    assert logo["content"] == "iVBORw0K"
    assert logo["content_type"]["id"].endswith("/file-type/PNG")
    image = lowered(json.loads(json.dumps(lifted.tree)))["badge"]["issuer"]["faculty"]["institution"]["image"]
    assert image == "data:image/png;base64,iVBORw0K"


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("* een lang\n  onderdeel\n* twee", ["een lang onderdeel", "twee"]),
        ("* **herkent** [bias](https://x.example)", ["herkent bias"]),
        ("* a\n\nSlot", ["a"]),
    ],
)
def test_the_titles_of_outcomes_are_plain(text: str, items: list[str]) -> None:
    assert outcomes_of(text) == items


@pytest.mark.parametrize("kind", ["StudyLoad", "TimeInvestment"])
def test_the_kind_of_the_hours_comes_back_without_the_badge_s_own_facts(kind: str) -> None:
    badge = with_members()
    for name in ("StudyLoad", "TimeInvestment"):
        badge["badge"].pop(f"extensions:{name}Extension", None)
    key = f"extensions:{kind}Extension"
    badge["badge"][key] = extension(f"{kind}Extension", kind, 240)[key]
    lifted = lift(badge)
    said = notes(claim(lifted)["specified_by"])
    assert ("De uren zijn studielast" in said) is (kind == "StudyLoad")
    again = lowered(without_facts(lifted.tree))["badge"]
    assert again[key][kind] == 240
    assert [name for name in again if "StudyLoad" in name or "TimeInvestment" in name] == [key]


def test_a_grading_table_comes_back_from_the_scheme_of_the_grade_and_another_scheme_does_not() -> None:
    badge = with_members(grade_achieved="8")
    table = extension("GradingTableExtension", "GradingTableURL", "https://school.example/grades")
    badge["badge"]["issuer"] |= table
    lifted = without_facts(lift(badge).tree)
    key = "extensions:GradingTableExtension"
    issuer = lowered(lifted)["badge"]["issuer"]
    assert issuer[key]["GradingTableURL"] == "https://school.example/grades"
    scheme = lifted["credential_subject"]["has_claim"][0]["proven_by"][0]["specified_by"]["grading_scheme"]
    scheme["title"] = {"nl": "Schaal van een tot tien"}
    assert key not in lowered(lifted)["badge"]["issuer"]
