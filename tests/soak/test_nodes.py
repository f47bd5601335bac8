"""A cluster's machines, its workers and the run itself killed at random moments: the output is the same."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from clusters import cluster_class
from gateway_web import PROFILE
from samples import exports

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ROWS, SHARD = 300, 15
SEEDS = int(os.environ.get("BADGEPASS_NODE_KILLS", "50"))
KINDS = ("node", "worker", "run")
FAULTY_RUN = 1
"""The exit code of a run in which rows failed; of these exports some always do."""
_ATTEMPTS = 8
_LONGEST = 240.0
_MEMORY = 100 * 1024 * 1024


class Machines:
    """A head without room for work, and two nodes with room for one worker each; a killed one is replaced."""

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster
        self._nodes = [self._added(), self._added()]
        self.address: str = cluster.address

    def workers(self) -> list[int]:
        """Return the processes of this cluster, and no other, that do our work."""
        return [pid for node in self._nodes for pid in _workers_of(node)]

    def kill_one(self, chance: random.Random) -> bool:
        """Kill a node: all its processes, or all but its workers, which live on for a moment unheard."""
        node = self._nodes.pop(chance.randrange(len(self._nodes)))
        doomed = _workers_of(node) if chance.random() < 0.5 else []
        for pid in doomed:
            _kill(pid)
        self._cluster.remove_node(node, allow_graceful=False)
        self._nodes.append(self._added())
        return True

    def kill_worker(self, chance: random.Random) -> bool:
        workers = self.workers()
        return bool(workers) and _kill(chance.choice(workers))

    def _added(self) -> Any:
        node = self._cluster.add_node(num_cpus=1, object_store_memory=_MEMORY)
        self._cluster.wait_for_nodes(timeout=120)
        return node


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": _MEMORY}
    cluster = cluster_class()(initialize_head=True, head_node_args=head)
    try:
        yield Machines(cluster)
    finally:
        cluster.shutdown()


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export, its people, and what an undisturbed run on this machine alone makes of them."""
    folder = tmp_path_factory.mktemp("nodes")
    (folder / "in.ndjson").write_bytes(b"\n".join(exports.lines(ROWS, classes=9, faulty=0.05)))
    (folder / "people.csv").write_text(exports.people(ROWS), encoding="utf-8")
    (folder / "profile.toml").write_bytes(PROFILE.partition(b"[learner]")[0])
    with _started(folder, "calm", "local") as calm:
        assert calm.wait() == FAULTY_RUN
    return folder


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_is_killed_the_output_is_that_of_one_machine(
    machines: Machines, ground: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - always the same
    name = f"shot{seed}"
    first = KINDS[seed % len(KINDS)]
    kills: Counter[str] = Counter()
    for attempt in range(_ATTEMPTS):
        most = chance.randrange(1, 4) if attempt < _ATTEMPTS - 1 else 0
        with _started(ground, name, "ray", machines.address) as running:
            try:
                code = _disturbed(running, machines, chance, kills, _plan(chance, first, kills, most))
            finally:
                running.kill()
        if code != -signal.SIGKILL:
            break
    assert code == FAULTY_RUN, (ground / f"{name}-told").read_text("utf-8")
    assert kills[first] > 0, f"no {first} was killed, so nothing is shown: {kills}"
    assert _files(ground, name) == _files(ground, "calm")
    assert not (ground / f".{name}.ndjson.bulk").exists(), "nothing is left behind"


def _plan(chance: random.Random, first: str, kills: Counter[str], most: int) -> list[tuple[str, int]]:
    """Say what to kill, and after how many more shards: what this seed is about comes first, and early."""
    plan = [(chance.choice(("node", *KINDS)), chance.randrange(1, 4)) for _ in range(most)]
    return plan if kills[first] or not plan else [(first, chance.randrange(ROWS // SHARD // 2)), *plan[1:]]


def _disturbed(
    running: subprocess.Popen[bytes],
    machines: Machines,
    chance: random.Random,
    kills: Counter[str],
    plan: list[tuple[str, int]],
) -> int:
    """Kill what is planned, each at its moment; return how the run ended."""
    ledger = Path(str(running.args[-1]))  # type: ignore[index]
    ledger = ledger.parent / f".{ledger.name}.bulk" / "ledger.sqlite"
    for what, shards in plan:
        until_done = _done(ledger) + shards
        if not _awaited(running, lambda most=until_done: bool(machines.workers()) and _done(ledger) >= most):
            break
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(chance.uniform(0, 0.3))  # a shard is killed anywhere within, not at its beginning
            break
        if what == "run":
            running.kill()
            kills[what] += 1
            break
        kills[what] += machines.kill_one(chance) if what == "node" else machines.kill_worker(chance)
    return running.wait(_LONGEST)


def _awaited(running: subprocess.Popen[bytes], there: Callable[[], bool]) -> bool:
    """Wait for something; false where the run ends before."""
    until = time.monotonic() + _LONGEST
    while not there():
        if running.poll() is not None:
            return False
        assert time.monotonic() < until, "the run does not get on"
        time.sleep(0.02)
    return True


def _done(ledger: Path) -> int:
    try:
        with contextlib.closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as book:
            return int(book.execute("SELECT count(*) FROM shard WHERE done = 1").fetchone()[0])
    except sqlite3.Error:
        return 0


def _workers_of(node: Any) -> list[int]:
    """Return the children of a node's own process that are workers of ours."""
    raylet = node.all_processes["raylet"][0].process.pid
    found = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{raylet}/task").iterdir():
            for pid in (thread / "children").read_text("ascii").split():
                with contextlib.suppress(OSError):
                    if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"ray::_Worker"):
                        found.append(int(pid))
    return found


def _kill(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _started(folder: Path, name: str, engine: str, address: str = "") -> subprocess.Popen[bytes]:
    """Begin or resume a run; a page for each learner keeps it at work for some seconds."""
    command = [
        *(sys.executable, "-m", "api.cli.main", "bulk", str(folder / "in.ndjson"), "--to", "elm-json"),
        *("--people", str(folder / "people.csv"), "--profile-file", str(folder / "profile.toml")),
        *("--individual-pages", "--at", "2026-11-23T12:00:00Z", "--offline", "--workers", "2"),
        *("--shard-rows", str(SHARD), "--engine", engine, "--resume", "-o", str(folder / f"{name}.ndjson")),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if address:
        environment["BADGEPASS_RAY"] = address
    with (folder / f"{name}-told").open("ab") as told:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=told)  # noqa: S603 - our own


def _files(folder: Path, stem: str) -> dict[str, bytes]:
    return {path.name.removeprefix(stem): path.read_bytes() for path in folder.glob(f"{stem}.*")}
