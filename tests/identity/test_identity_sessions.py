"""Sessions: for one browser, for some minutes, and gone."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from identity_samples import NOW, identity

from api.gateway.asking import NotUnderstood
from api.identity import sessions
from api.identity.sessions import NoSession, Sessions
from api.identity.source import Begun
from api.settings import Settings
from schemas.errors import Unavailable


def test_a_session_belongs_to_the_browser_that_opened_it() -> None:
    held = Sessions()
    session, key = held.open(b"badge", now=NOW)
    assert held.get(session.name, key, now=NOW).document == b"badge"
    for name, other in ((session.name, ""), (session.name, key + "x"), ("x", key), ("", "")):
        with pytest.raises(NoSession):
            held.get(name, other, now=NOW)


def test_it_ends_after_its_minutes_to_the_second() -> None:
    held = Sessions(minutes=10)
    session, key = held.open(b"badge", now=NOW)
    held.fill(session.name, key, identity(), now=NOW)
    assert held.get(session.name, key, now=NOW + timedelta(minutes=10, seconds=-1)).identity is not None
    with pytest.raises(NoSession):
        held.get(session.name, key, now=NOW + timedelta(minutes=10))
    assert len(held) == 0


def test_it_ends_where_nobody_asks_again() -> None:
    held = Sessions(minutes=0)
    held.open(b"badge", now=NOW)
    deadline = time.monotonic() + 5
    while len(held):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_each_ends_at_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    held = Sessions(minutes=1)
    monkeypatch.setattr(held, "minutes", 0.02)
    for number in range(3):
        held.open(b"badge %d" % number, now=NOW)
        time.sleep(0.1)
    assert len(held) == 3
    lengths = set()
    deadline = time.monotonic() + 5
    while len(held):
        lengths.add(len(held))
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert lengths == {1, 2, 3}


def test_what_comes_back_is_used_once() -> None:
    held = Sessions()
    session, key = held.open(b"badge", now=NOW)
    held.begin(session.name, key, "stub", Begun(address="https://idp.example", kept={"state": "s"}), now=NOW)
    assert held.take(session.name, key, now=NOW).begun is not None
    assert held.take(session.name, key, now=NOW).begun is None


def test_a_new_sign_in_forgets_what_the_one_before_brought() -> None:
    held = Sessions()
    session, key = held.open(b"badge", now=NOW)
    held.fill(session.name, key, identity(), now=NOW)
    held.begin(session.name, key, "stub", Begun(address="https://idp.example"), now=NOW)
    assert held.get(session.name, key, now=NOW).identity is None


def test_erased_is_gone() -> None:
    held = Sessions()
    session, key = held.open(b"badge", now=NOW)
    held.erase(session.name, key, now=NOW)
    assert len(held) == 0
    with pytest.raises(NoSession):
        held.erase(session.name, key, now=NOW)


def test_no_value_and_no_key_shows_when_one_is_printed() -> None:
    held = Sessions()
    session, key = held.open(b"a badge of Noor", now=NOW)
    session = held.fill(session.name, key, identity(), now=NOW)
    assert "Noor" not in repr(session)
    assert "1999" not in repr(session)
    assert key not in repr(vars(held))
    assert session.name not in session.trace


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_MOST_BYTES", 10)
    held = Sessions()
    session, key = held.open(b"12345678", now=NOW)
    with pytest.raises(Unavailable):
        held.open(b"123", now=NOW)
    held.erase(session.name, key, now=NOW)
    held.open(b"123", now=NOW)
    held.clear()
    assert len(held) == 0


@pytest.mark.parametrize(("said", "minutes"), [("", 15), ("1", 1), ("60", 60)])
def test_the_operator_sets_the_minutes(said: str, minutes: int) -> None:
    assert Settings.from_environment({"BADGEPASS_IDENTITY_MINUTES": said}).identity_minutes == minutes


def test_an_address_that_is_none_is_refused() -> None:
    assert (
        Settings.from_environment({"BADGEPASS_BASE_URL": "https://a.example/"}).base_url
        == "https://a.example"
    )
    for said in ("a.example", "https://a b"):
        with pytest.raises(NotUnderstood):
            Settings.from_environment({"BADGEPASS_BASE_URL": said})


@pytest.mark.parametrize("said", ["0", "61", "-1", "ten", "1.5", "\u0661"])
def test_minutes_without_bound_are_refused(said: str) -> None:
    with pytest.raises(NotUnderstood):
        Settings.from_environment({"BADGEPASS_IDENTITY_MINUTES": said})
