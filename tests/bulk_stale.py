"""A worker that seals a shard, as a process; it can be told to wait for a line before the last step."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from sealed_exports import order

from api.bulk import sealing
from api.bulk.inputs import rows_of
from api.bulk.warm import Warm
from api.bulk.worker import Shard, worked
from api.storage.batches import complete_many


def main(folder: str, waits: str = "") -> None:
    """Do the first shard of an export."""
    ground = Path(folder)
    if waits:
        sealing.complete_many = _waiting
    rows = tuple(rows_of(ground / "export.ndjson"))
    asked = replace(order(ground), people=str(ground / "people.sqlite"))
    counts = worked(
        Shard(number=1, digest="d" * 32, rows=rows), asked, Warm.of(asked), ground / "run", zstd=False
    )
    sys.stdout.write(f"made {counts.made}\n")


def _waiting(*given: Any, **named: Any) -> None:
    sys.stdout.write("waiting\n")
    sys.stdout.flush()
    sys.stdin.readline()
    complete_many(*given, **named)


if __name__ == "__main__":
    main(*sys.argv[1:])
