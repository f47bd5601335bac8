"""Badges of 1.0 and 1.1: what their schemas accept can be upgraded, and is then sound in 2.0 terms."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from samples import badges

from converter.formats.ob2_upgrade import upgrade, version_of
from schemas.ob2.json_schema import class_schema
from schemas.ob2.model import CLASSES as MODEL
from schemas.ob2.older import CLASSES, VERSIONS, older_schema
from verifier.checks.model import faults

Json = dict[str, Any]
PAGE = "https://a.example/1"
ALIGNMENT = [{"name": "inspect", "url": PAGE, "description": "dikes"}]
ISSUER_1_0 = {"name": "Water School", "url": "https://water.example.nl", "email": "office@water.example.nl"}
CLASS_1_0 = {
    "name": "Dike Inspection",
    "description": "Inspecting a dike.",
    "image": "https://a.example/i.png",
    "criteria": PAGE,
    "issuer": PAGE,
    "alignment": ALIGNMENT,
    "tags": ["water"],
}
ISSUER_1_1 = {"@context": badges.CONTEXT_1_1, "type": "Issuer", "id": PAGE, **ISSUER_1_0}
CLASS_1_1 = {
    **CLASS_1_0,
    "@context": badges.CONTEXT_1_1,
    "type": ["BadgeClass"],
    "id": PAGE,
    "issuer": ISSUER_1_1,
}
SOUND: dict[tuple[str, str], Json] = {
    ("1.0", "assertion"): badges.assertion_1_0(),
    ("1.0", "badge-class"): CLASS_1_0,
    ("1.0", "issuer"): ISSUER_1_0,
    ("1.1", "assertion"): {**badges.assertion_1_1(), "badge": CLASS_1_1, "evidence": PAGE},
    ("1.1", "badge-class"): CLASS_1_1,
    ("1.1", "issuer"): ISSUER_1_1,
}
NEWER = {"assertion": "Assertion", "badge-class": "BadgeClass", "issuer": "Profile"}
SCHEMAS = {key: Draft202012Validator(older_schema(*key)) for key in SOUND}
NEW_SCHEMAS = {
    "assertion": Draft202012Validator(class_schema("assertion")),
    "badge-class": Draft202012Validator(class_schema("badge-class")),
    "issuer": Draft202012Validator(class_schema("profile")),
}
VALUES = [
    ..., None, "", "x", PAGE, 7, 1_430_395_200, "1430395200", "2026-03-02", "2026-03-02T10:20", True, [], {},
    ["x"], [PAGE], "2026-03-02T10:20:30Z", "2026-99-99", {"type": "hosted", "url": PAGE},
    {"type": "signed", "url": PAGE}, {"type": "HostedBadge"}, ALIGNMENT, [{"name": "x"}],
]  # fmt: skip


def test_every_version_has_a_valid_schema_of_every_class() -> None:
    assert set(SOUND) == {(version, name) for version in VERSIONS for name in CLASSES}
    for validator in SCHEMAS.values():
        Draft202012Validator.check_schema(validator.schema)


@pytest.mark.parametrize(("version", "name"), [("2.0", "assertion"), ("1.0", "profile"), ("0.5", "issuer")])
def test_there_are_no_others(version: str, name: str) -> None:
    with pytest.raises(KeyError):
        older_schema(version, name)


@pytest.mark.parametrize(("version", "name"), SOUND)
def test_a_sound_badge_is_accepted_in_its_version_alone(version: str, name: str) -> None:
    node = SOUND[version, name]
    assert [error.message for error in SCHEMAS[version, name].iter_errors(node)] == []
    other = "1.1" if version == "1.0" else "1.0"
    if name == "assertion":
        assert not SCHEMAS[other, name].is_valid(node)
        assert version_of(node) == version
    assert not NEW_SCHEMAS[name].is_valid(node) or name == "issuer"


@pytest.mark.parametrize(("version", "name"), SOUND)
def test_without_what_it_must_have_it_is_refused(version: str, name: str) -> None:
    validator = SCHEMAS[version, name]
    for term in older_schema(version, name)["required"]:
        assert not validator.is_valid(
            {key: value for key, value in SOUND[version, name].items() if key != term}
        )


def upgraded(node: Json, version: str) -> Json:
    return upgrade(node, url=PAGE, version=version)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_what_is_accepted_is_sound_after_its_upgrade(data: st.DataObject) -> None:
    """Days outside the calendar, and what an identity looks like, are beyond a schema."""
    version, name = data.draw(st.sampled_from(sorted(SOUND)))
    node = copy.deepcopy(SOUND[version, name])
    for _ in range(data.draw(st.integers(0, 2))):
        term, value = data.draw(st.sampled_from(sorted(node))), data.draw(st.sampled_from(VALUES))
        if value is ...:
            del node[term]
        else:
            node[term] = value
    if not SCHEMAS[version, name].is_valid(node) or "2026-99-99" in node.values():
        return
    newer = upgraded(node, version)
    if name == "issuer" and "email" not in node:
        assert not NEW_SCHEMAS[name].is_valid(newer)
        return
    found = [fault.message for fault in faults(newer, MODEL[NEWER[name]], "")]
    told = [message for message in found if not message.startswith(("The recipient's", "The recipient is"))]
    if name != "issuer":  # an issuer's e-mail address is only text in 1.x
        assert not told, (node, newer)
        assert NEW_SCHEMAS[name].is_valid(newer), newer
