"""Records of what was sealed, on SQLite and on PostgreSQL: nothing twice, nothing undone, nothing half."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import update

from api.gateway.asking import NotUnderstood
from api.storage import Store
from api.storage.audit import chain_fault
from api.storage.backup import back_up, restored, revoked_since
from api.storage.credentials import (
    PATIENCE,
    complete,
    due_for_renewal,
    find,
    give_up,
    listed,
    reinstate,
    renewed,
    reserve,
    revoke,
    revoke_all,
    suspend,
)
from api.storage.records import Origin, Reservation, Sealed, State
from api.storage.tables import METADATA, audit, status_lists
from schemas.errors import Refused, Unavailable

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ORIGIN = Origin(
    tenant="school",
    target="elm-json",
    original_sha256="a" * 64,
    source_url="https://badges.example/1",
    source_verdict="TOTAL-PASSED",
)
SEALED = Sealed(sha256="b" * 64, certificate_sha256="c" * 64, renew_by=NOW + timedelta(days=300))


def sealed(
    store: Store, *, tenant: str = "school", made: Sealed = SEALED, now: datetime = NOW
) -> Reservation:
    kept = reserve(store, Origin(tenant=tenant, target="elm-json"), now=now)
    complete(store, kept, made, now=now + timedelta(seconds=1))
    return kept


def state(store: Store, kept: Reservation) -> State:
    found = find(store, kept.id)
    assert found is not None
    return found.state


def test_the_migrations_make_just_the_tables_that_are_used(store: Store) -> None:
    with store.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_a_database_is_opened_again_with_all_that_was_in_it(store_url: str) -> None:
    first = Store.open(store_url)
    kept = sealed(first)
    first.close()
    second = Store.open(store_url)
    assert state(second, kept) is State.SEALED
    second.close()


def test_several_instances_may_start_at_once(store_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(Store.open, [store_url] * 4))
    sealed(stores[0])
    assert chain_fault(stores[3]) == ""
    for one in stores:
        one.close()


def test_what_was_reserved_is_kept_before_it_is_sealed(store: Store) -> None:
    kept = reserve(store, ORIGIN, now=NOW)
    found = find(store, kept.id)
    assert found is not None
    assert (found.state, found.source_url, found.place) == (State.RESERVED, ORIGIN.source_url, kept.place)
    complete(store, kept, SEALED, now=NOW + timedelta(minutes=1))
    found = find(store, kept.id)
    assert found is not None
    assert (found.state, found.sha256, found.renew_by) == (State.SEALED, SEALED.sha256, SEALED.renew_by)
    assert found.sealed == NOW + timedelta(minutes=1)


def test_places_are_random_and_never_given_twice_whoever_asks(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda _: reserve(store, ORIGIN, now=NOW), range(60)))
    places = [one.place for one in kept]
    assert len(set(places)) == 60
    assert len({one.list_id for one in kept}) == 1
    assert places != sorted(places)
    assert max(places) > 60
    assert chain_fault(store) == ""


def test_a_list_half_full_is_closed_and_another_begun(store: Store) -> None:
    first = reserve(store, ORIGIN, now=NOW)
    with store.writing() as connection:
        connection.execute(update(status_lists).values(used=65_536))
    second, third = reserve(store, ORIGIN, now=NOW), reserve(store, ORIGIN, now=NOW)
    assert first.list_id != second.list_id == third.list_id


def test_each_tenant_has_lists_of_its_own(store: Store) -> None:
    assert sealed(store).list_id != sealed(store, tenant="other").list_id
    assert [one.tenant for one in listed(store, "other")] == ["other"]


def test_revoking_is_for_good_and_suspending_is_not(store: Store) -> None:
    kept = sealed(store)
    assert suspend(store, kept.id, "asked", now=NOW).state is State.SUSPENDED
    assert reinstate(store, kept.id, "answered", now=NOW).state is State.SEALED
    assert revoke(store, kept.id, "error", now=NOW).reason == "error"
    again = revoke(store, kept.id, "another reason", now=NOW)
    assert (again.state, again.reason) == (State.REVOKED, "error")
    for undo in (suspend, reinstate):
        with pytest.raises(Refused) as caught:
            undo(store, kept.id, "oops", now=NOW)
        assert caught.value.problems[0].code == "credential.revoked"
    with store.reading() as connection:
        actions = [row.action for row in connection.execute(audit.select().order_by(audit.c.number))]
    assert actions == [
        "credential.reserved",
        "credential.sealed",
        "credential.suspended",
        "credential.reinstated",
        "credential.revoked",
    ]


def test_what_was_never_sealed_cannot_be_revoked(store: Store) -> None:
    for name in ("nobody", reserve(store, ORIGIN, now=NOW).id):
        with pytest.raises(Refused) as caught:
            revoke(store, name, "error", now=NOW)
        assert caught.value.problems[0].code == "credential.unknown"


def test_a_reservation_nobody_completed_is_given_up_and_cannot_be_completed_then(store: Store) -> None:
    kept = reserve(store, ORIGIN, now=NOW)
    assert give_up(store, now=NOW + PATIENCE) == ()
    assert give_up(store, now=NOW + PATIENCE + timedelta(seconds=1)) == (kept.id,)
    assert state(store, kept) is State.ABANDONED
    with pytest.raises(Refused) as caught:
        complete(store, kept, SEALED, now=NOW + 2 * PATIENCE)
    assert caught.value.problems[0].code == "credential.abandoned"


def test_everything_of_one_certificate_is_revoked_in_one_step(store: Store) -> None:
    mine = [sealed(store) for _ in range(3)]
    newer = sealed(store, made=Sealed(sha256="d" * 64, certificate_sha256="e" * 64))
    other = sealed(store, tenant="other")
    revoke(store, mine[0].id, "error", now=NOW)
    assert set(revoke_all(store, "school", "c" * 64, "key compromised", now=NOW)) == {
        one.id for one in mine[1:]
    }
    assert [state(store, one) for one in (*mine, newer, other)] == [State.REVOKED] * 3 + [State.SEALED] * 2
    assert revoke_all(store, "school", "c" * 64, "key compromised", now=NOW) == ()


def test_what_must_be_renewed_soon_is_listed_the_most_urgent_first(store: Store) -> None:
    soon, sooner, late, never, gone = (
        sealed(store, made=Sealed(sha256="b" * 64, certificate_sha256="c" * 64, renew_by=by))
        for by in (NOW + timedelta(days=20), NOW + timedelta(days=10), NOW + timedelta(days=90), None, NOW)
    )
    revoke(store, gone.id, "error", now=NOW)
    due = due_for_renewal(store, now=NOW, within=timedelta(days=30))
    assert [one.id for one in due] == [sooner.id, soon.id]
    renewed(
        store,
        sooner.id,
        Sealed(sha256="f" * 64, certificate_sha256="", renew_by=NOW + timedelta(days=900)),
        now=NOW,
    )
    assert [one.id for one in due_for_renewal(store, now=NOW, within=timedelta(days=30))] == [soon.id]
    found = find(store, sooner.id)
    assert found is not None
    assert (found.sha256, found.certificate_sha256) == ("f" * 64, "c" * 64)
    assert late.id != never.id


@pytest.mark.parametrize("damage", ["change", "remove", "last"])
def test_a_changed_log_is_noticed(store: Store, damage: str) -> None:
    for _ in range(3):
        sealed(store)
    assert chain_fault(store) == ""
    with store.writing() as connection:
        if damage == "change":
            connection.execute(update(audit).where(audit.c.number == 2).values(actor="nobody"))
        elif damage == "remove":
            connection.execute(audit.delete().where(audit.c.number == 3))
        else:
            connection.execute(update(audit).where(audit.c.number == 6).values(details='{"a":1}'))
    number = {"change": 2, "remove": 3, "last": 6}[damage]
    assert f"Entry {number} " in chain_fault(store)


def test_a_step_that_fails_leaves_nothing(store: Store) -> None:
    kept = sealed(store)

    def half() -> None:
        with store.writing() as connection:
            connection.execute(audit.delete())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert chain_fault(store) == ""
    assert state(store, kept) is State.SEALED


def test_a_copy_that_is_put_back_gives_no_place_twice_and_vouches_for_nothing_it_does_not_know(
    tmp_path: Path,
) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'live.db'}")
    known = [sealed(store) for _ in range(2)]
    back_up(store, tmp_path / "copy.db")
    revoke(store, known[0].id, "error", now=NOW)
    unknown = sealed(store)
    store.close()
    again = Store.open(f"sqlite:///{tmp_path / 'copy.db'}")
    assert chain_fault(again) == ""
    assert restored(again, now=NOW) == (known[0].list_id,)
    assert find(again, unknown.id) is None
    assert sealed(again).list_id != unknown.list_id
    assert state(again, known[0]) is State.SEALED
    assert revoked_since(again, known[0].list_id, {known[0].place, 7}, now=NOW) == (known[0].id,)
    assert [state(again, one) for one in known] == [State.REVOKED, State.SEALED]
    again.close()


def test_a_copy_never_replaces_a_file(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'live.db'}")
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(NotUnderstood):
        back_up(store, tmp_path / "copy.db")
    with pytest.raises(Unavailable):
        back_up(store, tmp_path / "nowhere" / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"
    assert sorted(one.name for one in tmp_path.iterdir() if one.suffix == ".part") == []
    store.close()


@pytest.mark.parametrize("url", ["", "mysql://root@localhost/x", "not a url", "oracle://x"])
def test_only_what_is_known_is_opened(url: str) -> None:
    with pytest.raises(NotUnderstood):
        Store.open(url)


def test_what_is_no_database_is_told_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but somebody's notes\n" * 100)
    with pytest.raises(Unavailable, match="The database cannot be used"):
        Store.open(f"sqlite:///{path}")
    assert path.read_text().startswith("not a database")


def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(Unavailable, match="The database cannot be used"):
        Store.open("postgresql://nobody@127.0.0.1:1/none")


def test_sqlite_writes_are_on_disk_when_a_step_ends(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'live.db'}")
    with store.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    store.close()
    with sqlite3.connect(tmp_path / "live.db") as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
