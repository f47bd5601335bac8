"""The engine of one machine: spawned workers, shards in a ledger, an ordered result.

Whatever is killed, a run that is resumed redoes at most the shards that were in flight, and every row comes
out exactly once: a shard counts only when its files are whole and the ledger says so.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import multiprocessing
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

import orjson

from api.bulk.ledger import Counts, Ledger
from api.bulk.outputs import Kind, Output, put_together
from api.bulk.people import prepare_people
from api.bulk.rows import Order, Row
from api.bulk.worker import AHEAD, Answer, Shard, at_work, work
from api.gateway.asking import not_understood
from schemas.errors import Unavailable

SHARD_ROWS = 2000
SHARD_BYTES = 16 * 1024 * 1024
_ATTEMPTS = 2
_MOST_BARREN = 10
"""So many workers in a row may be lost before they begin: the next would be too."""
_PATIENCE = 1.0
Progress = Callable[[Counts], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of an order over an input.

    Attributes:
        people: the CSV of people, if there is one.
        asked: what tells this run from another over the same output, so that only the same is resumed.
        shard_rows: rows a shard; a smaller one loses less to a kill, a larger one is faster.
    """

    order: Order
    output: Output
    people: Path | None = None
    asked: str = ""
    workers: int = 1
    resume: bool = False
    shard_rows: int = SHARD_ROWS

    @property
    def folder(self) -> Path:
        """Where the run keeps what is not finished: beside the output."""
        return self.output.path.parent / f".{self.output.path.name}.bulk"


class Engine(Protocol):
    """Gives shards to workers, wherever they are, and takes down in the ledger what is done."""

    def __init__(self, run: Run, order: Order, ledger: Ledger, progress: Progress) -> None:
        """Take what it works on."""

    def finished(self, rows: Iterable[Row]) -> Counts:
        """Have every shard done, and count what came of it."""


def run_local(rows: Iterable[Row], run: Run, progress: Progress = lambda _: None) -> Counts:
    """Do an order over rows with worker processes of this machine, and leave the output.

    Raises:
        NotUnderstood, Unavailable: see `run_by`.
    """
    return run_by(LocalEngine, rows, run, progress)


def run_by(engine: type[Engine], rows: Iterable[Row], run: Run, progress: Progress) -> Counts:
    """Do an order over rows, and leave the output.

    Raises:
        NotUnderstood: the output cannot be written, or what is to be resumed was asked otherwise.
        Unavailable: what is needed to seal does not answer; what is done stays, and can be resumed.
    """
    _refuse_unusable(run)
    ledger = Ledger(run.folder / "ledger.sqlite")
    try:
        order = _settled(run, ledger)
        total = engine(run, order, ledger, progress).finished(rows)
        numbers = list(ledger.shards())
        summary = {**total.to_dict(), "failed": total.failed, "shards": len(numbers), **_told(order)}
        put_together(run.output, run.folder, numbers, summary)
    except OSError as error:
        message = f"The output cannot be written: {error.strerror}."
        raise not_understood("request.output", message, "--output") from None
    finally:
        ledger.close()
    shutil.rmtree(run.folder, ignore_errors=True)
    return total


def _refuse_unusable(run: Run) -> None:
    path = run.output.path
    if run.output.kind is Kind.FOLDER and path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise not_understood("request.output", "The output is a folder that is not empty.", "--output")
    begun = (run.folder / "ledger.sqlite").exists()
    if begun and not run.resume:
        message = "A run to this output was begun; --resume finishes it, or take its folder away: " + str(
            run.folder.name
        )
        raise not_understood("request.resume", message, "--output")
    try:
        run.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"The output cannot be written: {error.strerror}."
        raise not_understood("request.output", message, "--output") from None


def _settled(run: Run, ledger: Ledger) -> Order:
    """Fix what must stay through every resumption: the moment, what was asked, and the people."""
    asked = ledger.said("asked")
    if asked is None:
        order = replace(run.order, people=_people(run))
        ledger.say("now", order.now.isoformat())
        ledger.say("asked", run.asked)
        return order
    if asked != run.asked:
        message = "The run that was begun to this output was asked otherwise, so it cannot be resumed."
        raise not_understood("request.resume", message, "--resume")
    now = datetime.fromisoformat(ledger.said("now") or run.order.now.isoformat())
    return replace(run.order, now=now, people=str(_kept_people(run)) if run.people else "")


def _people(run: Run) -> str:
    if run.people is None:
        return ""
    prepare_people(run.people, _kept_people(run))
    return str(_kept_people(run))


def _kept_people(run: Run) -> Path:
    return run.folder / "people.sqlite"


def _told(order: Order) -> dict[str, Any]:
    return {
        "target": str(order.target) if order.target else None,
        "now": order.now.isoformat(),
        "enclose": order.enclose,
        "pages": "individual" if order.individual else "class",
    }


@dataclass(slots=True)
class _Hand:
    """A worker process and what it has in hand."""

    process: BaseProcess
    pipe: Connection
    shards: deque[Shard] = field(default_factory=deque)


class LocalEngine:
    """The parent's loop: shards out, answers in, lost workers replaced."""

    def __init__(self, run: Run, order: Order, ledger: Ledger, progress: Progress) -> None:
        """Take what it works on."""
        self._run = run
        self._order = order
        self._ledger = ledger
        self._progress = progress
        self._total = Counts()
        self._again: deque[Shard] = deque()
        self._hands: list[_Hand] = []

    def finished(self, rows: Iterable[Row]) -> Counts:
        """Have every shard done, and count what came of it."""
        last = 0
        shards = undone(sharded(rows, self._run.shard_rows), self._ledger, self._count)
        try:
            while True:
                more = self._hand_out(shards)
                if not more and not any(hand.shards for hand in self._hands):
                    break
                self._take_in()
            last = self._seen
        finally:
            self._stop()
        self._ledger.forget_after(last)
        return self._total

    _seen = 0
    _barren = 0

    def _count(self, number: int, known: Counts | None) -> None:
        self._seen = number
        if known is not None:
            self._total.add(known)
            self._progress(self._total)

    def _hand_out(self, shards: Iterator[Shard]) -> bool:
        """Give every worker as much as it may have; tell whether there may be more."""
        for depth in range(AHEAD):
            for at in range(self._run.workers):
                if at < len(self._hands) and len(self._hands[at].shards) > depth:
                    continue
                shard = self._again.popleft() if self._again else next(shards, None)
                if shard is None:
                    return False
                if at >= len(self._hands):
                    self._hands.append(self._hired())
                self._give(self._hands[at], shard)
        return True

    def _give(self, hand: _Hand, shard: Shard) -> None:
        given = taken(shard, self._ledger, self._run.folder)
        hand.shards.append(given)
        with contextlib.suppress(OSError):  # it is lost; its pipe says so in a moment
            hand.pipe.send(given)

    def _hired(self) -> _Hand:
        context = multiprocessing.get_context("spawn")
        mine, theirs = context.Pipe()
        zstd = self._run.output.zstd and self._run.output.kind is Kind.LINES
        process = context.Process(
            target=work, args=(theirs, self._order, self._run.folder), kwargs={"zstd": zstd}, daemon=True
        )
        process.start()
        theirs.close()
        return _Hand(process, mine)

    def _take_in(self) -> None:
        """Wait for one answer, or for a worker that is lost."""
        watched: dict[Any, _Hand] = {hand.pipe: hand for hand in self._hands}
        found = wait(list(watched), timeout=_PATIENCE)
        if not found:
            self._progress(self._total)  # whoever watches may want to stop
        for ready in found:
            hand = watched[ready]
            try:
                answer: Answer = hand.pipe.recv()
            except (EOFError, OSError):
                self._replace(hand)
                continue
            raise_fault(answer)
            self._barren = 0
            hand.shards = deque(one for one in hand.shards if one.number != answer.number)
            self._ledger.finish(answer.number, answer.counts)
            self._total.add(answer.counts)
            self._progress(self._total)

    def _replace(self, hand: _Hand) -> None:
        """Take the shards of a lost worker back; a row known to have lost it is not tried again.

        Raises:
            RuntimeError: a worker is lost before it has begun: the next one would be too.
        """
        hand.process.join()
        self._hands.remove(hand)
        hand.pipe.close()
        if not hand.shards:
            return
        hand.shards[0], barren = after_loss(hand.shards[0], self._run.folder)
        self._barren += barren
        if self._barren > _MOST_BARREN:
            raise RuntimeError("workers are lost before they begin")
        self._again.extend(hand.shards)

    def _stop(self) -> None:
        for hand in self._hands:
            hand.pipe.close()
        for hand in self._hands:
            hand.process.terminate()
            hand.process.join()


def undone(
    shards: Iterator[Shard], ledger: Ledger, count: Callable[[int, Counts | None], None]
) -> Iterator[Shard]:
    """Yield the shards that are not done yet; tell the number of each, and what the others came to."""
    for shard in shards:
        known = ledger.done(shard.number, shard.digest)
        count(shard.number, known)
        if known is None:
            yield shard


def taken(shard: Shard, ledger: Ledger, folder: Path) -> Shard:
    """Note that a shard is given out; one that lost workers before is gone about with care."""
    if ledger.take(shard.number, shard.digest) <= _ATTEMPTS:
        return shard
    at_work(folder, shard.number).unlink(missing_ok=True)  # a killed run's note tells nothing about this one
    return replace(shard, careful=True)


def after_loss(shard: Shard, folder: Path) -> tuple[Shard, bool]:
    """Suspect the row that was at work, and give up one on which a worker was lost twice.

    Once proves nothing: whoever kills workers may strike at any row.

    Returns:
        The shard as it is to be tried again; and whether the worker was lost before it began.
    """
    if not shard.careful:
        return shard, False
    note = at_work(folder, shard.number)
    if not note.exists():
        return shard, True
    place = int(note.read_text("ascii"))
    note.unlink()
    if place == shard.suspect:
        return replace(shard, lost=shard.lost | {place}, suspect=0), False
    return replace(shard, suspect=place), False


def raise_fault(answer: Answer) -> None:
    """Raise why a worker could do nothing at all.

    Raises:
        Unavailable: the records or an authority do not answer.
        OSError: the disk is full, or gone.
    """
    if answer.world:
        raise Unavailable("", answer.fault)
    if answer.fault:
        raise OSError(0, answer.fault)


def sharded(rows: Iterable[Row], most: int) -> Iterator[Shard]:
    """Cut rows into shards, by their number and by their bytes."""
    held: list[Row] = []
    size, number = 0, 0
    for row in rows:
        held.append(row)
        size += len(row.data)
        if len(held) >= most or size >= SHARD_BYTES:
            number += 1
            yield _shard(number, held)
            held, size = [], 0
    if held:
        yield _shard(number + 1, held)


def _shard(number: int, rows: list[Row]) -> Shard:
    digest = hashlib.blake2b(digest_size=16)
    for row in rows:
        digest.update(f"{row.place} {len(row.data)} {row.name}\n".encode("utf-8", "replace"))
        digest.update(row.data)
        if row.problem is not None:
            digest.update(row.problem.code.encode())
    return Shard(number=number, digest=digest.hexdigest(), rows=tuple(rows))


def fingerprint(asked: dict[str, Any]) -> str:
    """Return what tells one order from another, short."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: object) -> str:
    return orjson.dumps(value, default=str).decode()
