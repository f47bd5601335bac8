"""One whole badge out of the several answers of its host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import badges

from converter.formats.ob2 import upgrade
from converter.formats.ob2_assemble import assemble, bare_id, expansion_urls
from schemas.evidence import Missing, Resource

Json = dict[str, Any]

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


def answers(trees: Mapping[str, Json | int]) -> dict[str, Resource | Missing]:
    found: dict[str, Resource | Missing] = {}
    for url, tree in trees.items():
        if isinstance(tree, int):
            found[url] = Resource(url=url, status=tree, content_type="text/html", body=b"")
        else:
            body = badges.dumped(tree)
            found[url] = Resource(url=url, status=200, content_type="application/ld+json", body=body)
    return found


EXPANDED = f"{badges.ASSERTION}?expand=badge&expand=badge.issuer&expand=badge.user"
MICRO = f"{badges.BADGE_CLASS}?expand=micro"


def test_an_edubadges_host_is_asked_for_all_it_knows() -> None:
    assert expansion_urls(badges.assertion()) == [EXPANDED, MICRO]
    assert expansion_urls(badges.expanded()) == [EXPANDED, MICRO]
    assert expansion_urls(badges.assertion(id=f"{badges.ASSERTION}?v=1_1"))[0] == (
        f"{badges.ASSERTION}?v=1_1&expand=badge&expand=badge.issuer&expand=badge.user"
    )


def test_another_host_is_asked_for_nothing_more() -> None:
    other = badges.assertion(
        id="https://issuer.example/assertions/1", badge="https://issuer.example/badges/1"
    )
    assert expansion_urls(other) == []
    assert expansion_urls(badges.assertion(id="urn:uuid:1", badge=None)) == []
    assert expansion_urls({}) == []


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        (EXPANDED, badges.ASSERTION),
        (badges.ASSERTION, badges.ASSERTION),
        (f"{badges.ASSERTION}?v=1_1&expand=badge", f"{badges.ASSERTION}?v=1_1"),
        ("https://x.example/?q=expand", "https://x.example/?q=expand"),
        ("https://[broken?expand=1", "https://[broken?expand=1"),
    ],
)
def test_a_bare_id_has_no_expand(url: str, bare: str) -> None:
    assert bare_id(url) == bare


def test_a_whole_badge_is_assembled_from_plain_answers() -> None:
    fetched = answers({badges.BADGE_CLASS: badges.badge_class(), badges.ISSUER: badges.issuer()})
    whole, problems = assemble(badges.assertion(), fetched)
    assert problems == ()
    assert whole == badges.assertion(badge=badges.badge_class(issuer=badges.issuer()))


def test_expanded_answers_add_what_the_plain_ones_lack() -> None:
    fetched = answers(
        {
            EXPANDED: badges.expanded(),
            MICRO: badges.badge_class_micro(),
            badges.ASSERTION: badges.assertion(),
            badges.BADGE_CLASS: badges.badge_class(name="As it stands now"),
            badges.ISSUER: badges.issuer(),
        }
    )
    whole, problems = assemble(badges.assertion(), fetched)
    assert problems == ()
    assert {key: value for key, value in whole.items() if key != "badge"} == {
        key: value for key, value in badges.assertion().items() if key != "badge"
    }
    badge = whole["badge"]
    assert badge["name"] == "As it stands now"
    assert badge["qualityAssuranceName"] == "Quality board"
    assert badge["typeBadgeClass"] == "microcredential"
    assert badge["user"] == "Noor de Wit"
    assert badge["issuer"]["id"] == badges.ISSUER
    assert badge["issuer"]["faculty"]["institution"]["name"] == "Polder University"


def test_extensions_stay_where_they_stand() -> None:
    old = badges.assertion(**{"extensions:EQFExtension": badges.extension("EQFExtension", 5)})
    whole, _ = assemble(old, answers({badges.BADGE_CLASS: badges.badge_class()}))
    assert whole["extensions:EQFExtension"]["EQF"] == 5
    assert whole["badge"]["extensions:EQFExtension"]["EQF"] == 6


@pytest.mark.parametrize("status", [404, 410, 500])
def test_what_could_not_be_had_stays_a_reference_and_is_told(status: int) -> None:
    whole, problems = assemble(badges.assertion(), answers({badges.BADGE_CLASS: status}))
    assert whole == badges.assertion()
    assert [problem.where for problem in problems] == ["/badge"]
    _, problems = assemble(
        badges.assertion(),
        answers({badges.BADGE_CLASS: badges.badge_class()})
        | {badges.ISSUER: Missing(url=badges.ISSUER, why="unreachable")},
    )
    assert [problem.where for problem in problems] == ["/badge/issuer"]


def test_an_answer_about_something_else_is_not_used() -> None:
    wrong = badges.badge_class(id="https://elsewhere.example/public/badges/1")
    whole, problems = assemble(badges.assertion(), answers({badges.BADGE_CLASS: wrong}))
    assert whole["badge"] == badges.BADGE_CLASS
    assert problems
    whole, problems = assemble(badges.assertion(), answers({EXPANDED: badges.assertion(badge=wrong)}))
    assert whole["badge"] == badges.BADGE_CLASS
    assert len(problems) == 2


def test_a_1_0_badge_is_assembled_by_address() -> None:
    old_class = {"name": "n", "description": "d", "image": "i", "criteria": "c", "issuer": badges.ISSUER}
    old_issuer = {"name": "n", "url": "https://u.example"}
    whole, problems = assemble(
        upgrade(badges.assertion_1_0()), answers({badges.BADGE_CLASS: old_class, badges.ISSUER: old_issuer})
    )
    assert problems == ()
    assert whole["badge"]["id"] == badges.BADGE_CLASS
    assert whole["badge"]["issuer"]["id"] == badges.ISSUER


@given(ODD, ODD, st.binary(max_size=20))
def test_assembling_never_fails(badge: object, issuer: object, body: bytes) -> None:
    fetched = answers({EXPANDED: badges.assertion(badge=badges.badge_class(issuer=issuer))})
    fetched[badges.BADGE_CLASS] = Resource(url="", status=200, content_type="", body=body)
    for tree in (badges.assertion(badge=badge), badges.assertion(badge={"id": badge, "issuer": issuer})):
        whole, _ = assemble(tree, fetched)
        assert set(tree) <= set(whole)
        expansion_urls(tree)
