"""From the verdict's page to a download, in Chromium, through providers that others made and a wallet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from answering import Answer, Asked, answering
from browsing import chromium, free_port, served
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from gateway_web import BADGE, PROFILE, web_of_badges
from identity_providers import ACR, HOLDER, Claims, mock, node
from official_edci import xsd_faults
from official_elm import shacl_problems
from pid_wallet import DIGITAL, State, Wallet
from playwright.sync_api import Browser, Page, expect
from saml_node import GATEWAY as OWN
from saml_node import NODE, SamlNode
from samples import badges
from samples.authorities import holder

from api.app import create_app
from api.identity.source import SignIn
from api.identity.sources.configuration import sign_ins_of
from api.settings import Settings
from verifier.bundle import BundleFetcher
from verifier.fetch import OfflineFetcher

pytestmark = [pytest.mark.chromium, pytest.mark.shared]

FACTS = PROFILE[: PROFILE.index(b"[learner]")]
FILE = {"name": "badge.json", "mimeType": "application/json", "buffer": BADGE}
TOML = {"name": "school.toml", "mimeType": "application/toml", "buffer": FACTS}
SOMEBODY = "11111111-2222-4333-8444-555555555555"
PROVIDER = """
[[identity.provider]]
name = "school"
kind = "eduid"
issuer = "{issuer}"
client = "badgepass"
secret = "SECRET"
scopes = {scopes}
acr = {{ "{acr}" = "substantial" }}
recipient = "eduid"
"""
WALLET = """
[[identity.wallet]]
name = "wallet"
key = "key.pem"
trust = "pid"
elsewhere = {elsewhere}
"""
Provided = Callable[[Claims, str], AbstractContextManager[str]]
SCOPES = {mock: '["openid", "profile"]', node: '["openid", "profile", "eduid"]'}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@dataclass
class Gateway:
    """A gateway that holders sign in at, and the folder of its configuration."""

    folder: Path
    browser: Browser
    port: int

    def sources(self, text: str) -> tuple[SignIn, ...]:
        (self.folder / "identity.toml").write_text(text, "utf-8")
        environment = {
            "BADGEPASS_IDENTITY": str(self.folder / "identity.toml"),
            "SECRET": "a secret: of nothing",
        }
        return sign_ins_of(environment, OfflineFetcher())

    def opened(self, text: str) -> Iterator[Page]:
        settings = Settings(sign_ins=self.sources(text), database=f"sqlite:///{self.folder / 'gateway.db'}")
        app = create_app(settings, fetcher=BundleFetcher(web_of_badges()))
        with served(app, self.port) as address:
            context = self.browser.new_context(base_url=address, locale="en-GB")
            context.set_default_timeout(10_000)
            yield context.new_page()
            context.close()

    def through(self, provided: Provided, **changes: str) -> Iterator[Page]:
        claims = {**HOLDER, "eduid": badges.LEARNER, **changes}
        back = f"http://127.0.0.1:{self.port}/identity/back/school"
        with provided(claims, back) as issuer:
            text = PROVIDER.format(issuer=issuer, acr=ACR, scopes=SCOPES[provided])
            yield from self.opened(text)


@pytest.fixture
def gateway(browser: Browser, tmp_path: Path) -> Gateway:
    return Gateway(tmp_path, browser, free_port())


@pytest.fixture(params=[mock, node], ids=["mock", "node"])
def page(request: pytest.FixtureRequest, gateway: Gateway) -> Iterator[Page]:
    yield from gateway.through(request.param)


def begun(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Choose a file").set_input_files([FILE])
    page.get_by_role("button", name="Check it").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who you are, in your credential")


def signed_in(page: Page) -> None:
    begun(page)
    page.get_by_role("link", name="Sign in with an eduID login").click()
    expect(page).not_to_have_url(re.compile("/identity/"))  # at the provider now
    if page.get_by_role("button", name="Sign in").count():
        page.get_by_role("button", name="Sign in").click()
    else:
        page.locator("input[name=sub]").fill("noor")
        page.locator("button[type=submit], input[type=submit], form button").first.click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("What is the credential for?")


def downloaded(page: Page, target: str, folder: Path, *, recipient: str = "") -> bytes:
    """Agree to what a diploma supplement needs, and download."""
    chosen = page.locator("[aria-current=true]", has_text="A diploma supplement")
    if not chosen.count():
        page.get_by_role("link", name="A diploma supplement").click()
    expect(chosen).to_be_visible()
    for box in page.get_by_role("checkbox").all():
        box.check()
    if recipient:
        page.get_by_label("The value your badge knows you by").fill(recipient)
    page.get_by_text("Institution profile (TOML").first.click()
    page.locator("#profile").set_input_files([TOML])
    page.get_by_role("button", name=re.compile(target)).click()
    with page.expect_download() as started:
        page.get_by_role("button", name=re.compile("^Download ")).click()
    started.value.save_as(folder / "out")
    return (folder / "out").read_bytes()


def test_a_holder_signs_in_consents_and_downloads(page: Page, tmp_path: Path) -> None:
    signed_in(page)
    edci = downloaded(page, "EDCI XML", tmp_path)
    assert xsd_faults(edci) == []
    assert b">1999-02-03T" in edci or b">1999-02-03<" in edci
    page.get_by_role("link", name="Choose otherwise, or another format").click()
    elm = downloaded(page, "ELM JSON-LD", tmp_path)
    assert shacl_problems(elm, "converted") == []
    assert b"1999-02-03" in elm
    address = page.url
    page.get_by_role("button", name="Erase now").click()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("That did not work")


@pytest.mark.parametrize("provided", [mock, node], ids=["mock", "node"])
def test_the_wrong_person_is_refused(gateway: Gateway, provided: Provided) -> None:
    for page in gateway.through(provided, eduid=SOMEBODY):
        signed_in(page)
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.get_by_role("button", name=re.compile("ELM JSON-LD")).click()
        expect(page.locator("main")).to_contain_text("identity.mismatch")
        assert "Noor" not in page.content()


@pytest.mark.parametrize("provided", [mock, node], ids=["mock", "node"])
def test_another_way_to_sign_in_is_refused(gateway: Gateway, provided: Provided) -> None:
    for page in gateway.through(provided, acr="urn:of:a:password"):
        begun(page)
        page.get_by_role("link", name="Sign in with an eduID login").click()
        if page.get_by_role("button", name="Sign in").count():
            page.get_by_role("button", name="Sign in").click()
        elif page.locator("input[name=sub]").count():
            page.locator("input[name=sub]").fill("noor")
            page.locator("button[type=submit], input[type=submit], form button").first.click()
        expect(page.locator("main")).to_contain_text("identity.acr")


SAML = """
[[identity.saml]]
name = "node"
issuer = "https://node.example/metadata"
entity = "https://gateway.example/metadata"
address = "{address}"
certificates = ["node.pem"]
key = "own.pem"
"""


def node_page(one: SamlNode) -> Callable[[Asked], Answer]:
    """Serve a node: signing in is one button, which posts the answer to the gateway."""

    def answer(asked: Asked) -> Answer:
        form = one.answer(asked.path)
        where = one.said["recipient"]
        one.said.clear()
        fields = "".join(f'<input type="hidden" name="{name}" value="{said}">' for name, said in form.items())
        page = f'<!doctype html><form method="post" action="{where}">{fields}<button>Sign in</button></form>'
        return 200, "text/html; charset=utf-8", page.encode()

    return answer


def at_node(gateway: Gateway, one: SamlNode) -> Iterator[Page]:
    own = OWN.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (gateway.folder / "own.pem").write_bytes(own + OWN.certificate.public_bytes(Encoding.PEM))
    (gateway.folder / "node.pem").write_bytes(NODE.certificate.public_bytes(Encoding.PEM))
    with answering(node_page(one)) as base:
        # Another site than the gateway's, so that the browser keeps the cookie to itself when it posts.
        yield from gateway.opened(SAML.format(address=base.replace("127.0.0.1", "localhost") + "/sso"))


def signed_in_at_node(page: Page) -> None:
    begun(page)
    page.get_by_role("link", name="Sign in with a European login (eIDAS)").click()
    page.get_by_role("button", name="Sign in").click()


def test_a_holder_comes_from_an_eidas_node(gateway: Gateway, tmp_path: Path) -> None:
    for page in at_node(gateway, SamlNode()):
        signed_in_at_node(page)
        expect(page.get_by_role("heading", level=2).first).to_have_text("What is the credential for?")
        expect(page.locator("main")).to_contain_text("From a European login (eIDAS), assurance substantial.")
        edci = downloaded(page, "EDCI XML", tmp_path, recipient=badges.LEARNER)
        assert xsd_faults(edci) == []
        assert b"1999-02-03" in edci
        page.get_by_role("link", name="Choose otherwise, or another format").click()
        elm = downloaded(page, "ELM JSON-LD", tmp_path, recipient=badges.LEARNER)
        assert shacl_problems(elm, "converted") == []
        assert b"1999-02-03" in elm


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"now": datetime.now(UTC) - timedelta(hours=2)}, "identity.saml-expired"),
        ({"signing": ()}, "identity.saml-unsigned"),
        ({"level": "http://eidas.europa.eu/LoA/low"}, "identity.acr"),
    ],
)
def test_a_node_that_says_otherwise_is_refused(gateway: Gateway, changes: dict[str, Any], code: str) -> None:
    for page in at_node(gateway, SamlNode(**changes)):
        signed_in_at_node(page)
        expect(page.locator("main")).to_contain_text(code)
        assert "Noor" not in page.content()


@pytest.fixture(params=["here", "elsewhere"])
def device(request: pytest.FixtureRequest) -> str:
    """Name where the wallet is: on the browser's device, or on another."""
    return str(request.param)


@pytest.fixture
def state() -> State:
    return State(now=datetime.now(UTC))


@pytest.fixture
def walleted(gateway: Gateway, state: State, device: str) -> Iterator[Page]:
    one = holder("Gateway", uses=DIGITAL)
    pem = one.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (gateway.folder / "key.pem").write_bytes(pem + one.certificate.public_bytes(Encoding.PEM))
    (gateway.folder / "pid").mkdir()
    anchor = state.anchor.certificate.public_bytes(Encoding.PEM)
    (gateway.folder / "pid" / "anchor.pem").write_bytes(anchor)
    (gateway.folder / "pid" / "anchor.crl").write_bytes(state.crl())
    yield from gateway.opened(WALLET.format(elsewhere=str(device == "elsewhere").lower()))


def answered(page: Page, wallet: Wallet, device: str) -> str:
    """Have a wallet answer what the page asks, and return where it is told to send the browser."""
    begun(page)
    page.get_by_role("link", name="Sign in with a European identity wallet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your wallet is asked")
    pictures = page.get_by_role("img", name="A picture that your wallet can scan")
    assert pictures.count() == (device == "elsewhere")
    return sent(page, wallet)


def sent(page: Page, wallet: Wallet) -> str:
    """Have a wallet answer what the page asks."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Your wallet is asked")
    address = page.get_by_role("link", name="Open the wallet on this device").get_attribute("href") or ""
    assert address.startswith("openid4vp://?")
    request = httpx.get(httpx.URL(address.replace("openid4vp://", "http://wallet/")).params["request_uri"])
    assert request.headers["content-type"] == "application/oauth-authz-req+jwt"
    where, form = wallet.answer(address, request.text)
    told = httpx.post(where, data=form)
    assert told.status_code == 200, told.text
    again = httpx.post(where, data=form)
    assert again.status_code == 404
    return str(told.json()["redirect_uri"])


def test_a_wallet_presents_a_pid(
    walleted: Page, state: State, device: str, browser: Browser, tmp_path: Path
) -> None:
    home = answered(walleted, Wallet(state), device)
    stranger = browser.new_context()
    opened = stranger.new_page()
    opened.goto(home)  # another browser comes by the wallet's link: a phone's, or an attacker's victim's
    expect(opened.get_by_role("heading", level=1)).to_have_text("That did not work")
    stranger.close()
    if device == "here":
        walleted.get_by_role("link", name="Look again now").click()
        expect(walleted.get_by_role("heading", level=1)).to_have_text("Your wallet is asked")
        walleted.goto(home)
    expect(walleted.get_by_role("heading", level=2).first).to_have_text("What is the credential for?")
    expect(walleted.locator("main")).to_contain_text("From a European identity wallet, assurance high.")
    edci = downloaded(walleted, "EDCI XML", tmp_path, recipient=badges.LEARNER)
    assert xsd_faults(edci) == []
    assert b"1999-02-03" in edci
    walleted.get_by_role("link", name="Choose otherwise, or another format").click()
    elm = downloaded(walleted, "ELM JSON-LD", tmp_path, recipient=badges.LEARNER)
    assert shacl_problems(elm, "converted") == []
    assert b"1999-02-03" in elm


def test_another_persons_wallet_and_one_without_binding_are_refused(
    walleted: Page, state: State, device: str
) -> None:
    home = answered(walleted, Wallet(state, bent=lambda text: text[: text.rindex("~") + 1]), device)
    walleted.goto(home)
    expect(walleted.locator("main")).to_contain_text("identity.pid-binding")
    other = {"given_name": "Jan", "family_name": "Jansen", "birthdate": "1980-01-01"}
    walleted.goto(answered(walleted, Wallet(state, person=other), device))
    for box in walleted.get_by_role("checkbox").all():
        box.check()
    walleted.get_by_label("The value your badge knows you by").fill(badges.LEARNER)
    walleted.get_by_role("button", name=re.compile("ELM JSON-LD")).click()
    expect(walleted.locator("main")).to_contain_text("identity.mismatch")


def compared(page: Page, credential: bytes, state: State, person: Claims) -> str:
    """Have a wallet compared with a credential, and return what the page says."""
    page.goto("/")
    file = {"name": "c.jsonld", "mimeType": "application/ld+json", "buffer": credential}
    page.get_by_label("Choose a file").set_input_files([file])
    page.get_by_role("button", name="Check it").click()
    page.get_by_role("button", name="Ask the person's wallet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Is this the person you have in mind?")
    page.get_by_role("link", name="Sign in with a European identity wallet").click()
    page.goto(sent(page, Wallet(state, person=dict(person))))
    shown = page.get_by_role("heading", level=1)
    expect(shown).to_contain_text("person")
    for value in ("Noor", "de Wit", "1999-02-03"):
        assert value not in page.content()
    address = page.url
    answer = shown.inner_text()
    page.goto(address)
    expect(shown).to_have_text("That did not work")  # it is told once
    return answer


@pytest.mark.parametrize("device", ["here"], indirect=True)
def test_an_employer_compares_with_a_wallet(walleted: Page, state: State, tmp_path: Path) -> None:
    walleted.goto(answered(walleted, Wallet(state), "here"))
    elm = downloaded(walleted, "ELM JSON-LD", tmp_path, recipient=badges.LEARNER)
    least = {"given_name": "Noor", "family_name": "de Wit", "birthdate": "1999-02-03"}
    people = [least, {**least, "given_name": "N."}, {**least, "birthdate": "1999-02-04"}]
    answers = [compared(walleted, elm, state, one) for one in people]
    assert answers == ["This is the person", "This may be the person", "This is another person"]
