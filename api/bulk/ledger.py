"""What of a run is done, shard by shard, so that a killed run goes on where it was."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS shard (
    number INTEGER PRIMARY KEY,
    digest TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    counts TEXT NOT NULL DEFAULT '{}'
);
"""


_COUNTERS = ("failures", "verdicts", "learners", "official")


@dataclass(slots=True, kw_only=True)
class Counts:
    """How many rows came to what.

    Attributes:
        made: documents, or verdicts.
        failures: failed rows, by the code of their first problem.
        verdicts: of a verification; `learners`: on whose word names stand.
        official: what official files said of a sample.
        unasked: rows whose source nobody was asked about.
        size: bytes of the documents made.
    """

    rows: int = 0
    made: int = 0
    size: int = 0
    unasked: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    learners: Counter[str] = field(default_factory=Counter)
    official: Counter[str] = field(default_factory=Counter)

    def add(self, other: Counts) -> None:
        """Count another's rows too."""
        self.rows += other.rows
        self.made += other.made
        self.size += other.size
        self.unasked += other.unasked
        self.failures.update(other.failures)
        self.verdicts.update(other.verdicts)
        self.learners.update(other.learners)
        self.official.update(other.official)

    @property
    def failed(self) -> int:
        """How many rows made nothing."""
        return self.rows - self.made

    def to_dict(self) -> dict[str, Any]:
        """Return it as the ledger keeps it."""
        plain = {name: getattr(self, name) for name in ("rows", "made", "size", "unasked")}
        return plain | {name: dict(sorted(getattr(self, name).items())) for name in _COUNTERS}

    def told(self) -> dict[str, Any]:
        """Return it as people are told: with how many failed."""
        return {**self.to_dict(), "failed": self.failed}

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Counts:
        """Read what `to_dict` made."""
        counters = {key: Counter(told.get(key, {})) for key in _COUNTERS}
        return cls(**{**told, **counters})


class Ledger:
    """The ledger of one run, in SQLite: each step is whole or was not taken."""

    def __init__(self, path: Path) -> None:
        """Open or make it."""
        self._book = sqlite3.connect(path, isolation_level=None)
        self._book.execute("PRAGMA journal_mode=WAL")
        self._book.execute("PRAGMA synchronous=NORMAL")
        self._book.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._book.close()

    def said(self, name: str) -> str | None:
        """Return what was said of the whole run."""
        found = self._book.execute("SELECT value FROM run WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    def say(self, name: str, value: str) -> None:
        """Keep what is said of the whole run."""
        self._book.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (name, value))

    def done(self, number: int, digest: str) -> Counts | None:
        """Return what a shard came to, if it is done and its rows are the same as then."""
        found = self._book.execute(
            "SELECT counts FROM shard WHERE number = ? AND digest = ? AND done = 1", (number, digest)
        ).fetchone()
        return None if found is None else Counts.from_dict(json.loads(found[0]))

    def take(self, number: int, digest: str) -> int:
        """Note that a shard is being worked on; return the how-many-eth time it is."""
        (attempt,) = self._book.execute(
            "INSERT INTO shard (number, digest, attempt) VALUES (?, ?, 1) ON CONFLICT (number) DO UPDATE "
            "SET attempt = CASE digest WHEN excluded.digest THEN attempt + 1 ELSE 1 END, "
            "digest = excluded.digest, done = 0 RETURNING attempt",
            (number, digest),
        ).fetchone()
        return int(attempt)

    def finish(self, number: int, counts: Counts) -> None:
        """Note that the files of a shard are there, whole."""
        self._book.execute(
            "UPDATE shard SET done = 1, counts = ? WHERE number = ?", (json.dumps(counts.to_dict()), number)
        )

    def shards(self) -> Iterator[int]:
        """Yield the numbers of the shards that are done, in order."""
        for (number,) in self._book.execute("SELECT number FROM shard WHERE done = 1 ORDER BY number"):
            yield int(number)

    def forget_after(self, last: int) -> None:
        """Forget shards beyond the last: an earlier run had more rows."""
        self._book.execute("DELETE FROM shard WHERE number > ?", (last,))
