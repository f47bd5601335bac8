"""Workers on several machines: a real Ray cluster of two nodes on this one, and one of them killed."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clusters import cluster_class
from samples import exports

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ROWS = 6000


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A head and one more node, each with room for one worker."""
    made = cluster_class()(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    yield made
    made.shutdown()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "in.ndjson").write_bytes(b"\n".join(exports.lines(ROWS, classes=4, faulty=0.03)))
    (tmp_path / "people.csv").write_text(exports.people(ROWS), encoding="utf-8")
    return tmp_path


def order(source: Path, profile_file: str, engine: str, out: str) -> list[str]:
    return [
        *(sys.executable, "-m", "api.cli.main", "bulk", str(source / "in.ndjson"), "--to", "edci-xml"),
        *("--people", str(source / "people.csv"), "--profile-file", profile_file, "--offline"),
        *("--at", "2026-11-23T12:00:00Z", "--engine", engine, "--workers", "2", "--shard-rows", "300"),
        *("-o", str(source / out)),
    ]


def undisturbed(source: Path, profile_file: str) -> bytes:
    done = subprocess.run(order(source, profile_file, "local", "calm.ndjson"), cwd=ROOT, check=False)  # noqa: S603
    assert done.returncode == 1  # some rows are faulty
    return (source / "calm.ndjson").read_bytes()


def test_a_node_killed_amid_the_work_costs_nothing(
    cluster: Any, source: Path, profile_file: str, tmp_path: Path
) -> None:
    expected = undisturbed(source, profile_file)
    other = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    environment = {**os.environ, "BADGEPASS_RAY": cluster.address}
    running = subprocess.Popen(  # noqa: S603 - our own command
        order(source, profile_file, "ray", "out.ndjson"),
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    ledger = tmp_path / ".out.ndjson.bulk" / "ledger.sqlite"
    until = time.monotonic() + 90
    while _done(ledger) < 3:
        assert running.poll() is None, running.communicate()[1]
        assert time.monotonic() < until
        time.sleep(0.05)
    before = _done(ledger)
    cluster.remove_node(other, allow_graceful=False)
    try:
        _, told = running.communicate(timeout=150)
    finally:
        running.kill()
        running.communicate()
    assert running.returncode == 1, told
    assert before < ROWS // 300
    assert (source / "out.ndjson").read_bytes() == expected
    rows = [json.loads(line)["row"] for line in (source / "out.report.ndjson").read_text().splitlines()]
    assert rows == list(range(1, ROWS + 1))


def _done(ledger: Path) -> int:
    try:
        book = sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)
        return int(book.execute("SELECT count(*) FROM shard WHERE done = 1").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_a_cluster_that_does_not_answer_is_told_in_a_sentence(source: Path, profile_file: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own command
        order(source, profile_file, "ray", "none.ndjson"),
        cwd=ROOT,
        env={**os.environ, "BADGEPASS_RAY": "127.0.0.1:1", "RAY_gcs_rpc_server_reconnect_timeout_s": "1"},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 3
    assert "source.unavailable" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (source / "none.ndjson").exists()
