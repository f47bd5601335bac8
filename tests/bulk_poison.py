"""A worker that dies on one row: what no document is known to do, and some document will."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from typing import Any

from api.bulk import worker
from api.bulk.batch import done
from api.bulk.rows import Outcome, Row

POISON = 17


def work(*given: Any, **named: Any) -> None:
    """Work as a worker does, until that row."""
    worker.done = _done
    worker.work(*given, **named)


def _done(rows: Iterable[Row], *given: Any) -> list[Outcome]:
    rows = tuple(rows)
    if any(row.place == POISON for row in rows):
        os.kill(os.getpid(), signal.SIGKILL)
    return done(rows, *given)
