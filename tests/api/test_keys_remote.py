"""A key at a signing service: a digest goes there, and only what holds comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from csc_service import CREDENTIAL, TOKEN, Service, signing_service
from samples import authorities as ca

from api.exchange import OperatorExchange
from api.gateway.asking import NotUnderstood
from api.keys import RemoteCredential, open_key
from api.keys.fitting import signed_by
from schemas.errors import Unavailable
from schemas.key import Key

VARIABLE = "CSC_TOKEN"
ENVIRONMENT = {VARIABLE: TOKEN}
_RSA, _RSA_SHA256, _RSA_SHA512 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.13"
_PSS, _EC, _EC_SHA256 = "1.2.840.113549.1.1.10", "1.2.840.10045.2.1", "1.2.840.10045.4.3.2"
MESSAGE = b"what is sealed"


def service(*offers: str, key_name: str = "", **how: Any) -> Service:
    one = ca.holder("Hogeschool Voorbeeld", ca.middle(), key_name=key_name)
    chain = (ca.middle().certificate, ca.root().certificate)
    return Service(holder=one, chain=chain, offers=list(offers or (_EC_SHA256,)), **how)


def opened(base: str, *, algorithm: str = "", credential: str = CREDENTIAL, token: str = VARIABLE) -> Key:
    named = RemoteCredential(url=base, credential=credential, token=token, algorithm=algorithm)
    return open_key(named, ENVIRONMENT | {"OTHER": "wrong"}, OperatorExchange([base]), where="tenants/0/key")


@pytest.mark.parametrize(
    ("key_name", "offers", "algorithm", "raw"),
    [
        ("", (_EC_SHA256,), "ES256", False),
        ("", (_EC_SHA256,), "ES256", True),
        ("", (_EC,), "ES256", False),
        ("p384", ("1.2.840.10045.4.3.3",), "ES384", True),
        ("p521", ("1.2.840.10045.4.3.4",), "ES512", False),
        ("rsa-2048", (_RSA, _RSA_SHA256), "RS256", False),
        ("rsa-2048", (_RSA,), "RS256", False),
        ("rsa-2048", (_RSA_SHA512,), "RS512", False),
        ("rsa-2048", (_PSS,), "PS256", False),
        ("rsa-2048", (_PSS,), "PS512", False),
    ],
)
def test_the_service_signs(
    key_name: str,
    offers: tuple[str, ...],
    algorithm: str,
    raw: bool,  # noqa: FBT001 - a case
) -> None:
    running = service(*offers, key_name=key_name, raw=raw)
    with signing_service(running) as base:
        key = opened(base, algorithm=algorithm)
        assert key.algorithm == algorithm
        assert key.certificates == (running.holder.certificate, *running.chain)
        assert signed_by(key.certificates[0], algorithm, key.sign(MESSAGE), MESSAGE)
    assert MESSAGE not in b"".join(one.body for one in running.asked)
    assert json.loads(running.asked[-1].body)["signAlgo"] in offers


def test_where_nothing_is_said_of_algorithms_the_usual_one_is_asked_for() -> None:
    running = service(info={"key": {"status": "enabled"}})
    with signing_service(running) as base:
        assert opened(base).algorithm == "ES256"


def test_an_address_may_be_told_with_or_without_its_version() -> None:
    running = service()
    with signing_service(running) as base:
        named = RemoteCredential(url=f"{base}/csc/v2/", credential=CREDENTIAL, token=VARIABLE)
        open_key(named, ENVIRONMENT, OperatorExchange([base]))
    assert {one.path for one in running.asked} == {"/csc/v2/credentials/info", "/csc/v2/signatures/signHash"}


def test_the_token_is_seen_by_the_service_alone() -> None:
    running = service()
    with signing_service(running) as base:
        key = opened(base)
    assert TOKEN not in repr(key)
    with pytest.raises(Unavailable) as told:
        key.sign(MESSAGE)
    assert TOKEN not in f"{told.value!r}{told.value.why}{told.value.url}"


@pytest.mark.parametrize(
    ("info", "said"),
    [
        ({"key": {"status": "disabled", "algo": [_EC_SHA256]}}, "disabled"),
        ({"cert": {"status": "revoked", "certificates": []}}, "not valid"),
        ({"cert": {"status": "valid"}}, "does not give"),
        ({"cert": {"certificates": ["AAAA"]}}, "does not give"),
        ({"cert": {"certificates": ["not base64"]}}, "does not give"),
        ({"cert": {"certificates": [7]}}, "does not give"),
        ({"cert": []}, "does not give"),
    ],
)
def test_a_key_that_the_service_does_not_let_sign(info: dict[str, Any], said: str) -> None:
    with signing_service(service(info=info)) as base, pytest.raises(Unavailable, match=said):
        opened(base)


@pytest.mark.parametrize(
    ("changes", "asked", "said"),
    [
        ({"info": {"auth": {"mode": "explicit"}}}, {}, "PIN"),
        ({"offers": ["1.2.840.10045.4.3.4"]}, {}, "does not offer ES256"),
        ({}, {"algorithm": "RS256"}, "does not sign by RS256"),
        ({"holder": ca.holder("Kort", ca.middle(), key_name="rsa-1024")}, {}, "2048"),
        ({"holder": ca.holder("Ed", ca.middle(), key_name="ed25519")}, {}, "Ed25519"),
        ({}, {"token": "UNSET"}, "UNSET is not set"),
    ],
)
def test_a_key_that_cannot_be_used_as_named(
    changes: dict[str, Any], asked: dict[str, str], said: str
) -> None:
    running = service()
    for name, value in changes.items():
        setattr(running, name, value)
    with signing_service(running) as base, pytest.raises(NotUnderstood, match=said) as told:
        opened(base, **asked)
    assert told.value.problems[0].code == "tenant.key"


def test_who_is_not_known_to_the_service_is_told_so() -> None:
    with signing_service(service()) as base:
        with pytest.raises(Unavailable, match="token"):
            opened(base, token="OTHER")  # noqa: S106
        with pytest.raises(Unavailable, match="400"):
            opened(base, credential="another")


@pytest.mark.parametrize(
    "answer",
    [
        (200, "application/json", b""),
        (200, "application/json", b"[]"),
        (200, "application/json", b'{"signatures": []}'),
        (200, "application/json", b'{"signatures": "AAAA"}'),
        (200, "application/json", b'{"signatures": [null]}'),
        (200, "application/json", b'{"signatures": ["!"]}'),
        (200, "application/json", b'{"signatures": ["AAAA", "AAAA"]}'),
        (200, "application/json", b'{"signatures": ["AAAA"], "signatures": ["AAAA"]}'),
        (200, "application/json", json.dumps({"signatures": ["A" * 86 + "=="]}).encode()),
        (200, "application/json", json.dumps({"signatures": ["A" * 132]}).encode()),
        (503, "text/html", b"later"),
        (403, "application/json", b"{}"),
    ],
)
def test_what_is_no_signature_by_this_key_is_not_taken(answer: tuple[int, str, bytes]) -> None:
    running = service()
    with signing_service(running) as base:
        key = opened(base)
        running.signed = answer
        with pytest.raises(Unavailable):
            key.sign(MESSAGE)
        with pytest.raises(Unavailable):
            opened(base)


def test_a_service_whose_key_is_another_than_its_certificate_seals_nothing() -> None:
    other = ca.holder("Andere Hogeschool", ca.middle(), key_name="another's")
    running = service()
    running.holder = ca.Holder(certificate=running.holder.certificate, key=other.key)
    with signing_service(running) as base, pytest.raises(Unavailable, match="no signature"):
        opened(base)


def test_without_leave_to_ask_there_is_no_remote_key() -> None:
    named = RemoteCredential(url="https://csc.example", credential="x", token=VARIABLE)
    with pytest.raises(NotUnderstood, match="nothing may be asked"):
        open_key(named, ENVIRONMENT)
    with pytest.raises(Unavailable, match="did not name"):
        open_key(named, ENVIRONMENT, OperatorExchange(["https://other.example"]))
