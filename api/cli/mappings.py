"""`badgepass mappings`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from api.cli.terminal import print_json, print_lines
from api.gateway.tables import shown, summarised
from schemas.document import FORMATS, Format

_ARROWS = {"both": "<->", "lift": "<- ", "lower": " ->"}


def run(asked: Namespace) -> int:
    """Print one mapping table, or a line on each."""
    if asked.format is None:
        known = [summarised(fmt) for fmt in FORMATS]
        if asked.json:
            print_json({"mappings": known})
        else:
            print_lines(*(_summary(one) for one in known))
        return 0
    table = shown(Format(asked.format))
    if asked.json:
        print_json(table)
    else:
        print_lines(*_lines(table))
    return 0


def _summary(one: dict[str, Any]) -> str:
    counts = f"{one['rows']} rows, {one['oneway']} one-way, {one['gaps']} gaps in {one['shapes']} shapes"
    return f"{one['format']:<9} {counts}  ({one['spec']})"


def _lines(table: dict[str, Any]) -> Iterator[str]:
    yield f"{table['format']}: {table['spec']}"
    yield "pivot <-> wire; <- only reads, -> only writes; = exact, ~ approximated"
    for shape in table["shapes"]:
        yield ""
        like = f", with the rows of {shape['like']}" if shape["like"] else ""
        yield f"{shape['name']}: {shape['pivot']} <-> {shape['wire']}{like}"
        for row in shape["rows"]:
            exact = "=" if row["relation"] == "exact" else "~"
            note = f"  {row['note']}" if row["note"] else ""
            yield (
                f"  {exact} {row['pivot']} {_ARROWS[row['direction']]} {' + '.join(row['wire'])}"
                f"  via {row['via']}  [{row['cite']}]{note}"
            )
        for gap in shape["gaps"]:
            yield f"  x {gap['pivot'] or gap['wire']}  {gap['why']}"
    for gap in table["gaps"]:
        yield f"x {gap['pivot'] or gap['wire']}  {gap['why']}"
