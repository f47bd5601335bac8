"""A real browser: a holder signs in, ticks, downloads and erases; an employer compares; in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import chromium, served
from bundles import NOW
from gateway_web import BADGE, PROFILE, web_of_badges
from official_edci import xsd_faults
from official_elm import shacl_problems
from playwright.sync_api import Browser, Page, expect
from samples import badges
from sign_in_stub import StubSignIn

from api.app import create_app
from api.settings import Settings
from verifier.bundle import BundleFetcher

pytestmark = [pytest.mark.chromium, pytest.mark.shared]

FACTS = PROFILE[: PROFILE.index(b"[learner]")]
FILE = {"name": "badge.json", "mimeType": "application/json", "buffer": BADGE}
TOML = {"name": "school.toml", "mimeType": "application/toml", "buffer": FACTS}


@pytest.fixture
def stub() -> StubSignIn:
    return StubSignIn(recipient={"id": badges.LEARNER})


@pytest.fixture
def address(tmp_path: Path, stub: StubSignIn) -> Iterator[str]:
    settings = Settings(sign_ins=(stub,), database=f"sqlite:///{tmp_path / 'gateway.db'}")
    app = create_app(settings, fetcher=BundleFetcher(web_of_badges()), clock=lambda: NOW)
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, java_script_enabled=request.param, locale="en-GB")
    context.set_default_timeout(10_000)
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    # A status on the way is an answer, and the browser's console tells it.
    assert not [one for one in complaints if "status of 4" not in one]


def signed_in(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Choose a file").set_input_files([FILE])
    page.get_by_role("button", name="Check it").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who you are, in your credential")
    page.get_by_role("link", name="Sign in with a European login (eIDAS)").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("What is the credential for?")


def downloaded(page: Page, folder: Path) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("button", name=re.compile("^Download ")).click()
    started.value.save_as(folder / "out")
    return (folder / "out").read_bytes()


def test_a_holder_decides_what_goes_in(page: Page, tmp_path: Path) -> None:
    signed_in(page)
    page.get_by_role("link", name="A diploma supplement").click()
    boxes = page.get_by_role("checkbox")
    assert boxes.count() == 3
    assert not any(one.is_checked() for one in boxes.all())
    for label in ("Given name", "Family name", "Date of birth"):
        page.get_by_label(label).check()
    page.get_by_text("Institution profile (TOML").first.click()
    page.locator("#profile").set_input_files([TOML])
    page.get_by_role("button", name=re.compile("EDCI XML")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Converted to Europass EDCI XML")
    document = downloaded(page, tmp_path)
    assert xsd_faults(document) == []
    assert b"1999-02-03" in document
    assert b"Zierikzee" not in document

    page.get_by_role("link", name="Choose otherwise, or another format").click()
    page.get_by_role("link", name="A micro-credential").click()
    for label in ("Given name", "Family name"):
        page.get_by_label(label).check()
    page.get_by_text("Institution profile (TOML").first.click()
    page.locator("#profile").set_input_files([TOML])
    page.get_by_role("button", name=re.compile("ELM JSON-LD")).click()
    document = downloaded(page, tmp_path)
    assert shacl_problems(document, "converted") == []
    assert b"Noor" in document
    assert b"1999-02-03" not in document

    address = page.url
    page.get_by_role("button", name="Erase now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check a badge or credential")
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("That did not work")


def test_the_wrong_person_is_refused(page: Page, stub: StubSignIn) -> None:
    stub.recipient = {"id": "11111111-2222-4333-8444-555555555555"}
    signed_in(page)
    page.get_by_label("Given name").check()
    page.get_by_role("button", name=re.compile("ELM JSON-LD")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("That did not work")
    expect(page.locator("main")).to_contain_text("identity.mismatch")
    assert "Noor" not in page.content()


def test_the_page_is_there_in_dutch(page: Page) -> None:
    signed_in(page)
    page.get_by_role("button", name="Nederlands").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie u bent, in uw credential")
    expect(page.locator("main")).to_contain_text("Zodat een lezer ziet van wie de credential is.")


def test_an_employer_compares(page: Page, tmp_path: Path) -> None:
    signed_in(page)
    page.get_by_role("link", name="A diploma supplement").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_text("Institution profile (TOML").first.click()
    page.locator("#profile").set_input_files([TOML])
    page.get_by_role("button", name=re.compile("ELM JSON-LD")).click()
    credential = downloaded(page, tmp_path)

    page.goto("/")
    file = {"name": "c.jsonld", "mimeType": "application/ld+json", "buffer": credential}
    page.get_by_label("Choose a file").set_input_files([file])
    page.get_by_role("button", name="Check it").click()
    answers = []
    for name, born in (
        ("de Wit, Noor", "1999-02-03"),
        ("N. de Wit", "1999-02-03"),
        ("Noor de Wit", "1999-02-04"),
    ):
        page.get_by_label("Whole name").fill(name)
        page.get_by_label("Date of birth").fill(born)
        page.get_by_role("button", name="Compare").click()
        answers.append(page.get_by_role("heading", level=1).inner_text())
    assert answers == ["This is the person", "This may be the person", "This is another person"]
