"""Where awarding bodies are found: each node once, each place as it stands in the tree."""

from __future__ import annotations

from types import MappingProxyType

from verifier.parties import awarding_bodies


def test_places_are_written_as_steps_from_the_root() -> None:
    tree = {
        "claims": [{"awardedBy": {"awardingBody": [{"id": "a"}, {"id": "b"}], "grade": 8}}, True, None],
        "awardingBody": {"id": "c"},
    }
    assert [(one.id, one.where) for one in awarding_bodies(tree)] == [
        ("c", "/awardingBody"),
        ("a", "/claims/0/awardedBy/awardingBody"),
        ("b", "/claims/0/awardedBy/awardingBody"),
    ]


def test_a_node_that_stands_twice_is_visited_once() -> None:
    shared = MappingProxyType({"awardingBody": {"id": "a"}})
    assert [one.id for one in awarding_bodies({"one": shared, "two": [shared]})] == ["a"]


def test_a_text_in_the_place_of_a_body_is_none() -> None:
    assert list(awarding_bodies({"awardingBody": ["nobody", 1]})) == []
