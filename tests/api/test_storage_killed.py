"""Kill -9 at every step of sealing, revoking, publishing: no seal without its record, no revocation lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from samples import sealing
from samples.sealing import NOW
from sqlalchemy import select

from api.status.publishing import Lists, Signing
from api.storage import Store
from api.storage.audit import chain_fault
from api.storage.credentials import PATIENCE, find, give_up, listed
from api.storage.records import State
from api.storage.tables import status_lists
from converter.formats.jades import split_jades
from verifier.status.bitstring import expanded, status_at

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("sealing_until_killed.py")
STEPS = {
    "reserving": None,
    "reserved": State.RESERVED,
    "sealed": State.RESERVED,
    "completing": State.RESERVED,
    "completed": State.SEALED,
    "given": State.SEALED,
    "revoking": State.SEALED,
    "revoked": State.REVOKED,
    "publishing": State.REVOKED,
    "published": State.REVOKED,
    "never": State.REVOKED,
}
"""Each step, and what the record must say once a process was killed at it."""


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_nothing_is_lost(store_url: str, step: str, tmp_path: Path) -> None:
    told = tmp_path / "told"
    told.touch()
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(SCRIPT), store_url, step, str(told)],
        check=False,
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
    )
    assert done.returncode == (0 if step == "never" else -signal.SIGKILL), done.stderr[-2000:]
    store = Store.open(store_url)
    try:
        _check(store, step, [json.loads(line) for line in told.read_text().splitlines()])
    finally:
        store.close()


def _check(store: Store, step: str, told: list[dict[str, str]]) -> None:
    assert chain_fault(store) == ""
    found = listed(store, "school")
    assert [one.state for one in found] == ([STEPS[step]] if STEPS[step] else [])
    for one in told:
        if "given" in one:
            record = find(store, one["id"])
            assert record is not None
            assert record.sha256 == one["given"]
        if "revoked" in one:
            record = find(store, one["revoked"])
            assert record is not None
            assert record.state is State.REVOKED
    give_up(store, now=NOW + 2 * PATIENCE)
    for record in listed(store, "school"):
        bad = record.state in (State.REVOKED, State.ABANDONED)
        assert _published(store, record.list_id, record.place) == bad


def _published(store: Store, list_id: str, place: int) -> bool:
    with store.reading() as connection:
        assert connection.execute(select(status_lists.c.id)).scalars().all() == [list_id]
    signing = Signing(key=sealing.key(), base="https://gateway.example")
    made = Lists(store).published(list_id, "revocation", signing, now=NOW + timedelta(days=1))
    tree = json.loads(split_jades(made.body).payload)
    return status_at(expanded(tree["credentialSubject"]["encodedList"]), place) == 1
