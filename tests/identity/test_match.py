"""Matching without disclosure: who is told what, how often, and that nothing remains."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from bundles import NOW
from conversions import document as document_of
from conversions import options
from gateway_web import BADGE, PROFILE, Caller, problem, web_of_badges
from identity_samples import dumped, handed
from page_forms import Page, hand_in, send
from samples import badges
from samples.sealed_conversions import SCHOOL, seal, sealing
from sealing_gateway import SealingGateway, sealing_gateway

from api.app import create_app
from api.gateway.conversion import Order, examine
from api.gateway.matching import asked_person, person_matched
from api.identity.attempts import MOST, Attempts, TooOften
from converter.convert import convert
from converter.custody import this_tool
from converter.identity_reading import identity_of
from converter.originals import records
from converter.profile import read_profile
from schemas.custody import Custody, Known, Line, Record, TableVersion
from schemas.document import Format
from schemas.identity import Assurance
from verifier import Verdict
from verifier.bundle import BundleFetcher
from verifier.matching import Match, Vouched, matched

BORN = date(1999, 2, 3)
FACTS = PROFILE[: PROFILE.index(b"[learner]")]
ID = {"id": badges.LEARNER}


def subject(**fields: Any) -> dict[str, Any]:
    return {"type": "Person", **fields}


NAMED = {"given_name": {"nl": "Noor"}, "family_name": {"nl": "de Wit"}}
DATED = {"date_of_birth": "1999-02-03T00:00:00Z"}


@pytest.mark.parametrize(
    ("fields", "name", "born", "expected"),
    [
        ({**NAMED, **DATED}, "Noor de Wit", BORN, Match.MATCH),
        ({**NAMED, **DATED}, "de Wit, NOOR", BORN, Match.MATCH),
        ({**NAMED, **DATED}, "N. de Wit", BORN, Match.CLOSE),
        ({**NAMED, **DATED}, "Noor de Wit", date(1999, 2, 4), Match.NO_MATCH),
        ({**NAMED, **DATED}, "Saar de Wit", BORN, Match.NO_MATCH),
        (NAMED, "Noor de Wit", BORN, Match.CLOSE),
        (NAMED, "Noor Bakker", BORN, Match.NO_MATCH),
        ({"full_name": {"nl": "Noor de Wit"}, **DATED}, "Noor de Wit", BORN, Match.MATCH),
        ({"given_name": {"nl": "Noor"}, **DATED}, "Noor de Wit", BORN, Match.CLOSE),
        (DATED, "Noor de Wit", BORN, Match.NOBODY),
        ({}, "Noor de Wit", BORN, Match.NOBODY),
    ],
)
def test_the_three_answers(fields: dict[str, Any], name: str, born: date, expected: Match) -> None:
    assert matched(subject(**fields), name, born).match is expected


def test_what_is_compared_does_not_depend_on_the_question() -> None:
    for name in ("Noor de Wit", "Saar Bakker"):
        assert matched(subject(**NAMED, **DATED), name, BORN).compared == ("name", "birthdate")
        assert matched(subject(**NAMED), name, BORN).compared == ("name",)


def test_the_record_says_who_vouched() -> None:
    lines = (
        Line(target="/credentialSubject/givenName", rule="identity eidas high"),
        Line(target="/credentialSubject/dateOfBirth", rule="identity eidas high"),
        Line(target="/credentialSubject/gender", rule="identity pid low"),
        Line(target="/credentialSubject/familyName", rule="identity nobody high"),
        Line(target="/credentialSubject/familyName", rule="identity eidas sure"),
    )
    record = Record(
        tool=("badgepass", "0"),
        at="2026-11-23T12:00:00Z",
        target=Format.ELM,
        tables=(TableVersion(format=Format.ELM, number=1, sha256="00" * 32),),
        origins=(),
        added=lines,
    )
    told = matched(subject(**NAMED), "Noor de Wit", BORN, record)
    assert told.vouched == (Vouched(source="eidas", assurance=Assurance.HIGH),)


def test_attempts_are_bounded_for_each_credential_and_client() -> None:
    attempts = Attempts(most=2, window=timedelta(hours=1))
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert [attempts.spend(b"c", "me", now=now) for _ in range(2)] == [1, 0]
    with pytest.raises(TooOften) as caught:
        attempts.spend(b"c", "me", now=now + timedelta(minutes=20))
    assert caught.value.wait == 40 * 60
    assert attempts.spend(b"c", "you", now=now) == 1
    assert attempts.spend(b"d", "me", now=now) == 1
    assert attempts.spend(b"c", "me", now=now + timedelta(hours=1)) == 1


def test_asking_in_vain_does_not_lengthen_the_wait() -> None:
    attempts = Attempts(most=1, window=timedelta(hours=1))
    attempts.spend(b"c", "me", now=NOW)
    for minutes in range(1, 60):
        with pytest.raises(TooOften):
            attempts.spend(b"c", "me", now=NOW + timedelta(minutes=minutes))
    assert attempts.spend(b"c", "me", now=NOW + timedelta(hours=1)) == 0


def test_what_is_counted_names_nobody() -> None:
    attempts = Attempts()
    attempts.spend(b"Noor de Wit", "192.0.2.1", now=NOW)
    assert "Noor" not in repr(vars(attempts))
    assert "192.0.2.1" not in repr(vars(attempts))


# Over HTTP.


@pytest.fixture
def gateway() -> Caller:
    return Caller(create_app(fetcher=BundleFetcher(web_of_badges()), clock=lambda: NOW))


def credential(gateway: Caller, to: str = "elm-json") -> bytes:
    files = [
        ("document", ("b", BADGE)),
        ("profile", ("p", FACTS)),
        ("identity", ("i", dumped(recipient=ID, source="eidas", loa="high"))),
    ]
    answer = gateway.post("/v1/convert", params={"to": to}, files=files)
    assert answer.status_code == 200, answer.text
    document: str = answer.json()["document"]
    return document.encode()


def asked(gateway: Caller, document: bytes, name: str, born: str, **more: str) -> httpx.Response:
    data = {"name": name, "birthdate": born, **more}
    return gateway.post("/v1/match", files={"document": ("c", document)}, data=data)


@pytest.mark.parametrize("to", ["elm-json", "edci-xml"])
def test_an_employer_is_told_yes_perhaps_or_no(gateway: Caller, to: str) -> None:
    document = credential(gateway, to)
    questions = [
        ("Noor de Wit", "1999-02-03"),
        ("N. de Wit", "1999-02-03"),
        ("Noor de Wit", "1999-02-04"),
        ("Saar Bakker", "1999-02-03"),
    ]
    told = [asked(gateway, document, name, born).json() for name, born in questions]
    assert [one["match"] for one in told] == ["match", "close", "no-match", "no-match"]
    assert [one["attempts_left"] for one in told] == [4, 3, 2, 1]
    assert {one["verdict"] for one in told} == {"INDETERMINATE"}
    assert {tuple(one["compared"]) for one in told} == {("name", "birthdate")}
    for value in ("Noor", "Wit", "Saar", "1999", "Zierikzee"):
        assert value not in json.dumps(told)


def test_the_attempts_are_spent_whatever_wraps_the_credential(gateway: Caller) -> None:
    document = credential(gateway)
    tree = json.loads(document)
    for number in range(MOST):
        spelt = json.dumps({**tree, "id": f"urn:x:{number}"}, indent=number).encode()
        assert asked(gateway, spelt, "Saar Bakker", f"1999-02-{number + 10}").status_code == 200
    answer = asked(gateway, document, "Noor de Wit", "1999-02-03")
    told = problem(answer, 429, "match.attempts")
    assert answer.headers["retry-after"] == "3600"
    assert "Noor" not in json.dumps(told)


def test_a_badge_names_nobody(gateway: Caller) -> None:
    bare = badges.dumped(badges.assertion(badge=badges.BADGE_CLASS))
    web = {url: one for url, one in web_of_badges().items() if "expand" not in url}
    told = asked(
        Caller(create_app(fetcher=BundleFetcher(web), clock=lambda: NOW)), bare, "Noor de Wit", "1999-02-03"
    ).json()
    assert (told["match"], told["compared"], told["attempts_left"]) == ("nobody", [], None)
    assert gateway


def test_a_document_that_failed_is_matched_with_nobody(gateway: Caller) -> None:
    gone = badges.dumped(badges.revoked())
    world = Caller(create_app(fetcher=BundleFetcher(web_of_badges(assertion=badges.revoked()))))
    told = problem(asked(world, gone, "Noor de Wit", "1999-02-03"), 409, "match.verdict")
    assert "Noor" not in json.dumps(told)
    assert gateway


@pytest.mark.parametrize(
    ("name", "born", "code"),
    [
        ("", "1999-02-03", "request.part"),
        ("Noor", "", "request.part"),
        ("N" * 201, "1999-02-03", "match.name"),
        ("Noor", "03-02-1999", "match.birthdate"),
        ("Noor", "1999-02-30", "match.birthdate"),
        ("Noor", "\u0661999-02-03", "match.birthdate"),
    ],
)
def test_what_is_no_question_is_refused_without_its_values(
    gateway: Caller, name: str, born: str, code: str
) -> None:
    told = problem(asked(gateway, BADGE, name, born), 400, code)
    assert "Noor" not in json.dumps(told)


def test_values_do_not_come_in_an_address(gateway: Caller) -> None:
    answer = gateway.post("/v1/match?name=Noor&birthdate=1999-02-03", content=BADGE)
    problem(answer, 400, "request.form")
    assert asked(gateway, BADGE, "Noor de Wit", "1999-02-03", more="x").status_code == 400


@pytest.fixture
def polder(tmp_path: Any) -> Iterator[SealingGateway]:
    with sealing_gateway(tmp_path) as running:
        yield running


def test_a_sealed_credential_tells_who_vouched(polder: SealingGateway) -> None:
    files = [
        ("document", ("b", BADGE)),
        ("profile", ("p", FACTS)),
        ("identity", ("i", dumped(recipient=ID, source="eidas", loa="high"))),
    ]
    answer = polder.ask("POST", "/v1/convert", params={"to": "elm-json", "seal": "polder"}, files=files)
    document = answer.json()["document"].encode()
    told = asked(polder.caller, document, "Noor de Wit", "1999-02-03").json()
    assert told["match"] == "match"
    assert told["verdict"] == "TOTAL-PASSED"
    assert told["vouched"] == [{"source": "eidas", "loa": "high"}]


def test_a_record_that_no_trusted_seal_covers_vouches_for_nobody() -> None:
    """Anybody can write that an eIDAS login vouched, and seal it with a key of their own."""
    web = BundleFetcher(web_of_badges())
    said = identity_of(handed(recipient=ID, source="eidas", loa="high"), now=NOW)
    found = examine(BADGE, Order(target=Format.ELM, identity=said), fetcher=web, now=NOW)
    record = Custody(tool=this_tool(), sources=(Known(url=badges.ASSERTION),))
    asked_for = options(
        profile=read_profile(FACTS),
        identity=found.identity,
        custody=record,
        sealing=sealing(SCHOOL, at=NOW),
    )
    sealed = seal(convert(found.source, Format.ELM, asked_for).document, Format.ELM)
    assert b"identity eidas high" in b"".join(one.data for one in records(document_of(sealed)))
    told = person_matched(
        sealed,
        asked_person("Noor de Wit", "1999-02-03"),
        client="me",
        attempts=Attempts(),
        fetcher=web,
        now=NOW,
    )
    assert told.report.verdict is Verdict.INDETERMINATE
    assert told.matched.match is Match.MATCH
    assert told.matched.vouched == ()


# On the page.


def filled(page: Page, name: str, born: str) -> list[tuple[str, str]]:
    said = {"match_name": name, "match_birthdate": born}
    return [(field, said.get(field, value)) for field, value in page.form("/match")]


@pytest.mark.parametrize(("lang", "title"), [("en", "This is the person"), ("nl", "Dit is de persoon")])
def test_the_verdict_page_asks_about_a_person(gateway: Caller, lang: str, title: str) -> None:
    verdict = send(gateway, "/", [("lang", lang), ("document", credential(gateway))])
    told = send(gateway, "/match", filled(verdict, "Noor de Wit", "1999-02-03"))
    assert told.words("//h1") == [title]
    assert "Noor" not in told.answer.text
    again = send(gateway, "/match", filled(told, "Saar Bakker", "1999-02-03"))
    assert again.words("//h1") != [title]
    assert "Saar" not in again.answer.text


def test_the_page_says_when_the_attempts_are_spent(gateway: Caller) -> None:
    verdict = hand_in(gateway, credential(gateway))
    for _ in range(MOST):
        told = send(gateway, "/match", filled(verdict, "Saar Bakker", "1999-02-03"))
    assert told.tree.xpath("//main//form[@action='/match']") == []
    spent = send(gateway, "/match", filled(verdict, "Noor de Wit", "1999-02-03"))
    assert spent.answer.status_code == 429
    assert "match.attempts" in spent.answer.text


def test_a_badge_s_page_does_not_ask(gateway: Caller) -> None:
    assert hand_in(gateway, BADGE).tree.xpath("//main//form[@action='/match']") == []
    assert gateway.get("/match").status_code == 303
