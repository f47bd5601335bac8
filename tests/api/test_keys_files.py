"""Keys in files: opened, seen to fit their certificate, and signing as JOSE has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from samples import authorities as ca
from samples.authorities import Holder
from samples.seals import b64url

from api.gateway.asking import NotUnderstood
from api.keys import KeyConfiguration, KeyFile, open_key
from api.keys.fitting import chain_of
from schemas.key import Key

PASSWORD = "geheim woord ë"  # noqa: S105 - of nothing
WORD = "SEAL_PASSWORD"
ENVIRONMENT = {WORD: PASSWORD}


def seal(key_name: str = "") -> Holder:
    return ca.holder("Hogeschool Voorbeeld", ca.middle(), key_name=key_name)


def pem(*parts: Holder | x509.Certificate, password: str = "") -> bytes:
    """Write the first one's key, and the certificates of all."""
    first = parts[0]
    assert isinstance(first, Holder)
    how = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    written = first.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    for one in parts:
        certificate = one.certificate if isinstance(one, Holder) else one
        written += certificate.public_bytes(Encoding.PEM)
    return written


def p12(one: Holder, *above: Holder, password: str = PASSWORD) -> bytes:
    how = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    chain = [each.certificate for each in above]
    return pkcs12.serialize_key_and_certificates(b"zegel", one.key, one.certificate, chain, how)


def named(tmp_path: Path, data: bytes, kind: str = "pem", **more: str) -> KeyConfiguration:
    path = tmp_path / f"key.{kind}"
    path.write_bytes(data)
    return KeyFile(kind=kind, path=path, **more)  # type: ignore[arg-type]


def refused(configuration: KeyConfiguration, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(NotUnderstood) as told:
        open_key(configuration, environment or ENVIRONMENT, where="tenants/0/key")
    (problem,) = told.value.problems
    assert (problem.code, problem.where) == ("tenant.key", "tenants/0/key")
    return problem.message


def holds_for_joserfc(key: Key) -> None:
    """Ask a second opinion on what a key signs."""
    message = b64url(json.dumps({"alg": key.algorithm}).encode()) + "." + b64url(b"payload")
    token = f"{message}.{b64url(key.sign(message.encode()))}"
    public = key.certificates[0].public_key()
    text = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    jwk = RSAKey.import_key(text) if isinstance(public, rsa.RSAPublicKey) else ECKey.import_key(text)
    assert jws.deserialize_compact(token, jwk, algorithms=[key.algorithm]).payload == b"payload"


@pytest.mark.parametrize(
    ("key_name", "wanted", "algorithm"),
    [
        ("", "", "ES256"),
        ("p384", "", "ES384"),
        ("p521", "", "ES512"),
        ("p521", "ES512", "ES512"),
        ("rsa-2048", "", "RS256"),
        ("rsa-2048", "RS512", "RS512"),
        ("rsa-2048", "PS256", "PS256"),
        ("rsa-2048", "PS384", "PS384"),
    ],
)
def test_a_key_signs_by_what_fits_it(key_name: str, wanted: str, algorithm: str, tmp_path: Path) -> None:
    key = open_key(named(tmp_path, pem(seal(key_name)), algorithm=wanted), {})
    assert key.algorithm == algorithm
    holds_for_joserfc(key)
    key = open_key(
        named(tmp_path, p12(seal(key_name)), "pkcs12", password=WORD, algorithm=wanted),
        ENVIRONMENT,
    )
    assert key.algorithm == algorithm
    holds_for_joserfc(key)


def test_the_chain_is_put_in_order_and_strangers_are_left_out(tmp_path: Path) -> None:
    one, stranger = seal(), ca.authority("Vreemde CA")
    expected = (one.certificate, ca.middle().certificate, ca.root().certificate)
    shuffled = pem(one, stranger, ca.root(), ca.middle())
    assert open_key(named(tmp_path, shuffled), {}).certificates == expected
    packed = named(tmp_path, p12(one, ca.root(), stranger, ca.middle(), password=""), "pkcs12")
    assert open_key(packed, {}).certificates == expected


def test_a_chain_of_an_authority_above_itself_ends() -> None:
    root = ca.root().certificate
    assert chain_of(root, [root, root]) == (root,)


def test_of_a_certificate_of_another_key_there_is_no_use(tmp_path: Path) -> None:
    other = ca.holder("Andere Hogeschool", ca.middle(), key_name="another's")
    written = pem(seal())
    start = written.index(b"-----BEGIN CERTIFICATE")
    wrong = written[:start] + other.certificate.public_bytes(Encoding.PEM)
    assert "None of the certificates" in refused(named(tmp_path, wrong))
    assert "private key without a password" in refused(named(tmp_path, written[:start] + b"nothing else"))


def test_secrets_are_in_the_environment_and_nowhere_else(tmp_path: Path) -> None:
    locked = pem(seal(), password=PASSWORD)
    key = open_key(named(tmp_path, locked, password=WORD), ENVIRONMENT)
    assert "private" not in repr(key)
    assert "private key without a password" in refused(named(tmp_path, locked))
    for kind, data in (("pem", locked), ("pkcs12", p12(seal()))):
        wanting = named(tmp_path, data, kind, password=WORD)
        assert "SEAL_PASSWORD is not set" in refused(wanting, {"OTHER": "x"})
        message = refused(wanting, {WORD: "not the word"})
        assert "password" in message
        assert "not the word" not in message
    assert "password does not open" in refused(named(tmp_path, p12(seal()), "pkcs12"))


@pytest.mark.parametrize("kind", ["pem", "pkcs12"])
@pytest.mark.parametrize("data", [b"", b"\x30\x80", b"-----BEGIN PRIVATE KEY-----\nAAAA", b"x" * 2_000_000])
def test_what_is_no_key_file_is_told(kind: str, data: bytes, tmp_path: Path) -> None:
    assert "The file" in refused(named(tmp_path, data, kind))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "absent", tmp_path, Path("nul\0")):
        assert "cannot be read" in refused(KeyFile(kind="pem", path=path))


def test_keys_that_no_longer_count_are_refused(tmp_path: Path) -> None:
    short = ca.holder("Kort", ca.middle(), key_name="rsa-1024")
    assert "fewer than 2048" in refused(named(tmp_path, pem(short)))
    brainpool = ca.holder("Elders", ca.middle(), key_name="brainpool")
    assert "curve" in refused(named(tmp_path, pem(brainpool)))
    assert "does not sign by ES256" in refused(named(tmp_path, pem(seal("rsa-2048")), algorithm="ES256"))
    assert "does not sign by HS256" in refused(named(tmp_path, pem(seal()), algorithm="HS256"))
    old = dsa.generate_private_key(2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificate = seal().certificate.public_bytes(Encoding.PEM)
    assert "of a kind" in refused(named(tmp_path, old + certificate))


def test_a_pkcs12_without_a_key_or_a_certificate_is_refused(tmp_path: Path) -> None:
    only = pkcs12.serialize_key_and_certificates(
        b"x", None, None, [ca.root().certificate], BestAvailableEncryption(PASSWORD.encode())
    )
    wanting = named(tmp_path, only, "pkcs12", password=WORD)
    assert "no private key with its certificate" in refused(wanting)
    bare = pkcs12.serialize_key_and_certificates(
        b"x", ec.generate_private_key(ec.SECP256R1()), None, None, NoEncryption()
    )
    assert "no private key with its certificate" in refused(named(tmp_path, bare, "pkcs12"))
