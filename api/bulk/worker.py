"""A worker process: it takes shards off its pipe, writes their files, and says what they came to."""

from __future__ import annotations

import signal
import threading
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue

from api.bulk.batch import done
from api.bulk.ledger import Counts
from api.bulk.outputs import write_shard
from api.bulk.rows import Order, Outcome, Row
from api.bulk.warm import Warm
from schemas.errors import Problem

AHEAD = 2
"""So many shards a worker has: the one it works on and the next, so that it never waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Consecutive rows of the input.

    Attributes:
        digest: of its rows.
        careful: the row at work is noted first, because a worker was lost on this shard before.
        lost: places of rows on which a worker was lost; they are not tried again.
    """

    number: int
    digest: str
    rows: tuple[Row, ...]
    careful: bool = False
    lost: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a shard came to; `fault` says why the worker could do nothing at all."""

    number: int
    counts: Counts
    fault: str = ""


def work(pipe: Connection, order: Order, folder: Path, *, zstd: bool) -> None:
    """Do shard after shard until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    warm = Warm.of(order)
    waiting: Queue[Shard | None] = Queue(maxsize=AHEAD)
    threading.Thread(target=_receive, args=(pipe, waiting), daemon=True).start()
    while (shard := waiting.get()) is not None:
        try:
            answer = Answer(number=shard.number, counts=worked(shard, order, warm, folder, zstd=zstd))
        except OSError as error:  # the disk is full, or gone: no row's fault
            answer = Answer(number=shard.number, counts=Counts(), fault=error.strerror or "no more room")
        pipe.send(answer)


def worked(shard: Shard, order: Order, warm: Warm, folder: Path, *, zstd: bool) -> Counts:
    """Do one shard and write its files."""
    outcomes = _carefully(shard, order, warm, folder) if shard.careful else done(shard.rows, order, warm)
    return write_shard(folder, shard.number, outcomes, warm.taken(), zstd=zstd)


def _receive(pipe: Connection, waiting: Queue[Shard | None]) -> None:
    try:
        while True:
            waiting.put(pipe.recv())
    except (EOFError, OSError):  # the parent is gone, or has no more
        waiting.put(None)


def _carefully(shard: Shard, order: Order, warm: Warm, folder: Path) -> list[Outcome]:
    outcomes = []
    for row in shard.rows:
        if row.place in shard.lost:
            message = "A worker was lost on this row, so it was not tried again."
            lost = Problem(code="bulk.worker-lost", message=message)
            outcomes.append(Outcome(place=row.place, name=row.name, problems=(lost,)))
            continue
        at_work(folder, shard.number).write_text(str(row.place), "ascii")
        outcomes += done((row,), order, warm)
    at_work(folder, shard.number).unlink(missing_ok=True)
    return outcomes


def at_work(folder: Path, number: int) -> Path:
    """Name the file that tells which row of a shard is at work."""
    return folder / f"{number:08d}.at"
