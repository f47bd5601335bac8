"""A worker process: it takes shards off its pipe, writes their files, and says what they came to."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Queue
from typing import Any

from api.bulk.alone import alone
from api.bulk.batch import outcome
from api.bulk.ledger import Counts
from api.bulk.outputs import write_shard
from api.bulk.rows import Order, Person, Row
from api.bulk.warm import Warm
from api.clock import system_clock
from api.replacing import replaced
from schemas.errors import DocumentError, Problem, Unavailable

AHEAD = 2
"""So many shards a worker has: the one it works on and the next, so that it never waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Consecutive rows of the input.

    Attributes:
        digest: of its rows.
        careful: the row at work is noted first, because a worker was lost on this shard before.
        lost: places of rows on which workers were lost twice; they are not tried again.
        suspect: place of a row on which one was lost once; 0 for none.
    """

    number: int
    digest: str
    rows: tuple[Row, ...]
    careful: bool = False
    lost: frozenset[int] = frozenset()
    suspect: int = 0

    def __reduce__(self) -> tuple[Any, ...]:
        """Go through a pipe with the rows taken apart: there are thousands, and most say nothing more."""
        rows = [
            (row.place, row.name, row.data)
            if row.person is None and row.problem is None
            else (row.place, row.name, row.data, row.person, row.problem)
            for row in self.rows
        ]
        return _shard_of, (self.number, self.digest, rows, self.careful, self.lost, self.suspect)


def _shard_of(number: int, digest: str, rows: list[tuple[Any, ...]], *more: Any) -> Shard:  # noqa: ANN401
    careful, lost, suspect = more
    whole = tuple([_row_of(*row) for row in rows])
    return Shard(number=number, digest=digest, rows=whole, careful=careful, lost=lost, suspect=suspect)


def _row_of(
    place: int, name: str, data: bytes, person: Person | None = None, problem: Problem | None = None
) -> Row:
    return Row(place=place, name=name, data=data, person=person, problem=problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a shard came to.

    Attributes:
        fault: why the worker could do nothing at all.
        world: the fault is the world's: the records, an authority; and not the disk's.
    """

    number: int
    counts: Counts
    fault: str = ""
    world: bool = False


def work(pipe: Connection, order: Order, folder: Path, *, zstd: bool) -> None:
    """Do shard after shard until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    warm = Warm.of(order)
    waiting: Queue[Shard | None] = Queue(maxsize=AHEAD)
    threading.Thread(target=_receive, args=(pipe, waiting), daemon=True).start()
    while (shard := waiting.get()) is not None:
        answer = answered(shard, order, warm, folder, zstd=zstd)
        try:
            pipe.send(answer)
        except OSError:  # the parent was killed; whoever resumes finds the files, and asks for them anew
            return


def answered(shard: Shard, order: Order, warm: Warm, folder: Path, *, zstd: bool) -> Answer:
    """Do one shard, and say what it came to, or why nothing could be done."""
    try:
        return Answer(number=shard.number, counts=worked(shard, order, warm, folder, zstd=zstd))
    except OSError as error:  # the disk is full, or gone: no row's fault
        return Answer(number=shard.number, counts=Counts(), fault=error.strerror or "no more room")
    except (Unavailable, DocumentError) as error:  # the records: nothing of this shard may be given out
        return Answer(number=shard.number, counts=Counts(), fault=str(error), world=True)


def worked(shard: Shard, order: Order, warm: Warm, folder: Path, *, zstd: bool) -> Counts:
    """Do one shard and write its files, once nobody else does."""
    with alone(folder, shard.number):
        rows = _carefully(shard, folder) if shard.careful else shard.rows
        if order.seal:
            from api.bulk.sealing import sealed_shard  # noqa: PLC0415 - the database takes time to load

            counts = sealed_shard(
                shard.number, shard.digest, rows, order, warm, folder, zstd=zstd, clock=system_clock
            )
        else:
            outcomes = (outcome(row, order, warm) for row in rows)
            packer = warm.packer if zstd else None
            counts = write_shard(folder, shard.number, outcomes, warm.taken, packer=packer)
        at_work(folder, shard.number).unlink(missing_ok=True)
        return counts


def _receive(pipe: Connection, waiting: Queue[Shard | None]) -> None:
    try:
        while True:
            waiting.put(pipe.recv())
    except (EOFError, OSError):  # the parent is gone, or has no more
        waiting.put(None)


def _carefully(shard: Shard, folder: Path) -> Iterator[Row]:
    """Yield the rows, noting each before it is at work; those on which a worker was lost say so."""
    for row in shard.rows:
        if row.place in shard.lost:
            message = "A worker was lost on this row, so it was not tried again."
            yield replace(row, problem=Problem(code="bulk.worker-lost", message=message))
        else:
            replaced(at_work(folder, shard.number), str(row.place).encode())  # never there and empty
            yield row


def at_work(folder: Path, number: int) -> Path:
    """Name the file that tells which row of a shard is at work."""
    return folder / f"{number:08d}.at"
