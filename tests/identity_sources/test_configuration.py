"""The file of identity sources: what it can say, and each fault told by its place, without a value."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from gateway_web import Caller
from lxml import etree
from oidc_provider import SECRET
from pid_wallet import DIGITAL, State
from saml_node import GATEWAY as OWN
from saml_node import NODE
from samples.authorities import Holder, holder

from api.app import create_app
from api.gateway.asking import NotUnderstood
from api.identity.sources.configuration import sign_ins_of
from api.identity.sources.oidc import OidcSignIn
from api.identity.sources.saml import SamlSignIn
from api.identity.sources.wallet import CLAIMS, WalletSignIn
from api.settings import Settings
from schemas.identity import Assurance
from verifier.fetch import OfflineFetcher

PROVIDER = """
[[identity.provider]]
name = "eduid"
kind = "eduid"
issuer = "https://login.example"
client = "badgepass"
secret = "THE_SECRET"
acr = { "https://login.example/names" = "low" }
recipient = "eduid"
"""
WALLET = """
[[identity.wallet]]
name = "wallet"
key = "wallet.pem"
trust = "pid"
"""
SAML = """
[[identity.saml]]
name = "node"
issuer = "https://node.example/metadata"
entity = "https://gateway.example/metadata"
address = "https://node.example/sso"
certificates = ["node.pem"]
key = "own.pem"
password = "PASSPHRASE"
levels = { "urn:of:a:broker:high" = "high" }
"""
GATEWAY = holder("Gateway", uses=DIGITAL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "wallet.pem").write_bytes(pem())
    (tmp_path / "node.pem").write_bytes(NODE.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "own.pem").write_bytes(pem(b"open", OWN))
    (tmp_path / "pid").mkdir()
    anchor = State().anchor.certificate
    (tmp_path / "pid" / "anchor.pem").write_bytes(anchor.public_bytes(Encoding.PEM))
    return tmp_path


def pem(password: bytes = b"", whose: Holder = GATEWAY) -> bytes:
    hidden = BestAvailableEncryption(password) if password else NoEncryption()
    key = whose.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden)
    return key + whose.certificate.public_bytes(Encoding.PEM)


def told(folder: Path, text: str) -> dict[str, str]:
    (folder / "identity.toml").write_text(text, "utf-8")
    return {"BADGEPASS_IDENTITY": str(folder / "identity.toml"), "THE_SECRET": SECRET, "PASSPHRASE": "open"}


def test_no_file_no_source(folder: Path) -> None:
    assert sign_ins_of({}, OfflineFetcher()) == ()
    assert sign_ins_of(told(folder, "[identity]\n"), OfflineFetcher()) == ()


def test_providers_and_wallets_stand_in_one_file(folder: Path) -> None:
    provider, wallet = sign_ins_of(told(folder, PROVIDER + WALLET), OfflineFetcher())
    assert isinstance(provider, OidcSignIn)
    assert provider.client.acr == {"https://login.example/names": Assurance.LOW}
    assert provider.client.secret == SECRET
    assert SECRET not in repr(provider.client)
    assert isinstance(wallet, WalletSignIn)
    assert (wallet.name, wallet.source, wallet.relying.claims) == ("wallet", "pid", CLAIMS)
    begun = wallet.begin("https://gateway.example/identity/back/wallet", now=datetime.now(UTC))
    assert begun.address.startswith("openid4vp://?client_id=x509_hash%3A")


def test_the_service_takes_them_from_its_environment(folder: Path) -> None:
    environment = {**told(folder, PROVIDER + WALLET), "BADGEPASS_OFFLINE": "1"}
    assert [one.name for one in Settings.from_environment(environment).sign_ins] == ["eduid", "wallet"]


def test_a_key_may_have_a_passphrase(folder: Path) -> None:
    (folder / "wallet.pem").write_bytes(pem(b"open"))
    more = WALLET + 'password = "PASSPHRASE"\nelsewhere = true\nscheme = "haip-vp://"\n'
    (wallet,) = sign_ins_of(told(folder, more), OfflineFetcher())
    begun = wallet.begin("https://gateway.example/identity/back/wallet", now=datetime.now(UTC))
    assert begun.elsewhere
    assert begun.address.startswith("haip-vp://?")


def test_a_node_and_what_it_must_know_of_us(folder: Path) -> None:
    (one,) = sign_ins_of(told(folder, SAML), OfflineFetcher())
    assert isinstance(one, SamlSignIn)
    node = one.node
    assert (node.name, node.least, node.keys.encrypted) == ("node", Assurance.SUBSTANTIAL, True)
    assert node.levels["urn:of:a:broker:high"] is Assurance.HIGH
    assert node.levels["http://eidas.europa.eu/LoA/low"] is Assurance.LOW
    app = create_app(Settings(sign_ins=(one,), database=f"sqlite:///{folder / 'g.db'}"))
    caller = Caller(app)
    answer = caller.get("/identity/metadata/node")
    assert answer.headers["content-type"] == "application/samlmetadata+xml"
    entity = etree.fromstring(answer.content)
    assert entity.get("entityID") == "https://gateway.example/metadata"
    (service,) = entity.iter("{urn:oasis:names:tc:SAML:2.0:metadata}AssertionConsumerService")
    assert service.get("Location") == "http://gateway.test/identity/back/node/answer"
    keys = entity.findall(".//{*}KeyDescriptor")
    assert [key.get("use") for key in keys] == ["signing", "encryption"]
    for key in keys:
        shown = base64.b64decode(key.findtext(".//{*}X509Certificate"))
        assert shown == OWN.der
    assert caller.get("/identity/metadata/other").status_code == 404


def without(*names: str) -> Callable[[Path], None]:
    def bend(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return bend


@pytest.mark.parametrize(
    ("text", "bend", "place"),
    [
        (PROVIDER + 'secret_file = "x"\n', None, "identity/provider/0"),
        (PROVIDER.replace("THE_SECRET", "NO_SECRET"), None, "eduid"),
        (PROVIDER.replace("https:", "http:"), None, "identity/provider/0"),
        (PROVIDER + PROVIDER, None, "identity"),
        (PROVIDER + WALLET.replace('"wallet"', '"eduid"', 1), None, "identity"),
        (PROVIDER + 'more = "x"\n', None, "identity/provider/0/more"),
        (WALLET + 'claims = ["given_name"]\n', None, "identity/wallet/0"),
        (WALLET + "types = []\n", None, "identity/wallet/0"),
        (WALLET + 'scheme = "https://"\n', None, "identity/wallet/0"),
        (WALLET + 'known_by = "x509_san_dns"\n', None, "wallet"),
        (WALLET, without("wallet.pem"), "wallet"),
        (WALLET, without("pid/anchor.pem"), "wallet"),
        (WALLET, lambda folder: (folder / "wallet.pem").write_bytes(pem(b"open")), "wallet"),
        (WALLET, lambda folder: (folder / "wallet.pem").write_bytes(SECRET.encode()), "wallet"),
        (SAML.replace("https://node.example/sso", "http://node.example/sso"), None, "identity/saml/0"),
        (SAML.replace('key = "own.pem"', ""), None, "identity/saml/0"),
        (SAML.replace('"node.pem"', ""), None, "identity/saml/0/certificates"),
        (SAML, without("node.pem"), "node"),
        (SAML, without("own.pem"), "node"),
        (SAML.replace("PASSPHRASE", "NO_SECRET"), None, "node"),
        (SAML.replace("own.pem", "wallet.pem"), None, "node"),  # no RSA key
        (WALLET + SAML.replace('"node"', '"wallet"', 1), None, "identity"),
        ("[identity", None, "BADGEPASS_IDENTITY"),
        ("[wallet]\n", None, "identity"),
    ],
)
def test_each_fault_is_told_by_its_place(
    folder: Path, text: str, bend: Callable[[Path], object] | None, place: str
) -> None:
    if bend is not None:
        bend(folder)
    with pytest.raises(NotUnderstood) as error:
        sign_ins_of(told(folder, text), OfflineFetcher())
    (problem,) = error.value.problems
    assert problem.code == "request.setting"
    assert problem.where.removeprefix("BADGEPASS_IDENTITY: ") == place
    assert SECRET not in problem.message + problem.where


def test_a_file_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(NotUnderstood):
        sign_ins_of({"BADGEPASS_IDENTITY": str(folder / "nothing.toml")}, OfflineFetcher())
