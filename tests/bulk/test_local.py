"""The engine of one machine: every row once, in order, whatever is killed."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import zstandard
from bulk_poison import work
from samples import exports

from api.bulk.inputs import rows_of
from api.bulk.local import Run, run_local
from api.bulk.outputs import Output
from api.cli.main import main
from api.gateway.asking import NotUnderstood

AT = ("--at", "2026-11-23T12:00:00Z", "--offline")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "export.ndjson"
    path.write_bytes(b"\n".join(exports.lines(60, classes=3, faulty=0.1)))
    (tmp_path / "people.csv").write_text(exports.people(60), encoding="utf-8")
    return path


def _run(order: Any, output: Path, **changes: Any) -> Run:
    people = output.parent / "people.csv"
    return Run(order=order(), output=Output.of(str(output)), people=people, shard_rows=7, **changes)


def _all(output: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in sorted(output.parent.glob(f"{output.name.split('.')[0]}*"))
    }


def test_every_row_comes_out_once_and_in_order(source: Path, order: Any) -> None:
    output = source.parent / "out.ndjson"
    counts = run_local(rows_of(source), _run(order, output, workers=2))
    report = [
        json.loads(line) for line in (source.parent / "out.report.ndjson").read_text("utf-8").splitlines()
    ]
    made = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert [row["row"] for row in report] == list(range(1, 61))
    assert [row["id"] for row in report if row["outcome"] == "made"] == [one["id"] for one in made]
    assert counts.made == len(made)
    assert 0 < counts.failed == sum(row["outcome"] == "failed" for row in report)
    summary = json.loads((source.parent / "out.summary.json").read_bytes())
    assert summary["rows"] == 60
    assert sum(summary["failures"].values()) == counts.failed
    told = (source.parent / "out.lists.ndjson").read_text("utf-8")
    lists = {json.loads(line)["lists"] for line in told.splitlines()}
    assert {row["lists"] for row in report if "lists" in row} == lists
    assert not list(source.parent.glob(".*.bulk")), "nothing is left behind"


def test_the_same_documents_whatever_they_lie_in(source: Path, order: Any) -> None:
    found: dict[str, list[bytes]] = {}
    for name in ("a.ndjson", "b.ndjson.zst", "c.zip", "d.zip.zst", "e", "f.zst"):
        output = source.parent / name
        run_local(rows_of(source), _run(order, output))
        found[name] = _documents(output)
    assert found["a.ndjson"]
    assert len({tuple(documents) for documents in found.values()}) == 1


def _documents(output: Path) -> list[bytes]:
    if output.is_dir():
        files = [path for path in sorted(output.iterdir()) if path.name.startswith("0")]
        data = [path.read_bytes() for path in files]
        return [zstandard.decompress(one) for one in data] if output.suffix else data
    whole = output.read_bytes()
    if output.suffix == ".zst":
        with zstandard.ZstdDecompressor().stream_reader(whole, read_across_frames=True) as stream:
            whole = b"".join(iter(lambda: stream.read(65536), b""))
    if ".zip" in output.name:
        with zipfile.ZipFile(io.BytesIO(whole)) as bag:
            return [bag.read(name) for name in bag.namelist()]
    return [json.loads(line)["document"].encode() for line in whole.splitlines()]


def test_a_worker_that_is_killed_costs_nothing(source: Path, order: Any) -> None:
    calm, shot = source.parent / "calm.ndjson", source.parent / "shot.ndjson"
    run_local(rows_of(source), _run(order, calm, workers=2))
    killed: list[int] = []

    def kill_once(_: object) -> None:
        if len(killed) < 2:
            child = multiprocessing.active_children()[len(killed)]
            os.kill(int(child.pid or 0), signal.SIGKILL)
            killed.append(1)

    run_local(rows_of(source), _run(order, shot, workers=2), kill_once)
    assert killed
    assert list(_all(calm).values()) == list(_all(shot).values())


def test_a_row_that_kills_its_worker_fails_alone(source: Path, order: Any, monkeypatch: Any) -> None:
    """No row is known to; this one is read by a worker that is told to die on it."""
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'tests'}")
    output = source.parent / "out.ndjson"
    run = _run(order, output)
    monkeypatch.setattr("api.bulk.local.work", work)
    counts = run_local(rows_of(source), run)
    assert counts.failures["bulk.worker-lost"] == 1
    assert counts.rows == 60


def test_what_was_asked_otherwise_is_not_resumed(source: Path, order: Any) -> None:
    output = source.parent / "out.ndjson"

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_local(rows_of(source), _run(order, output, asked="one"), stop)
    assert not output.exists()
    with pytest.raises(NotUnderstood, match="--resume"):
        run_local(rows_of(source), _run(order, output, asked="one"))
    with pytest.raises(NotUnderstood, match="otherwise"):
        run_local(rows_of(source), _run(order, output, asked="another", resume=True))
    assert run_local(rows_of(source), _run(order, output, asked="one", resume=True)).rows == 60
    assert output.exists()


def test_the_command_tells_and_its_exit_code_says(source: Path, profile_file: str, capsys: Any) -> None:
    people = str(source.parent / "people.csv")
    output = str(source.parent / "out.ndjson")
    asked = ["bulk", str(source), "--to", "edci-xml", "--profile-file", profile_file, "--people", people]
    assert main([*asked, "-o", output, "--workers", "1", *AT]) == 1
    told = capsys.readouterr().err
    assert "60 rows" in told
    assert "failed: " in told
    assert "institution's word alone" in told
    good = source.parent / "good.ndjson"
    good.write_bytes(b"\n".join(exports.lines(3)))
    assert main([*asked[:1], str(good), *asked[2:], "-o", output, "--workers", "1", *AT]) == 0


def test_a_profile_that_names_one_learner_is_refused(source: Path, tmp_path: Path, capsys: Any) -> None:
    profile = tmp_path / "learner.toml"
    profile.write_text('[learner]\ngiven_name = "Noor"\n', encoding="utf-8")
    asked = [
        "bulk",
        str(source),
        "--to",
        "elm-json",
        "--profile-file",
        str(profile),
        "-o",
        str(tmp_path / "o"),
    ]
    assert main([*asked, *AT]) == 2
    assert "[learner]" in capsys.readouterr().err
    assert "Noor" not in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(int(os.environ.get("BADGEPASS_KILLS", "5"))))
def test_a_parent_killed_at_random_and_resumed_gives_the_undisturbed_output(
    source: Path, profile_file: str, seed: int
) -> None:
    calm, shot = source.parent / "calm.ndjson.zst", source.parent / "shot.ndjson.zst"
    command = [sys.executable, "-m", "api.cli.main", "bulk", str(source), "--to", "edci-xml", *AT]
    command += ["--profile-file", profile_file, "--people", str(source.parent / "people.csv")]
    command += ["--workers", "2", "--resume", "--shard-rows", "5"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    chance = random.Random(seed)  # noqa: S311 - always the same

    def run(output: Path, seconds: float | None) -> int:
        child = subprocess.Popen([*command, "-o", str(output)], env=environment, stderr=subprocess.DEVNULL)  # noqa: S603 - our own
        try:
            return child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            return -9

    assert run(calm, None) == 1
    for _ in range(8):
        if run(shot, chance.uniform(0.3, 2.5)) != -9:
            break
    else:
        assert run(shot, None) == 1
    time.sleep(0.2)  # workers of a killed parent notice that their pipe is closed
    assert list(_all(calm).values()) == list(_all(shot).values())
