"""A real browser: a badge image goes in, a verdict and a converted file come out; with and without script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import chromium, served
from bundles import NOW
from gateway_web import BAKED, web_of_badges
from playwright.sync_api import Browser, BrowserContext, Page, expect
from samples import badges

from api.app import create_app
from converter.read import read
from schemas.document import Document, Format
from verifier.bundle import BundleFetcher

pytestmark = pytest.mark.chromium

FILE = {"name": "badge.png", "mimeType": "image/png", "buffer": BAKED}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the gateway on a port of this machine, with the sample badge's web around it."""
    app = create_app(fetcher=BundleFetcher(web_of_badges()), clock=lambda: NOW)
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """A fresh page, once with script and once without; what it complains about fails the test."""
    context = browser.new_context(base_url=address, java_script_enabled=request.param, locale="en-GB")
    yield from _opened(context)


@pytest.fixture
def scripted(browser: Browser, address: str) -> Iterator[Page]:
    yield from _opened(browser.new_context(base_url=address, locale="en-GB"))


def _opened(context: BrowserContext) -> Iterator[Page]:
    context.set_default_timeout(20_000)
    opened = context.new_page()
    complaints: list[str] = []
    elsewhere: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda asked: elsewhere.append(asked.url) if "127.0.0.1" not in asked.url else None)
    yield opened
    context.close()
    assert not elsewhere, "the page loads nothing from elsewhere"
    # A status of 422 on the way is the form asking for facts, and the browser's console tells it.
    assert not [one for one in complaints if "422" not in one]


def hand_in(page: Page, *, recipient: str = "") -> None:
    page.goto("/")
    page.get_by_label("Choose a file").set_input_files([FILE])
    page.get_by_label("Is it about this person?").fill(recipient)
    page.get_by_role("button", name="Check it").click()


def three(page: Page) -> list[str]:
    return page.locator(".answer h2 b").all_text_contents()


def test_a_badge_goes_in_and_a_verdict_and_a_credential_come_out(page: Page, tmp_path: Path) -> None:
    hand_in(page, recipient=badges.LEARNER)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dike Inspection")
    assert three(page) == ["Yes", "Yes", "Yes"]
    expect(page.locator(".verdict")).to_contain_text("Everything that counts was proven")
    expect(page.locator(".verdict")).to_contain_text("TOTAL-PASSED")
    assert badges.LEARNER not in page.url

    page.get_by_role("button", name="Convert to Europass ELM JSON-LD").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Some facts are missing")
    page.get_by_label("eIDAS legal identifier").fill("NTRNL-12345678")
    for field in page.get_by_label("Country, two letters").all():
        field.fill("nl")
    page.get_by_role("button", name="Convert to Europass ELM JSON-LD").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Converted to Europass ELM JSON-LD")
    shown = page.locator("dd code").first.inner_text()
    with page.expect_download() as started:
        page.get_by_role("button", name=re.compile("^Download ")).click()
    assert started.value.suggested_filename == "dike-inspection.jsonld"
    started.value.save_as(tmp_path / "out")
    made = (tmp_path / "out").read_bytes()
    assert hashlib.sha256(made).hexdigest() == re.sub(r"\s", "", shown)
    found = read(made)
    assert isinstance(found, Document)
    assert found.format is Format.ELM
    assert base64.b64encode(badges.dumped(badges.assertion())) in made  # the original, byte for byte


def test_the_verdict_is_the_same_in_the_other_language(page: Page) -> None:
    hand_in(page)
    assert three(page) == ["Yes", "Yes", "Not asked"]
    page.get_by_role("button", name="Nederlands").click()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    assert three(page) == ["Ja", "Ja", "Niet gevraagd"]


def test_a_pasted_link_is_followed(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Paste a link or text").fill(badges.ASSERTION)
    page.get_by_role("button", name="Check it").click()
    assert three(page) == ["Yes", "Yes", "Not asked"]


def test_it_works_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_label("Paste a link or text").focus()
    page.keyboard.insert_text(badges.ASSERTION)
    page.keyboard.press("Tab")
    expect(page.get_by_label("Is it about this person?")).to_be_focused()
    page.keyboard.type(badges.LEARNER)
    page.keyboard.press("Enter")
    expect(page.locator(".answers")).to_be_visible()
    assert three(page) == ["Yes", "Yes", "Yes"]


def test_a_dropped_file_is_chosen_and_work_is_told(scripted: Page) -> None:
    scripted.goto("/")
    scripted.evaluate(
        """(data) => {
            const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
            const dropped = new DataTransfer();
            dropped.items.add(new File([bytes], "dropped.png"));
            const event = new DragEvent("drop", {dataTransfer: dropped, bubbles: true, cancelable: true});
            document.querySelector("[data-drop]").dispatchEvent(event);
        }""",
        base64.b64encode(BAKED).decode(),
    )
    expect(scripted.get_by_text("Chosen: dropped.png")).to_be_visible()
    scripted.evaluate(
        """() => document.querySelector("form.ask").addEventListener("submit", (event) => {
            window.told = document.querySelector("[data-status]").textContent;
            sessionStorage.setItem("told", window.told);
        })"""
    )
    scripted.get_by_role("button", name="Check it").click()
    expect(scripted.locator(".answers")).to_be_visible()
    assert scripted.evaluate("sessionStorage.getItem('told')").startswith("Checking.")
    assert three(scripted) == ["Yes", "Yes", "Not asked"]


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_nothing_scrolls_sideways(browser: Browser, address: str, width: int, lang: str) -> None:
    context = browser.new_context(base_url=address, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"/?lang={lang}")
    _fits(page, width)
    page.locator("#document").set_input_files([FILE])
    page.locator("form.ask button").click()
    expect(page.locator(".answers")).to_be_visible()
    for details in page.locator("details").all():
        details.evaluate("one => { one.open = true }")
    _fits(page, width)
    page.locator("button[value='edci-xml']").click()
    expect(page.locator("fieldset").first).to_be_visible()
    _fits(page, width)
    context.close()


def _fits(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
