"""Where jobs lie, and how much of everything there may be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from api.folders import user_folder
from api.gateway.asking import not_understood

OFF = "off"
_GIB = 1024**3
_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The bounds of jobs.

    Attributes:
        folder: where they lie; instances that share a database share it too.
        max_bytes: of one export as it is handed in, with all that comes with it.
        max_waiting: jobs of one tenant that are not over.
        keep: so long what was made lies ready.
        lease: so long a job stays with an instance that is not heard of.
        workers: processes of this instance; 0 for one a core.
        shard_rows: rows in one piece of work; 0 for the engine's own.
        calls: of one caller in a minute.
    """

    folder: Path
    max_bytes: int = 4 * _GIB
    max_waiting: int = 20
    keep: timedelta = timedelta(hours=72)
    lease: timedelta = timedelta(seconds=60)
    workers: int = 0
    shard_rows: int = 0
    calls: int = 600


def bounds_of(environment: Mapping[str, str]) -> Bounds | None:
    """Read the bounds out of the environment.

    They are `BADGEPASS_JOBS` (a folder, or `off`) and, behind it, `_MAX_BYTES`, `_MAX_WAITING`,
    `_KEEP_HOURS`, `_LEASE_SECONDS`, `_WORKERS` and `_CALLS`.

    Raises:
        NotUnderstood: one of them is no number.
    """
    folder = environment.get("BADGEPASS_JOBS", "")
    if folder == OFF:
        return None
    least = Bounds(folder=Path(folder) if folder else user_folder("data", environment) / "jobs")
    return Bounds(
        folder=least.folder,
        max_bytes=_number(environment, "BADGEPASS_JOBS_MAX_BYTES", least.max_bytes),
        max_waiting=_number(environment, "BADGEPASS_JOBS_MAX_WAITING", least.max_waiting),
        keep=timedelta(hours=_number(environment, "BADGEPASS_JOBS_KEEP_HOURS", 72)),
        lease=timedelta(seconds=_number(environment, "BADGEPASS_JOBS_LEASE_SECONDS", 60)),
        workers=_number(environment, "BADGEPASS_JOBS_WORKERS", 0),
        calls=_number(environment, "BADGEPASS_JOBS_CALLS", least.calls),
    )


def _number(environment: Mapping[str, str], name: str, otherwise: int) -> int:
    said = environment.get(name, "")
    if not said:
        return otherwise
    if not (said.isascii() and said.isdigit() and len(said) <= _DIGITS):
        raise not_understood("request.setting", "This setting is a whole number.", name)
    return int(said)
