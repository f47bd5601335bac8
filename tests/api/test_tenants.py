"""Tenants: read strictly, told apart by name and by token, and opened."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from pathlib import Path

import pytest
import softhsm
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from csc_service import CREDENTIAL, TOKEN, Service, signing_service
from samples import authorities as ca
from samples.authority_web import authority_web

from api.exchange import OperatorExchange
from api.gateway.asking import NotUnderstood
from api.keys import KeyFile, RemoteCredential, TokenObject
from api.tenants import (
    Scope,
    SourceRevoked,
    Tenants,
    own_certificates,
    read_tenants,
    seal_key,
    stamper,
    tenants_of,
    wallet_key,
)
from schemas.errors import Problem
from schemas.lang import LangString
from schemas.stamper import Level
from verifier.trust.tokens import read_token

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEAST = """
[[tenants]]
name = "polder"
base_url = "https://badges.polder.example"
key = { kind = "pem", path = "key.pem" }
"""
ADR = Path(__file__).parents[2] / "docs" / "adr" / "0017-keys-and-tenants.md"


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def write(folder: Path, text: str) -> Path:
    path = folder / "tenants.toml"
    path.write_text(text, "utf-8")
    return path


def read(folder: Path, text: str) -> Tenants:
    return read_tenants(write(folder, text))


def faults(folder: Path, text: str) -> dict[str, Problem]:
    with pytest.raises(NotUnderstood) as told:
        read(folder, text)
    return {one.where: one for one in told.value.problems}


def put_files(folder: Path) -> None:
    """Put beside the tenants' file what the whole one names."""
    one, old = ca.seal(), ca.holder("Hogeschool Vroeger", ca.middle())
    private = one.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = [one, ca.middle(), ca.root()]
    (folder / "key.pem").write_bytes(
        private + b"".join(each.certificate.public_bytes(Encoding.PEM) for each in chain)
    )
    (folder / "2024.pem").write_bytes(
        old.certificate.public_bytes(Encoding.PEM) + ca.middle().certificate.public_bytes(Encoding.PEM)
    )
    (folder / "polder.toml").write_text('[issuer]\nlegal_name = "Polder"\n[defaults]\nlanguage = "nl"\n')
    (folder / "trust").mkdir()
    (folder / "trust" / "root.pem").write_bytes(ca.root().certificate.public_bytes(Encoding.PEM))


def example() -> str:
    """Give the example that the decision record shows."""
    return ADR.read_text("utf-8").split("```toml\n")[1].split("```")[0]


def test_the_least_that_a_tenant_needs(tmp_path: Path) -> None:
    (tenant,) = read(tmp_path, LEAST)
    assert tenant.name == "polder"
    assert tenant.key == KeyFile(kind="pem", path=tmp_path / "key.pem")
    assert (tenant.level, tenant.tsa, tenant.trust, tenant.wallet) == (Level.B, None, None, None)
    assert tenant.credential_status is False
    assert tenant.source_revoked is SourceRevoked.SUSPEND
    assert tenant.override_indeterminate is False
    assert (tenant.policy, tenant.tokens, tenant.former, tenant.services) == ("auto", (), (), ())


def test_the_example_of_the_decision_record_says_all_there_is_to_say(tmp_path: Path) -> None:
    put_files(tmp_path)
    tenants = read(tmp_path, example())
    polder, zee, duin = tenants
    assert (polder.level, zee.level) == (Level.LTA, Level.T)
    assert polder.base_url == "https://badges.polder.example"
    assert polder.profile.language == "nl"
    assert polder.trust is not None
    assert polder.trust.anchors == (ca.root().certificate,)
    assert polder.mandate is not None
    assert polder.mandate.title == LangString.of(nl="Mandaat van de Hogeschool", en="Mandate of the school")
    assert polder.mandate.text == LangString.of(nl="De hogeschool geeft opdracht tot zegelen.")
    assert polder.override_indeterminate
    assert (polder.policy, polder.source_revoked) == ("badge", SourceRevoked.REVOKE)
    assert polder.wallet is not None
    assert (polder.wallet.key, polder.wallet.notification) == ("POLDER_WALLET_KEY", True)
    assert [one.subject.rfc4514_string() for one in polder.former] == [
        ca.holder("Hogeschool Vroeger", ca.middle()).certificate.subject.rfc4514_string()
    ]
    assert [(one.name, one.scopes) for one in polder.tokens] == [
        ("student system", {Scope.CONVERT, Scope.SEAL}),
        ("registrar", {Scope.REVOKE, Scope.DELIVER}),
    ]
    assert isinstance(zee.key, TokenObject)
    assert zee.credential_status is True
    assert isinstance(duin.key, RemoteCredential)
    assert tenants.services == (
        "http://tsa.example/tsr",
        "https://wallet.example/api",
        "https://tsa.zee.example/",
        "https://sign.example",
    )


def test_names_lead_to_tenants(tmp_path: Path) -> None:
    tenants = read(tmp_path, LEAST)
    assert tenants.of("polder").name == "polder"
    with pytest.raises(NotUnderstood) as told:
        tenants.of("duin", "seal")
    (problem,) = told.value.problems
    assert (problem.code, problem.where) == ("tenant.unknown", "seal")
    assert "polder" not in problem.message


def test_tokens_lead_to_tenants_and_what_they_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def tenant(name: str, *tokens: tuple[str, str]) -> str:
        written = "".join(
            f'[[tenants.tokens]]\nname = "{token}"\nsha256 = "{digest(token)}"\nscopes = [{scopes}]\n'
            for token, scopes in tokens
        )
        return LEAST.replace("polder", name) + written

    polder = tenant("polder", ("one", '"convert", "seal"'), ("two", '"revoke"'))
    tenants = read(tmp_path, polder + tenant("duin", ("three", '"deliver"')))
    compared: list[str] = []
    compare = hmac.compare_digest

    def counted(first: str, second: str) -> bool:
        compared.append(first)
        return compare(first, second)

    monkeypatch.setattr(hmac, "compare_digest", counted)
    for token, name, scopes in (
        ("one", "polder", {Scope.CONVERT, Scope.SEAL}),
        ("two", "polder", {Scope.REVOKE}),
        ("three", "duin", {Scope.DELIVER}),
    ):
        compared.clear()
        found = tenants.by_token(token)
        assert found is not None
        assert (found[0].name, found[1]) == (name, scopes)
        assert len(compared) == 3  # all of them, whichever it was
    for token in ("", "four", digest("one"), "one ", "\udc80", "x" * 2000):
        assert tenants.by_token(token) is None
    assert digest("one") not in repr(tenants)


CHANGED = [
    ('name = "polder"', 'name = "Polder School"', "name"),
    ('name = "polder"', "", "name"),
    ('"https://badges', '"http://badges', "base_url"),
    ('"https://badges', '"https://user@badges', "base_url"),
    ("polder.example", "polder.example/?a=b", "base_url"),
    ('kind = "pem"', 'kind = "s3cret"', "key"),
    ('kind = "pem", ', "", "key"),
    (', path = "key.pem"', "", "key/path"),
    ('"key.pem" }', '"key.pem", pin = "s3cret" }', "key/pin"),
    ('"key.pem" }', '"key.pem", password = "s3cret" }', "key/password"),
    ('"key.pem" }', '"key.pem", algorithm = "HS256" }', "key/algorithm"),
]
CALLER = f'tokens = [{{ name = "a", sha256 = "{"a" * 64}", scopes = ["seal"] }}]'
ADDED = [
    ('level = "LTA"', ""),
    ('level = "XL"', "level"),
    ('colour = "s3cret"', "colour"),
    ('policy = "general"', "policy"),
    ('policy = "lenient"', "policy"),
    ('source_revoked = "ignore"', "source_revoked"),
    ('credential_status = "yes"', "credential_status"),
    ('override_indeterminate = "yes"', "override_indeterminate"),
    ('tsa = { url = "tsa.example" }', "tsa"),
    ('tsa = { url = "http://tsa.example", authorization = "TSA" }', "tsa"),
    ('wallet = { url = "http://w.example" }', "wallet/url"),
    ('wallet = { url = "https://w.example", key = "s3cret" }', "wallet/key"),
    ('wallet = { url = "https://w.example", notification = 1 }', "wallet/notification"),
    ('mandate = { title = "M" }', "mandate"),
    ('mandate = { title = "M", link = "ftp://x" }', "mandate"),
    ('mandate = { title = {}, text = "t" }', "mandate/title"),
    ('mandate = { title = 7, text = "t" }', "mandate/title"),
    ('profile = "absent.toml"', "profile"),
    ('profile = "wrong.toml"', "profile"),
    ('trust = "absent"', "trust"),
    ('former_certificates = ["absent.pem"]', "former_certificates"),
    ('former_certificates = ["wrong.toml"]', "former_certificates"),
    (CALLER.replace("aaaa", "AAAA"), "tokens/0/sha256"),
    (CALLER.replace('["seal"]', "[]"), "tokens/0/scopes"),
    (CALLER.replace('"seal"', '"all"'), "tokens/0/scopes/0"),
]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [*CHANGED, *(("[[tenants]]", f"[[tenants]]\n{line}", where) for line, where in ADDED)],
)
def test_what_is_not_understood_is_told_with_its_place(
    old: str, new: str, where: str, tmp_path: Path
) -> None:
    (tmp_path / "wrong.toml").write_text('[issuer]\ncolour = "s3cret"\n')
    place = f"/tenants/0/{where}".rstrip("/")
    found = faults(tmp_path, LEAST.replace(old, new, 1))
    assert list(found) == [place]
    assert found[place].code == "tenant.value"
    assert place in found[place].message
    assert "s3cret" not in found[place].message


def test_there_is_nothing_in_the_file_but_tenants(tmp_path: Path) -> None:
    assert list(faults(tmp_path, f"other = 1\n{LEAST}")) == ["/other"]


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    first = LEAST.replace("[[tenants]]", '[[tenants]]\nprofile = "absent.toml"\ntrust = "absent"')
    token = f'[[tenants.tokens]]\nname = "a"\nsha256 = "{"a" * 64}"\nscopes = ["seal"]\n'
    found = faults(tmp_path, first + token + token + LEAST + token.replace('"a"\n', '"b"\n'))
    assert list(found) == [
        "/tenants/0/tokens/1/sha256",
        "/tenants/0/tokens/1/name",
        "/tenants/1/name",
        "/tenants/1/tokens/0/sha256",
        "/tenants/0/profile",
        "/tenants/0/trust",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff", "not UTF-8"),
        (b"a = ", "not TOML at"),
        (b"a = 1\na = 2", "not TOML at"),
        (b"x" * 2_000_000, "larger"),
    ],
)
def test_a_file_that_is_none(data: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "tenants.toml"
    path.write_bytes(data)
    for place in (path, tmp_path / "absent"):
        with pytest.raises(NotUnderstood) as told:
            read_tenants(place)
        assert told.value.problems[0].code == "tenant.read"
        assert (said if place == path else "No such file") in told.value.problems[0].message
    assert list(faults(tmp_path, "")) == ["/tenants"]


def test_the_environment_names_the_file(tmp_path: Path) -> None:
    assert len(tenants_of({})) == 0
    assert tenants_of({}).by_token("x") is None
    assert len(tenants_of({"BADGEPASS_TENANTS": str(write(tmp_path, LEAST))})) == 1


def test_a_tenant_is_opened_by_what_its_configuration_says(tmp_path: Path) -> None:
    put_files(tmp_path)
    with authority_web(lambda: NOW) as web:
        text = LEAST + f'tsa = {{ url = "{web.tsa_url}" }}\nformer_certificates = ["2024.pem"]\n'
        tenants = read(tmp_path, text)
        tenant = tenants.of("polder")
        exchange = OperatorExchange(tenants.services)
        key = seal_key(tenant, {}, exchange)
        stamps = stamper(tenant, {}, exchange)
        assert stamps is not None
        assert read_token(stamps.stamp(b"x")).intact
    assert key.certificates == (ca.seal().certificate, ca.middle().certificate, ca.root().certificate)
    assert own_certificates(tenant, key) == (ca.seal().certificate, *tenant.former)
    assert stamper(read(tmp_path, LEAST).of("polder"), {}, exchange) is None


def test_a_former_certificate_seals_no_more(tmp_path: Path) -> None:
    put_files(tmp_path)
    (tenant,) = read(tmp_path, LEAST + 'former_certificates = ["key.pem"]\n')
    with pytest.raises(NotUnderstood) as told:
        seal_key(tenant, {})
    (problem,) = told.value.problems
    assert (problem.code, problem.where) == ("tenant.key", "/tenants/0/former_certificates")


def test_tenants_share_a_gateway_and_not_their_keys(tmp_path: Path) -> None:
    """One seals by a token, one by a service, one by a file, each under its own name."""
    put_files(tmp_path)
    soft = softhsm.soft_token()
    zee = ca.holder("Zee", ca.middle(), public=soft.make_key("zee"))
    soft.store("zee", zee.certificate)
    duin = ca.holder("Duin", ca.middle())
    service = Service(holder=duin, chain=(), offers=["1.2.840.10045.4.3.2"])
    with signing_service(service) as base:
        text = (
            LEAST
            + f"""
[[tenants]]
name = "zee"
base_url = "https://zee.example"
key = {{ kind = "pkcs11", module = "{soft.module}", token = "{soft.label}", key = "zee", pin = "ZEE_PIN" }}
[[tenants]]
name = "duin"
base_url = "https://duin.example"
key = {{ kind = "csc", url = "{base}", credential = "{CREDENTIAL}", token = "DUIN_TOKEN" }}
"""
        )
        tenants = read(tmp_path, text)
        environment = {"ZEE_PIN": softhsm.PIN, "DUIN_TOKEN": TOKEN}
        exchange = OperatorExchange(tenants.services)
        leaves = [seal_key(one, environment, exchange).certificates[0] for one in tenants]
    assert leaves == [ca.seal().certificate, zee.certificate, duin.certificate]
    with pytest.raises(NotUnderstood) as told:
        seal_key(tenants.of("zee"), {})
    assert told.value.problems[0].where == "/tenants/1/key"


def test_secrets_that_the_environment_does_not_hold_are_missed_by_name(tmp_path: Path) -> None:
    more = 'wallet = { url = "https://w.example/", key = "W_KEY" }\n'
    more += 'tsa = { url = "https://tsa.example", authorization = "TSA_AUTH" }\n'
    (tenant,) = read(tmp_path, LEAST + more)
    exchange = OperatorExchange(tenant.services)
    assert wallet_key(tenant, {"W_KEY": "k"}) == "k"
    assert stamper(tenant, {"TSA_AUTH": "Basic x"}, exchange) is not None
    for ask, where in (
        (lambda: wallet_key(tenant, {}), "/tenants/0/wallet/key"),
        (lambda: stamper(tenant, {"TSA_AUTH": ""}, exchange), "/tenants/0/tsa/authorization"),
    ):
        with pytest.raises(NotUnderstood) as told:
            ask()
        (problem,) = told.value.problems
        assert (problem.code, problem.where) == ("tenant.secret", where)
    (bare,) = read(tmp_path, LEAST)
    assert wallet_key(bare, {}) == ""
