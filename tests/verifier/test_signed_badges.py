"""Signed badges: whose key, which algorithm, and the attacks known on both."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from bundles import answer, badge_web, outcomes, verified
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from samples import badges

from schemas.errors import Malformed
from verifier import Outcome, Report, Verdict

PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED
PAYLOAD = badges.signed_assertion()


def pem(key: Any) -> str:
    shape = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(key.public_key().public_bytes(serialization.Encoding.PEM, shape).decode())


def key_node(key: Any, **changes: Any) -> dict[str, Any]:
    return {**badges.key_document(), "publicKeyPem": pem(key), **changes}


def token(header: dict[str, Any], sign: Callable[[bytes], bytes], payload: Any = None) -> bytes:
    head = badges.base64url(json.dumps(header).encode())
    body = head + b"." + badges.base64url(json.dumps(payload or PAYLOAD).encode())
    return body + b"." + badges.base64url(sign(body))


def raw_ecdsa(
    key: ec.EllipticCurvePrivateKey, hash_: hashes.HashAlgorithm, size: int
) -> Callable[[bytes], bytes]:
    def sign(data: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hash_)))
        return r.to_bytes(size) + s.to_bytes(size)

    return sign


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def pss(key: rsa.RSAPrivateKey) -> Callable[[bytes], bytes]:
    hash_ = hashes.SHA256()
    return lambda data: key.sign(data, padding.PSS(padding.MGF1(hash_), 32), hash_)


P256, P384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
ED = ed25519.Ed25519PrivateKey.generate()
RSA = badges.signing_key()


@pytest.mark.parametrize(
    ("name", "key", "sign"),
    [
        ("RS256", RSA, lambda d: RSA.sign(d, padding.PKCS1v15(), hashes.SHA256())),
        ("RS512", RSA, lambda d: RSA.sign(d, padding.PKCS1v15(), hashes.SHA512())),
        ("PS256", RSA, pss(RSA)),
        ("ES256", P256, raw_ecdsa(P256, hashes.SHA256(), 32)),
        ("ES384", P384, raw_ecdsa(P384, hashes.SHA384(), 48)),
        ("EdDSA", ED, ED.sign),
    ],
)
def test_each_allowed_algorithm_with_its_own_kind_of_key(
    name: str, key: Any, sign: Callable[[bytes], bytes]
) -> None:
    report = verified(token({"alg": name}, sign), badge_web(key=key_node(key)))
    assert report.verdict is Verdict.TOTAL_PASSED, report.findings


@pytest.mark.parametrize(
    ("name", "key", "sign"),
    [
        ("RS256", P256, lambda d: P256.sign(d, ec.ECDSA(hashes.SHA256()))),
        ("ES256", P256, lambda d: P256.sign(d, ec.ECDSA(hashes.SHA256()))),  # DER where raw is due
        ("ES256", P256, lambda _d: b"\0" * 64),
        ("ES256", P384, raw_ecdsa(P384, hashes.SHA256(), 48)),
        ("EdDSA", RSA, lambda d: RSA.sign(d, padding.PKCS1v15(), hashes.SHA256())),
        ("PS256", RSA, lambda d: RSA.sign(d, padding.PKCS1v15(), hashes.SHA256())),
    ],
)
def test_an_algorithm_with_another_kind_of_key_or_signature_fails(
    name: str, key: Any, sign: Callable[[bytes], bytes]
) -> None:
    report = verified(token({"alg": name}, sign), badge_web(key=key_node(key)))
    assert outcomes(report, "seal.signature") == {FAILED}


def hs256(data: bytes) -> bytes:
    mac = hmac.HMAC(pem(RSA).encode(), hashes.SHA256())
    mac.update(data)
    return mac.finalize()


@pytest.mark.parametrize("name", ["none", "None", "NONE", "HS256", "RS1", "rs256", "", None, 7, ["RS256"]])
def test_any_other_algorithm_is_refused(name: Any) -> None:
    report = verified(token({"alg": name}, hs256))
    assert outcomes(report, "seal.algorithm") == {FAILED}
    assert outcomes(report, "seal.signature") <= {FAILED, UNDECIDED}
    assert report.verdict is Verdict.TOTAL_FAILED


def test_none_without_a_signature_is_no_signature() -> None:
    report = verified(token({"alg": "none"}, lambda _d: b""))
    assert outcomes(report, "seal.signature") == {FAILED}


def good(header: dict[str, Any], **changes: Any) -> Report:
    return verified(badges.signed({**PAYLOAD, **changes}, header=header))


@pytest.mark.parametrize(
    "more",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"b64": "true"},
    ],
)
def test_a_header_that_demands_what_is_not_understood_is_refused(more: dict[str, Any]) -> None:
    assert outcomes(good({"alg": "RS256", **more}), "seal.signature") == {FAILED}


def test_keys_in_the_header_are_never_looked_at() -> None:
    thief = rsa_key(2048)
    numbers = thief.public_key().public_numbers()
    jwk = {
        "kty": "RSA",
        "n": badges.base64url(numbers.n.to_bytes(256)).decode(),
        "e": badges.base64url(numbers.e.to_bytes(3)).decode(),
    }
    header = {"alg": "RS256", "jwk": jwk, "jku": "https://evil.example/keys", "kid": "https://evil.example/k"}
    forged = badges.signed(PAYLOAD, header=header, key=thief)
    web = badge_web(**{"https://evil.example/k": key_node(thief, id="https://evil.example/k")})
    report = verified(forged, web)
    assert outcomes(report, "seal.signature") == {FAILED}


def test_a_short_rsa_key_is_told_under_algorithm() -> None:
    weak = rsa_key(1024)
    report = verified(badges.signed(PAYLOAD, key=weak), badge_web(key=key_node(weak)))
    assert outcomes(report, "seal.algorithm") == {FAILED}
    assert outcomes(report, "seal.signature") == {PASSED}
    assert report.verdict is Verdict.TOTAL_FAILED


def test_keys_come_from_the_fetched_profile_and_not_from_the_copy_in_the_badge() -> None:
    thief = rsa_key(2048)
    theirs = "https://evil.example/key"
    unit = badges.issuer(publicKey=theirs)
    class_ = badges.badge_class(issuer=unit)
    forged = {**PAYLOAD, "badge": class_, "verification": {"type": "SignedBadge", "creator": theirs}}
    web = badge_web(**{theirs: key_node(thief, id=theirs)})
    report = verified(badges.signed(forged, key=thief), web)
    assert outcomes(report, "issuer.match") == {FAILED}
    assert report.verdict is Verdict.TOTAL_FAILED


def test_a_key_of_another_owner_is_not_the_issuers() -> None:
    report = verified(badges.signed(PAYLOAD), badge_web(key=key_node(RSA, owner="https://other.example/i")))
    assert outcomes(report, "issuer.match") == {FAILED}
    assert outcomes(report, "seal.signature") == {UNDECIDED}


def test_every_listed_key_is_tried_where_the_badge_names_none() -> None:
    second = f"{badges.HOST}/key/2"
    unit = badges.issuer(publicKey=[badges.KEY, second])
    web = badge_web(
        issuer=unit, key=key_node(rsa_key(2048)), **{second: {**badges.key_document(), "id": second}}
    )
    payload = {**PAYLOAD, "verification": {"type": "SignedBadge"}}
    assert verified(badges.signed(payload), web).verdict is Verdict.TOTAL_PASSED


def test_a_key_embedded_in_the_fetched_profile_counts() -> None:
    web = badge_web(issuer=badges.issuer(publicKey=badges.key_document()), key=None)
    assert verified(badges.signed(PAYLOAD), web).verdict is Verdict.TOTAL_PASSED


@pytest.mark.parametrize(
    "key",
    [
        None,
        {"publicKeyPem": "no key", "id": badges.KEY},
        {**badges.key_document(), "id": "https://other.example/key"},
        {**badges.key_document(), "revoked": "2026-01-01T00:00:00Z"},
        answer(b"gone", status=410),
        answer(b"not json"),
    ],
)
def test_without_a_usable_key_nothing_is_decided(key: Any) -> None:
    report = verified(badges.signed(PAYLOAD), badge_web(key=key))
    assert outcomes(report, "seal.signature") == {UNDECIDED}
    assert report.verdict is Verdict.INDETERMINATE


def test_a_signed_badge_without_its_signature_proves_nothing() -> None:
    report = verified(PAYLOAD)
    assert outcomes(report, "seal.present") == {FAILED}
    assert report.verdict is Verdict.TOTAL_FAILED


def test_a_forged_token_of_a_hosted_badge_is_what_its_host_says() -> None:
    thief = rsa_key(2048)
    other = badges.recipient("somebody-else")
    forged = badges.signed(badges.assertion(recipient=other), key=thief)
    report = verified(forged)
    assert report.policy == "badge/hosted"
    assert outcomes(report, "seal.signature") == {Outcome.NOT_APPLICABLE}
    assert outcomes(report, "hosted.fetched.copy") == {FAILED}
    gone = verified(forged, badge_web(assertion=None))
    assert gone.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize(
    "damaged",
    [
        lambda t: t.rpartition(b".")[0],
        lambda t: t + b".x",
        lambda t: t.replace(b".", b".=", 1),
        lambda t: t + b"=",
        lambda t: t[:-1] + bytes([t[-1] ^ 1]) if t[-1:] not in b"AQgw" else t + b"A",
    ],
)
def test_a_damaged_token_is_never_passed(damaged: Callable[[bytes], bytes]) -> None:
    try:
        report = verified(damaged(badges.signed(PAYLOAD)))
    except Malformed:
        return
    assert report.verdict is not Verdict.TOTAL_PASSED


LIST = f"{badges.HOST}/revocations"
ME = PAYLOAD["id"]


def with_list(body: object, **changes: Any) -> Report:
    unit = badges.issuer(publicKey=badges.KEY, revocationList=LIST)
    web = badge_web(issuer=unit, **{LIST: body if body is None else answer(body)})
    return verified(badges.signed({**PAYLOAD, **changes}), web)


@pytest.mark.parametrize(
    "entries",
    [
        [ME],
        ME,
        {"id": ME},
        [{"id": ME, "revocationReason": "no"}],
        [{"@id": ME}],
        ["urn:uuid:other", {"uid": "a7"}],
        [{"id": "urn:uuid:other"}, {"id": ME, "revoked": True}],
    ],
)
def test_every_shape_of_a_revocation_list_revokes(entries: object) -> None:
    report = with_list({"type": "RevocationList", "revokedAssertions": entries}, uid="a7")
    assert outcomes(report, "status.revoked") == {FAILED}
    assert report.verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize(
    "body",
    [
        {"type": "RevocationList", "revokedAssertions": ["urn:uuid:other"]},
        {"type": "RevocationList", "revokedAssertions": [{"id": ME, "revoked": False}]},
        {"type": "RevocationList", "issuer": badges.ISSUER, "revokedAssertions": []},
    ],
)
def test_a_list_without_the_badge_does_not(body: object) -> None:
    assert outcomes(with_list(body), "status.revoked") == {PASSED}


def test_a_1_x_list_names_uids_as_its_members() -> None:
    old = {"@context": badges.CONTEXT_1_1, "uid": "a7"}
    assert outcomes(with_list({"a7": "issued in error"}, **old), "status.revoked") == {FAILED}
    assert outcomes(with_list({"a8": "issued in error"}, **old), "status.revoked") == {PASSED}


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"<html>",
        [],
        {"type": "RevocationList", "revokedAssertions": [3]},
        {"type": "RevocationList", "issuer": "https://other.example/i", "revokedAssertions": []},
        {"type": "Something", "detail": {}},
        {"detail": "Not found."},
        {},
    ],
)
def test_a_list_that_cannot_be_read_decides_nothing(body: object) -> None:
    report = with_list(body)
    assert outcomes(report, "status.revoked") == {UNDECIDED}
    assert report.verdict is Verdict.INDETERMINATE


def test_a_1_1_key_counts_on_the_issuers_own_origin_only() -> None:
    def legacy(place: str) -> Report:
        payload = {
            **PAYLOAD,
            "@context": badges.CONTEXT_1_1,
            "verify": {"type": "signed", "url": place},
        }
        del payload["verification"]
        web = badge_web(issuer=badges.issuer(), **{place: answer(pem(RSA).encode(), media="text/plain")})
        return verified(badges.signed(payload), web)

    assert legacy(f"{badges.HOST}/key.pem").verdict is Verdict.TOTAL_PASSED
    elsewhere = legacy("https://evil.example/key.pem")
    assert elsewhere.verdict is Verdict.TOTAL_FAILED
    assert outcomes(elsewhere, "issuer.match") == {FAILED}
