"""Ours against the floor, in one run: `make bench`.

Both are timed in turns, round by round, so that what else the machine does falls on both; medians of
processor time are told, and only the ratio means anything. `--save` writes them beside a description of the
machine; `benchmarks/compare.py` holds two such files against each other.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(_ROOT)  # a script finds its own folder there, whose names are not ours to import by
sys.path.insert(1, str(_ROOT / "tests"))

from benchmarks.machine import machine  # noqa: E402 - the path comes first
from benchmarks.peer_rows import Peer, peer_rows  # noqa: E402
from benchmarks.rows import Absent, Row, rows  # noqa: E402
from benchmarks.timing import ROUNDS, alone, timed  # noqa: E402

SECONDS = 1.5
_HEAD = ("work", "ours µs", "floor µs", "ratio", "note")


def main() -> int:
    """Time every row and print the table."""
    parser = argparse.ArgumentParser(description="Time the gateway against hand-written floors and peers.")
    parser.add_argument("--save", metavar="F", help="also write the figures to this file (JSON)")
    parser.add_argument("--only", default="", metavar="WORDS", help="rows whose work holds these words")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each row (default: %(default)s)")
    asked = parser.parse_args()
    print(_line(_HEAD), flush=True)
    figures = []
    for row in (*rows(), *peer_rows()):
        if asked.only in row.work:
            found = _timed(row, asked.seconds)
            print(_line(_cells(row, found)), flush=True)
            if found is not None:
                ours, other = found
                figures.append({"work": row.work, "ours": ours, "floor": other, "ratio": ours / other})
    if asked.save:
        whole = {"machine": machine(), "rounds": ROUNDS, "rows": figures}
        Path(asked.save).write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return 0


def _timed(row: Row | Peer | Absent, seconds: float) -> tuple[float, float] | None:
    """Return microseconds of ours and of the other side; None where there is no other side."""
    if isinstance(row, Absent):
        return None
    if isinstance(row, Row):
        ours, floor = timed((row.ours, row.floor), seconds)
        return ours, floor
    if not row.ours():
        raise SystemExit(f"{row.work}: our verdict is not good.")
    before = alone(row.ours, seconds / 2)
    theirs = row.theirs()
    return (before + alone(row.ours, seconds / 2)) / 2, theirs


def _cells(row: Row | Peer | Absent, found: tuple[float, float] | None) -> tuple[str, ...]:
    if isinstance(row, Absent) or found is None:
        return (row.work, "", "", "", row.why if isinstance(row, Absent) else "")
    ours, floor = found
    return (
        row.work,
        f"{ours:,.0f}",
        f"{floor:,.1f}",
        f"{ours / floor:,.2f}" if ours > floor / 20 else f"{ours / floor:.4f}",
        row.note,
    )


def _line(cells: tuple[str, ...]) -> str:
    work, ours, floor, ratio, note = cells
    return f"{work:<58} {ours:>10} {floor:>10} {ratio:>8}  {note}".rstrip()


if __name__ == "__main__":
    raise SystemExit(main())
