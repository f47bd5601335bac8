"""Second reading, hosted badges: addresses, redirects, scope, embedding, revocation, older versions."""

from __future__ import annotations

from typing import Any

import pytest
from second_reading import answer, badge_web, badges, hosted, redirect, says, verified

HOST, ME, SHORT = badges.HOST, badges.ASSERTION, f"{badges.HOST}/short"
CDN = "https://cdn.example/a"
FETCHED = ("hosted.fetched", "undecided")


def at(place: str) -> Any:
    there = {place.partition("#")[0]: answer(badges.assertion(id=place))}
    return verified(place.encode(), badge_web(assertion=None, **there))


# --- Verification: hosted. The id is asked, and lies on the issuer's origin (RFC 6454: host, port, scheme).
@pytest.mark.parametrize(
    ("place", "verdict", "code", "outcome"),
    [
        (f"{HOST}/a?x=1", "pass", "hosted.fetched", "passed"),
        (f"{HOST}/a#one", "pass", "hosted.fetched", "passed"),
        (f"{HOST}/a/", "pass", "hosted.fetched", "passed"),
        (f"{HOST}:443/a", "pass", "hosted.scope", "passed"),
        ("https://BADGES.example.nl/a", "pass", "hosted.scope", "passed"),
        ("https://badges.example.nl./a", "pass", "hosted.scope", "passed"),
        (f"{HOST}:8443/a", "open", *FETCHED),
        ("https://badges.example.nl.evil.example/a", "fail", "hosted.scope", "failed"),
        ("https://badges.example.nl%2eevil.example/a", "fail", "hosted.scope", "failed"),
        ("https://evil.example/badges.example.nl/a", "fail", "hosted.scope", "failed"),
        ("https://sub.badges.example.nl/a", "fail", "hosted.scope", "failed"),
        ("https://example.nl/a", "fail", "hosted.scope", "failed"),
        ("https://badges。example.nl/a", "fail", "hosted.scope", "failed"),
        (f"{HOST}/x/../a", "fail", "hosted.scope", "failed"),
        (f"{HOST}/%2e%2e/a", "fail", "hosted.scope", "failed"),
        ("https://badges.example.nl@evil.example/a", "open", *FETCHED),
        ("https://user:secret@badges.example.nl/a", "open", *FETCHED),
        ("http://badges.example.nl/a", "open", *FETCHED),
        ("https:///a", "open", *FETCHED),
        ("https://127.0.0.1/a", "open", *FETCHED),
        ("https://127.1/a", "open", *FETCHED),
        ("https://2130706433/a", "open", *FETCHED),
        ("https://0x7f.0.0.1/a", "open", *FETCHED),
        ("https://0177.0.0.1/a", "open", *FETCHED),
        ("https://[::1]/a", "open", *FETCHED),
        ("https://[::ffff:169.254.169.254]/a", "open", *FETCHED),
        ("https://[64:ff9b::7f00:1]/a", "open", *FETCHED),
        ("https://169.254.169.254/latest/meta-data", "open", *FETCHED),
        ("https://metadata.google.internal/a", "open", *FETCHED),
        ("https://10.0.0.8/a", "open", *FETCHED),
        ("https://100.64.0.1/a", "open", *FETCHED),
        ("https://localhost/a", "open", *FETCHED),
        ("https://intranet/a", "open", *FETCHED),
    ],
)
def test_where_a_badge_lies(place: str, verdict: str, code: str, outcome: str) -> None:
    says(at(place), verdict, code, outcome)


# --- "may be preceded by 3xx redirects", and ends in 200.
@pytest.mark.parametrize(
    ("web", "source", "verdict", "code", "outcome"),
    [
        ({SHORT: redirect(ME, 301)}, SHORT, "pass", "hosted.fetched", "passed"),
        ({SHORT: redirect("/public/assertions/kPq0r8sTuVwXyZ01aBcDeF", 307)}, SHORT, "pass", "", ""),
        ({SHORT: redirect(ME, 308)}, SHORT, "pass", "", ""),
        (
            {SHORT: redirect(f"{HOST}/1"), f"{HOST}/1": redirect(f"{HOST}/2"), f"{HOST}/2": redirect(ME)},
            SHORT,
            "pass",
            "",
            "",
        ),
        ({SHORT: redirect(SHORT)}, SHORT, "open", *FETCHED),
        ({SHORT: redirect(f"{HOST}/s2"), f"{HOST}/s2": redirect(SHORT)}, SHORT, "open", *FETCHED),
        (
            {SHORT: redirect(f"{HOST}/0"), **{f"{HOST}/{n}": redirect(f"{HOST}/{n + 1}") for n in range(9)}},
            SHORT,
            "open",
            *FETCHED,
        ),
        ({SHORT: redirect("http://127.0.0.1/a")}, SHORT, "open", *FETCHED),
        ({SHORT: redirect("https://169.254.169.254/a")}, SHORT, "open", *FETCHED),
        ({SHORT: redirect("http://badges.example.nl/a")}, SHORT, "open", *FETCHED),
        ({SHORT: redirect("file:///etc/passwd")}, SHORT, "open", *FETCHED),
        ({ME: redirect(CDN), CDN: answer(badges.assertion())}, ME, "pass", "", ""),
        ({ME: redirect(CDN), CDN: answer(badges.assertion(id=CDN))}, ME, "fail", "hosted.scope", "failed"),
        ({SHORT: answer(badges.assertion(id=f"{HOST}/gone"))}, SHORT, "open", *FETCHED),
        (
            {SHORT: answer(badges.assertion(id=CDN)), CDN: answer(badges.assertion(id=CDN))},
            SHORT,
            "fail",
            "hosted.scope",
            "failed",
        ),
        ({CDN: answer(badges.assertion())}, CDN, "pass", "hosted.fetched.id", "failed"),
        (
            {badges.BADGE_CLASS: redirect(f"{HOST}/c"), f"{HOST}/c": answer(badges.badge_class())},
            ME,
            "pass",
            "",
            "",
        ),
        (
            {badges.ISSUER: redirect(CDN), CDN: answer(badges.issuer(id=CDN))},
            ME,
            "fail",
            "hosted.scope",
            "failed",
        ),
        ({badges.BADGE_CLASS: answer(b"", status=410)}, ME, "fail", "hosted.fetched.class", "failed"),
        ({badges.ISSUER: answer(b"", status=410)}, ME, "fail", "hosted.fetched.issuer", "failed"),
        (
            {badges.ISSUER: answer(badges.issuer(), status=500)},
            ME,
            "open",
            "hosted.fetched.issuer",
            "undecided",
        ),
        (
            {badges.ISSUER: answer(badges.issuer(), status=404)},
            ME,
            "open",
            "hosted.fetched.issuer",
            "undecided",
        ),
        ({badges.ISSUER: answer(b"<html>")}, ME, "fail", "hosted.fetched.issuer", "failed"),
        ({badges.BADGE_CLASS: answer(b"<html>")}, ME, "fail", "hosted.fetched.class", "failed"),
        ({ME: answer(b"", status=204)}, ME, "open", *FETCHED),
        ({ME: answer(badges.assertion(), status=206)}, ME, "open", *FETCHED),
        ({ME: answer(badges.assertion(), status=401)}, ME, "open", *FETCHED),
        ({ME: answer(badges.assertion(), status=500)}, ME, "open", *FETCHED),
        ({ME: answer(badges.assertion(), media="text/html")}, ME, "pass", "", ""),
        ({ME: answer(b"\xef\xbb\xbf" + badges.dumped(badges.assertion()))}, ME, "pass", "", ""),
        (
            {ME: answer(b'{"revoked":true,' + badges.dumped(badges.assertion(revoked=False))[1:])},
            ME,
            "fail",
            "",
            "",
        ),
        ({ME: answer(b"x" * (6 * 1024 * 1024))}, ME, "open", *FETCHED),
        ({ME: answer(b'{"a":' * 100 + b"1" + b"}" * 100)}, ME, "fail", "hosted.fetched", "failed"),
    ],
)
def test_what_an_address_answers(
    web: dict[str, Any], source: str, verdict: str, code: str, outcome: str
) -> None:
    says(verified(source.encode(), badge_web(**web)), verdict, code, outcome)


# --- VerificationObject of the issuer: startsWith, allowedOrigins, verificationProperty.
@pytest.mark.parametrize(
    ("rules", "verdict", "outcome"),
    [
        ({"startsWith": f"{HOST}/"}, "pass", "passed"),
        ({"startsWith": [f"{HOST}/no/", f"{HOST}/public/"]}, "pass", "passed"),
        ({"startsWith": f"{HOST}/private/"}, "fail", "failed"),
        ({"startsWith": "http://badges.example.nl/"}, "fail", "failed"),
        ({"startsWith": "https://badges.example"}, "fail", "failed"),
        ({"startsWith": ""}, "fail", "failed"),
        ({"allowedOrigins": "badges.example.nl:443"}, "pass", "passed"),
        ({"allowedOrigins": "badges.example.nl:8443"}, "fail", "failed"),
        ({"allowedOrigins": "example.nl"}, "fail", "failed"),
        ({"allowedOrigins": ".example.nl"}, "fail", "failed"),
        ({"allowedOrigins": "*"}, "fail", "failed"),
        ({"allowedOrigins": "*.example.nl"}, "fail", "failed"),
        ({"allowedOrigins": [""]}, "fail", "failed"),
        ({"allowedOrigins": []}, "pass", "passed"),
        ({"verificationProperty": "id"}, "pass", "passed"),
        ({"verificationProperty": "@id"}, "pass", "passed"),
        ({"verificationProperty": "url"}, "open", "undecided"),
        ({"verificationProperty": "url", "startsWith": f"{HOST}/"}, "open", "undecided"),
        ({"verificationProperty": "url", "allowedOrigins": "evil.example"}, "open", "undecided"),
    ],
)
def test_the_rules_of_an_issuer(rules: dict[str, Any], verdict: str, outcome: str) -> None:
    says(hosted(issuer={"verification": rules}), verdict, "hosted.scope", outcome)


def embedded(**changes: Any) -> dict[str, Any]:
    unit = {key: value for key, value in badges.badge_class(**changes).items() if value is not None}
    return {"badge": unit}


NO_ID = {key: value for key, value in badges.issuer().items() if key != "id"}
FAKE = badges.issuer(id="https://evil.example/i")


@pytest.mark.parametrize(
    ("assertion", "verdict", "code", "outcome"),
    [
        (embedded(), "pass", "hosted.fetched.class", "passed"),
        (embedded(id="urn:uuid:1"), "pass", "hosted.fetched.class", "passed"),
        (embedded(id=f"{ME}#badge"), "pass", "hosted.fetched.class", "passed"),
        (embedded(id=f"{ME}#badge", issuer=FAKE), "open", "hosted.fetched.issuer", "undecided"),
        (embedded(id=f"{HOST}/other#badge"), "open", "hosted.fetched.class", "undecided"),
        (embedded(id=None), "fail", "format.schema", "failed"),
        (embedded(**{"@context": None}), "pass", "format.schema", "passed"),
        (embedded(issuer=FAKE), "pass", "hosted.fetched.issuer", "passed"),  # the fetched class names another
        (embedded(id="urn:uuid:1", issuer=NO_ID), "fail", "format.schema", "failed"),
        (
            embedded(id="urn:uuid:1", issuer=badges.issuer(id="urn:uuid:2")),
            "open",
            "hosted.scope",
            "undecided",
        ),
        ({"badge": [badges.BADGE_CLASS]}, "pass", "", ""),
        ({"badge": [badges.BADGE_CLASS, f"{HOST}/b"]}, "fail", "format.schema", "failed"),
        ({"badge": {"@id": badges.BADGE_CLASS}}, "pass", "", ""),
        ({"badge": "/public/badges/1"}, "fail", "format.schema", "failed"),
        ({"badge": ME}, "fail", "format.schema", "failed"),
        ({"badge": badges.ISSUER}, "fail", "format.schema", "failed"),
        ({"badge": 5}, "fail", "format.schema", "failed"),
        ({"badge": None}, "fail", "format.schema", "failed"),
    ],
)
def test_a_class_in_its_assertion(assertion: dict[str, Any], verdict: str, code: str, outcome: str) -> None:
    says(hosted(assertion=assertion), verdict, code, outcome)


@pytest.mark.parametrize(
    ("value", "verdict", "code", "outcome"),
    [
        ([badges.ISSUER], "pass", "", ""),
        ({"id": badges.ISSUER}, "pass", "", ""),
        (badges.issuer(name="Another Name"), "pass", "", ""),
        (badges.issuer(id=f"{badges.BADGE_CLASS}#unit"), "pass", "hosted.fetched.issuer", "passed"),
        ([badges.ISSUER, "https://x.example/i"], "fail", "format.schema", "failed"),
        ("urn:uuid:3", "open", "hosted.fetched.issuer", "undecided"),
        (badges.issuer(id="urn:uuid:3"), "open", "hosted.scope", "undecided"),
        (NO_ID, "fail", "format.schema", "failed"),
    ],
)
def test_an_issuer_in_its_class(value: object, verdict: str, code: str, outcome: str) -> None:
    says(hosted(badge_class={"issuer": value}), verdict, code, outcome)


# --- Assertion: `revoked`; Verification: 410.
@pytest.mark.parametrize(
    ("said", "verdict", "code", "outcome"),
    [
        ({"revoked": True}, "fail", "status.revoked", "failed"),
        ({"revoked": [True]}, "fail", "status.revoked", "failed"),
        ({"revoked": "true"}, "fail", "status.revoked", "failed"),
        ({"revoked": 1}, "fail", "status.revoked", "failed"),
        ({"revoked": "no"}, "fail", "format.schema", "failed"),
        ({"revoked": False}, "pass", "status.revoked", "passed"),
        ({"revoked": None}, "pass", "status.revoked", "passed"),
        ({"revocationReason": "none"}, "pass", "status.revoked", "passed"),
    ],
)
def test_revoked_by_its_body(said: dict[str, Any], verdict: str, code: str, outcome: str) -> None:
    says(hosted(assertion=said), verdict, code, outcome)


@pytest.mark.parametrize(
    "body",
    [
        answer({"revoked": True}),
        answer({"revoked": True}, status=410),
        answer(b"gone", status=410, media="text/html"),
        answer(badges.assertion(), status=410),
        answer(badges.revoked()),
        answer(badges.revoked(revocationReason="error")),
        answer({"id": ME, "revoked": True}),
    ],
)
@pytest.mark.parametrize("data", [ME.encode(), badges.dumped(badges.assertion())])
def test_revoked_whatever_its_address_says_beside(body: dict[str, Any], data: bytes) -> None:
    says(verified(data, badge_web(**{ME: body})), "fail", "status.revoked", "failed")


# --- the verification object
@pytest.mark.parametrize(
    ("value", "verdict", "code"),
    [
        ({"type": "hosted"}, "pass", ""),
        ({"type": ["VerificationObject", "HostedBadge"]}, "pass", ""),
        ([{"type": "HostedBadge"}], "pass", ""),
        ([{"type": "HostedBadge"}, {"type": "SignedBadge"}], "fail", "format.schema"),
        ({"type": ["HostedBadge", "SignedBadge"]}, "fail", "seal.present"),
        ({"type": "SignedBadge"}, "fail", "seal.present"),
        ({"type": "VerificationObject"}, "fail", "format.schema"),
        ({"type": "hostedBadge"}, "fail", "format.schema"),
        ({}, "fail", "format.schema"),
        ("HostedBadge", "fail", "format.schema"),
        (None, "fail", "format.schema"),
    ],
)
def test_how_it_is_to_be_verified(value: object, verdict: str, code: str) -> None:
    says(hosted(assertion={"verification": value}), verdict, code)


# --- what is no assertion
@pytest.mark.parametrize(
    "data", [badges.BADGE_CLASS.encode(), badges.ISSUER.encode(), badges.badge_class(), badges.issuer()]
)
def test_a_class_or_an_issuer_is_no_badge(data: object) -> None:
    says(verified(data), "fail", "format.schema", "failed")


def test_an_image_that_is_not_baked_is_no_badge() -> None:
    says(verified(f"{badges.BADGE_CLASS}/image".encode()), "fail", "hosted.fetched", "failed")


# --- before 2.0
def bare(tree: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in tree.items() if k not in {"@context", "type", "id"} and ":" not in k}


OLD = badges.assertion_1_0()
OLD_CLASS = bare(
    badges.badge_class(
        criteria="https://c.example/x",
        alignment=[{"name": "a", "url": "https://x.example", "description": "d"}],
    )
)
OLD_ISSUER = bare(badges.issuer())
HASHED = badges.recipient("noor@example.nl", "email")


@pytest.mark.parametrize(
    ("changes", "verdict", "code"),
    [
        ({}, "pass", ""),
        ({"uid": None}, "pass", ""),
        ({"issuedOn": "2014-01-01"}, "pass", ""),
        ({"issuedOn": "2014-01-01T10:00:00"}, "pass", ""),
        ({"evidence": "https://e.example/1"}, "pass", ""),
        ({"verify": {"type": "hosted"}}, "pass", ""),
        ({"expires": 1430395201}, "fail", "time.expired"),
        ({"recipient": "noor@example.nl"}, "fail", "format.schema"),
        ({"recipient": {"type": "email", "identity": "noor@example.nl"}}, "fail", "format.schema"),
        ({"verify": None}, "fail", "format.schema"),
        ({"badge": OLD_CLASS}, "fail", "format.schema"),
        ({"revoked": True}, "fail", "status.revoked"),
        ({"issuedOn": "yesterday"}, "fail", "format.schema"),
    ],
)
def test_1_0(changes: dict[str, Any], verdict: str, code: str) -> None:
    old = {key: value for key, value in {**OLD, **changes}.items() if value is not None}
    web = badge_web(assertion=old, badge_class=OLD_CLASS, issuer=OLD_ISSUER)
    says(verified(ME.encode(), web), verdict, code)


def test_0_5_has_no_way_up() -> None:
    unit = {"version": "0.5.0", "name": "n", "issuer": {"origin": HOST, "name": "x", "org": "y"}}
    older = {"recipient": f"sha256${'0' * 64}", "salt": "x", "badge": unit}
    says(verified(ME.encode(), badge_web(assertion=older)), "fail", "format.schema")


def test_a_1_0_issuer_with_origin_and_org_only_is_none() -> None:
    web = badge_web(assertion=OLD, badge_class=OLD_CLASS, issuer={"origin": HOST, "org": "y", "name": "x"})
    says(verified(ME.encode(), web), "fail", "format.schema")


@pytest.mark.parametrize("place", ["badge_class", "issuer"])
def test_1_1_names_its_context_everywhere(place: str) -> None:
    nodes = {
        name: {**node, "@context": badges.CONTEXT_1_1}
        for name, node in (("badge_class", badges.badge_class()), ("issuer", badges.issuer()))
    }
    says(verified(ME.encode(), badge_web(assertion=badges.assertion_1_1(), **nodes)), "pass")
    del nodes[place]["@context"]
    says(verified(ME.encode(), badge_web(assertion=badges.assertion_1_1(), **nodes)), "fail", "format.schema")
