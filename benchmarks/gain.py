"""What more cores give: `python benchmarks/gain.py 240000`, beside what they give a loop that only counts.

The same export is converted by one worker with everything on one core, and by as many workers as there are
cores. A control that does nothing but count is run the same two ways in the same minutes: what others do on
the machine, and what two cores share, falls on both. Only the ratio of the two gains means anything.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(_ROOT)
sys.path.insert(1, str(_ROOT / "tests"))

from benchmarks.machine import machine  # noqa: E402 - the path comes first
from benchmarks.scale import measured  # noqa: E402

_SECONDS = 4.0
_COUNT = """
import time
until, turns = time.monotonic() + {seconds}, 0
while time.monotonic() < until:
    for number in range(10_000):
        turns += number & 3
print(turns)
"""


def main() -> int:
    """Measure both ways, and print the gains."""
    parser = argparse.ArgumentParser(description="Measure what more cores give.")
    parser.add_argument("rows", type=int, help="how many rows the export has")
    parser.add_argument("--to", default="elm-json", help="the format (default: %(default)s)")
    parser.add_argument("--classes", type=int, default=12, help="badge classes (default: %(default)s)")
    parser.add_argument("--write", metavar="F", help="also write the figures to this file (JSON)")
    asked = parser.parse_args()
    order = argparse.Namespace(**vars(asked), carrier=False, engine="local", workers=0)
    cores = len(os.sched_getaffinity(0))
    before = _counted(cores) / _counted(1)
    with _one_core():
        order.workers = 1
        one: Any = measured(asked.rows, order)
    order.workers = cores
    every: Any = measured(asked.rows, order)
    control = (before + _counted(cores) / _counted(1)) / 2
    gain = every["rows_per_second"] / one["rows_per_second"]
    told = {
        "cores": cores,
        "one_core": one["rows_per_second"],
        "all_cores": every["rows_per_second"],
        "gain": round(gain, 2),
        "control": round(control, 2),
        "ratio": round(gain / control, 2),
    }
    print(json.dumps(told))
    if asked.write:
        whole = {"machine": machine(), "to": asked.to, "rows": asked.rows, **told}
        Path(asked.write).write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
    return 0


@contextmanager
def _one_core() -> Iterator[None]:
    """Have all that is begun meanwhile run on one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def _counted(processes: int) -> int:
    """Return how far so many processes count together."""
    order = [sys.executable, "-c", _COUNT.format(seconds=_SECONDS)]
    running = [
        subprocess.Popen(order, stdout=subprocess.PIPE)  # noqa: S603 - our own loop
        for _ in range(processes)
    ]
    return sum(int(process.communicate()[0]) for process in running)


if __name__ == "__main__":
    sys.exit(main())
