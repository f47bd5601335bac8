"""The Open Badges 2.0 data model, broken one property at a time."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from bundles import PNG, answer, badge_web, outcomes, verified
from hypothesis import given
from hypothesis import strategies as st
from samples import badges

from schemas.ob2.extensions import COMMON, EDUBADGES, known_extension
from schemas.ob2.model import ASSERTION, BADGE_CLASS, CLASSES, PROFILE, Class
from verifier import Outcome, Report, Verdict
from verifier.checks.lexical import is_image_link, moment
from verifier.checks.model import faults

PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED
Json = dict[str, Any]


def of_assertion(**changes: Any) -> Report:
    tree = {key: value for key, value in badges.assertion(**changes).items() if value is not ...}
    return verified(badges.ASSERTION.encode(), badge_web(assertion=tree))


def of_class(**changes: Any) -> Report:
    tree = {key: value for key, value in badges.badge_class(**changes).items() if value is not ...}
    return verified(badges.assertion(), badge_web(badge_class=tree))


def of_issuer(**changes: Any) -> Report:
    tree = {key: value for key, value in badges.issuer(**changes).items() if value is not ...}
    return verified(badges.assertion(), badge_web(issuer=tree))


def broken_at(report: Report) -> set[str]:
    return {f.where for f in report.findings if f.check == "format.schema" and f.outcome is FAILED}


PNG_DATA = "data:image/png;base64," + base64.b64encode(PNG).decode()


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ("recipient", ...),
        ("recipient", None),
        ("recipient", "noor@example.nl"),
        ("issuedOn", ...),
        ("issuedOn", "2026-03-02"),
        ("issuedOn", "2026-03-02T10:20:30"),
        ("issuedOn", 1_430_395_200),
        ("issuedOn", ["2026-03-02T10:20:30Z", "2026-03-03T10:20:30Z"]),
        ("expires", "tomorrow"),
        ("badge", ...),
        ("verification", ...),
        ("narrative", 7),
        ("evidence", [3]),
        ("revoked", "no"),
    ],
)
def test_a_broken_assertion_is_told_at_its_place(term: str, value: Any) -> None:
    report = of_assertion(**{term: value})
    assert any(place.startswith(f"/{term}") for place in broken_at(report)), report.findings
    assert report.verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"type": "email", "hashed": True, "identity": "noor@example.nl"}, "/recipient/identity"),
        ({"type": "email", "hashed": False, "identity": "sha256$" + "0" * 64}, "/recipient/identity"),
        ({"type": "email", "hashed": True, "identity": "sha1$" + "0" * 40}, "/recipient/identity"),
        ({"type": "email", "hashed": "true", "identity": "sha256$" + "0" * 64}, "/recipient/hashed"),
        ({"type": "email", "identity": "sha256$" + "0" * 64}, "/recipient/hashed"),
        ({"hashed": True, "identity": "sha256$" + "0" * 64}, "/recipient/type"),
        ({"type": "email", "hashed": False, "identity": "noor"}, "/recipient/identity"),
        ({"type": "email", "hashed": True}, "/recipient/identity"),
    ],
)
def test_a_broken_recipient_is_told_at_its_place(value: Json, where: str) -> None:
    assert where in broken_at(of_assertion(recipient=value))


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ("name", ...),
        ("name", {"en": "x"}),
        ("description", None),
        ("image", ...),
        ("image", "data:image/jpeg;base64,AAAA"),
        ("image", "data:image/png;base64,AAAA"),
        ("image", {"caption": "no id"}),
        ("criteria", ...),
        ("criteria", {"type": "Criteria"}),
        ("criteria", {"id": "no iri"}),
        ("criteria", "no iri"),
        ("issuer", ...),
        ("type", "Assertion"),
        ("type", ...),
        ("tags", [1]),
        ("alignment", [{"targetName": "no url"}]),
        ("alignment", [{"targetUrl": "https://esco.example/1"}]),
        ("alignment", "https://esco.example/1"),
        ("@language", "not a language"),
        ("related", [{"@language": "nl"}]),
    ],
)
def test_a_broken_badge_class_is_told_at_its_place(term: str, value: Any) -> None:
    report = of_class(**{term: value})
    assert any(place.startswith(f"/badge/{term}") for place in broken_at(report)), report.findings
    assert report.verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize(
    ("term", "value"),
    [
        ("name", ...),
        ("url", ...),
        ("url", "water.example.nl"),
        ("email", None),
        ("email", "not an address"),
        ("telephone", "020 123"),
        ("type", "Person"),
    ],
)
def test_a_broken_issuer_is_told_at_its_place(term: str, value: Any) -> None:
    report = of_issuer(**{term: value})
    assert f"/badge/issuer/{term}" in broken_at(report)
    assert report.verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize(
    "changes",
    [
        {"type": ["Assertion"]},
        {"type": ["Assertion", "https://example.org/MyAssertion"]},
        {"issuedOn": ["2026-03-02T10:20:30Z"]},
        {"issuedOn": "2026-03-02T10:20:30,5+0200"},
        {"evidence": "https://work.example/1"},
        {"evidence": [{"narrative": "Saw it."}, "https://work.example/1"]},
        {"narrative": {"@value": "Well done.", "@language": "en"}},
        {"image": None},
        {"expires": None},
        {"recipient": [badges.recipient()]},
        {"colour": "blue"},
    ],
)
def test_what_json_ld_lets_one_write_is_not_broken(changes: Json) -> None:
    report = of_assertion(**changes)
    assert broken_at(report) == set()
    assert report.verdict is Verdict.TOTAL_PASSED


@pytest.mark.parametrize(
    "changes",
    [
        {"image": PNG_DATA},
        {"image": {"id": f"{badges.BADGE_CLASS}/image", "caption": "A dike"}},
        {"image": "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E"},
        {"criteria": "https://water.example.nl/criteria"},
        {"criteria": {"id": "https://water.example.nl/criteria"}},
        {"tags": "one"},
        {"alignment": None},
        {"@language": "nl-NL"},
    ],
)
def test_what_a_class_may_say(changes: Json) -> None:
    assert of_class(**changes).verdict is Verdict.TOTAL_PASSED


def test_a_badge_that_ends_before_it_began_is_broken() -> None:
    report = of_assertion(issuedOn="2026-03-02T00:00:00Z", expires="2026-03-01T00:00:00Z")
    assert "/expires" in broken_at(report)


def test_a_context_that_gives_terms_another_meaning_leaves_the_badge_unknown() -> None:
    context = [badges.CONTEXT, {"expires": "https://example.org/other"}]
    report = of_assertion(**{"@context": context})
    assert outcomes(report, "format.data.context") == {UNDECIDED}
    assert report.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize(
    ("image", "verdict"),
    [
        (answer(b"\xff\xd8\xff\xe0 a jpeg", media="image/png"), Verdict.TOTAL_FAILED),
        (answer(b"gone", status=404), Verdict.TOTAL_FAILED),
        (None, Verdict.INDETERMINATE),
        (answer(b"<?xml version='1.0'?><!-- x --><svg/>", media="text/plain"), Verdict.TOTAL_PASSED),
    ],
)
def test_the_class_image_must_be_there_and_be_one(image: Any, verdict: Verdict) -> None:
    web = badge_web(**{f"{badges.BADGE_CLASS}/image": image})
    assert verified(badges.assertion(), web).verdict is verdict


ENDORSEMENT = "https://quality.example.nl/endorsements/1"


def endorsement(**changes: Any) -> Json:
    return {
        "@context": badges.CONTEXT,
        "type": "Endorsement",
        "id": ENDORSEMENT,
        "claim": {"id": badges.BADGE_CLASS, "endorsementComment": "Sound."},
        "issuer": "https://quality.example.nl",
        "issuedOn": "2026-01-01T00:00:00Z",
        "verification": {"type": "HostedBadge"},
        **changes,
    }


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        (endorsement(), Verdict.TOTAL_PASSED),
        (endorsement(claim={}), Verdict.TOTAL_FAILED),
        (endorsement(issuedOn="yesterday"), Verdict.TOTAL_FAILED),
        (None, Verdict.TOTAL_PASSED),
    ],
)
def test_an_endorsement_that_is_there_is_held_against_the_model(body: Any, verdict: Verdict) -> None:
    web = badge_web(badge_class=badges.badge_class(endorsement=ENDORSEMENT), **{ENDORSEMENT: body})
    assert verified(badges.assertion(), web).verdict is verdict


@pytest.mark.parametrize("rules", [ASSERTION, BADGE_CLASS, PROFILE], ids=lambda rules: rules.name)
def test_every_required_property_is_missed(rules: Class) -> None:
    missed = {fault.where for fault in faults({}, rules, "")}
    assert missed == {"/type"} | {f"/{row.term}" for row in rules.properties if row.required}


def test_the_table_names_classes_it_has() -> None:
    for rules in CLASSES.values():
        assert all(row.node in {"", *CLASSES} for row in rules.properties)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(list(CLASSES.values())), st.data())
def test_no_value_breaks_the_check_itself(rules: Class, data: st.DataObject) -> None:
    terms = st.sampled_from([row.term for row in rules.properties] + ["type", "id"])
    tree = data.draw(st.dictionaries(terms, json_values))
    assert isinstance(list(faults(tree, rules, "")), list)


@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_with_a_zone_is_read(when: Any) -> None:
    whole = when.replace(microsecond=0)
    text = whole.strftime("%Y-%m-%dT%H:%M:%S") + f"{whole.strftime('%z')[:3]}:{whole.strftime('%z')[3:5]}"
    read = moment(text.rjust(25, "0"))
    assert read is not None
    assert read.tzinfo is not None
    assert moment(text.rjust(25, "0")[:19]) is None


@given(st.text(max_size=60))
def test_any_text_is_an_image_link_or_not(text: str) -> None:
    assert is_image_link("data:" + text) in {True, False}


def test_there_are_eleven_edubadges_extensions_and_each_is_known_by_its_key() -> None:
    assert len(EDUBADGES) == 11
    for name in (*EDUBADGES, *COMMON):
        assert known_extension(f"extensions:{name}") is not None
    assert known_extension("extensions:exampleExtension") is not None
    assert known_extension("extensions:applyLink") is not None
    assert known_extension("extensions:applyLinkExtension") is not None
    assert known_extension("extensions:Language") is None
