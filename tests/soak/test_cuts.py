"""The records' connections cut at random moments amid sealing: every row is sealed once."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from gateway_web import PROFILE
from postgres_server import database
from samples import authorities as ca
from samples import exports
from sealing_gateway import pem_of, school

from api.storage import Store
from api.storage.audit import chain_fault
from api.storage.credentials import listed
from api.storage.records import State
from schemas.evidence import Trust
from verifier import Outcome, verify
from verifier.fetch import OfflineFetcher

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
ROWS = 600
SEEDS = int(os.environ.get("BADGEPASS_CUTS", "10"))
ENDED, CUT_OFF = 0, 3
_PATIENCE = 4.0
"""So long somebody waits for a connection to cut."""
_TENANT = """
[[tenants]]
name = "polder"
base_url = "https://polder.example"
key = { kind = "pem", path = "key.pem" }
profile = "profile.toml"
level = "B"
override_indeterminate = true
"""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tenant, an export, and its people."""
    folder = tmp_path_factory.mktemp("cuts")
    (folder / "key.pem").write_bytes(pem_of(school(), ca.root()))
    (folder / "tenants.toml").write_text(_TENANT)
    (folder / "profile.toml").write_bytes(PROFILE.partition(b"[learner]")[0])
    rows, people, number = [], [exports.HEADER], 0
    while len(rows) < ROWS:
        badge, who = exports.assertion(number, classes=3)
        if badge["issuedOn"] < "2026-11":  # sealing goes by the real clock
            rows.append(json.dumps(badge))
            people.append(f"{exports.entity(number)};Noor{number};de Wit;2000-01-01;;;NL;{who};")
        number += 1
    (folder / "in.ndjson").write_text("\n".join(rows), "utf-8")
    (folder / "people.csv").write_text("\n".join(people), "utf-8")
    return folder


@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_is_cut_each_row_is_sealed_once(ground: Path, postgres: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - always the same
    cuts = 0
    with database(postgres) as url:
        for attempt in range(15):
            with _started(ground, f"cut{seed}.ndjson", url) as running:
                if attempt < 10:
                    cuts += _disturbed(running, chance, url)
                code = running.wait()
            if code not in (CUT_OFF, -signal.SIGKILL):
                break
        assert code == ENDED, (ground / f"cut{seed}-told").read_text("utf-8")
        assert cuts > 0, "nothing was cut, so nothing is shown"
        _check(ground / f"cut{seed}.ndjson", url)


def _check(output: Path, url: str) -> None:
    made = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    told = [json.loads(line) for line in output.with_suffix(".report.ndjson").read_text("utf-8").splitlines()]
    assert len(made) == len({one["id"] for one in made}) == ROWS
    store = Store.open(url)
    try:
        assert chain_fault(store) == ""
        kept = {one.id: one for one in listed(store, "polder", most=100_000)}
    finally:
        store.close()
    sealed = {name for name, one in kept.items() if one.state is State.SEALED}
    assert sealed == {one["seal"] for one in told}, "what was sealed and given to nobody does not count"
    places = [(one.list_id, one.place) for one in kept.values()]
    assert len(places) == len(set(places)), "no place was given twice"
    documents: dict[str, Any] = {one["id"]: one["document"].encode() for one in made}
    for row in told:
        assert kept[row["seal"]].sha256 == hashlib.sha256(documents[row["id"]]).hexdigest()
    trust = Trust(anchors=(ca.root().certificate,))
    later = datetime.now(UTC) + timedelta(minutes=1)
    for document in list(documents.values())[::100]:
        report = verify(document, fetcher=OfflineFetcher(), now=later, trust=trust)
        assert {one.check: one.outcome for one in report.findings}["seal.signature"] is Outcome.PASSED


def _disturbed(running: subprocess.Popen[bytes], chance: random.Random, url: str) -> int:
    """Cut every connection to the records at random moments; now and then kill the run itself."""
    cuts = 0
    for _ in range(chance.randrange(1, 5)):
        try:
            running.wait(chance.uniform(0.8, 2.2))
        except subprocess.TimeoutExpired:
            if cuts and chance.random() < 0.3:
                running.send_signal(signal.SIGKILL)
                return cuts
            cuts += _cut(url, chance.uniform(0.2, 1.0))
        else:
            return cuts
    return cuts


def _cut(url: str, seconds: float) -> int:
    """Cut whatever is connected, for so long; workers are connected for moments only."""
    cuts, begun = 0, time.monotonic()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        while (passed := time.monotonic() - begun) < seconds or (not cuts and passed < _PATIENCE):
            found = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchone()
            cuts += int(found[0]) if found is not None else 0
    return cuts


def _started(folder: Path, name: str, url: str) -> subprocess.Popen[bytes]:
    command = [
        *(sys.executable, "-m", "api.cli.main", "bulk", str(folder / "in.ndjson"), "--to", "elm-json"),
        *("--people", str(folder / "people.csv"), "--profile-file", str(folder / "profile.toml")),
        *("--seal", "polder", "--tenants", str(folder / "tenants.toml"), "--database", url),
        *("--override", "indeterminate", "--offline", "--workers", "2", "--shard-rows", "20"),
        *("--resume", "-o", str(folder / name)),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (folder / f"{name.partition('.')[0]}-told").open("ab") as told:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=told)  # noqa: S603 - our own
