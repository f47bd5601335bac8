"""Sources are asked again; what rests on a revoked one is taken back as its tenant wants."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from api.status.watching import EVERY, SourceState, WhenRevoked, watch_once
from api.storage import Store
from api.storage.audit import chain_fault
from api.storage.credentials import complete, find, reserve, revoke
from api.storage.records import CredentialRecord, Origin, Sealed, State

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def sealed(store: Store, url: str = "https://badges.example/1", tenant: str = "school") -> str:
    kept = reserve(store, Origin(tenant=tenant, target="elm-json", source_url=url), now=NOW)
    complete(store, kept, Sealed(sha256="a" * 64, certificate_sha256="b" * 64), now=NOW)
    return kept.id


def saying(word: SourceState, asked: list[str] | None = None) -> Callable[[CredentialRecord], SourceState]:
    def ask(found: CredentialRecord) -> SourceState:
        if asked is not None:
            asked.append(found.id)
        return word

    return ask


def state(store: Store, name: str) -> State:
    found = find(store, name)
    assert found is not None
    return found.state


@pytest.mark.parametrize(
    ("wanted", "then"),
    [("revoke", State.REVOKED), ("suspend", State.SUSPENDED), ("report", State.SEALED)],
)
def test_a_revoked_source_is_answered_by_the_tenants_policy(
    store: Store, wanted: WhenRevoked, then: State
) -> None:
    name = sealed(store)
    (noticed,) = watch_once(store, saying(SourceState.REVOKED), lambda _: wanted, now=NOW)
    assert (noticed.credential.id, noticed.source) == (name, SourceState.REVOKED)
    assert noticed.done == ("" if wanted == "report" else wanted)
    assert state(store, name) is then
    assert chain_fault(store) == ""


def test_each_tenant_has_a_policy_of_its_own(store: Store) -> None:
    mine, other = sealed(store), sealed(store, tenant="other")
    wanted: dict[str, WhenRevoked] = {"school": "revoke", "other": "report"}
    watch_once(store, saying(SourceState.REVOKED), wanted.__getitem__, now=NOW)
    assert (state(store, mine), state(store, other)) == (State.REVOKED, State.SEALED)


def test_a_good_source_is_left_alone_and_asked_again_the_next_day(store: Store) -> None:
    name, asked = sealed(store), list[str]()
    ask = saying(SourceState.GOOD, asked)
    for passed in (timedelta(0), timedelta(hours=1), EVERY - timedelta(seconds=1), EVERY):
        watch_once(store, ask, lambda _: "revoke", now=NOW + passed)
    assert asked == [name, name]
    assert state(store, name) is State.SEALED


def test_a_silent_source_takes_nothing_back_and_is_asked_less_and_less(store: Store) -> None:
    name, asked = sealed(store), list[datetime]()

    for minutes in range(0, 60 * 24, 5):
        now = NOW + timedelta(minutes=minutes)

        def ask(_: CredentialRecord, now: datetime = now) -> SourceState:
            asked.append(now)
            return SourceState.SILENT

        watch_once(store, ask, lambda _: "revoke", now=now)
    waits = [(later - sooner).total_seconds() / 60 for sooner, later in itertools.pairwise(asked)]
    assert waits == [15, 30, 60, 120, 240, 480]
    assert state(store, name) is State.SEALED


def test_what_has_no_source_or_was_revoked_is_not_asked(store: Store) -> None:
    sealed(store, url="")
    revoke(store, sealed(store), "error", now=NOW)
    reserve(store, Origin(tenant="school", target="elm-json", source_url="https://a.example"), now=NOW)
    asked: list[str] = []
    assert watch_once(store, saying(SourceState.GOOD, asked), lambda _: "revoke", now=NOW) == ()
    assert asked == []
