"""The page without a browser: what it says, in which language, and that nothing in a document steers it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from gateway_web import BADGE, BAKED, Caller, web_of_badges
from page_forms import Page, hand_in, send
from samples import badges

from api.pages.rendering import asset

Gateway = Callable[..., Caller]


def test_the_start_page_works_without_script_and_loads_nothing_from_elsewhere(caller: Caller) -> None:
    page = Page(caller.get("/"))
    assert page.answer.status_code == 200
    assert page.form("/") == [("lang", "en"), ("text", ""), ("recipient", "")]
    loaded = page.tree.xpath("//@src | //link/@href")
    assert len(loaded) == 3
    for address in loaded:
        assert address.startswith("/static/")
        assert caller.get(address).status_code == 200
    assert not page.tree.xpath("//script[not(@src)] | //style | //@style | //@*[starts-with(name(), 'on')]")
    assert caller.get("/static/secret.txt").status_code == 404


def test_the_headers_let_nothing_in_and_nothing_out(caller: Caller) -> None:
    for answer in (caller.get("/"), hand_in(caller, BAKED).answer, hand_in(caller, b"nothing").answer):
        rules = answer.headers["content-security-policy"]
        assert rules.startswith("default-src 'self'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in rules
        assert "form-action 'self'" in rules
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"


def test_every_field_has_a_label_and_personal_ones_are_not_remembered(caller: Caller) -> None:
    start = Page(caller.get("/"))
    facts = send(caller, "/convert", [*hand_in(caller, BADGE).form("/convert"), ("to", "edci-xml")])
    for page in (start, hand_in(caller, BAKED), facts):
        assert page.tree.xpath("/html/@lang") == ["en"]
        for control in page.tree.xpath("//input[not(@type='hidden')] | //textarea"):
            assert page.tree.xpath(f"//label[@for='{control.get('id')}']"), control.get("name")
            for id_ in control.get("aria-describedby", "").split():
                assert page.tree.xpath(f"//*[@id='{id_}']")
        assert set(page.tree.xpath("//main//form/@autocomplete")) == {"off"}
        ids = page.tree.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert len(page.tree.xpath("//h1")) == 1
    assert facts.tree.xpath("//input[@name='fact_value']/@autocomplete")[0] == "off"


def test_a_badge_in_order_gets_three_answers_then_the_verdict(caller: Caller) -> None:
    page = hand_in(caller, BAKED, ("recipient", badges.LEARNER))
    assert page.answer.status_code == 200
    assert page.answers() == ["Yes", "Yes", "Yes"]
    assert page.words("//h1") == ["Dike Inspection"]
    text = page.words("//main")[0]
    assert "Issued by Water School" in text
    assert "2 March 2026" in text
    assert "Open Badge 2.0, in a PNG image" in text
    places = [text.index(part) for part in ("Genuine?", "Still valid?", "About this person?", "TOTAL-PASSED")]
    assert places == sorted(places)
    codes = page.words("//section[contains(@class, 'all')]//code")
    assert {"hosted.fetched", "status.revoked", "recipient.match", "extension.valid"} <= set(codes)


def test_somebody_else_is_a_no(caller: Caller) -> None:
    page = hand_in(caller, BAKED, ("recipient", "00000000-0000-4000-8000-000000000000"))
    assert page.answers() == ["Yes", "Yes", "No"]
    assert "TOTAL-FAILED" in page.words("//article")[0]
    assert "It is about somebody else" in page.words("//article")[0]


def test_another_kind_of_identity_is_not_proven(caller: Caller) -> None:
    assert hand_in(caller, BAKED, ("recipient", "noor@example.nl")).answers() == ["Yes", "Yes", "Not proven"]


def test_what_nobody_answers_is_not_proven_and_why(gateway: Gateway) -> None:
    page = hand_in(gateway({}), BADGE)
    assert page.answers() == ["Not proven", "Not proven", "Not asked"]
    assert "INDETERMINATE" in page.words("//article")[0]
    (reasons,) = page.words("//section[h2='What is wrong or not proven']")
    assert "The issuer's server did not show this badge" in reasons


def test_a_revoked_badge_is_a_no_and_not_converted(gateway: Gateway) -> None:
    page = hand_in(gateway(web_of_badges(assertion=badges.revoked())), BADGE)
    assert page.answers()[1] == "No"
    assert "The issuer has revoked it." in page.words("//article")[0]
    assert not page.tree.xpath("//form[@action='/convert']")


def test_a_draft_without_a_seal_is_never_genuine(caller: Caller) -> None:
    draft = b"""{"@context": ["https://www.w3.org/2018/credentials/v1",
        "http://data.europa.eu/snb/model/context/edc-ap"],
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"], "id": "urn:credential:1",
        "issuer": {"id": "urn:epass:org:1", "type": "Organisation", "legalName": {"en": "Polder"}},
        "credentialSubject": {"id": "urn:epass:person:1", "type": "Person"}}"""
    assert hand_in(caller, draft).answers()[0] in {"No", "Not proven"}


def test_pasted_text_and_links_are_taken_as_they_are(caller: Caller) -> None:
    pasted = BADGE.decode().replace("\n", "\r\n")  # a browser writes line ends so
    assert send(caller, "/", [("text", f"  {pasted}\r\n"), ("lang", "en")]).answers()[:2] == ["Yes", "Yes"]
    assert send(caller, "/", [("text", badges.ASSERTION), ("lang", "en")]).answers()[:2] == ["Yes", "Yes"]


def test_the_deep_link_shows_the_verdict_and_keeps_its_address_in_the_other_language(caller: Caller) -> None:
    page = Page(caller.get("/", params={"url": badges.ASSERTION, "lang": "nl"}))
    assert page.answers() == ["Ja", "Ja", "Niet gevraagd"]
    assert page.tree.xpath("//form[@class='switch']/@method") == ["get"]
    assert page.tree.xpath("//form[@class='switch']/input/@value") == [badges.ASSERTION]
    refused = Page(caller.get("/", params={"url": "file:///etc/passwd"}))
    assert refused.answer.status_code == 400
    assert "request.url" in refused.words("//main")[0]


def test_the_person_can_be_asked_about_afterwards(caller: Caller) -> None:
    first = hand_in(caller, BAKED)
    fields = [(name, badges.LEARNER if name == "recipient" else value) for name, value in first.form("/")]
    assert send(caller, "/", fields).answers() == ["Yes", "Yes", "Yes"]


def test_the_switch_shows_the_same_verdict_in_the_other_language(caller: Caller) -> None:
    page = hand_in(caller, BAKED, ("recipient", badges.LEARNER))
    assert page.tree.xpath("//form[@class='switch']/@method") == ["post"]
    fields = [(one.get("name"), one.get("value")) for one in page.tree.xpath("//form[@class='switch']/input")]
    dutch = send(caller, "/", [*fields, ("lang", "nl")])
    assert dutch.answers() == ["Ja", "Ja", "Ja"]
    assert dutch.answer.headers["content-language"] == "nl"
    assert dutch.tree.xpath("/html/@lang") == ["nl"]
    assert "De eigen server van de uitgever bevestigt deze badge." in dutch.words("//article")[0]
    assert dutch.tree.xpath("//article//span[@lang='en']")  # the official word is marked as English


def test_the_browser_chooses_the_language_until_the_visitor_does(caller: Caller) -> None:
    assert "Controleer" in Page(caller.get("/", headers={"accept-language": "nl"})).words("//h1")[0]
    assert "Check" in Page(caller.get("/?lang=en", headers={"accept-language": "nl"})).words("//h1")[0]


HOSTILE = "</h1><script>alert(1)</script>\"'><img src=x onerror=alert(1)>\u202egnp.exe\u2066\u0007{{7*7}}"


def test_nothing_in_a_document_becomes_part_of_the_page(gateway: Gateway) -> None:
    web = web_of_badges(
        badge_class=badges.badge_class(name=HOSTILE), issuer=badges.issuer(name=HOSTILE, url="javascript:a()")
    )
    page = hand_in(gateway(web), badges.baked_png(badges.dumped(badges.assertion())))
    assert len(page.tree.xpath("//script")) == 1
    assert not page.tree.xpath("//img")
    assert not page.tree.xpath("//a[starts-with(@href, 'javascript')]")
    assert "<script>alert(1)</script>" in page.words("//h1")[0]
    for sign in ("\u202e", "\u2066", "\u0007"):
        assert sign not in page.answer.text
    assert "{{7*7}}" in page.answer.text
    assert page.tree.xpath("//h1/bdi")


def test_a_hostile_name_of_a_part_stays_text(caller: Caller) -> None:
    page = hand_in(caller, badges.zipped({f"{HOSTILE}.json": BADGE, "b.png": BAKED}))
    assert len(page.tree.xpath("//script")) == 1
    assert not page.tree.xpath("//img")


def test_of_several_documents_one_is_chosen(caller: Caller) -> None:
    other = badges.dumped(badges.assertion(id=f"{badges.HOST}/elsewhere"))
    page = hand_in(caller, badges.zipped({"b.json": other, "a.png": BAKED}), ("recipient", badges.LEARNER))
    assert page.words("//ul[@class='parts']//b")[0]
    choices = page.tree.xpath("//button[@name='part']/@value")
    assert choices == ["0", "1"]
    names = page.words("//ul[@class='parts']/li")
    for choice, name in zip(choices, names, strict=True):
        chosen = send(caller, "/", [*page.form("/"), ("part", choice)])
        assert chosen.answers() == (
            ["Yes", "Yes", "Yes"] if "a.png" in name else ["Not proven", "Not proven", "Yes"]
        )
    beyond = send(caller, "/", [*page.form("/"), ("part", "7")])
    assert beyond.answer.status_code == 400


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"Dear sir or madam", 415, "format.read.unknown"),
        (b'{"a": ', 422, "format.read"),
        (b"<!DOCTYPE a><europassCredential/>", 422, "format.read"),
    ],
)
def test_an_error_is_a_page_with_code_sentence_and_the_status_of_every_door(
    caller: Caller, data: bytes, status: int, code: str
) -> None:
    page = hand_in(caller, data)
    assert page.answer.status_code == status == caller.post("/v1/verify", content=data).status_code
    assert page.words("//h1") == ["That did not work"]
    assert any(one.startswith(code) for one in page.words("//dd/code"))
    problem = caller.post("/v1/verify", content=data).json()["problems"][0]
    assert " ".join(problem["message"].split()) in page.words("//main")[0]


def test_an_empty_form_asks_for_something(caller: Caller) -> None:
    page = send(caller, "/", [("lang", "nl"), ("text", " "), ("document", b"")])
    assert page.answer.status_code == 400
    assert page.words("//*[@role='alert']") == ["Kies eerst een bestand, of plak een link of tekst."]


def test_two_inputs_at_once_are_refused_and_none_is_dropped(caller: Caller) -> None:
    page = hand_in(caller, BAKED, ("text", "https://example.nl/1"))
    assert page.answer.status_code == 400
    assert "request.document" in page.words("//main")[0]


def test_too_large_is_a_page_too_whether_announced_or_not(gateway: Gateway) -> None:
    caller = gateway(max_body=2000)
    page = hand_in(caller, b"x" * 4000, ("lang", "nl"))
    assert page.answer.status_code == 413
    assert "request.size" in page.words("//main")[0]
    assert (
        caller.post("/v1/verify", content=b"x" * 4000).headers["content-type"] == "application/problem+json"
    )


def test_damaged_forms_are_refused_in_words(caller: Caller) -> None:
    raw = Page(caller.post("/", content=b"x", headers={"content-type": "multipart/form-data; boundary=a"}))
    plain = Page(caller.post("/", data={"text": "x"}))
    carried = send(caller, "/", [("carried", "not base64!")])
    facts = send(caller, "/convert", [("carried", "eA=="), ("to", "ob2"), ("fact_key", "[issuer] country")])
    for page in (raw, plain, carried, facts):
        assert page.answer.status_code == 400, page.answer.text
        assert "request.form" in page.words("//main")[0]


def test_a_fault_of_ours_is_a_page_and_gives_nothing_away(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(badges.LEARNER)

    monkeypatch.setattr("api.pages.routes.verified", broken)
    page = hand_in(gateway(), BAKED, ("recipient", badges.LEARNER))
    assert page.answer.status_code == 500
    assert "internal.error" in page.words("//main")[0]
    assert badges.LEARNER not in page.words("//main")[0]
    assert badges.LEARNER not in caplog.text


def test_a_document_too_large_to_travel_is_verified_and_says_so(gateway: Gateway) -> None:
    large = badges.png(badges.itxt(BADGE), badges.itxt(b"x" * 500_000, keyword=b"Comment"))
    page = hand_in(gateway(max_body=800_000), large)
    assert page.answers() == ["Yes", "Yes", "Not asked"]
    assert not page.tree.xpath("//form[@action='/convert']")
    assert "too large to travel along" in page.words("//main")[0]


def test_reloading_a_result_leads_back_to_the_start(caller: Caller) -> None:
    for path in ("/convert", "/download"):
        answer = caller.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/"


def test_the_style_sheet_is_small() -> None:
    assert len(asset("page.css")) <= 12_000
    assert b"http" not in asset("page.css") + asset("page.js")
