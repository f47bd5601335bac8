"""What the routes of jobs need of the running service."""

from __future__ import annotations

from dataclasses import dataclass

from api.jobs.bounds import Bounds
from api.jobs.limits import Calls
from api.storage import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """The taking of jobs.

    Attributes:
        store: where their records are.
        bounds: where they lie, and how much there may be.
        calls: how many are left to each caller.
    """

    store: Store
    bounds: Bounds
    calls: Calls
