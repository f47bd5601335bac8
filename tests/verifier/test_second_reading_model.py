"""Second reading, the data model: contexts, types, times, recipients, classes, issuers, endorsements."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from second_reading import ABSENT, PNG, answer, badges, hosted, says

from schemas.evidence import Recipient

OB = badges.CONTEXT


# --- JSON-LD: a name means what the context says, and without one nothing.
@pytest.mark.parametrize("place", ["assertion", "badge_class", "issuer"])
@pytest.mark.parametrize(
    ("context", "verdict", "code", "outcome"),
    [
        ([OB], "pass", "format.data.context", "passed"),
        ([OB, {"foo": "https://e.example/foo"}], "pass", "format.data.context", "passed"),
        ([OB, {"@language": "nl"}], "pass", "format.data.context", "passed"),
        ([OB, "https://w3id.org/openbadges/extensions/exampleExtension/context.json"], "pass", "", ""),
        ("https://openbadgespec.org/v2/context.json", "pass", "", ""),
        (ABSENT, "fail", "format.schema", "failed"),
        (None, "fail", "format.schema", "failed"),
        ([], "fail", "format.schema", "failed"),
        ({"@vocab": "https://w3id.org/openbadges#"}, "open", "format.data.context", "undecided"),
        ([{"name": "http://schema.org/name"}], "open", "format.data.context", "undecided"),
        ("https://schema.org", "open", "format.data.context", "undecided"),
        ([OB, "https://evil.example/context.json"], "open", "format.data.context", "undecided"),
        ([OB, {"expires": None}], "open", "format.data.context", "undecided"),
        ([OB, {"recipient": "https://evil.example/r"}], "open", "format.data.context", "undecided"),
        ([OB, {"id": "https://evil.example/id"}], "open", "format.data.context", "undecided"),
        ([OB, {"obi": "https://evil.example/"}], "open", "format.data.context", "undecided"),
        ([OB, 5], "open", "format.data.context", "undecided"),
    ],
)
def test_contexts(place: str, context: object, verdict: str, code: str, outcome: str) -> None:
    says(hosted(**{place: {"@context": context}}), verdict, code, outcome)


def test_an_end_hidden_by_a_context_is_never_overlooked() -> None:
    remapped = {"@context": [OB, {"expires": None}], "expires": "2026-04-01T00:00:00Z"}
    says(hosted(assertion=remapped), "fail", "time.expired")


@pytest.mark.parametrize(
    ("changes", "verdict", "code", "outcome"),
    [
        ({"type": ["Assertion", "https://e.example/T"]}, "pass", "", ""),
        ({"type": "obi:Assertion"}, "pass", "", ""),
        ({"type": ABSENT, "@type": "Assertion"}, "pass", "", ""),
        ({"id": ABSENT, "@id": badges.ASSERTION}, "pass", "", ""),
        ({"@type": "BadgeClass"}, "open", "format.data.context", "undecided"),
        ({"@id": "https://evil.example/a"}, "open", "format.data.context", "undecided"),
        ({"verify": {"type": "signed"}}, "open", "format.data.context", "undecided"),
        ({"obi:revoked": True}, "open", "format.data.context", "undecided"),
        (
            {"https://w3id.org/security#expiration": "2020-01-01T00:00:00Z"},
            "open",
            "format.data.context",
            "undecided",
        ),
        ({"type": "assertion"}, "fail", "format.schema", "failed"),
        ({"type": ABSENT}, "fail", "format.schema", "failed"),
        ({"type": ["BadgeClass"]}, "fail", "format.schema", "failed"),
        ({"id": ABSENT}, "fail", "hosted.fetched", "failed"),
        ({"narrative": ["a", "b"]}, "fail", "format.schema", "failed"),
        ({"narrative": {"a": 1}}, "fail", "format.schema", "failed"),
        ({"evidence": "nope"}, "fail", "format.schema", "failed"),
        ({"evidence": [""]}, "fail", "format.schema", "failed"),
        ({"evidence": {"id": "nope"}}, "fail", "format.schema", "failed"),
        ({"evidence": {"narrative": 5}}, "fail", "format.schema", "failed"),
        ({"evidence": "https://127.0.0.1/never-asked"}, "pass", "", ""),
        ({"evidence": [{"narrative": "x"}, "https://e.example/1"]}, "pass", "", ""),
        ({"evidence": {"id": "https://e.example/1", "type": "Evidence", "genre": "g"}}, "pass", "", ""),
        ({"image": {"caption": "c"}}, "fail", "format.schema", "failed"),
        ({"image": "nope"}, "fail", "format.schema", "failed"),
        ({"image": ABSENT}, "pass", "", ""),
    ],
)
def test_assertions(changes: dict[str, Any], verdict: str, code: str, outcome: str) -> None:
    says(hosted(assertion=changes), verdict, code, outcome)


# --- DateTime: ISO 8601, with time and zone. Now is 2026-11-23T12:00:00Z.
@pytest.mark.parametrize(
    ("value", "verdict", "code"),
    [
        ("20260302T102030Z", "pass", ""),
        ("2026-W10-1T10:00:00Z", "pass", ""),
        ("2026-03-02T10:20:30.123456789Z", "pass", ""),
        ("2026-03-02T10:20:30,5Z", "pass", ""),
        ("2026-03-02T10:20:30-0500", "pass", ""),
        ("2026-03-02T10:20Z", "pass", ""),
        ("2016-12-31T23:59:60Z", "pass", ""),
        ("2026-03-02T24:00:00Z", "pass", ""),
        ("2026-03-02t10:20:30z", "pass", ""),
        ("2026-11-23T12:00:00Z", "pass", ""),
        ("2026-11-23T13:00:00+02:00", "pass", ""),
        ({"@type": "xsd:dateTime", "@value": "2026-03-02T10:20:30Z"}, "pass", ""),
        ("2026-11-23T12:00:01Z", "fail", "time.issued"),
        ("2026-11-23T11:00:00-02:00", "fail", "time.issued"),
        ("2026-03-02", "fail", "format.schema"),
        ("2026-03-02T10:20:30", "fail", "format.schema"),
        ("2026-03-02 10:20:30Z", "fail", "format.schema"),
        ("2026-03-02T10:20:30 Z", "fail", "format.schema"),
        ("2026-03-02T10:20:30 UTC", "fail", "format.schema"),
        ("2026-13-02T10:20:30Z", "fail", "format.schema"),
        ("2026-02-30T10:20:30Z", "fail", "format.schema"),
        ("2026-03-02T25:20:30Z", "fail", "format.schema"),
        ("٢٠٢٦-03-02T10:20:30Z", "fail", "format.schema"),
        ("Mon, 02 Mar 2026 10:20:30 GMT", "fail", "format.schema"),
        ("1430395200", "fail", "format.schema"),
        (1430395200, "fail", "format.schema"),
        (True, "fail", "format.schema"),
        ("", "fail", "format.schema"),
        (None, "fail", "format.schema"),
        (["2026-03-02T10:20:30Z", "2026-03-03T10:20:30Z"], "fail", "format.schema"),
    ],
)
def test_times_of_issue(value: object, verdict: str, code: str) -> None:
    says(hosted(assertion={"issuedOn": value}), verdict, code)


@pytest.mark.parametrize(
    ("value", "verdict", "code"),
    [
        ("2026-11-23T12:00:01Z", "pass", ""),
        ("9999-12-31T23:59:59Z", "pass", ""),
        (None, "pass", ""),
        ("2026-11-23T12:00:00Z", "fail", "time.expired"),
        ("2026-11-23T13:00:00+02:00", "fail", "time.expired"),
        ("2026-03-02T10:20:30Z", "fail", "time.expired"),
        ("2026-01-01T00:00:00Z", "fail", "format.schema"),  # before it was issued
        ("2030-01-01", "fail", "format.schema"),
        ("2030-01-01T00:00:00", "fail", "format.schema"),
        ("never", "fail", "format.schema"),
        ("", "fail", "format.schema"),
        (1900000000, "fail", "format.schema"),
        (["2030-01-01T00:00:00Z", "2020-01-01T00:00:00Z"], "fail", "format.schema"),
    ],
)
def test_ends(value: object, verdict: str, code: str) -> None:
    says(hosted(assertion={"expires": value}), verdict, code)


# --- IdentityObject
ADA = "ada@example.org"


def sha(value: str) -> str:
    return f"sha256${hashlib.sha256(value.encode()).hexdigest()}"


def md5(value: str) -> str:
    return f"md5${hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()}"


def person(identity: object, kind: object = "email", *, hashed: object = True, **more: Any) -> dict[str, Any]:
    return {"type": kind, "hashed": hashed, "identity": identity, **more}


def plain(identity: object, kind: object = "email") -> dict[str, Any]:
    return person(identity, kind, hashed=False)


NUMBER = "+31201234567"
MATCH = "recipient.match"


@pytest.mark.parametrize(
    ("recipient", "asked", "verdict", "code", "outcome"),
    [
        (person(sha(ADA)), ADA, "pass", MATCH, "passed"),
        (person(sha(ADA), salt=""), ADA, "pass", MATCH, "passed"),
        (person(sha(ADA), salt=None), ADA, "pass", MATCH, "passed"),
        (person(sha(f"{ADA}zoutjé✓"), salt="zoutjé✓"), ADA, "pass", MATCH, "passed"),
        (person(md5(f"{ADA}aa"), salt="aa"), ADA, "pass", MATCH, "passed"),
        (person(sha(ADA).upper()), ADA, "pass", MATCH, "passed"),
        (person(sha("Ada@Example.org")), "Ada@Example.org", "pass", MATCH, "passed"),
        (person(sha(ADA)), "Ada@Example.org", "pass", MATCH, "passed"),
        (plain("Ada@Example.org"), ADA, "pass", MATCH, "passed"),
        (plain(ADA, "schema:email"), ADA, "pass", MATCH, "passed"),
        (plain(ADA, "http://schema.org/email"), ADA, "pass", MATCH, "passed"),
        (plain(ADA, ["email"]), ADA, "pass", MATCH, "passed"),
        (plain([ADA]), ADA, "pass", MATCH, "passed"),
        (person(sha(f"aa{ADA}"), salt="aa"), ADA, "fail", MATCH, "failed"),  # the salt comes after
        (person(sha(f"{ADA}aa"), salt="bb"), ADA, "fail", MATCH, "failed"),
        (person(sha(f"{ADA}aa")), ADA, "fail", MATCH, "failed"),
        (person(sha(ADA)), sha(ADA), "fail", MATCH, "failed"),
        (plain(ADA), "", "fail", MATCH, "failed"),
        (plain(ADA), "da@example.org", "fail", MATCH, "failed"),
        (person(sha(f"{ADA}7"), salt=7), ADA, "fail", "format.schema", "failed"),
        (person(f"sha1${'0' * 40}"), ADA, "fail", "format.schema", "failed"),
        (person(f"sha512${'0' * 128}"), ADA, "fail", "format.schema", "failed"),
        (person(sha(ADA).removeprefix("sha256$")), ADA, "fail", "format.schema", "failed"),
        (person(sha(ADA)[:-2]), ADA, "fail", "format.schema", "failed"),
        (person(f"{sha(ADA)}00"), ADA, "fail", "format.schema", "failed"),
        (person(sha(ADA), hashed="true"), ADA, "fail", "format.schema", "failed"),
        (person(sha(ADA), hashed=1), ADA, "fail", "format.schema", "failed"),
        (person(sha(ADA), hashed=False), ADA, "fail", "format.schema", "failed"),
        (person(ADA), ADA, "fail", "format.schema", "failed"),
        ({"type": "email", "identity": ADA}, ADA, "fail", "format.schema", "failed"),
        ({"type": "email", "hashed": False}, ADA, "fail", "format.schema", "failed"),
        ({"hashed": False, "identity": ADA}, ADA, "fail", "format.schema", "failed"),
        (plain("ada"), "ada", "fail", "format.schema", "failed"),
        (plain(""), "", "fail", "format.schema", "failed"),
        (plain(ADA, ["email", "url"]), ADA, "fail", "format.schema", "failed"),
        (plain(ADA, "shoeSize"), ADA, "fail", "format.schema", "failed"),
        (plain([ADA, "bob@example.org"]), ADA, "fail", "format.schema", "failed"),
        ([plain(ADA), plain("bob@example.org")], ADA, "fail", "format.schema", "failed"),
        (ADA, ADA, "fail", "format.schema", "failed"),
        (plain("https://ada.example/", "url"), ADA, "open", MATCH, "undecided"),
        (plain("x", "https://e.example/shoe"), ADA, "open", MATCH, "undecided"),
    ],
)
def test_recipients(recipient: Any, asked: str, verdict: str, code: str, outcome: str) -> None:
    recipients = (Recipient(kind="email", value=asked),)
    says(hosted(assertion={"recipient": recipient}, recipients=recipients), verdict, code, outcome)


@pytest.mark.parametrize(
    ("recipient", "kind", "asked", "verdict", "code"),
    [
        (plain("https://ada.example/", "url"), "url", "https://ada.example/", "pass", ""),
        (plain(NUMBER, "telephone"), "telephone", "+31 20 123-4567", "pass", ""),
        (plain("+31 20 1234567", "telephone"), "telephone", NUMBER, "pass", ""),
        (plain("did:example:1", "id"), "id", "did:example:1", "pass", ""),
        (plain(NUMBER, "telephone"), "telephone", "+31201234568", "fail", MATCH),
        (plain("https://ada.example/", "url"), "url", "https://bob.example/", "fail", MATCH),
        (plain("ada", "url"), "url", "ada", "fail", "format.schema"),
        (plain("call me", "telephone"), "telephone", "call me", "fail", "format.schema"),
        (badges.recipient(), "id", badges.LEARNER.upper(), "pass", ""),
        (badges.recipient(), "eduid", badges.LEARNER, "pass", ""),
        (badges.recipient(), "id", "somebody-else", "fail", MATCH),
    ],
)
def test_recipients_of_other_kinds(recipient: Any, kind: str, asked: str, verdict: str, code: str) -> None:
    recipients = (Recipient(kind=kind, value=asked),)
    says(hosted(assertion={"recipient": recipient}, recipients=recipients), verdict, code)


def test_one_of_several_values_is_enough() -> None:
    asked = tuple(Recipient(kind="email", value=value) for value in ("bob@example.org", ADA))
    says(hosted(assertion={"recipient": plain(ADA)}, recipients=asked), "pass", MATCH, "passed")


def test_no_message_quotes_the_person() -> None:
    asked = (Recipient(kind="email", value="secret.person@example.org"),)
    report = hosted(
        assertion={"recipient": person("hidden.person", salt=3), "narrative": 5}, recipients=asked
    )
    told = " ".join(f"{finding.message} {finding.where}" for finding in report.findings)
    assert "person" not in told.replace("the person", "")
    assert "example.org" not in told


# --- BadgeClass
def data_uri(content: bytes, media: str = "image/png") -> str:
    return f"data:{media};base64,{base64.b64encode(content).decode()}"


IMAGE = f"{badges.BADGE_CLASS}/image"
ALIGNED = {"targetName": "a", "targetUrl": "https://x.example"}


@pytest.mark.parametrize(
    ("term", "value", "verdict", "code", "outcome"),
    [
        ("criteria", "https://127.0.0.1/never-asked", "pass", "", ""),
        ("criteria", {"id": "https://c.example/x"}, "pass", "", ""),
        ("criteria", {"@id": "https://c.example/x"}, "pass", "", ""),
        ("criteria", {"id": "https://c.example/x", "narrative": "x"}, "pass", "", ""),
        ("criteria", ["https://c.example/x"], "pass", "", ""),
        ("criteria", {}, "pass", "format.schema.criteria", "failed"),
        ("criteria", {"type": "Criteria"}, "fail", "format.schema", "failed"),
        ("criteria", {"id": "nope"}, "fail", "format.schema", "failed"),
        ("criteria", {"narrative": ["a", "b"]}, "fail", "format.schema", "failed"),
        ("criteria", {"id": "https://c.example/x", "narrative": 5}, "fail", "format.schema", "failed"),
        ("criteria", ["https://c.example/x", "https://c.example/y"], "fail", "format.schema", "failed"),
        ("criteria", "read this", "fail", "format.schema", "failed"),
        ("criteria", "", "fail", "format.schema", "failed"),
        ("criteria", None, "fail", "format.schema", "failed"),
        ("image", {"id": IMAGE, "caption": "x", "author": "https://a.example"}, "pass", "", ""),
        ("image", data_uri(PNG), "pass", "format.data.image", "not-applicable"),
        ("image", {"id": data_uri(PNG)}, "pass", "", ""),
        ("image", data_uri(badges.svg(), "image/svg+xml"), "pass", "", ""),
        ("image", "data:image/svg+xml;utf8,<svg xmlns='http://www.w3.org/2000/svg'/>", "pass", "", ""),
        ("image", "data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E", "pass", "", ""),
        ("image", data_uri(b"\xff\xd8\xff"), "fail", "format.schema", "failed"),
        ("image", data_uri(PNG, "image/svg+xml"), "fail", "format.schema", "failed"),
        ("image", "data:image/png;base64,!!!", "fail", "format.schema", "failed"),
        ("image", data_uri(b"<html><svg></svg></html>", "image/svg+xml"), "fail", "format.schema", "failed"),
        ("image", {"caption": "x"}, "fail", "format.schema", "failed"),
        ("image", "nope", "fail", "format.schema", "failed"),
        ("image", ABSENT, "fail", "format.schema", "failed"),
        ("image", "urn:uuid:1", "open", "format.data.image", "undecided"),
        ("image", "ftp://x.example/i.png", "open", "format.data.image", "undecided"),
        ("image", "https://127.0.0.1/i.png", "open", "format.data.image", "undecided"),
        ("alignment", ALIGNED, "pass", "", ""),
        ("alignment", [], "pass", "", ""),
        ("alignment", [{**ALIGNED, "targetUrl": None}], "pass", "format.schema.alignment", "failed"),
        ("alignment", [{"targetName": "a"}], "fail", "format.schema", "failed"),
        ("alignment", [{**ALIGNED, "targetName": ABSENT}], "fail", "format.schema", "failed"),
        ("alignment", [{**ALIGNED, "targetUrl": "x y"}], "fail", "format.schema", "failed"),
        ("alignment", [{**ALIGNED, "targetUrl": ""}], "fail", "format.schema", "failed"),
        ("alignment", [{**ALIGNED, "targetCode": 5}], "fail", "format.schema", "failed"),
        ("alignment", [{"name": "a", "url": "https://x.example"}], "fail", "format.schema", "failed"),
        ("alignment", "https://x.example", "fail", "format.schema", "failed"),
        ("tags", "one", "pass", "", ""),
        ("tags", ["a", 5], "fail", "format.schema", "failed"),
        ("name", {"@value": "x", "@language": "nl"}, "pass", "", ""),
        ("name", ["A", "B"], "fail", "format.schema", "failed"),
        ("name", 5, "fail", "format.schema", "failed"),
        ("name", ABSENT, "fail", "format.schema", "failed"),
        ("description", ABSENT, "fail", "format.schema", "failed"),
        ("issuer", ABSENT, "fail", "format.schema", "failed"),
        ("type", ["BadgeClass", "https://e.example/T"], "pass", "", ""),
        ("type", "badgeclass", "fail", "format.schema", "failed"),
        ("@language", "nl-NL", "pass", "", ""),
        ("@language", "not a language", "fail", "format.schema", "failed"),
        ("version", 2, "pass", "", ""),
        ("version", "2", "pass", "", ""),
        ("version", True, "fail", "format.schema", "failed"),
        ("related", {"id": "https://r.example/1", "@language": "nl"}, "pass", "", ""),
        ("related", [{"version": "2"}], "fail", "format.schema", "failed"),
    ],
)
def test_badge_classes(term: str, value: Any, verdict: str, code: str, outcome: str) -> None:
    if isinstance(value, list):
        value = [
            {k: v for k, v in item.items() if v is not ABSENT} if isinstance(item, dict) else item
            for item in value
        ]
    says(hosted(badge_class={term: value}), verdict, code, outcome)


DOCTYPED = (
    b'<?xml version="1.0"?>\n<!-- x -->\n<!DOCTYPE svg PUBLIC "a" "b" [<!ENTITY n "v">]>\n<svg xmlns=""/>'
)


@pytest.mark.parametrize(
    ("body", "status", "verdict", "outcome"),
    [
        (PNG, 200, "pass", "passed"),
        (badges.svg(), 200, "pass", "passed"),
        (b"\xef\xbb\xbf" + badges.svg(), 200, "pass", "passed"),
        (DOCTYPED, 200, "pass", "passed"),
        (b"<s:svg xmlns:s='http://www.w3.org/2000/svg'/>", 200, "pass", "passed"),
        (b"<html><body><svg></svg>not found</body></html>", 200, "fail", "failed"),
        (b"<!DOCTYPE html><html><svg></svg></html>", 200, "fail", "failed"),
        (b"<!-- <svg> --><html></html>", 200, "fail", "failed"),
        (b"\xff\xd8\xff\xe0JFIF", 200, "fail", "failed"),
        (b"GIF89a", 200, "fail", "failed"),
        (b"", 200, "fail", "failed"),
        (PNG, 404, "fail", "failed"),
    ],
)
def test_the_image_of_a_class(body: bytes, status: int, verdict: str, outcome: str) -> None:
    report = hosted(**{IMAGE: answer(body, status=status, media="image/png")})
    says(report, verdict, "format.data.image", outcome)


# --- Profile
@pytest.mark.parametrize(
    ("term", "value", "verdict"),
    [
        ("type", "Profile", "pass"),
        ("type", ["Issuer", "Profile"], "pass"),
        ("type", "Person", "fail"),
        ("name", ABSENT, "fail"),
        ("url", ABSENT, "fail"),
        ("url", "nope", "fail"),
        ("url", "ftp://x.example", "fail"),
        ("url", ["https://a.example", "https://b.example"], "fail"),
        ("email", ABSENT, "fail"),
        ("email", "nope", "fail"),
        ("telephone", NUMBER, "pass"),
        ("telephone", "020-123", "fail"),
        ("image", "nope", "fail"),
        ("image", {"id": "https://x.example/i.png"}, "pass"),
        ("description", 5, "fail"),
        ("revocationList", "nope", "fail"),
        ("verification", "https://x.example", "fail"),
    ],
)
def test_issuers(term: str, value: object, verdict: str) -> None:
    says(hosted(issuer={term: value}), verdict, "format.schema", "passed" if verdict == "pass" else "failed")


# --- Endorsement: the class rules count; that one cannot be had, or was revoked, does not touch the badge.
PLACE = f"{badges.HOST}/endorsements/1"
ENDORSEMENT = {
    "@context": OB,
    "type": "Endorsement",
    "id": PLACE,
    "claim": {"id": badges.BADGE_CLASS, "endorsementComment": "x"},
    "issuer": badges.ISSUER,
    "issuedOn": "2026-01-01T00:00:00Z",
    "verification": {"type": "HostedBadge"},
}
TOLD = "hosted.fetched.endorsement"


@pytest.mark.parametrize(
    ("changes", "verdict", "code"),
    [
        ({}, "pass", ""),
        ({"revoked": True}, "pass", TOLD),
        ({"claim": {"id": "https://o.example"}}, "pass", TOLD),
        ({"claim": ABSENT}, "fail", "format.schema"),
        ({"claim": {"endorsementComment": "x"}}, "fail", "format.schema"),
        ({"claim": badges.BADGE_CLASS}, "fail", "format.schema"),
        ({"verification": ABSENT}, "fail", "format.schema"),
        ({"issuer": ABSENT}, "fail", "format.schema"),
        ({"issuedOn": "2026-01-01"}, "fail", "format.schema"),
        ({"type": "Assertion"}, "fail", "format.schema"),
    ],
)
@pytest.mark.parametrize("linked", [True, False])
def test_endorsements(changes: dict[str, Any], verdict: str, code: str, *, linked: bool) -> None:
    made = {key: value for key, value in {**ENDORSEMENT, **changes}.items() if value is not ABSENT}
    report = (
        hosted(badge_class={"endorsement": PLACE}, **{PLACE: answer(made)})
        if linked
        else hosted(badge_class={"endorsement": made})
    )
    says(report, verdict, code)


@pytest.mark.parametrize(
    ("web", "outcome"),
    [
        ({}, "undecided"),
        ({PLACE: answer(b"<html>")}, "failed"),
        ({PLACE: answer(b"", status=404)}, "undecided"),
    ],
)
def test_an_endorsement_that_cannot_be_had(web: dict[str, Any], outcome: str) -> None:
    says(hosted(badge_class={"endorsement": PLACE}, **web), "pass", TOLD, outcome)


def test_an_embedded_endorsement_is_held_against_its_class() -> None:
    says(hosted(badge_class={"endorsement": [{"type": "Endorsement"}]}), "fail", "format.schema")
