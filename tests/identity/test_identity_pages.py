"""A holder signs in, sees each field, agrees to some, and downloads; the wrong person is refused."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from bundles import NOW
from gateway_web import BADGE, Caller, web_of_badges
from holders import FACTS, Holder
from official_edci import xsd_faults
from official_elm import shacl_problems
from page_forms import Page, filled_in, hand_in, send
from samples import badges
from sign_in_stub import StubSignIn
from sqlalchemy import select

from api.app import create_app
from api.settings import Settings
from api.storage import Store
from api.storage.audit import chain_fault
from api.storage.tables import audit
from verifier.bundle import BundleFetcher

VALUES = ("Noor", "de Wit", "1999-02-03", "Zierikzee", badges.LEARNER)
NAMES = ("given_name", "family_name")


def downloaded(page: Page) -> bytes:
    assert page.answer.status_code == 200, page.words("//main")
    return base64.b64decode(dict(page.form("/download"))["carried"])


@pytest.fixture
def stub() -> StubSignIn:
    return StubSignIn(recipient={"id": badges.LEARNER})


@pytest.fixture
def caller(tmp_path: Path, stub: StubSignIn) -> Caller:
    settings = Settings(sign_ins=(stub,), database=f"sqlite:///{tmp_path / 'gateway.db'}")
    return Caller(create_app(settings, fetcher=BundleFetcher(web_of_badges()), clock=lambda: NOW))


@pytest.fixture
def holder(caller: Caller) -> Holder:
    return Holder(caller)


def logged(tmp_path: Path) -> list[dict[str, Any]]:
    store = Store.open(f"sqlite:///{tmp_path / 'gateway.db'}")
    try:
        assert chain_fault(store) == ""
        with store.reading() as connection:
            rows = connection.execute(select(audit).order_by(audit.c.number)).mappings()
            return [{**row, "details": json.loads(row["details"])} for row in rows]
    finally:
        store.close()


@pytest.mark.parametrize(
    ("lang", "title", "why"),
    [
        ("en", "Who you are, in your credential", "From a European login (eIDAS), assurance high."),
        ("nl", "Wie u bent, in uw credential", "Van een Europese inlog (eIDAS), betrouwbaarheid hoog."),
    ],
)
def test_each_field_is_shown_with_its_source_and_what_it_is_for(
    caller: Caller, lang: str, title: str, why: str
) -> None:
    holder = Holder(caller, lang)
    holder.begin()
    page = holder.sign_in()
    assert page.words("//h1") == [title]
    assert [one.get("name") for one in page.tree.xpath("//input[@type='checkbox']")] == [
        "field_family_name",
        "field_given_name",
        "field_birthdate",
        "field_place_of_birth",
        "field_nationalities",
    ]
    assert not page.tree.xpath("//input[@type='checkbox'][@checked]")
    text = " ".join(page.words("//main"))
    for shown in ("Noor", "de Wit", "3 februari 1999" if lang == "nl" else "3 February 1999", "Zierikzee"):
        assert shown in text
    assert text.count(why) == 5


def test_a_purpose_shows_the_fields_it_needs_and_no_others(holder: Holder) -> None:
    holder.begin()
    holder.sign_in()
    page = holder.show("micro-credential")
    assert [one.get("name") for one in page.tree.xpath("//input[@type='checkbox']")] == [
        "field_family_name",
        "field_given_name",
    ]
    assert "Date of birth" in " ".join(page.words("//p[@class='help']"))


@pytest.mark.shared
@pytest.mark.parametrize("to", ["edci-xml", "elm-json"])
def test_what_was_ticked_goes_in_and_the_rest_does_not(holder: Holder, to: str) -> None:
    holder.begin()
    page = holder.sign_in()
    document = downloaded(holder.agree(page, to, *NAMES, "birthdate"))
    for value in (b"Noor", b"de Wit", b"1999-02-03"):
        assert value in document
    assert b"Zierikzee" not in document
    assert (xsd_faults(document) if to == "edci-xml" else shacl_problems(document, "converted")) == []
    both = downloaded(holder.agree(page, "elm-json" if to == "edci-xml" else "edci-xml", *NAMES))
    assert b"1999-02-03" not in both


def test_a_field_beyond_the_purpose_cannot_be_smuggled_in(holder: Holder) -> None:
    holder.begin()
    holder.sign_in()
    fields = [("purpose", "micro-credential"), ("profile", FACTS), ("to", "elm-json")]
    ticks = [(f"field_{name}", "yes") for name in (*NAMES, "birthdate", "place_of_birth")]
    document = downloaded(Page(holder.post(holder.path, [*fields, *ticks])))
    assert b"Noor" in document
    assert b"1999-02-03" not in document
    assert b"Zierikzee" not in document


def test_ticking_nothing_writes_nothing(holder: Holder) -> None:
    holder.begin()
    told = holder.agree(holder.sign_in(), "elm-json")
    assert told.answer.status_code == 422
    assert told.words("//p[@role='alert']") == ["Tick at least one field."]
    assert told.tree.xpath("//form[@action='/download']") == []


def test_the_wrong_person_is_refused(caller: Caller, stub: StubSignIn, tmp_path: Path) -> None:
    stub.recipient = {"id": "11111111-2222-4333-8444-555555555555"}
    holder = Holder(caller)
    holder.begin()
    told = holder.agree(holder.sign_in(), "elm-json", *NAMES)
    assert told.answer.status_code == 409
    assert "identity.mismatch" in told.answer.text
    for value in (*VALUES, "11111111"):
        assert value not in told.answer.text
    actions = [one["action"] for one in logged(tmp_path)]
    assert actions == ["identity.opened", "identity.received", "identity.refused"]


def test_a_supplied_value_counts_with_the_name_the_badge_shows(caller: Caller, stub: StubSignIn) -> None:
    stub.recipient = None
    holder = Holder(caller)
    holder.begin()
    page = holder.sign_in()
    told = holder.agree(page, "elm-json", *NAMES, recipient=badges.LEARNER)
    assert b"Noor" in downloaded(told)
    assert "the name that the document shows" in " ".join(told.words("//dd"))
    assert holder.agree(page, "elm-json", *NAMES).answer.status_code == 409
    stub.said = {"given_name": "Saar", "family_name": "Bakker"}
    other = Holder(caller)
    other.begin()
    assert (
        other.agree(other.sign_in(), "elm-json", *NAMES, recipient=badges.LEARNER).answer.status_code == 409
    )


def test_who_signs_in_never_vouches(caller: Caller, stub: StubSignIn) -> None:
    stub.recipient = None
    stub.source = "institution"
    holder = Holder(caller)
    holder.begin()
    told = holder.agree(holder.sign_in(), "elm-json", *NAMES)
    assert told.answer.status_code == 409
    assert "identity.mismatch" in told.answer.text


def test_an_address_is_a_document_too(holder: Holder) -> None:
    holder.begin(badges.ASSERTION.encode())
    assert b"Noor" in downloaded(holder.agree(holder.sign_in(), "elm-json", *NAMES))


def test_the_source_sends_the_browser_to_the_address_the_operator_named(tmp_path: Path) -> None:
    settings = Settings(
        sign_ins=(StubSignIn(),),
        database=f"sqlite:///{tmp_path / 'g.db'}",
        base_url="https://badges.example",
    )
    caller = Caller(create_app(settings, fetcher=BundleFetcher(web_of_badges()), clock=lambda: NOW))
    begun = Holder(caller).post("/identity", [("document", BADGE)])
    assert "secure" in begun.headers["set-cookie"].lower()
    path = begun.headers["location"].partition("?")[0]
    cookie = begun.headers["set-cookie"].partition(";")[0]
    away = caller.get(f"{path}/sign-in/stub", headers={"cookie": cookie}).headers["location"]
    assert away.startswith("https://badges.example/identity/back/stub?")


def test_facts_that_miss_are_asked_for_and_the_answer_is_kept(holder: Holder) -> None:
    holder.begin()
    page = holder.sign_in()
    asked = holder.agree(page, "edci-xml", *NAMES, "birthdate", profile=b"")
    assert asked.answer.status_code == 422
    fields = asked.form(holder.path)
    assert ("field_birthdate", "yes") in fields
    assert not [value for _, value in fields if value in VALUES]
    facts = {
        key: value
        for key, value in _facts().items()
        if any(value_ == key for name, value_ in fields if name == "fact_key")
    }
    answered = filled_in(fields, facts)
    document = downloaded(Page(holder.post(holder.path, [*answered])))
    assert b"1999-02-03" in document


def _facts() -> dict[str, str]:
    common = {
        "legal_name": "Polder University",
        "country": "NL",
        "registration": "12345678",
        "email": "office@polder.example.nl",
        "address": "Dijk 1, Delft",
        "url": "https://polder.example.nl",
    }
    places = ("issuer", "awarding_body", *(f'organisation."{badges.ISSUER}"' for _ in range(1)))
    return {f"[{place}] {name}": value for place in places for name, value in common.items()}


def test_another_browser_gets_nothing(caller: Caller, holder: Holder) -> None:
    holder.begin()
    holder.sign_in()
    stranger = Holder(caller)
    for cookie in ("", "badgepass_identity=x.y", holder.cookie.partition(".")[0] + ".wrong"):
        stranger.cookie = cookie
        for path in (holder.path, f"{holder.path}/sign-in/stub", "/identity/back/stub?state=s"):
            answer = stranger.get(path)
            assert answer.status_code == 404
            assert not [value for value in VALUES if value in answer.text]
        assert stranger.post(holder.path, [("to", "elm-json")]).status_code == 404
        assert stranger.post(f"{holder.path}/erase", []).status_code in (400, 404)
    assert holder.show().answer.status_code == 200


def test_what_comes_back_twice_or_unasked_is_refused(holder: Holder) -> None:
    holder.begin()
    assert holder.get("/identity/back/stub?state=s&code=c").status_code == 404
    away = holder.get(f"{holder.path}/sign-in/stub").headers["location"]
    home = away.removeprefix("http://gateway.test")
    forged = holder.get("/identity/back/stub?state=forged&code=c")
    assert forged.status_code == 409
    assert "identity.state" in forged.text
    assert holder.get(home).status_code == 404
    assert holder.get(f"{holder.path}/sign-in/nowhere").status_code == 404


def test_erased_is_gone_at_once(caller: Caller, holder: Holder) -> None:
    for way in ("delete", "form"):
        page = holder.begin()
        holder.sign_in()
        if way == "delete":
            answer = caller.request("DELETE", holder.path, headers={"cookie": holder.cookie})
            assert answer.status_code == 204
        else:
            answer = holder.post(f"{holder.path}/erase", page.form(f"{holder.path}/erase"))
            assert answer.status_code == 303
        assert 'badgepass_identity=""' in answer.headers["set-cookie"]
        assert holder.show().answer.status_code == 404
        assert len(caller.app.state.service.identities) == 0


def test_the_log_says_who_when_what_and_why_and_no_value(holder: Holder, tmp_path: Path) -> None:
    holder.begin()
    downloaded(holder.agree(holder.sign_in(), "elm-json", *NAMES))
    holder.caller.request("DELETE", holder.path, headers={"cookie": holder.cookie})
    entries = logged(tmp_path)
    assert [one["action"] for one in entries] == [
        "identity.opened",
        "identity.received",
        "identity.consented",
        "identity.erased",
    ]
    assert {one["actor"] for one in entries} == {"holder"}
    assert len({one["subject"] for one in entries}) == 1
    assert holder.path.rpartition("/")[2] not in entries[0]["subject"]
    said = entries[2]["details"]
    assert [one["field"] for one in said["fields"]] == ["family_name", "given_name"]
    assert {one["ground"] for one in said["fields"]} == {"consent"}
    assert (said["purpose"], said["target"]) == ("eidas-matching", "elm-json")
    for value in VALUES:
        assert value not in json.dumps(entries, default=str)


def test_without_a_source_nobody_is_asked_to_sign_in() -> None:
    plain = Caller(create_app(fetcher=BundleFetcher(web_of_badges()), clock=lambda: NOW))
    assert hand_in(plain, BADGE).tree.xpath("//main//form[@action='/identity']") == []
    assert send(plain, "/identity", [("document", BADGE)]).answer.status_code == 404


@pytest.mark.parametrize("document", [b"", b"Dear sir", b"{}"])
def test_a_session_needs_a_document(caller: Caller, document: bytes) -> None:
    assert send(caller, "/identity", [("document", document)]).answer.status_code in (400, 415, 422)
    assert len(caller.app.state.service.identities) == 0
