"""What of the world this software holds a reading of, and when each was read."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One thing that was read of the world, and that the world may change.

    Attributes:
        name: short.
        what: for a person.
        version: as its publisher calls it.
        read: the day it was read.
        dated: the latest day it can be of, where that is earlier; else None.
        days: after so many days somebody should look again.
        published: where the world keeps it.
        held: the tables of ours that hold it, by their path.
    """

    name: str
    what: str
    version: str
    read: date
    dated: date | None = None
    days: int
    published: str
    held: tuple[str, ...]


@functools.cache
def readings() -> tuple[Reading, ...]:
    """Return every reading, in the order of the table."""
    text = (resources.files("schemas") / "readings.toml").read_text("utf-8")
    return tuple(
        Reading(name=name, **{**row, "held": tuple(row["held"])}) for name, row in tomllib.loads(text).items()
    )
