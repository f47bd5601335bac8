"""Our JSON Schemas are valid schemas, and say what the verifier says."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator
from samples import badges

from schemas.ob2.extensions import known_extension
from schemas.ob2.json_schema import class_names, class_schema, extension_names, extension_schema
from schemas.ob2.model import CLASSES
from verifier.checks.model import faults

Json = dict[str, Any]
HASHED = {"type": "email", "hashed": True, "identity": "sha256$" + "0" * 64}
ENDORSEMENT = {
    "type": "Endorsement",
    "id": "https://a.example/e",
    "claim": {"id": "https://a.example/c", "endorsementComment": "Good."},
    "issuer": "https://a.example/i",
    "issuedOn": "2026-03-02T10:20:30Z",
    "verification": {"type": "HostedBadge"},
}
FULL_ALIGNMENT = [{"targetName": "inspect", "targetUrl": "https://esco.example/1"}]
NODES: list[tuple[str, Json]] = [
    ("Assertion", badges.assertion()),
    ("Assertion", badges.assertion(recipient=HASHED, evidence=[{"narrative": "x"}, "https://a.example/e"])),
    ("BadgeClass", badges.badge_class(alignment=FULL_ALIGNMENT)),
    (
        "BadgeClass",
        badges.badge_class(alignment=[], criteria="https://a.example/c", related={"id": "urn:a:b"}),
    ),
    ("BadgeClass", badges.badge_class(alignment=[], image={"id": "https://a.example/i.png", "caption": "x"})),
    ("Profile", badges.issuer()),
    ("Profile", badges.issuer(telephone="+31201234567", verification={"allowedOrigins": "a.example"})),
    ("RevokedAssertion", badges.revoked()),
    ("Endorsement", ENDORSEMENT),
    ("IdentityObject", {"type": ["email"], "hashed": False, "identity": "noor@example.nl"}),
    (
        "RevocationList",
        {"type": "RevocationList", "id": "urn:a:b", "revokedAssertions": ["urn:x:y", {"id": "z"}]},
    ),
]


def hyphened(name: str) -> str:
    return next(one for one in class_names() if one.replace("-", "") == name.lower())


SCHEMAS = {name: Draft202012Validator(class_schema(hyphened(name))) for name in CLASSES}


def agree(name: str, node: Json) -> bool:
    """Hold both against each other: the schema is never stricter, and misses nothing of the structure.

    What an identity looks like by its kind is the verifier's alone; those sentences speak of the recipient.
    """
    found = list(faults(node, CLASSES[name], ""))
    structural = [
        fault for fault in found if not fault.message.startswith(("The recipient's", "The recipient is"))
    ]
    refused = [error.message for error in SCHEMAS[name].iter_errors(node)]
    assert not refused or found, refused
    assert refused or not structural, structural
    return not refused


@pytest.mark.parametrize("name", class_names())
def test_every_class_has_a_valid_schema(name: str) -> None:
    Draft202012Validator.check_schema(class_schema(name))


@pytest.mark.parametrize("name", extension_names())
def test_every_extension_has_a_valid_schema(name: str) -> None:
    Draft4Validator.check_schema(extension_schema(name))


def test_a_class_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        class_schema("badge")


@pytest.mark.parametrize(("name", "node"), NODES)
def test_a_sound_node_is_accepted_by_both(name: str, node: Json) -> None:
    assert agree(name, node)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """List every member of a node, and of what it embeds.

    Extensions and contexts have rules of their own, and a `@value` holds no node (JSON-LD 1.1 §9.5).
    """
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        if key not in ("@context", "@value") and not str(key).startswith("extensions:"):
            yield (*path, key)
            yield from places(value, (*path, key))


def changed(node: Json, path: tuple[Any, ...], value: Any) -> Json:
    made = copy.deepcopy(node)
    at: Any = made
    for step in path[:-1]:
        at = at[step]
    if value is ...:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return made


WRONG: list[Any] = [
    ..., None, [], [None], {}, "", " ", "word", "word word", 7, 1.5, True, False, ["a", "b"], [7], [[]],
    ["https://a.example/1"], ["https://a.example/1", None], ["https://a.example/1", "https://a.example/2"],
    {"id": "https://a.example/1"}, {"id": "word"}, {"@value": "word"}, {"@value": "https://a.example/1"},
    {"@value": 7},
    [{"@value": "https://a.example/1"}], {"id": ["https://a.example/1"]},
    {"narrative": "x"}, {"narrative": 7},
    "https://a.example/1", "http://a.example", "ftp://a.example/1", "urn:a:b", "data:image/jpeg,abc",
    "2026-03-02T10:20:30Z", "2026-03-02T10:20:30", "2026-03-02", "nl", "nl-NL",
    "noor@example.nl", "+31201234567",
    "sha256$" + "0" * 64, "SHA256$" + "A" * 64, "md5$" + "0" * 32, "sha1$" + "0" * 40,
    "Assertion", "obi:Assertion", ["Thing", "BadgeClass"],
    "https://w3id.org/openbadges#Profile", "HostedBadge",
    {"type": "Assertion"}, {"type": "HostedBadge"}, {"@type": "HostedBadge"},
    {"type": 7, "@type": "HostedBadge"},
]  # fmt: skip


def test_one_changed_member_at_every_place_is_judged_alike() -> None:
    accepted = refused = 0
    for name, node in NODES:
        for path in places(node):
            for value in WRONG:
                if agree(name, changed(node, path, value)):
                    accepted += 1
                else:
                    refused += 1
    assert accepted > 500
    assert refused > 1000


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_several_changed_members_are_judged_alike(data: st.DataObject) -> None:
    name, node = data.draw(st.sampled_from(NODES))
    for _ in range(data.draw(st.integers(2, 4))):
        known = list(places(node))
        if not known:
            break
        node = changed(node, data.draw(st.sampled_from(known)), data.draw(st.sampled_from(WRONG)))
    agree(name, node)


def sound(schema: Json) -> Any:
    """Make a value that an extension's schema asks for."""
    if (
        "anyOf" in schema and "type" not in schema
    ):  # beside a type it says which members are needed; all are made
        return sound(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if "pattern" in schema:
        return next(one for one in ("urn:a:b", "2026-03-02", "0" * 64) if re.search(schema["pattern"], one))
    if schema["type"] == "object":
        return {key: sound(inner) for key, inner in schema.get("properties", {}).items()}
    return {"string": "x", "number": 2.5, "boolean": True}[schema["type"]]


@pytest.mark.parametrize("name", extension_names())
def test_an_extensions_schema_says_what_the_check_says(name: str) -> None:
    found = known_extension(f"extensions:{name}")
    assert found is not None
    of_check, written = Draft202012Validator(found[1]), Draft4Validator(extension_schema(name))
    good = {"@context": "https://a.example/c", "type": ["Extension", f"extensions:{name}"]} | sound(found[1])
    assert written.is_valid(good)
    wrong = [
        changed(good, path, value) for path in places(good) for value in (..., 7, "x", None, {}, [1], True)
    ]
    assert any(not written.is_valid(tree) for tree in wrong)
    for tree in wrong:
        assert of_check.is_valid(tree) == written.is_valid(tree), tree
