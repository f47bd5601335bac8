"""A worker that dies on some rows: what no document is known to do, and some document will."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from api.bulk import cluster, worker
from api.bulk.batch import outcome
from api.bulk.rows import Outcome, Row
from api.cli.main import main

POISON = 17
ROWS = "POISONED"
"""Environment variable with the places of other rows on which to die."""


def work(*given: Any, **named: Any) -> None:
    """Work as a worker does, until that row."""
    worker.outcome = _outcome  # type: ignore[assignment]
    worker.work(*given, **named)


class Actor(cluster._Worker):
    """A cluster's worker that dies likewise."""

    def __init__(self, *given: Any) -> None:
        worker.outcome = _outcome  # type: ignore[assignment]
        super().__init__(*given)


def command() -> int:
    """Do what the command line asks, with such workers on the cluster."""
    cluster._Worker = Actor  # type: ignore[misc]
    return main(sys.argv[1:])


def _outcome(row: Row, *given: Any) -> Outcome:
    places = [int(place) for place in os.environ.get(ROWS, str(POISON)).split()]
    if row.place in places and row.problem is None:
        os.kill(os.getpid(), signal.SIGKILL)
    return outcome(row, *given)
