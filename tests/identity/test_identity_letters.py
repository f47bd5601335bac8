"""An answer that comes beside the browser waits for it, once, and nobody else's browser gets at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from bundles import NOW
from gateway_web import Caller, web_of_badges
from holders import Holder
from samples import badges
from sign_in_stub import StubSignIn

from api.app import create_app
from api.identity.sessions import NoSession, Sessions
from api.identity.source import Begun
from api.settings import Settings
from schemas.errors import Unavailable
from schemas.identity import Identity
from verifier.bundle import BundleFetcher

FORM = {"content-type": "application/x-www-form-urlencoded"}


@dataclass
class Posting(StubSignIn):
    """Answers by a form that it has the browser post; with `asked`, as a wallet does."""

    asked: str = ""
    seen: list[Mapping[str, str]] = field(default_factory=list)

    def begin(self, back: str, *, now: datetime) -> Begun:
        begun = super().begin(back, now=now)
        address = "openid4vp://?x=y" if self.asked else "https://node.example/sign-in"
        return Begun(address=address, kept=begun.kept, letter=begun.kept["state"], request=self.asked)

    def finish(self, begun: Begun, back: str, said: Mapping[str, str], *, now: datetime) -> Identity:
        self.seen.append(said)
        return super().finish(begun, back, said, now=now)


@pytest.fixture
def stub() -> Posting:
    return Posting(recipient={"id": badges.LEARNER})


@pytest.fixture
def caller(tmp_path: Path, stub: Posting) -> Caller:
    settings = Settings(sign_ins=(stub,), database=f"sqlite:///{tmp_path / 'gateway.db'}")
    return Caller(create_app(settings, fetcher=BundleFetcher(web_of_badges()), clock=lambda: NOW))


def away(holder: Holder) -> str:
    """Go to the source, and return the name that its answer bears."""
    holder.begin()
    gone = holder.get(f"{holder.path}/sign-in/stub")
    assert gone.status_code == 303
    running = holder.caller.app.state.service.identities
    name, _, key = holder.cookie.partition("=")[2].partition(".")
    begun = running.get(name, key, now=NOW).begun
    assert begun is not None
    return begun.letter


def posted(caller: Caller, path: str, fields: dict[str, str]) -> httpx.Response:
    """Post as another site has a browser do it: the key does not come along."""
    return caller.post(f"/identity/back/stub{path}", content=urlencode(fields), headers=FORM)


def home(answer: httpx.Response) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("http://gateway.test")


def test_a_posted_answer_is_finished_by_the_browser_that_began(caller: Caller, stub: Posting) -> None:
    holder, other = Holder(caller), Holder(caller)
    letter = away(holder)
    onwards = home(posted(caller, "/answer", {"RelayState": letter, "state": letter, "SAMLResponse": "x"}))
    away(other)
    assert other.get(onwards).status_code == 404
    assert caller.get(onwards).status_code == 404
    assert not stub.seen
    done = holder.get(onwards)
    assert home(done) == holder.path
    (said,) = stub.seen
    assert said["SAMLResponse"] == "x"
    assert "Noor" in holder.get(holder.path).text
    assert holder.get(onwards).status_code == 404


def test_a_browser_without_the_code_does_not_finish(caller: Caller, stub: Posting) -> None:
    holder = Holder(caller)
    letter = away(holder)
    assert holder.get("/identity/back/stub").status_code == 404
    onwards = home(posted(caller, "/answer", {"RelayState": letter, "state": letter}))
    for guess in ("", "?response_code=", "?response_code=guessed", "?response_code=%C3%A9"):
        assert holder.get(f"/identity/back/stub{guess}").status_code == 404
    assert not stub.seen
    assert home(holder.get(onwards)) == holder.path


def test_a_wallet_is_shown_until_it_has_answered(caller: Caller, stub: Posting) -> None:
    stub.asked = "a.b.c"
    holder = Holder(caller)
    letter = away(holder)
    waiting = holder.get("/identity/back/stub?lang=nl")
    assert "Uw wallet krijgt een vraag" in waiting.text
    assert "openid4vp://?x=y" in waiting.text
    assert "segno" not in waiting.text
    request = caller.get(f"/identity/back/stub/request/{letter}")
    assert request.text == "a.b.c"
    assert request.headers["content-type"] == "application/oauth-authz-req+jwt"
    assert request.headers["cache-control"] == "no-store"
    told = posted(caller, f"/answer/{letter}", {"state": letter})
    onwards = told.json()["redirect_uri"].removeprefix("http://gateway.test")
    assert home(holder.get(onwards)) == holder.path
    assert caller.get(f"/identity/back/stub/request/{letter}").status_code == 404


def test_an_answer_that_nobody_waits_for_is_not_kept(caller: Caller, stub: Posting) -> None:
    holder = Holder(caller)
    letter = away(holder)
    assert posted(caller, "/answer", {"RelayState": "guessed"}).status_code == 404
    assert posted(caller, "/answer", {}).status_code == 404
    assert posted(caller, "/answer/guessed", {}).status_code == 404
    elsewhere = caller.post(
        "/identity/back/other/answer", content=urlencode({"RelayState": letter}), headers=FORM
    )
    assert elsewhere.status_code == 404
    assert caller.get(f"/identity/back/stub/request/{letter}").status_code == 404  # it asks nothing
    assert posted(caller, "/answer", {"RelayState": letter}).status_code == 303
    assert posted(caller, "/answer", {"RelayState": letter}).status_code == 404
    assert not stub.seen


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"RelayState=x", {"content-type": "text/plain"}),
        (b"RelayState=x&RelayState=y", FORM),
        (b"RelayState=x&SAMLResponse=" + b"A" * 600_000, FORM),
        ("RelayState=é".encode(), FORM),
        (b"&".join(b"f%d=x" % one for one in range(30)), FORM),
    ],
    ids=["type", "twice", "large", "raw", "many"],
)
def test_a_form_that_is_none_is_refused(caller: Caller, content: bytes, headers: dict[str, str]) -> None:
    answer = caller.post("/identity/back/stub/answer", content=content, headers=headers)
    assert answer.status_code == 400
    assert "request.form" in answer.text


def begun(**changes: object) -> Begun:
    return Begun(**{"address": "https://node.example", "letter": "name", "request": "r", **changes})


def test_a_letter_is_forgotten_with_its_session() -> None:
    sessions = Sessions(minutes=1)
    session, key = sessions.open(b"x", now=NOW)
    sessions.begin(session.name, key, "stub", begun(), now=NOW)
    late = NOW + timedelta(minutes=2)
    with pytest.raises(NoSession):
        sessions.leave("stub", "name", {}, now=late)
    with pytest.raises(NoSession):
        sessions.asked("stub", "name", now=late)
    code = sessions.leave("stub", "name", {"a": "b"}, now=NOW)
    held = sessions.get(session.name, key, now=NOW)
    assert held.answered(code)
    assert not held.answered("")
    assert "'b'" not in repr(held)
    assert code not in repr(held)
    sessions.begin(session.name, key, "stub", begun(letter="another"), now=NOW)
    assert sessions.get(session.name, key, now=NOW).letter is None
    with pytest.raises(NoSession):
        sessions.leave("stub", "name", {}, now=NOW)
    sessions.clear()


def test_a_letter_from_elsewhere_needs_no_code() -> None:
    sessions = Sessions()
    session, key = sessions.open(b"x", now=NOW)
    sessions.begin(session.name, key, "stub", begun(elsewhere=True), now=NOW)
    assert not sessions.get(session.name, key, now=NOW).answered("")
    sessions.leave("stub", "name", {}, now=NOW)
    assert sessions.get(session.name, key, now=NOW).answered("")
    sessions.clear()


def test_there_is_room_for_so_many_bytes_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.identity.sessions._MOST_BYTES", 1000)
    sessions = Sessions()
    session, key = sessions.open(b"x" * 600, now=NOW)
    sessions.begin(session.name, key, "stub", begun(), now=NOW)
    with pytest.raises(Unavailable):
        sessions.leave("stub", "name", {"a": "b" * 500}, now=NOW)
    sessions.leave("stub", "name", {"a": "b" * 300}, now=NOW)
    with pytest.raises(Unavailable):
        sessions.open(b"x" * 200, now=NOW)
    sessions.clear()
