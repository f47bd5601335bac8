"""Keys on a token: SoftHSM for real. The key is made there and never leaves it."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
import softhsm
from cryptography.hazmat.primitives.serialization import Encoding
from samples import authorities as ca
from softhsm import SoftToken

from api.gateway.asking import NotUnderstood
from api.keys import TokenObject, open_key
from api.keys.fitting import signed_by
from schemas.errors import Unavailable
from schemas.key import Key

MESSAGE = b"what is sealed" * 1000
KINDS = {
    "secp256r1": ("ES256",),
    "secp384r1": ("ES384",),
    "secp521r1": ("ES512",),
    "rsa-2048": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
}


@pytest.fixture(scope="module")
def token() -> SoftToken:
    """Give a token with a key of each kind, each with its certificate."""
    made = softhsm.soft_token()
    for kind in KINDS:
        issued = ca.holder(f"Hogeschool {kind}", ca.middle(), public=made.make_key(kind, kind))
        made.store(kind, issued.certificate)
    made.store(
        "above", ca.middle().certificate, ca.root().certificate, ca.authority("Vreemde CA").certificate
    )
    return made


def named(there: SoftToken, /, key: str = "secp256r1", **changes: Any) -> TokenObject:
    usual: dict[str, Any] = {"module": there.module, "token": there.label, "key": key, "pin": "SEAL_PIN"}
    return TokenObject(**(usual | changes))


def opened(token: SoftToken, key: str = "secp256r1", *, pin: str = softhsm.PIN, **changes: Any) -> Key:
    return open_key(named(token, key, **changes), {"SEAL_PIN": pin}, where="tenants/0/key")


@pytest.mark.parametrize(("kind", "algorithm"), [(kind, one) for kind, all_ in KINDS.items() for one in all_])
def test_the_token_signs(token: SoftToken, kind: str, algorithm: str) -> None:
    key = opened(token, kind, algorithm=algorithm)
    assert key.algorithm == algorithm
    assert [one.subject for one in key.certificates[1:]] == [
        ca.middle().certificate.subject,
        ca.root().certificate.subject,
    ]
    assert signed_by(key.certificates[0], algorithm, key.sign(MESSAGE), MESSAGE)
    assert opened(token, kind).algorithm == KINDS[kind][0]


def test_the_certificates_may_lie_beside_the_token(token: SoftToken, tmp_path: Path) -> None:
    public = token.make_key("bare")
    issued = ca.holder("Hogeschool Kaal", ca.middle(), public=public)
    with pytest.raises(NotUnderstood, match="None of the certificates"):
        opened(token, "bare")
    beside = tmp_path / "chain.pem"
    beside.write_bytes(
        b"".join(one.certificate.public_bytes(Encoding.PEM) for one in (ca.root(), issued, ca.middle()))
    )
    key = opened(token, "bare", certificates=beside)
    assert key.certificates == (issued.certificate, ca.middle().certificate, ca.root().certificate)
    beside.write_bytes(b"nothing")
    with pytest.raises(NotUnderstood, match="no certificate in PEM"):
        opened(token, "bare", certificates=beside)
    with pytest.raises(NotUnderstood, match="cannot be read"):
        opened(token, "bare", certificates=tmp_path / "absent")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"module": Path("/nowhere/pkcs11.so")}, "module cannot be loaded"),
        ({"module": Path(__file__)}, "module cannot be loaded"),
        ({"token": "no such token"}, "no token with that label"),
        ({"key": "no such key"}, "no private key with that label"),
        ({"token": "andere", "pin_said": "000000"}, "does not take the PIN"),
        ({"pin_said": "000000"}, "does not take the PIN"),
        ({"pin": "UNSET"}, "UNSET is not set"),
        ({"algorithm": "RS256"}, "does not sign by RS256"),
        ({"key": "rsa-2048", "algorithm": "ES256"}, "does not sign by ES256"),
    ],
)
def test_what_is_not_as_named_is_told(token: SoftToken, changes: dict[str, Any], said: str) -> None:
    opened(token)  # so that the process is logged in already, which must not let a wrong PIN through
    pin = changes.get("pin_said", softhsm.PIN)
    others = {name: value for name, value in changes.items() if name != "pin_said"}
    with pytest.raises(NotUnderstood, match=said) as told:
        open_key(named(token, **others), {"SEAL_PIN": pin}, where="tenants/0/key")
    (problem,) = told.value.problems
    assert (problem.code, problem.where) == ("tenant.key", "tenants/0/key")
    assert pin not in problem.message


@pytest.mark.parametrize(("kind", "said"), [("rsa-1024", "fewer than 2048"), ("brainpoolP256r1", "curve")])
def test_keys_that_no_longer_count_are_refused(token: SoftToken, kind: str, said: str) -> None:
    public = token.make_key(kind, "rsa-1024" if kind == "rsa-1024" else "1.3.36.3.3.2.8.1.1.7")
    token.store(kind, ca.holder("Te kort", ca.middle(), public=public).certificate)
    with pytest.raises(NotUnderstood, match=said):
        opened(token, kind)


def test_two_keys_of_one_label_are_not_guessed_between(token: SoftToken) -> None:
    token.make_key("twice")
    token.make_key("twice")
    with pytest.raises(NotUnderstood, match="several private keys"):
        opened(token, "twice")


def test_a_lost_session_is_opened_anew(token: SoftToken) -> None:
    first, second = opened(token), opened(token, "rsa-2048")
    first._opened.session.close()  # type: ignore[attr-defined] - logs the whole process out
    for key in (first, second, first):
        assert signed_by(key.certificates[0], key.algorithm, key.sign(MESSAGE), MESSAGE)


def test_a_key_that_is_gone_is_the_worlds_fault(token: SoftToken) -> None:
    public = token.make_key("gone")
    token.store("gone", ca.holder("Weg", ca.middle(), public=public).certificate)
    key = opened(token, "gone")
    token.forget("gone")
    with pytest.raises(Unavailable) as told:
        key.sign(MESSAGE)
    assert told.value.url == "pkcs11:token=zegels;object=gone"
    assert softhsm.PIN not in repr(vars(told.value))


def test_a_pin_that_is_refused_is_not_tried_again(token: SoftToken, monkeypatch: pytest.MonkeyPatch) -> None:
    key: Any = opened(token)
    key._pin = "000000"  # as if it was changed on the token
    tried: list[str] = []
    session = type(key)._session

    def counted(self: Any, place: Any) -> Any:
        tried.append("once")
        return session(self, place)

    monkeypatch.setattr(type(key), "_session", counted)
    key._opened.session.close()
    for _ in range(3):
        with pytest.raises(Unavailable):
            key.sign(MESSAGE)
    assert tried == ["once"]
    assert "000000" not in repr(key)


def test_several_threads_may_sign_at_once(token: SoftToken) -> None:
    keys = (opened(token), opened(token, "rsa-2048"))
    held: list[bool] = []

    def work() -> None:
        held.extend(
            signed_by(key.certificates[0], key.algorithm, key.sign(MESSAGE), MESSAGE) for key in keys * 5
        )

    threads = [threading.Thread(target=work) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert held == [True] * 40
