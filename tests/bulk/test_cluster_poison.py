"""Rows on which a cluster's worker dies each time: they fail alone, however many there are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import skip_or_fail
from samples import exports

from api.bulk import cluster
from api.cli.main import main

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ROWS, SHARD = 60, 20
POISONED = (3, 17, 18, 44)
_COMMAND = """
import sys
import bulk_poison
from api.bulk import cluster
cluster._MOST_LOST = 5
sys.exit(bulk_poison.command())
"""


def test_rows_that_kill_their_worker_fail_alone(tmp_path: Path, profile_file: str) -> None:
    """More workers are lost than may be in a row: work in between counts, and so does a row given up."""
    try:
        import ray  # noqa: F401, PLC0415 - optional
    except ImportError:
        skip_or_fail("ray", "Ray is not installed here")
    (tmp_path / "in.ndjson").write_bytes(b"\n".join(exports.lines(ROWS, classes=3)))
    (tmp_path / "people.csv").write_text(exports.people(ROWS), encoding="utf-8")
    asked = [
        *("bulk", str(tmp_path / "in.ndjson"), "--to", "edci-xml", "--profile-file", profile_file),
        *("--people", str(tmp_path / "people.csv"), "--at", "2026-11-23T12:00:00Z", "--offline"),
        *("--workers", "1", "--shard-rows", str(SHARD)),
    ]
    assert main([*asked, "-o", str(tmp_path / "calm.ndjson")]) == 1  # of these exports some rows always fail
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", _COMMAND, *asked, "--engine", "ray", "-o", str(tmp_path / "out.ndjson")],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if name != cluster.ADDRESS},
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
            "POISONED": " ".join(map(str, POISONED)),
        },
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 1, done.stderr
    calm, told = reported(tmp_path / "calm"), reported(tmp_path / "out")
    assert list(told) == list(calm) == list(range(1, ROWS + 1))
    for row in POISONED:
        assert calm.pop(row)["outcome"] == "made"
        assert [one["code"] for one in told.pop(row)["problems"]] == ["bulk.worker-lost"]
    assert told == calm


def reported(stem: Path) -> dict[int, Any]:
    lines = stem.with_suffix(".report.ndjson").read_text("utf-8").splitlines()
    return {row["row"]: row for row in map(json.loads, lines)}
