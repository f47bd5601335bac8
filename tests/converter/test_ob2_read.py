"""Open Badges of every version as one tree in 2.0 terms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import badges

from converter import read
from converter.formats.ob2 import examine, upgrade, version_of
from schemas.document import Container, Document, Format

Json = dict[str, Any]


def document(tree: object, *, source_url: str = "") -> Document:
    found = read(badges.dumped(tree), source_url=source_url)
    assert isinstance(found, Document)
    assert found.format is Format.OB2
    return found


def codes(tree: object) -> list[str]:
    return [problem.code for problem in document(tree).problems]


def test_a_2_0_assertion_is_its_own_tree() -> None:
    for tree in (badges.assertion(), badges.expanded()):
        found = document(tree)
        assert found.tree == tree
        assert found.version == "2.0"
        assert found.problems == ()
        assert found.containers == ()
        assert found.raw == found.original == badges.dumped(tree)


def test_a_signed_badge_has_the_payload_as_its_tree_and_the_token_as_its_bytes() -> None:
    token = badges.signed(badges.signed_assertion())
    found = read(token)
    assert isinstance(found, Document)
    assert found.tree == badges.signed_assertion()
    assert found.raw == token
    assert found.seal is not None
    assert found.seal.raw == token
    assert found.containers == (Container.JWS,)
    assert found.problems == ()


def test_1_1_is_said_in_2_0_terms() -> None:
    found = document(badges.assertion_1_1())
    assert found.version == "1.1"
    assert found.problems == ()
    assert found.tree["@context"] == badges.CONTEXT
    assert found.tree["verification"] == {"type": "HostedBadge", "url": badges.ASSERTION}
    assert "verify" not in found.tree
    assert found.tree["uid"] == badges.assertion_1_1()["uid"]
    assert found.tree["updatedAt"] == badges.assertion_1_1()["updatedAt"]


def test_a_1_1_signed_badge_names_its_key_as_creator() -> None:
    old = badges.assertion_1_1() | {"verify": {"type": "signed", "url": badges.KEY}}
    assert document(old).tree["verification"] == {
        "type": "SignedBadge",
        "url": badges.KEY,
        "creator": badges.KEY,
    }


def test_a_1_1_class_has_its_alignment_renamed_wherever_it_stands() -> None:
    old = {
        "@context": badges.CONTEXT_1_1,
        "type": "BadgeClass",
        "criteria": "https://c.example",
        "issuer": badges.ISSUER,
        "alignment": [{"name": "n", "url": "https://u.example", "description": "d", "own": 1}],
    }
    new = [{"targetName": "n", "targetUrl": "https://u.example", "targetDescription": "d", "own": 1}]
    assert upgrade(old)["alignment"] == new
    embedded = badges.assertion_1_1() | {"badge": {k: v for k, v in old.items() if k != "@context"}}
    assert document(embedded).tree["badge"]["alignment"] == new


def test_1_0_gets_type_id_context_and_times() -> None:
    found = document(badges.assertion_1_0())
    assert found.version == "1.0"
    assert found.problems == ()
    assert found.tree["type"] == "Assertion"
    assert found.tree["id"] == badges.ASSERTION
    assert found.tree["@context"] == badges.CONTEXT
    assert found.tree["issuedOn"] == "2015-04-30T12:00:00+00:00"
    assert found.tree["expires"] == "2031-04-30T00:00:00+00:00"
    assert found.tree["verification"]["type"] == "HostedBadge"


def test_1_0_class_and_issuer_get_the_address_they_were_fetched_from_as_id() -> None:
    old_class = {"name": "n", "description": "d", "image": "i", "criteria": "c", "issuer": badges.ISSUER}
    new = upgrade(old_class, url=badges.BADGE_CLASS)
    assert (new["type"], new["id"]) == ("BadgeClass", badges.BADGE_CLASS)
    new = upgrade({"name": "n", "url": "https://u.example"}, url=badges.ISSUER)
    assert (new["type"], new["id"]) == ("Issuer", badges.ISSUER)


def test_a_class_of_a_2_0_badge_is_not_given_what_it_lacks() -> None:
    bare = {"name": "n", "criteria": "c", "issuer": badges.ISSUER}
    assert upgrade(bare, url=badges.BADGE_CLASS, version="2.0") == bare


def test_0_5_is_named_and_not_guessed_at() -> None:
    found = document({"recipient": "sha256$00", "salt": "x", "badge": {"version": "0.5.0", "name": "n"}})
    assert found.version == "0.5"
    assert [problem.code for problem in found.problems] == ["format.schema"]


@pytest.mark.parametrize(
    ("given_type", "type_"), [("hosted", "HostedBadge"), ("signed", "SignedBadge"), ("odd", "odd")]
)
def test_the_short_verification_types_are_aliases_in_2_0_too(given_type: str, type_: str) -> None:
    tree = badges.assertion(verification={"type": given_type})
    assert document(tree).tree["verification"]["type"] == type_


def test_json_ld_aliases_become_the_plain_names() -> None:
    tree = badges.assertion(verification={"@type": "obi:HostedBadge"})
    tree["@type"], tree["@id"] = [tree.pop("type"), "Extension"], tree.pop("id")
    found = document(tree)
    assert found.tree["id"] == badges.ASSERTION
    assert found.tree["type"] == ["Assertion", "Extension"]
    assert found.problems == ()


@pytest.mark.parametrize(
    "body",
    [
        badges.revoked(),
        badges.revoked(revocationReason="wrong person"),
        {"id": badges.ASSERTION, "revoked": True},
        {"revoked": True},
        badges.assertion(revoked=True),
    ],
)
def test_a_revoked_body_is_a_badge_and_says_revoked(body: Json) -> None:
    found = document(body)
    assert found.tree["revoked"] is True
    assert found.version == "2.0"
    assert found.problems == ()


@pytest.mark.parametrize("tree", [badges.badge_class(), badges.issuer(), badges.key_document()])
def test_another_class_is_read_and_told(tree: Json) -> None:
    assert codes(tree) == ["format.schema"]


def test_an_assertion_without_context_is_told() -> None:
    tree = badges.assertion()
    del tree["@context"]
    assert codes(tree) == ["format.schema"]


@pytest.mark.parametrize(
    "context",
    [
        [badges.CONTEXT, {"expires": "https://elsewhere.example/expires"}],
        [badges.CONTEXT, {"verify": None}],
        [badges.CONTEXT, "https://elsewhere.example/context.json"],
        [badges.CONTEXT, None],
        [badges.CONTEXT, 7],
        {"id": "@id", "type": "@type"},
    ],
)
def test_a_context_that_may_change_a_term_is_told_and_never_fetched(context: object) -> None:
    assert codes(badges.assertion(**{"@context": context})) == ["format.data"]
    inner = badges.badge_class(**{"@context": context})
    assert codes(badges.assertion(badge=inner)) == ["format.data"]


def test_a_context_that_only_adds_terms_is_no_problem() -> None:
    context = [badges.CONTEXT, {"grade": "https://elsewhere.example/grade"}]
    assert codes(badges.assertion(**{"@context": context})) == []


@pytest.mark.parametrize("host", ["https://elsewhere.example", "http://127.0.0.1:8000/static"])
def test_an_extension_may_have_its_context_anywhere(host: str) -> None:
    extension = badges.extension("EQFExtension", 6, host=host)
    tree = badges.assertion(**{"extensions:EQFExtension": extension})
    found = document(tree)
    assert found.tree["extensions:EQFExtension"] == extension
    assert found.problems == ()


@pytest.mark.parametrize("key", ["obi:revoked", "sec:expiration", "https://w3id.org/openbadges#revoked"])
def test_a_term_said_by_its_iri_is_told(key: str) -> None:
    assert codes(badges.assertion(**{key: True})) == ["format.data"]


@pytest.mark.parametrize("key", ["@id", "@type", "verify"])
def test_one_term_said_twice_is_told(key: str) -> None:
    assert codes(badges.assertion(**{key: "https://elsewhere.example/1"})) == ["format.data"]


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=5,
)


@given(st.sampled_from(sorted(badges.expanded())), ODD)
def test_any_value_in_any_place_is_read_and_kept(key: str, value: object) -> None:
    tree = badges.assertion(**{key: value})
    once = upgrade(tree)
    assert set(once) == set(tree)
    assert upgrade(once) == once
    examine(tree)


@given(
    st.sampled_from([badges.assertion_1_0(), badges.assertion_1_1(), badges.assertion(), badges.expanded()])
)
def test_upgrading_twice_is_upgrading_once_and_changes_no_input(tree: Json) -> None:
    before = json.dumps(tree)
    once = upgrade(tree)
    assert upgrade(once) == once
    assert version_of(once) == "2.0"
    assert json.dumps(tree) == before


def test_a_key_of_someone_elses_vocabulary_is_no_problem() -> None:
    assert codes(badges.assertion(**{"schema:duration": "P1D", "grade": 8})) == []
