"""A shard has one worker at a time, also where a killed run or a lost machine left one behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sealed_exports import COUNT, database, write_ground

from api.bulk.alone import alone
from api.bulk.outputs import DOCUMENTS, shard_file, write_shard
from api.bulk.people import prepare_people
from api.bulk.rows import Outcome
from api.storage import Store
from api.storage.credentials import listed
from api.storage.records import State

ROOT = Path(__file__).resolve().parents[2]
_HOLDS = """
import sys, time
from pathlib import Path
from api.bulk.alone import alone
with alone(Path(sys.argv[1]), 1):
    print("held", flush=True)
    time.sleep(600)
"""


def started(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_shard_is_waited_for_until_its_worker_ends_and_no_other_is(tmp_path: Path) -> None:
    had = threading.Event()

    def wait() -> None:
        with alone(tmp_path, 1):
            had.set()

    with started("-c", _HOLDS, str(tmp_path)) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with alone(tmp_path, 2):
            pass
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not had.wait(0.5)
        holder.send_signal(signal.SIGKILL)
        assert had.wait(60)
        waiting.join()


def test_a_shard_held_for_ever_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.bulk.alone._LONGEST", 0.0)
    with started("-c", _HOLDS, str(tmp_path)) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(OSError, match="does not let go"), alone(tmp_path, 1):
            pass
        holder.kill()


def test_where_nothing_can_be_held_the_work_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr("fcntl.lockf", refused)
    with ExitStack() as stack:
        stack.enter_context(alone(tmp_path, 1))


def test_two_that_write_the_same_shard_leave_it_whole(tmp_path: Path) -> None:
    """Where nothing can be held, the names of what is not finished still keep them apart."""
    made = [Outcome(place=at, name=str(at), text=b"x" * 9000, media_type="text/plain") for at in range(30)]

    def disturbed() -> Any:
        for one in made:
            if one.place == 20:
                write_shard(tmp_path, 1, made, dict, packer=None)
            yield one

    counts = write_shard(tmp_path, 1, disturbed(), dict, packer=None)
    documents = shard_file(tmp_path, 1, DOCUMENTS).read_bytes().splitlines()
    assert counts.rows == len(documents) == 30
    assert all(line.count(b"x") >= 9000 for line in documents)
    assert not list(tmp_path.glob(".*.part"))


def test_rows_that_a_worker_left_behind_still_seals_are_not_sealed_again(tmp_path: Path) -> None:
    write_ground(tmp_path)
    (tmp_path / "run").mkdir()
    prepare_people(tmp_path / "people.csv", tmp_path / "people.sqlite")
    script, folder = str(ROOT / "tests" / "bulk_stale.py"), str(tmp_path)
    with started(script, folder, "waits") as stale:
        assert stale.stdout is not None
        assert stale.stdout.readline() == "waiting\n"
        with started(script, folder) as anew:
            with pytest.raises(subprocess.TimeoutExpired):
                anew.wait(8)
            told, _ = stale.communicate("go on\n", timeout=120)
            assert told == f"made {COUNT}\n"
            assert anew.communicate(timeout=120)[0] == f"made {COUNT}\n"
    store = Store.open(database(tmp_path))
    try:
        sealed = [one for one in listed(store, "polder") if one.state is State.SEALED]
    finally:
        store.close()
    assert len(sealed) == COUNT
