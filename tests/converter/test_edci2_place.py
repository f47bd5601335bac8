"""A place in the arranged EDCI tree is told as a place in the tree as it is read and written."""

from __future__ import annotations

from typing import Any

import pytest

from converter.formats.edci2_arrange import arrange
from converter.formats.edci2_place import place_of

TREE: dict[str, Any] = {
    "title": {"text": [{"@lang": "en", "@content-type": "text/html", "#text": "<b>x</b>"}]},
    "issuer": {
        "#name": "organization",
        "altLabel": [{"text": [{"@lang": "en", "#text": "one"}]}],
        "identifier": [
            {"#text": "1"},
            {"#text": "2", "@schemeAgencyName": "eIDAS"},
            {"#text": "3"},
        ],
    },
    "credentialSubject": {
        "contactPoint": [{"wallet": ["https://wallet.example"]}],
        "achievements": [
            {
                "#name": "learningAchievement",
                "wasDerivedFrom": [
                    {
                        "specifiedBy": {
                            "#name": "assessmentSpecification",
                            "type": [{"@uri": "a"}, {"@uri": "b"}],
                        }
                    }
                ],
            }
        ],
    },
}
SPECIFIED = "/credentialSubject/achievements/0/wasDerivedFrom/0/specifiedBy"


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/title/text", "/title/text"),
        ("/issuer/altLabel/text", "/issuer/altLabel/0/text"),
        ("/issuer/#eidas/#text", "/issuer/identifier/1/#text"),
        ("/issuer/identifier/0/#text", "/issuer/identifier/0/#text"),
        ("/issuer/identifier/1/#text", "/issuer/identifier/2/#text"),
        (f"{SPECIFIED}/#type/@uri", f"{SPECIFIED}/type/0/@uri"),
        ("/#html/0", "/title/text/0/@content-type"),
        ("/nowhere/at/all", ""),
    ],
)
def test_a_place_is_told_as_it_stands_in_the_document(pointer: str, place: str) -> None:
    assert place_of(pointer, TREE, arrange(TREE)) == place


def test_a_kept_value_is_told_where_it_was() -> None:
    arranged = arrange(TREE)
    places = [place_of(f"/#kept/{index}", TREE, arranged) for index in range(len(arranged["#kept"]))]
    assert sorted(places) == sorted(["/credentialSubject/contactPoint/0/wallet", f"{SPECIFIED}/type/1"])
