"""Every row of an export sealed: each with its record, and none twice, also when a worker is killed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from answering import answering
from samples import authorities as ca
from sealed_exports import COUNT, database, hosted, order, write_ground

from api.bulk import sealing
from api.bulk.inputs import rows_of
from api.bulk.outputs import DOCUMENTS, shard_file
from api.bulk.people import prepare_people
from api.bulk.rows import Order, Row
from api.bulk.sealing import sealed_shard
from api.bulk.warm import KeptAnswers, Warm
from api.cli.main import main
from api.clock import system_clock
from api.storage import Store
from api.storage.audit import chain_fault
from api.storage.batches import reserve_many
from api.storage.credentials import give_up, listed
from api.storage.records import Origin, State
from schemas.document import Format
from schemas.evidence import Trust
from verifier import Outcome, verify
from verifier.bundle import BundleFetcher
from verifier.fetch import OfflineFetcher


@pytest.fixture
def ground(tmp_path: Path) -> Path:
    """A folder with a tenant, its key and profile, an export and its people."""
    write_ground(tmp_path)
    return tmp_path


def run(ground: Path, *more: str, to: str = "elm-json") -> int:
    return main(
        [
            *("bulk", str(ground / "export.ndjson"), "--to", to, "--people", str(ground / "people.csv")),
            *("--seal", "polder", "--tenants", str(ground / "tenants.toml")),
            *("--database", database(ground), "--offline", "--workers", "1"),
            *("-o", str(ground / "out.ndjson"), *more),
        ]
    )


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def records(ground: Path) -> dict[str, Any]:
    store = Store.open(database(ground))
    try:
        assert chain_fault(store) == ""
        return {one.id: one for one in listed(store, "polder")}
    finally:
        store.close()


@pytest.mark.parametrize("to", ["elm-json", "edci-xml"])
def test_every_row_is_sealed_and_has_its_record(ground: Path, to: str) -> None:
    assert run(ground, "--override", "indeterminate", "--carrier", to=to) == 1  # one row is no badge
    made = {one["id"]: one["document"].encode() for one in lines(ground / "out.ndjson")}
    told = [one for one in lines(ground / "out.report.ndjson") if one["outcome"] == "made"]
    (failed,) = (one for one in lines(ground / "out.report.ndjson") if one["outcome"] == "failed")
    assert failed["row"] == COUNT + 1
    assert len(made) == len(told) == COUNT
    kept = records(ground)
    for row in told:
        record = kept.pop(row["seal"])
        assert record.state is State.SEALED
        assert record.sha256 == hashlib.sha256(made[row["id"]]).hexdigest()
        assert (record.source_verdict, record.override) == ("INDETERMINATE", "indeterminate")
        assert record.original_sha256
    assert [one.state for one in kept.values()] == [State.ABANDONED]  # of the row that is no badge
    trust = Trust(anchors=(ca.root().certificate,))
    later = datetime.now(UTC) + timedelta(minutes=1)
    for document in made.values():
        report = verify(document, fetcher=OfflineFetcher(), now=later, trust=trust)
        said = {one.check: one.outcome for one in report.findings}
        assert said["seal.signature"] is Outcome.PASSED
        assert said["custody.faithful"] is Outcome.PASSED


def test_what_is_not_proven_is_not_sealed_without_a_word(ground: Path) -> None:
    assert run(ground) == 1
    told = lines(ground / "out.report.ndjson")
    assert {one["problems"][0]["code"] for one in told[:COUNT]} == {"sealing.undecided"}
    assert {one.state for one in records(ground).values()} == {State.ABANDONED}


def test_only_what_is_converted_is_sealed_and_only_by_a_tenant(ground: Path) -> None:
    tenants = str(ground / "tenants.toml")
    out = str(ground / "out.ndjson")
    source = str(ground / "export.ndjson")
    assert main(["bulk", source, "--verify", "--seal", "polder", "--tenants", tenants, "-o", out]) == 2
    assert main(["bulk", source, "--to", "ob2", "--seal", "else", "--tenants", tenants, "-o", out]) == 2
    assert not (ground / "out.ndjson").exists()


class Killed(BaseException):
    """Stands for a process that ends here."""


def shard(ground: Path, warm: Warm, asked: Order) -> Any:
    rows = tuple(rows_of(ground / "export.ndjson"))
    return sealed_shard(1, "d" * 32, rows, asked, warm, ground, zstd=False, clock=system_clock)


@pytest.fixture
def warm(ground: Path) -> Iterator[tuple[Warm, Order]]:
    prepare_people(ground / "people.csv", ground / "people.sqlite")
    asked = replace(order(ground), people=str(ground / "people.sqlite"))
    made = Warm.of(asked)
    yield made, asked
    assert made.sealer is not None
    made.sealer.store.close()


STEPS = {
    "before the files": "write_shard",
    "before the note": "replaced",
    "before the records": "complete_many",
}


@pytest.mark.parametrize("step", STEPS)
def test_killed_before_the_records_nothing_was_sealed_that_counts(
    ground: Path, warm: tuple[Warm, Order], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sealing, STEPS[step], _killing())
        with pytest.raises(Killed):
            shard(ground, *warm)
    first = records(ground)
    assert {one.state for one in first.values()} == {State.RESERVED}
    counts = shard(ground, *warm)
    again = {name: one for name, one in records(ground).items() if name not in first}
    assert counts.made == sum(one.state is State.SEALED for one in again.values()) > 0
    assert warm[0].sealer is not None
    give_up(warm[0].sealer.store, now=system_clock() + timedelta(hours=2))
    assert {records(ground)[name].state for name in first} == {State.ABANDONED}


def test_killed_after_the_records_it_is_done_and_not_done_again(
    ground: Path, warm: tuple[Warm, Order]
) -> None:
    counts = shard(ground, *warm)
    kept = records(ground)
    documents = shard_file(ground, 1, DOCUMENTS)
    before = documents.read_bytes()
    assert shard(ground, *warm).to_dict() == counts.to_dict()
    assert records(ground) == kept
    assert documents.read_bytes() == before


def _killing() -> Callable[..., Any]:
    def killed(*_: Any, **__: Any) -> Any:
        raise Killed

    return killed


def test_records_that_do_not_answer_stop_the_run_and_it_can_be_resumed(
    ground: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with answering(lambda _: (500, "text/plain", b"")) as base:
        port = base.rpartition(":")[2]
    gone = f"postgresql://nobody:x@127.0.0.1:{port}/none"
    code = main(
        [
            *("bulk", str(ground / "export.ndjson"), "--to", "edci-xml", "--seal", "polder"),
            *("--tenants", str(ground / "tenants.toml"), "--database", gone, "--offline"),
            *("-o", str(ground / "out.ndjson")),
        ]
    )
    assert code == 3
    assert "source.unavailable" in capsys.readouterr().err
    assert not (ground / "out.ndjson").exists()


@pytest.fixture(params=["hosted elm-json", "offline elm-json", "hosted edci-xml", "offline edci-xml"])
def sealing_warm(request: pytest.FixtureRequest, ground: Path) -> Iterator[tuple[Warm, Order, list[bytes]]]:
    """A worker that seals with moulds, and rows of two classes."""
    answers, target = request.param.split()
    lines_, web, people = hosted(40)
    (ground / "people.csv").write_text(people, "utf-8")
    prepare_people(ground / "people.csv", ground / "people.sqlite")
    people = str(ground / "people.sqlite")
    asked = replace(order(ground), target=Format(target), people=people, enclose="document")
    made = Warm.of(asked)
    if answers == "hosted":
        made.fetcher, made.asks = KeptAnswers(BundleFetcher(web)), True
    yield made, asked, lines_
    assert made.sealer is not None
    made.sealer.store.close()


def test_what_is_cast_and_sealed_is_what_the_long_way_makes(
    sealing_warm: tuple[Warm, Order, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    warm, asked, data = sealing_warm
    seal = sealing._seal(asked, warm)
    compared = []
    whole = sealing.cast_or_made

    def both(judged: Any, asked_: Any, kept: Any, warm: Any, *told: Any) -> Any:
        made = whole(judged, asked_, kept, warm, *told)
        alone = whole(replace(judged, badge=None), asked_, kept, warm, *told)
        compared.append((made.document == alone.document, made.report == alone.report, made == alone))
        return made

    monkeypatch.setattr(sealing, "cast_or_made", both)
    rows = [Row(place=at, name=str(at), data=one) for at, one in enumerate(data, start=1)]
    origin = Origin(tenant="polder", target="elm-json")
    kept = reserve_many(seal.sealer.store, origin, len(rows), now=system_clock(), actor="x")
    trust = Trust(anchors=(ca.root().certificate,))
    for at, (row, place) in enumerate(zip(rows, kept, strict=True)):
        now = system_clock().replace(microsecond=0) + timedelta(seconds=at)  # each at another moment
        outcome, _ = sealing._sealed(row, place, asked, seal, warm, now)
        later = now + timedelta(minutes=1)
        report = verify(outcome.document or b"", fetcher=warm.fetcher, now=later, trust=trust)
        said = {one.check: one.outcome for one in report.findings}
        assert said["seal.signature"] is said["custody.faithful"] is Outcome.PASSED, [
            one for one in report.findings if one.check == "custody.faithful"
        ]
    assert warm.moulds is not None
    casts = sum(getattr(one, "casts", 0) for one in warm.moulds._known.values())
    assert casts >= 20
    assert set(compared) == {(True, True, True)}


def test_a_picture_of_ones_own_goes_the_long_way(ground: Path) -> None:
    lines_, web, people = hosted(4, real=True)
    (ground / "people.csv").write_text(people, "utf-8")
    prepare_people(ground / "people.csv", ground / "people.sqlite")
    asked = replace(order(ground), target=Format.ELM, people=str(ground / "people.sqlite"))
    warm = Warm.of(asked)
    warm.fetcher = KeptAnswers(BundleFetcher(web))
    rows = tuple(Row(place=at, name=str(at), data=one) for at, one in enumerate(lines_, start=1))
    counts = sealed_shard(1, "d", rows, asked, warm, ground, zstd=False, clock=system_clock)
    assert counts.made == 4, counts.failures
    assert warm.moulds is not None
    assert not warm.moulds._known
    assert warm.sealer is not None
    warm.sealer.store.close()
