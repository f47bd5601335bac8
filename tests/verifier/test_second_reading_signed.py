"""Second reading, signed badges: whose key, what a header may say, and revocation lists."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from second_reading import ABSENT, answer, badge_web, badges, redirect, says, verified

from schemas.errors import Malformed, NotRecognised
from schemas.evidence import Recipient

HOST, KEY, SECOND = badges.HOST, badges.KEY, f"{badges.HOST}/key/2"
PAYLOAD = badges.signed_assertion()
ME = PAYLOAD["id"]
PEM = badges.key_document()["publicKeyPem"]
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo


def pem(key: Any, shape: serialization.PublicFormat = SPKI) -> str:
    return str(key.public_key().public_bytes(serialization.Encoding.PEM, shape).decode())


@cache
def other(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def key_node(place: str = KEY, **changes: Any) -> dict[str, Any]:
    node = {**badges.key_document(), "id": place, **changes}
    return {key: value for key, value in node.items() if value is not ABSENT}


def signed(payload: Any = None, *, key: Any = None, header: Any = None, **web: Any) -> Any:
    return verified(badges.signed(payload or PAYLOAD, key=key, header=header), badge_web(**web))


def proven(**verification: Any) -> dict[str, Any]:
    return {**PAYLOAD, "verification": {"type": "SignedBadge", **verification}}


TWO = badges.issuer(publicKey=[SECOND, KEY])


# --- Verification: signed, steps 4 to 6. Each key listed is tried where the badge names none.
@pytest.mark.parametrize(
    "second",
    [
        None,
        answer(b"", status=404),
        key_node(SECOND, publicKeyPem=pem(other())),
        key_node(SECOND, publicKeyPem=pem(other(1024))),
        key_node(SECOND, publicKeyPem=pem(ec.generate_private_key(ec.SECP256R1()))),
        key_node(SECOND, publicKeyPem="no key"),
        key_node(SECOND, publicKeyPem=pem(other()), owner="https://other.example/i"),
        key_node(SECOND, revoked=True),
        key_node(SECOND, type="Profile"),
    ],
)
def test_a_dead_key_beside_the_good_one_is_no_harm(second: Any) -> None:
    says(signed(proven(), issuer=TWO, **{SECOND: second}), "pass", "seal.algorithm", "passed")


@pytest.mark.parametrize(
    ("payload", "web", "verdict", "code", "outcome"),
    [
        (proven(creator=[KEY]), {}, "pass", "issuer.match", "passed"),
        (proven(creator=None), {}, "pass", "issuer.match", "passed"),
        (proven(creator={"id": KEY}), {}, "pass", "issuer.match", "passed"),
        (proven(creator=""), {}, "fail", "format.schema", "failed"),
        (proven(creator=5), {}, "fail", "format.schema", "failed"),
        (proven(creator=[KEY, SECOND]), {"issuer": TWO}, "fail", "format.schema", "failed"),
        (proven(creator=SECOND), {SECOND: key_node(SECOND)}, "fail", "issuer.match", "failed"),
        (proven(creator=f"{KEY}/"), {}, "fail", "issuer.match", "failed"),
        (proven(), {"issuer": badges.issuer()}, "open", "seal.signature", "undecided"),
        (PAYLOAD, {"issuer": badges.issuer()}, "fail", "issuer.match", "failed"),
        (PAYLOAD, {"issuer": None}, "open", "hosted.fetched.issuer", "undecided"),
        (PAYLOAD, {"badge_class": None}, "open", "hosted.fetched.class", "undecided"),
        (
            {**PAYLOAD, "badge": badges.badge_class(issuer=badges.issuer(publicKey=KEY))},
            {"issuer": badges.issuer()},
            "fail",
            "issuer.match",
            "failed",
        ),
        (
            {
                **PAYLOAD,
                "badge": badges.badge_class(
                    id="urn:uuid:9", issuer=badges.issuer(id="urn:uuid:8", publicKey=badges.key_document())
                ),
            },
            {},
            "open",
            "hosted.fetched.issuer",
            "undecided",
        ),
        ({**PAYLOAD, "badge": badges.badge_class(id="urn:uuid:9")}, {}, "pass", "", ""),
        ({**PAYLOAD, "verification": [{"type": "SignedBadge", "creator": KEY}]}, {}, "pass", "", ""),
        ({**PAYLOAD, "verification": {"type": ["SignedBadge"], "creator": KEY}}, {}, "pass", "", ""),
        ({**PAYLOAD, "verification": {"type": "signed", "creator": KEY}}, {}, "pass", "", ""),
        ({**PAYLOAD, "revoked": True}, {}, "fail", "status.revoked", "failed"),
        ({**PAYLOAD, "issuedOn": "2027-01-01T00:00:00Z"}, {}, "fail", "time.issued", "failed"),
        ({**PAYLOAD, "expires": "2026-11-23T12:00:00Z"}, {}, "fail", "time.expired", "failed"),
        ({**PAYLOAD, "id": "abc"}, {}, "fail", "format.schema", "failed"),
        ({**PAYLOAD, "id": f"{HOST}/a/9"}, {}, "pass", "", ""),
        (
            {key: value for key, value in PAYLOAD.items() if key != "id"},
            {},
            "fail",
            "format.schema",
            "failed",
        ),
        (
            {key: value for key, value in PAYLOAD.items() if key != "@context"},
            {},
            "fail",
            "format.schema",
            "failed",
        ),
        (
            {key: value for key, value in PAYLOAD.items() if key != "recipient"},
            {},
            "fail",
            "format.schema",
            "failed",
        ),
        (
            {key: value for key, value in PAYLOAD.items() if key != "verification"},
            {},
            "fail",
            "format.schema",
            "failed",
        ),
        (
            {**PAYLOAD, "@context": [badges.CONTEXT, {"expires": None}]},
            {},
            "open",
            "format.data.context",
            "undecided",
        ),
    ],
)
def test_payloads(
    payload: dict[str, Any], web: dict[str, Any], verdict: str, code: str, outcome: str
) -> None:
    says(signed(payload, **web), verdict, code, outcome)


ISSUED_BY = [badges.ISSUER]


@pytest.mark.parametrize(
    ("changes", "verdict", "code", "outcome"),
    [
        ({"owner": ISSUED_BY}, "pass", "issuer.match", "passed"),
        ({"owner": {"id": badges.ISSUER}}, "pass", "issuer.match", "passed"),
        ({"owner": ABSENT}, "pass", "issuer.match", "passed"),
        ({"owner": "https://other.example/i"}, "fail", "issuer.match", "failed"),
        ({"owner": ["https://other.example/i", "https://third.example/i"]}, "fail", "issuer.match", "failed"),
        ({"owner": ""}, "fail", "issuer.match", "failed"),
        ({"owner": 5}, "fail", "issuer.match", "failed"),
        ({"owner": {"name": "x"}}, "fail", "issuer.match", "failed"),
        ({"type": ["CryptographicKey"]}, "pass", "", ""),
        ({"type": ABSENT}, "pass", "", ""),
        ({"type": "Profile"}, "open", "seal.signature", "undecided"),
        ({"id": "https://other.example/key"}, "open", "seal.signature", "undecided"),
        ({"publicKeyPem": [PEM]}, "pass", "", ""),
        ({"publicKeyPem": [PEM, "x"]}, "open", "seal.signature", "undecided"),
        ({"publicKeyPem": pem(badges.signing_key(), serialization.PublicFormat.PKCS1)}, "pass", "", ""),
        ({"publicKeyPem": PEM.replace("PUBLIC KEY", "CERTIFICATE")}, "open", "seal.signature", "undecided"),
        ({"publicKeyPem": pem(other())}, "fail", "seal.signature", "failed"),
        ({"revoked": True}, "open", "seal.signature", "undecided"),
    ],
)
def test_key_documents(changes: dict[str, Any], verdict: str, code: str, outcome: str) -> None:
    says(signed(key=None, **{KEY: answer(key_node(**changes))}), verdict, code, outcome)


@pytest.mark.parametrize(
    ("web", "verdict"),
    [
        ({KEY: redirect(SECOND), SECOND: answer(key_node(SECOND))}, "pass"),
        ({KEY: redirect(SECOND), SECOND: answer(key_node("https://evil.example/k"))}, "open"),
        ({KEY: redirect("https://127.0.0.1/k")}, "open"),
        ({KEY: answer(PEM.encode(), media="application/x-pem-file")}, "open"),  # 2.0: a CryptographicKey
        ({KEY: answer(b"<html>")}, "open"),
        ({KEY: answer(key_node(), status=404)}, "open"),
        ({KEY: answer(key_node(), status=410)}, "open"),
    ],
)
def test_where_a_key_lies(web: dict[str, Any], verdict: str) -> None:
    says(signed(**web), verdict)


def test_a_key_that_is_a_fragment_of_the_profile() -> None:
    place = f"{badges.ISSUER}#key"
    listed = badges.issuer(publicKey=key_node(place))
    says(signed(proven(creator=place), issuer=listed), "pass")


# --- RFC 7515. A header is no source of keys, and what must be understood and is not refuses the token.
@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        ({"alg": "RS256", "kid": "x", "x5c": ["AAAA"], "x5u": "https://evil.example"}, "pass"),
        ({"alg": "RS256", "typ": "JOSE", "cty": "json", "zip": "DEF", "enc": "x"}, "pass"),
        ({"alg": "RS256", "b64": True}, "pass"),
        ({"alg": "RS256", "b64": True, "crit": ["b64"]}, "fail"),
        ({"alg": "RS256", "crit": ["kid"], "kid": "1"}, "fail"),
        ({"alg": "RS256", "crit": None}, "fail"),
        ({"alg": "RS256", "crit": "exp"}, "fail"),
        ({"alg": "RS256", "b64": 0}, "fail"),
        ({"alg": "RS256", "b64": "false"}, "fail"),
        ({"alg": "RS256 "}, "fail"),
        ({"alg": "Rs256"}, "fail"),
        ({"alg": "nOnE"}, "fail"),
        ({"alg": "HS512"}, "fail"),
        ({"alg": "dir"}, "fail"),
        ({"typ": "JWT"}, "fail"),
    ],
)
def test_headers(header: dict[str, Any], verdict: str) -> None:
    says(signed(header=header), verdict)


def raw(header: bytes = b'{"alg":"RS256"}', payload: bytes | None = None) -> bytes:
    body = json.dumps(PAYLOAD).encode() if payload is None else payload
    text = badges.base64url(header) + b"." + badges.base64url(body)
    value = badges.signing_key().sign(text, padding.PKCS1v15(), hashes.SHA256())
    return text + b"." + badges.base64url(value)


@pytest.mark.parametrize(
    "token",
    [
        raw(b'{"alg":"none","alg":"RS256"}'),
        raw(b'["RS256"]'),
        raw(payload=b"[1]"),
        raw(payload=b'"x"'),
        raw(payload=b""),
        raw(payload=b'{"id":"a",' + json.dumps(PAYLOAD).encode()[1:]),
        raw(payload=b'{"a":' * 200 + b"1" + b"}" * 200),
        raw() + b"==",
        raw()[:50] + b"\n" + raw()[50:],
        raw() + b".AA",
        b"." + raw(),
        b"Bearer " + raw(),
        raw().replace(b".", b"%2e"),
        raw()[:-1] + (b"B" if raw()[-1:] != b"B" else b"C"),
    ],
)
def test_tokens_that_are_none(token: bytes) -> None:
    """Not three segments of strict base64url (RFC 7515 §2), or no JSON object inside: no report."""
    try:
        report = verified(token, badge_web())
    except (Malformed, NotRecognised):
        return
    says(report, "fail", "seal.signature")


@pytest.mark.parametrize(
    "wrap", [lambda t: b"  " + t + b"\n", lambda t: b'"' + t + b'"', lambda t: b"\xef\xbb\xbf" + t]
)
def test_what_stands_around_a_token_is_no_harm(wrap: Callable[[bytes], bytes]) -> None:
    says(verified(wrap(raw()), badge_web()), "pass")


# --- a token that says it is hosted proves nothing: its host does
def test_a_forged_token_of_a_hosted_badge_never_counts_for_its_own_words() -> None:
    mine = badges.recipient("thief@example.org", "email")
    asked = (Recipient(kind="email", value="thief@example.org"),)
    for changes in ({}, {"verification": {"type": ["HostedBadge"], "creator": KEY}}):
        forged = badges.signed(badges.assertion(recipient=mine, **changes), key=other())
        report = verified(forged, badge_web(), recipients=asked)
        assert report.verdict != "TOTAL-PASSED"
        says(
            verified(forged, badge_web(assertion=None), recipients=asked),
            "open",
            "hosted.fetched",
            "undecided",
        )


# --- RevocationList: `revokedAssertions` is required; an entry is an id, or a node with id or uid.
LIST = f"{HOST}/revocations"
GOOD = {"@context": badges.CONTEXT, "type": "RevocationList", "id": LIST, "issuer": badges.ISSUER}


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"revokedAssertions": []}, "passed"),
        ({"revokedAssertions": ["urn:uuid:other"]}, "passed"),
        ({"revokedAssertions": [{"uid": "another"}]}, "passed"),
        ({"revokedAssertions": [{"id": ME, "revoked": False}]}, "passed"),
        ({"issuer": {"id": badges.ISSUER}, "revokedAssertions": []}, "passed"),
        ({"issuer": ABSENT, "revokedAssertions": []}, "passed"),
        ({"revokedAssertions": ME}, "failed"),
        ({"revokedAssertions": [ME.upper()]}, "failed"),
        ({"revokedAssertions": [{"@value": ME}]}, "failed"),
        ({"revokedAssertions": [[ME]]}, "failed"),
        ({"revokedAssertions": [None, ME]}, "failed"),
        ({"revokedAssertions": [{"id": [ME]}]}, "failed"),
        ({"revokedAssertions": [{"id": ME, "revoked": None}]}, "failed"),
        ({"revokedAssertions": [{"id": ME, "revoked": "false"}]}, "failed"),
        ({"revokedAssertions": [{"id": "urn:uuid:other", "uid": "a7"}]}, "failed"),
        ({"revokedAssertions": ["a7"]}, "failed"),
        ({"type": ABSENT, "revokedAssertions": [ME]}, "failed"),
        ({}, "undecided"),
        ({"revokedAssertions": None}, "undecided"),
        ({"revokedAssertions": 5}, "undecided"),
        ({"revokedAssertions": [5]}, "undecided"),
        ({"revokedAssertions": [{}]}, "undecided"),
        ({"revokedAssertions": [{"revocationReason": "x"}]}, "undecided"),
        ({"type": ABSENT, "revokedAssertions": []}, "undecided"),
        ({"type": "Profile", "revokedAssertions": []}, "undecided"),
        ({"issuer": "https://other.example/i", "revokedAssertions": []}, "undecided"),
        ({"issuer": "https://other.example/i", "revokedAssertions": [ME]}, "undecided"),
    ],
)
def test_revocation_lists(changes: dict[str, Any], outcome: str) -> None:
    body = {key: value for key, value in {**GOOD, **changes}.items() if value is not ABSENT}
    listed = badges.issuer(publicKey=KEY, revocationList=LIST)
    report = signed({**PAYLOAD, "uid": "a7"}, issuer=listed, **{LIST: answer(body)})
    says(
        report, {"passed": "pass", "failed": "fail", "undecided": "open"}[outcome], "status.revoked", outcome
    )


@pytest.mark.parametrize(
    ("value", "web", "verdict", "outcome"),
    [
        (None, {}, "pass", "passed"),
        ([], {}, "pass", "passed"),
        ("", {}, "fail", "undecided"),
        (
            {"id": LIST, "revokedAssertions": []},
            {LIST: answer({**GOOD, "revokedAssertions": [ME]})},
            "fail",
            "failed",
        ),
        ({"type": "RevocationList", "revokedAssertions": []}, {}, "open", "undecided"),
        (LIST, {LIST: answer(b"<html>", media="text/html")}, "open", "undecided"),
        (LIST, {LIST: answer({**GOOD, "revokedAssertions": []}, status=404)}, "open", "undecided"),
        (LIST, {LIST: answer({**GOOD, "revokedAssertions": []}, status=410)}, "open", "undecided"),
        (
            LIST,
            {LIST: redirect(f"{HOST}/r2"), f"{HOST}/r2": answer({**GOOD, "revokedAssertions": [ME]})},
            "fail",
            "failed",
        ),
        (LIST, {LIST: redirect("https://10.0.0.1/r")}, "open", "undecided"),
        ("http://badges.example.nl/r", {}, "open", "undecided"),
        ([LIST, f"{HOST}/r2"], {LIST: answer({**GOOD, "revokedAssertions": []})}, "fail", "undecided"),
    ],
)
def test_where_a_revocation_list_lies(value: object, web: dict[str, Any], verdict: str, outcome: str) -> None:
    listed = badges.issuer(publicKey=KEY, revocationList=value)
    says(signed(issuer=listed, **web), verdict, "status.revoked", outcome)
