"""The time, as a running service or command takes it."""

from __future__ import annotations

from datetime import UTC, datetime


def system_clock() -> datetime:
    """Return the time, to the second: no document or verdict is about less."""
    return datetime.now(UTC).replace(microsecond=0)
