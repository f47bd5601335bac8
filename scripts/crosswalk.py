"""Write docs/crosswalk.md from the mapping tables, or tell that the committed page is stale.

Usage: crosswalk.py [--check]
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from converter.codecs import CODECS
from converter.table import Join, Oneway, Row, Shape, Table, inherited
from converter.tables import FILES, table
from schemas.document import Format

PAGE = Path(__file__).resolve().parents[1] / "docs" / "crosswalk.md"
TITLES = {
    Format.OB2: "Open Badges 2.0 and edubadges",
    Format.EDCI: "EDCI XML 1.2 (ELM v2)",
    Format.ELM: "ELM v3 JSON-LD",
}
MODULES = {Format.OB2: "ob2", Format.EDCI: "edci2", Format.ELM: "elm3"}


INTRODUCTION = (
    "Generated from `mappings/*.toml` by `make docs`; do not edit. Each table maps one format to and",
    "from the pivot, which speaks ELM v3; a conversion goes through two of them. `⇄` works both ways,",
    "`←` only lifts (wire to pivot), `→` only lowers (pivot to wire). Anything but *exact* is reported as",
    "approximated.",
)


def page() -> str:
    """Compose the whole page."""
    lines = ["# Crosswalk", "", *INTRODUCTION, ""]
    for fmt in FILES:
        lines += _format(fmt)
    lines += ["## Codecs", "", "| codec | what it translates |", "|---|---|"]
    lines += [f"| `{name}` | {_cell(codec.says)} |" for name, codec in sorted(CODECS.items())]
    return "\n".join(lines).rstrip() + "\n"


def _format(fmt: Format) -> Iterator[str]:
    of = table(fmt)
    yield from (f"## {TITLES[fmt]}", "", of.spec + ".", "")
    yield from _rearrangements(fmt)
    if of.choice:
        yield from ("### Choices", "", "| choice | alternatives, in order | clause |", "|---|---|---|")
        for choice in of.choice:
            cases = ", ".join(f"`{case.shape}`" for case in choice.case)
            yield f"| `{choice.name}` | {cases} | {_cell(choice.cite)} |"
        yield ""
    for shape in of.shape:
        yield from _shape(of, shape)
    if of.gap:
        yield from ("### No place at all", "", "| pivot | why |", "|---|---|")
        yield from (f"| `{gap.pivot}` | {_cell(gap.why)} |" for gap in of.gap)
        yield ""


def _rearrangements(fmt: Format) -> Iterator[str]:
    """List what a format's module moves about before the rows see it, so that no mapping hides in code."""
    found: list[tuple[str, str, str]] = []
    for name in (MODULES[fmt], f"{MODULES[fmt]}_arrange"):
        try:
            module = importlib.import_module(f"converter.formats.{name}")
        except ModuleNotFoundError:
            continue
        found += [one for one in getattr(module, "REARRANGEMENTS", ()) if one not in found]
    if found:
        yield from ("### Rearrangements", "", "| name | what | why |", "|---|---|---|")
        yield from (f"| {_cell(name)} | {_cell(what)} | {_cell(why)} |" for name, what, why in found)
        yield ""


def _shape(of: Table, shape: Shape) -> Iterator[str]:
    inherits = f", with the rows of `{shape.like}`" if shape.like else ""
    yield from (f"### {shape.name}: `{shape.pivot}` ⇄ `{shape.wire}`{inherits}", "")
    whole = inherited(of, shape) if not shape.like else shape
    rows = [*whole.row, *whole.oneway, *whole.join]
    if rows:
        yield from ("| pivot | | wire | via | relation | clause and note |", "|---|---|---|---|---|---|")
        yield from (_row(row) for row in rows)
        yield ""
    if whole.constant:
        yield from (
            f"- always `{constant.wire}` = `{constant.value}` ({constant.cite})"
            for constant in whole.constant
        )
        yield ""
    if whole.gap:
        yield from (
            f"- `{gap.pivot or gap.wire}` ({'pivot' if gap.pivot else 'wire'}): {gap.why}"
            for gap in whole.gap
        )
        yield ""


def _row(row: Row | Join) -> str:
    arrow = {"lift": "←", "lower": "→"}[row.direction] if isinstance(row, Oneway) else "⇄"
    wire = " + ".join(f"`{path}`" for path in row.wire) if isinstance(row, Join) else f"`{row.wire}`"
    case = f" (`{row.case}`)" if isinstance(row, Row) and row.case else ""
    said = ". ".join(
        part.rstrip(".") for part in (row.cite, row.note, row.why if isinstance(row, Oneway) else "") if part
    )
    return f"| `{row.pivot}` | {arrow} | {_cell(wire)} | `{row.via}`{case} | {row.relation} | {_cell(said)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main() -> int:
    """Write or check; 1 when the committed page is stale."""
    made = page()
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text("utf-8") != made:
            print("docs/crosswalk.md is stale: run `make docs`.")
            return 1
        return 0
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
