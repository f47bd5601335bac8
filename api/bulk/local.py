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
from collections.abc import Iterable
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
from api.bulk.shards import SHARD_ROWS, Account, Progress, after_loss
from api.bulk.worker import AHEAD, Answer, Shard, work
from api.gateway.asking import not_understood

_MOST_BARREN = 10
"""So many workers in a row may be lost before they begin: the next would be too."""
_PATIENCE = 1.0


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
    """Gives shards to workers, wherever they are."""

    def __init__(self, run: Run, order: Order) -> None:
        """Take what it works on."""

    def finish(self, account: Account) -> None:
        """Have every shard of an account done."""


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
        account = Account(rows, run.shard_rows, run.folder, ledger, progress)
        engine(run, order).finish(account)
        total = account.closed()
        numbers = list(ledger.shards())
        summary = {**total.told(), "shards": len(numbers), **_told(order)}
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

    def give(self, shard: Shard) -> None:
        """Give it one more."""
        self.shards.append(shard)
        with contextlib.suppress(OSError):  # it is lost; its pipe says so in a moment
            self.pipe.send(shard)


class LocalEngine:
    """The parent's loop: shards out, answers in, lost workers replaced."""

    def __init__(self, run: Run, order: Order) -> None:
        """Take what it works on."""
        self._run = run
        self._order = order
        self._hands: list[_Hand] = []
        self._barren = 0

    def finish(self, account: Account) -> None:
        """Have every shard done."""
        try:
            while True:
                more = self._hand_out(account)
                if not more and not any(hand.shards for hand in self._hands):
                    break
                self._take_in(account)
        finally:
            self._stop()

    def _hand_out(self, account: Account) -> bool:
        """Give every worker as much as it may have; tell whether there may be more."""
        for depth in range(AHEAD):
            for at in range(self._run.workers):
                if at < len(self._hands) and len(self._hands[at].shards) > depth:
                    continue
                shard = account.next()
                if shard is None:
                    return False
                if at >= len(self._hands):
                    self._hands.append(self._hired())
                self._hands[at].give(shard)
        return True

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

    def _take_in(self, account: Account) -> None:
        """Wait for one answer, or for a worker that is lost."""
        watched: dict[Any, _Hand] = {hand.pipe: hand for hand in self._hands}
        found = wait(list(watched), timeout=_PATIENCE)
        if not found:
            account.tell()
        for ready in found:
            hand = watched[ready]
            try:
                answer: Answer = hand.pipe.recv()
            except (EOFError, OSError):
                account.give_back(self._taken_back(hand))
                continue
            account.enter(answer)
            self._barren = 0
            hand.shards = deque(one for one in hand.shards if one.number != answer.number)

    def _taken_back(self, hand: _Hand) -> Iterable[Shard]:
        """Take the shards of a lost worker back; a row known to have lost it is not tried again.

        Raises:
            RuntimeError: a worker is lost before it has begun: the next one would be too.
        """
        hand.process.join()
        self._hands.remove(hand)
        hand.pipe.close()
        if not hand.shards:
            return ()
        hand.shards[0], barren = after_loss(hand.shards[0], self._run.folder)
        self._barren += barren
        if self._barren > _MOST_BARREN:
            raise RuntimeError("workers are lost before they begin")
        return hand.shards

    def _stop(self) -> None:
        for hand in self._hands:
            hand.pipe.close()
        for hand in self._hands:
            hand.process.terminate()
            hand.process.join()


def fingerprint(asked: dict[str, Any]) -> str:
    """Return what tells one order from another, short."""
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: object) -> str:
    return orjson.dumps(value, default=str).decode()
