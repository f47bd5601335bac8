"""The table of agreement: a line for each file, what was not shown and why, the pace, and the score."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from interop.agreement import Agreement, Comparison
from interop.opinions import Crypto, Opinion

TABLE = pytest.StashKey[list[str]]()
"""Where a run leaves its table, to be printed after everything else."""


def table(agreement: Agreement) -> list[str]:
    """Write the table; its last line is the score, of which what is not shown is a part."""
    compared = agreement.comparisons()
    score = Counter(agreement.mark(one) for one in compared)
    return [
        *_rows(agreement, compared),
        *(f"not shown: {peer}, for {why}" for peer, why in agreement.missing.items()),
        *_pace(agreement),
        f"differ as listed {score['listed']}, otherwise {score['differ']}, not shown {score['not shown']}",
        f"agree {score['agree']}/{len(compared)}",
    ]


def _rows(agreement: Agreement, compared: Sequence[Comparison]) -> Iterator[str]:
    engines = ["ours", *agreement.peers()]
    rows = [["file", *engines, "differences"]]
    for name in dict.fromkeys(one.name for one in compared):
        said = [_short(agreement.opinions.get(engine, {}).get(name, Opinion())) for engine in engines]
        differing = [one for one in compared if one.name == name and one.shown and not one.agrees]
        rows.append([name, *said, "; ".join(_why(agreement, one) for one in differing)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


def _why(agreement: Agreement, one: Comparison) -> str:
    known = agreement.mark(one) == "listed"
    return f"{one.peer} {one.about}: {agreement.listed[one.key].clause if known else 'NOT LISTED'}"


def _short(opinion: Opinion) -> str:
    verdict = "/".join(filter(None, (opinion.indication, opinion.sub_indication)))
    return " ".join(filter(None, (opinion.crypto, verdict))) or "-"


def _pace(agreement: Agreement) -> Iterator[str]:
    ours = agreement.opinions["ours"]
    for peer, theirs in agreement.opinions.items():
        timed = [
            (ours[name].micros / 1000, said.micros / 1000)
            for name, said in theirs.items()
            if peer != "ours" and ours[name].crypto == Crypto.HOLDS and said.micros
        ]
        if timed:
            mine, other = (statistics.median(side) for side in zip(*timed, strict=True))
            yield (
                f"pace: {peer} takes {other / mine:,.0f} times as long as ours on a signature that holds "
                f"(medians of {len(timed)}: {other:,.1f} and {mine:,.1f} ms)"
            )
