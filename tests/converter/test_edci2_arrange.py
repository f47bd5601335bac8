"""The stage around the edci2 table: what rows cannot say, there and back."""

from __future__ import annotations

import json

import pytest
from strategies_edci_pivot import CONTEXT, ECTS_CREDIT, TOPIC, Tree, text

from converter.formats.edci2_arrange import arrange, restore
from converter.tables import mapping
from schemas.document import Format
from schemas.pivot import Credential, from_tree

EDCI = Format.EDCI


def test_html_is_html_again_after_the_way_there_and_back() -> None:
    tree = {
        "@id": "urn:credential:1",
        "title": {"text": [text("en", "T")]},
        "credentialSubject": {
            "achievements": [_achievement(text("nl", "d"), text("en", "<b>d</b>", "text/html"))]
        },
    }
    lifted = mapping(EDCI).lift(arrange(tree), CONTEXT)
    assert lifted.tree["edci"]["html_texts"] == ["/credentialSubject/achievements/0/description/text/1"]
    restored, left = restore(mapping(EDCI).lower(lifted.tree, CONTEXT).tree)
    assert restored["credentialSubject"] == tree["credentialSubject"]
    assert left == ()


def _achievement(*texts: Tree) -> Tree:
    return {"#name": "learningAchievement", "description": {"text": list(texts)}}


def _there_and_back(tree: Tree) -> Tree:
    lifted = mapping(EDCI).lift(arrange(tree), CONTEXT)
    assert lifted.residue == ()
    from_tree(Credential, lifted.tree)
    restored, left = restore(mapping(EDCI).lower(lifted.tree, CONTEXT).tree)
    assert left == ()
    return restored


def plain(*texts: tuple[str, str]) -> Tree:
    return {"text": [text(*one) for one in texts]}


ORGANISATION = {"#name": "organization", "@id": "urn:epass:org:1"}
HTML = {"text": [text("en", "<i>b</i>", "text/html")]}
EIDAS_IDENTIFIER = {"#text": "NL.1", "@schemeAgencyName": "eIDAS", "@spatialID": "NL"}


@pytest.mark.parametrize(
    "tree",
    [
        {"issuer": {**ORGANISATION, "identifier": [EIDAS_IDENTIFIER, {"#text": "2", "@type": "t"}]}},
        {"issuer": {**ORGANISATION, "altLabel": [plain(("en", "A"), ("nl", "A")), plain(("en", "B"))]}},
        {"issuer": {**ORGANISATION, "contactPoint": [{"mailBox": [{"@uri": "mailto:a"}], "wallet": ["w"]}]}},
        {"issuer": {**ORGANISATION, "hasLocation": [{"id": "urn:place", "name": [plain(("en", "P"))]}]}},
        {
            "credentialSubject": {
                "prefLabel": [{"text": [text("en", "X")]}],
                "additionalNote": [{"text": [text("en", "N")], "subject": [{"#text": "s", "@uri": TOPIC}]}],
            }
        },
        {
            "credentialSubject": {
                "achievements": [
                    {
                        "#name": "learningAchievement",
                        "description": {"text": [text("en", "d")], "subject": [{"#text": "kept"}]},
                        "specifiedBy": {"#name": "qualification", "definition": [plain(("en", "d"))]},
                        "wasDerivedFrom": [{"@id": "a", "grade": {"#text": "8", "@schemeID": "tien"}}],
                    }
                ]
            }
        },
        {
            "credentialSubject": {
                "achievements": [
                    {
                        "#name": "learningAchievement",
                        "specifiedBy": {
                            "#name": "learningSpecification",
                            "assessmentSpecification": {
                                "#name": "assessmentSpecification",
                                "type": [{"@uri": "urn:a"}, {"@uri": "urn:b", "targetDescription": [HTML]}],
                            },
                        },
                    }
                ]
            }
        },
    ],
    ids=["eidas", "repeated", "wallet", "place", "person", "kept", "types"],
)  # fmt: skip
def test_what_only_edci_says_survives_the_pivot(tree: Tree) -> None:
    assert _there_and_back(tree) == tree


def test_a_reference_back_is_a_node_with_its_id_alone() -> None:
    tree = {
        "issuer": {
            **ORGANISATION,
            "hasUnit": [{**ORGANISATION, "@id": "urn:2", "unitOf": {**ORGANISATION, "#ref": True}}],
        }
    }
    unit = mapping(EDCI).lift(arrange(tree), CONTEXT).tree["issuer"]["has_sub_organization"][0]
    assert unit["sub_organization_of"] == {"type": "Organisation", "id": "urn:epass:org:1"}


def test_ects_credits_need_no_scheme() -> None:
    specification = {"#name": "learningSpecification", "hasECTSCreditPoints": {"#text": "5"}}
    achievement = {"#name": "learningAchievement", "specifiedBy": specification}
    lifted = mapping(EDCI).lift(arrange({"credentialSubject": {"achievements": [achievement]}}), CONTEXT).tree
    point = lifted["credential_subject"]["has_claim"][0]["specified_by"]["credit_point"][0]
    assert point == {**ECTS_CREDIT, "point": "5"}


def test_credits_of_another_system_are_left_out_whole_and_with_a_reason() -> None:
    foreign = {"type": "CreditPoint", "point": "60", "framework": {"type": "Concept", "id": "urn:points"}}
    specified = {"type": "LearningAchievementSpecification", "credit_point": [foreign]}
    claim = {"type": "LearningAchievement", "specified_by": specified}
    tree = {"type": "Credential", "credential_subject": {"type": "Person", "has_claim": [claim]}}
    lowered = mapping(EDCI).lower(tree, CONTEXT)
    assert "60" not in json.dumps(lowered.tree)
    assert {one.why for one in lowered.residue} == {"EDCI XML counts credits in ECTS and ECVET only."}


def test_a_language_outside_the_schema_s_list_is_left_out_and_told() -> None:
    tree = {"title": {"text": [text("en", "T"), text("uk", "U"), text("nl-BE", "T"), text("en-GB", "T")]}}
    restored, left = restore(tree)
    assert [one["@lang"] for one in restored["title"]["text"]] == ["en", "nl"]
    assert [one.source for one in left] == ["/title/text/1", "/title/text/3"]


def test_a_credential_has_one_title_a_language() -> None:
    restored, left = restore({"title": {"text": [text("en", "A"), text("en", "B"), text("nl", "C")]}})
    assert restored == {"title": {"text": [text("en", "A"), text("nl", "C")]}}
    assert [one.source for one in left] == ["/title/text/1"]


def test_a_kept_value_without_its_place_is_told() -> None:
    kept = [{"where": "/credentialSubject/contactPoint/0/wallet", "value": ["w"]}]
    restored, left = restore({"#kept": kept, "#html": ["/title/text/3"]})
    assert restored == {}
    assert len(left) == 2
