"""What is told of the trusted lists at hand: how new they are, what they reach, what is wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.trust.store import ListStore
from schemas.trusted_list import TrustedList


def lists_told(store: ListStore, now: datetime) -> dict[str, Any]:
    """Tell the newest list of every territory, as JSON values."""
    archive = store.archive()
    histories = (archive.history(territory) for territory in ("EU", *archive.territories))
    last = store.newest()
    return {
        "folder": str(store.folder),
        "snapshots": len(archive.snapshots),
        **freshness(store, now),
        "lists": [_told(history[-1], now) for history in histories if history],
        "faults": dict(last.faults) if last is not None else {},
        "damaged": list(store.damaged),
    }


def freshness(store: ListStore, now: datetime) -> dict[str, Any]:
    """Tell when the newest snapshot was brought or confirmed, its age, and whether its renewal is overdue.

    The age is in whole days. What is overdue is told by the list of lists: a national list that its country
    renews late is told with that list.
    """
    last, archive = store.newest(), store.archive()
    if last is None or not archive.snapshots:
        return {"checked": None, "age_days": None, "next_update": None, "overdue": None}
    lotl = archive.history("EU")[-1]
    return {
        "checked": last.checked.isoformat(),
        "age_days": max((now - last.checked).days, 0),
        "next_update": lotl.next_update.isoformat() if lotl.next_update else None,
        "overdue": not lotl.reaches(now),
    }


def _told(one: TrustedList, now: datetime) -> dict[str, Any]:
    return {
        "territory": one.territory,
        "sequence": one.sequence,
        "version": one.version,
        "issued": one.issued.isoformat(),
        "next_update": one.next_update.isoformat() if one.next_update else None,
        "overdue": not one.reaches(now),
        "services": len(one.services),
        "sha256": one.sha256,
    }
