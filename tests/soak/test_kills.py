"""Workers and parents killed at random moments, many times: the output is that of a run nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gateway_web import PROFILE
from samples import exports

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ROWS = 1500
SEEDS = int(os.environ.get("BADGEPASS_KILLS", "50"))
FAULTY_RUN = 1
"""The exit code of a run in which rows failed; of these exports some always do."""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export, its people, and what an undisturbed run makes of them."""
    folder = tmp_path_factory.mktemp("soak")
    (folder / "in.ndjson").write_bytes(b"\n".join(exports.lines(ROWS, classes=9, faulty=0.05)))
    (folder / "people.csv").write_text(exports.people(ROWS), encoding="utf-8")
    (folder / "profile.toml").write_bytes(PROFILE.partition(b"[learner]")[0])
    with _started(folder, "calm.ndjson.zst") as calm:
        assert calm.wait() == FAULTY_RUN
    return folder


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_is_killed_the_output_is_the_undisturbed_one(ground: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - always the same
    name = f"shot{seed}.ndjson.zst"
    kills = {"worker": 0, "parent": 0}
    for attempt in range(12):
        with _started(ground, name) as running:
            code = _disturbed(running, chance, kills, gently=attempt > 8)
        if code != -signal.SIGKILL:
            break
    assert code == FAULTY_RUN, (ground / f"shot{seed}-told").read_text("utf-8")
    assert sum(kills.values()) > 0, "nothing was killed, so nothing is shown"
    assert _files(ground, f"shot{seed}") == _files(ground, "calm")
    assert not (ground / f".{name}.bulk").exists(), "nothing is left behind"


def _disturbed(
    running: subprocess.Popen[bytes], chance: random.Random, kills: dict[str, int], *, gently: bool
) -> int:
    """Kill workers, and maybe the parent, at random moments; return how the run ended."""
    if gently:
        return running.wait()
    for _ in range(chance.randrange(1, 4)):
        try:
            return running.wait(chance.uniform(0.4, 1.6))
        except subprocess.TimeoutExpired:
            workers = _workers(running.pid)
            if chance.random() < 0.6 and workers:
                kills["worker"] += _killed(chance.choice(workers))
            else:
                kills["parent"] += _killed(running.pid)
                return running.wait()
    return running.wait()


def _workers(parent: int) -> list[int]:
    """Return the processes of the engine's own; the one that watches shared resources is none of them."""
    try:
        found = Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
        return [int(pid) for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    except OSError:
        return []


def _killed(pid: int) -> int:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return 0
    return 1


def _started(folder: Path, name: str) -> subprocess.Popen[bytes]:
    command = [
        *(sys.executable, "-m", "api.cli.main", "bulk", str(folder / "in.ndjson"), "--to", "edci-xml"),
        *("--people", str(folder / "people.csv"), "--profile-file", str(folder / "profile.toml")),
        *("--at", "2026-11-23T12:00:00Z", "--offline", "--workers", "2", "--shard-rows", "40"),
        *("--resume", "-o", str(folder / name)),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / f"{name.partition('.')[0]}-told").open("ab") as told:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=told)  # noqa: S603 - our own


def _files(folder: Path, stem: str) -> dict[str, bytes]:
    time.sleep(0.1)  # workers of a killed parent notice that their pipe is closed
    return {path.name.removeprefix(stem): path.read_bytes() for path in folder.glob(f"{stem}.*")}
