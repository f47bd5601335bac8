"""The shards of a run: cut from its rows, given out, taken in, and accounted for, whichever engine works."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from api.bulk.ledger import Counts, Ledger
from api.bulk.rows import Row
from api.bulk.worker import Answer, Shard, at_work
from schemas.errors import Unavailable

SHARD_ROWS = 2000
SHARD_BYTES = 16 * 1024 * 1024
_ATTEMPTS = 2
Progress = Callable[[Counts], None]


class Account:
    """What is to be done of a run, and what it has come to so far."""

    def __init__(
        self, rows: Iterable[Row], most: int, folder: Path, ledger: Ledger, progress: Progress
    ) -> None:
        """Take the rows, and what was done of them before.

        Args:
            rows: of the input.
            most: rows in a shard.
            folder: of the run.
            ledger: knows what is done.
            progress: is told after each step.
        """
        self.total = Counts()
        self._folder = folder
        self._ledger = ledger
        self._progress = progress
        self._last = 0
        self._again: deque[Shard] = deque()
        self._shards = self._undone(sharded(rows, most))

    def next(self) -> Shard | None:
        """Give a shard out; None where there is none now, though one may come back yet.

        One that lost workers before is gone about with care.
        """
        shard = self._again.popleft() if self._again else next(self._shards, None)
        if shard is None or self._ledger.take(shard.number, shard.digest) <= _ATTEMPTS:
            return shard
        # a killed run's note tells nothing about this one
        at_work(self._folder, shard.number).unlink(missing_ok=True)
        return replace(shard, careful=True)

    def give_back(self, shards: Iterable[Shard]) -> None:
        """Take back what a lost worker had in hand."""
        self._again.extend(shards)

    def enter(self, answer: Answer) -> None:
        """Take down what a shard came to.

        Raises:
            Unavailable: the worker could do nothing: the records or an authority do not answer.
            OSError: likewise: the disk is full, or gone.
        """
        if answer.world:
            raise Unavailable("", answer.fault)
        if answer.fault:
            raise OSError(0, answer.fault)
        self._ledger.finish(answer.number, answer.counts)
        self._add(answer.counts)

    def tell(self) -> None:
        """Tell how far it is; whoever watches may want to stop."""
        self._progress(self.total)

    def closed(self) -> Counts:
        """Forget shards beyond the last, of a run that had more rows; return what it came to."""
        self._ledger.forget_after(self._last)
        return self.total

    def _undone(self, shards: Iterator[Shard]) -> Iterator[Shard]:
        """Yield the shards that are not done yet, and count the others."""
        for shard in shards:
            self._last = shard.number
            known = self._ledger.done(shard.number, shard.digest)
            if known is None:
                yield shard
            else:
                self._add(known)

    def _add(self, counts: Counts) -> None:
        self.total.add(counts)
        self.tell()


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
