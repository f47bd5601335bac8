"""What libFuzzer printed, as figures; and the page that tells them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import fuzz_targets

_MARK = "<!-- figures: written by tests/fuzz/run.py -->"
_FIGURE = re.compile(r"^stat::(\w+):\s+(\d+)", re.MULTILINE)
_COVERED = re.compile(r"\bcov: (\d+) .*?\bcorp: (\d+)/")
_DONE = re.compile(r"^Done (\d+) runs in (\d+) second", re.MULTILINE)
_TROUBLE = re.compile(r"^(=+ ?Uncaught.*|.*ERROR: libFuzzer: .*|\w*(?:Error|Exception)\b.*)$", re.MULTILINE)
_COLUMNS = (
    "| target | seconds | executions | per second | edges | corpus found | corpus kept | peak MB | crashes |"
)


def figures(log: str) -> dict[str, int]:
    """Take the figures out of a log."""
    found = {name: int(value) for name, value in _FIGURE.findall(log)}
    for edges, corpus in _COVERED.findall(log)[-1:]:
        found |= {"edges": int(edges), "corpus": int(corpus)}
    for _, seconds in _DONE.findall(log)[-1:]:
        found["seconds"] = int(seconds)
    return found


def trouble(log: str) -> str:
    """Say in a few words what ended a run early."""
    found = [line.strip() for line in _TROUBLE.findall(log) if "deadly signal" not in line]
    return (found[0] if found else "ended early")[:200].replace("|", "/")


def write(rows: Iterable[tuple[str, dict[str, int], str]], *, seconds: int, moment: datetime) -> None:
    """Write the figures of the last run below the mark; a target that did not run keeps its row."""
    text = fuzz_targets.PAGE.read_text("utf-8")
    head, _, old = text.partition(_MARK)
    told = dict(line for row in old.splitlines() if (line := _named(row)))
    for name, found, went_wrong in rows:
        told[name] = _row(name, found, went_wrong, moment)
    lines = [told[name] for name in fuzz_targets.names() if name in told]
    silent = [name for name in fuzz_targets.names() if name not in told]
    lines += [f"| {name} | not run: {fuzz_targets.why_not(name)} |" + " |" * 8 for name in silent]
    last = f"Last run: {moment:%Y-%m-%d}, {seconds} seconds for each target asked for."
    table = [f"{_COLUMNS} last run |", "|---|" + "---:|" * 7 + "---|---|", *lines]
    fuzz_targets.PAGE.write_text(f"{head}{_MARK}\n\n{last}\n\n" + "\n".join(table) + "\n", "utf-8")


def _named(row: str) -> tuple[str, str] | None:
    cells = row.split("|")
    return (cells[1].strip(), row) if len(cells) > 9 and cells[1].strip() in fuzz_targets.names() else None


def _row(name: str, found: dict[str, int], went_wrong: str, moment: datetime) -> str:
    runs, took = found.get("number_of_executed_units", 0), max(1, found.get("seconds", 0))
    cells = [
        name,
        str(took),
        f"{runs:,}",
        f"{runs // took:,}",
        f"{found.get('edges', 0):,}",
        str(found.get("corpus", 0)),
        str(found.get("kept", 0)),
        str(found.get("peak_rss_mb", 0)),
        went_wrong or "none",
        f"{moment:%Y-%m-%d}",
    ]
    return "| " + " | ".join(cells) + " |"
