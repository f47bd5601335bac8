"""A cluster's machines, its workers and the run itself killed at random moments: the output is the same."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import skip_or_fail
from gateway_web import PROFILE
from samples import exports

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ROWS = 300
SEEDS = int(os.environ.get("BADGEPASS_NODE_KILLS", "50"))
FAULTY_RUN = 1
"""The exit code of a run in which rows failed; of these exports some always do."""
_ATTEMPTS = 8
_LONGEST = 240.0


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head without room for work; the nodes that work come and go."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        from ray.cluster_utils import Cluster  # noqa: PLC0415 - optional
    except ImportError:
        skip_or_fail("ray", "Ray is not installed here")
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    yield made
    made.shutdown()


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
def test_whatever_is_killed_the_output_is_that_of_one_machine(cluster: Any, ground: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - always the same
    name = f"shot{seed}"
    kills: Counter[str] = Counter()
    nodes = [_added(cluster), _added(cluster)]
    try:
        for attempt in range(_ATTEMPTS):
            with _started(ground, name, "ray", cluster.address) as running:
                most = chance.randrange(1, 4) if attempt < _ATTEMPTS - 1 else 0
                code = _disturbed(running, chance, kills, cluster, nodes, most=most)
            if code != -signal.SIGKILL:
                break
    finally:
        for node in nodes:
            cluster.remove_node(node, allow_graceful=False)
    assert code == FAULTY_RUN, (ground / f"{name}-told").read_text("utf-8")
    assert sum(kills.values()) > 0, "nothing was killed, so nothing is shown"
    assert _files(ground, name) == _files(ground, "calm")
    assert not (ground / f".{name}.ndjson.bulk").exists(), "nothing is left behind"


def _disturbed(
    running: subprocess.Popen[bytes],
    chance: random.Random,
    kills: Counter[str],
    cluster: Any,
    nodes: list[Any],
    *,
    most: int,
) -> int:
    """Kill at random moments after work has begun: a node, a worker, or the run itself."""
    until = time.monotonic() + _LONGEST
    while running.poll() is None and not _workers():
        assert time.monotonic() < until, "no worker ever came"
        time.sleep(0.05)
    for _ in range(most):
        with contextlib.suppress(subprocess.TimeoutExpired):
            return running.wait(chance.uniform(0.2, 3.0))
        what = chance.choice(("node", "node", "worker", "run"))
        kills[what] += 1
        if what == "node":
            gone = nodes.pop(chance.randrange(len(nodes)))
            cluster.remove_node(gone, allow_graceful=False)
            nodes.append(_added(cluster))
        elif what == "worker" and (workers := _workers()):
            _kill(chance.choice(workers))
        else:
            running.kill()
            return running.wait()
    return running.wait(_LONGEST)


def _added(cluster: Any) -> Any:
    node = cluster.add_node(num_cpus=1, object_store_memory=100 * 1024 * 1024)
    cluster.wait_for_nodes()
    return node


def _workers() -> list[int]:
    """Return the processes of the cluster's actors that do our work."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (entry / "cmdline").read_bytes().startswith(b"ray::_Worker"):
                found.append(int(entry.name))
    return found


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _started(folder: Path, name: str, engine: str, address: str = "") -> subprocess.Popen[bytes]:
    """Begin or resume a run; a page for each learner keeps it at work for some seconds."""
    command = [
        *(sys.executable, "-m", "api.cli.main", "bulk", str(folder / "in.ndjson"), "--to", "elm-json"),
        *("--people", str(folder / "people.csv"), "--profile-file", str(folder / "profile.toml")),
        *("--individual-pages", "--at", "2026-11-23T12:00:00Z", "--offline", "--workers", "2"),
        *("--shard-rows", "15", "--engine", engine, "--resume", "-o", str(folder / f"{name}.ndjson")),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if address:
        environment["BADGEPASS_RAY"] = address
    with (folder / f"{name}-told").open("ab") as told:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=told)  # noqa: S603 - our own


def _files(folder: Path, stem: str) -> dict[str, bytes]:
    return {path.name.removeprefix(stem): path.read_bytes() for path in folder.glob(f"{stem}.*")}
