"""Ours against the floor, in one run: `make bench`.

Both are timed in turns, round by round, so that what else the machine does falls on both; medians of
processor time are told, and only the ratio means anything. Nothing is written unless `--write` asks for
`benchmarks/RESULTS.md`.
"""

from __future__ import annotations

import argparse
import platform
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path[0] = str(_ROOT)  # a script finds its own folder there, whose names are not ours to import by
sys.path.insert(1, str(_ROOT / "tests"))

from benchmarks.rows import Absent, Row, rows  # noqa: E402 - the path comes first
from benchmarks.timing import ROUNDS, timed  # noqa: E402

SECONDS = 1.5
_HEAD = ("work", "ours µs", "floor µs", "ratio", "note")


def main() -> int:
    """Time every row and print the table."""
    parser = argparse.ArgumentParser(description="Time the gateway against hand-written floors.")
    parser.add_argument("--write", action="store_true", help="also write benchmarks/RESULTS.md")
    parser.add_argument("--only", default="", metavar="WORDS", help="rows whose work holds these words")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for each row (default: %(default)s)")
    asked = parser.parse_args()
    lines = [_line(_HEAD)]
    print(lines[0], flush=True)
    for row in rows():
        if asked.only in row.work:
            lines.append(_line(_cells(row, asked.seconds)))
            print(lines[-1], flush=True)
    if asked.write:
        _write(lines)
    return 0


def _cells(row: Row | Absent, seconds: float) -> tuple[str, ...]:
    if isinstance(row, Absent):
        return (row.work, "", "", "", "shared files absent")
    ours, floor = timed((row.ours, row.floor), seconds)
    return (
        row.work,
        f"{ours:,.0f}",
        f"{floor:,.1f}",
        f"{ours / floor:,.2f}" if ours > floor / 20 else f"{ours / floor:.4f}",
        row.note,
    )


def _line(cells: tuple[str, ...]) -> str:
    work, ours, floor, ratio, note = cells
    return f"{work:<44} {ours:>10} {floor:>10} {ratio:>8}  {note}".rstrip()


def _write(lines: list[str]) -> None:
    where = f"Python {platform.python_version()}, {platform.machine()}"
    how = f"processor time, medians of {ROUNDS} rounds in turns; only the ratios count."
    text = f"# Ours against the floor\n\n{where}; {how}\n"
    path = _ROOT / "benchmarks" / "RESULTS.md"
    path.write_text(f"{text}\n```\n" + "\n".join(lines) + "\n```\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
