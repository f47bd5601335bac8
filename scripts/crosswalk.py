"""Write docs/crosswalk.md from the mapping tables, or tell that the committed page is stale.

Usage: crosswalk.py [--check]
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from converter.codecs import CODECS
from converter.table import Case, Gap, Join, Oneway, Row, Shape, Table, Test, inherited
from converter.tables import FILES, table
from schemas.document import Format

PAGE = Path(__file__).resolve().parents[1] / "docs" / "crosswalk.md"
TITLES = {
    Format.OB2: "Open Badges 2.0 and edubadges",
    Format.EDCI: "EDCI XML 1.2 (ELM v2)",
    Format.ELM: "ELM v3 JSON-LD",
}
MODULES = {Format.OB2: "ob2", Format.EDCI: "edci2", Format.ELM: "elm3"}


INTRODUCTION = """\
Generated from `mappings/*.toml` by `make docs`; do not edit.

Every conversion goes over the *pivot*, a credential in the words of ELM v3 (`schemas/pivot`): a source
is **lifted** to it and the target is **lowered** from it. So there is one table for each format, not one
for each direction, and a conversion uses two of them.

A table consists of *shapes*. A shape stands one class of the pivot beside one kind of node of the format,
and its rows are relative to both.

| sign | meaning |
|---|---|
| `⇄` | the row works both ways |
| `←` | the row only lifts: from the format to the pivot |
| `→` | the row only lowers: from the pivot to the format |
| `[]` | every item of a list; a list beside a single value: its first item |
| `[key="value"]` | the one item of a list that is so keyed |
| `…has_claim[…]` | `credential_subject.has_claim[type="LearningAchievement"]`: the one achievement |
| via `name` | the codec (last section), the shape or the choice that translates the value |
| *broader*, *narrower*, *related* | not quite the same: the report lists the value as approximated |
"""
SHORT = {'credential_subject.has_claim[type="LearningAchievement"]': "…has_claim[…]"}
"""Ways so long and so frequent that a table of them cannot be read."""


def page() -> str:
    """Compose the whole page."""
    lines = ["# Crosswalk", "", *INTRODUCTION.splitlines(), ""]
    lines += [f"- [{TITLES[fmt]}](#{_anchor(TITLES[fmt])})" for fmt in FILES]
    lines += ["- [Codecs](#codecs)", ""]
    for fmt in FILES:
        lines += _format(fmt)
    lines += ["## Codecs", "", "| codec | what it translates |", "|---|---|"]
    lines += [f"| `{name}` | {_cell(codec.says)} |" for name, codec in sorted(CODECS.items())]
    return "\n".join(lines).rstrip() + "\n"


def _anchor(title: str) -> str:
    kept = "".join(one for one in title.lower() if one.isalnum() or one in " -")
    return kept.replace(" ", "-")


def _format(fmt: Format) -> Iterator[str]:
    of = table(fmt)
    yield from (f"## {TITLES[fmt]}", "", of.spec + ".", "")
    yield from _rearrangements(fmt)
    if of.choice:
        yield from ("### Choices", "", "Tried in this order; the first that fits is taken.", "")
        yield from ("| choice | alternatives | clause |", "|---|---|---|")
        for choice in of.choice:
            cases = "<br>".join(_case(case) for case in choice.case)
            yield f"| `{choice.name}` | {_cell(cases)} | {_cell(choice.cite)} |"
        yield ""
    for shape in of.shape:
        yield from _shape(of, shape)
    if of.gap:
        yield from ("### No place at all", "", "| why | what of the pivot |", "|---|---|")
        for why, places in _by_reason(of.gap).items():
            yield f"| {_cell(why)} | {' '.join(f'`{place}`' for place in places)} |"
        yield ""


def _case(case: Case) -> str:
    tests = [f"{side}: {_test(test)}" for side, test in (("wire", case.wire), ("pivot", case.pivot)) if test]
    return f"`{case.shape}`" + (f" ({'; '.join(tests)})" if tests else "")


def _test(test: Test) -> str:
    if test.absent:
        return f"no `{test.path}`"
    values = " or ".join(f"`{value}`" for value in test.equals)
    return f"`{test.path}` is {values}" if values else f"has `{test.path}`"


def _by_reason(gaps: Iterable[Gap]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for gap in gaps:
        found.setdefault(gap.why, []).append(gap.pivot or gap.wire)
    return found


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
    rows: list[Row | Join] = [*whole.row, *whole.oneway, *whole.join]
    if rows:
        yield from ("| pivot | | format | via | relation | clause, note |", "|---|---|---|---|---|---|")
        yield from (_row(row) for row in rows)
        yield ""
    if whole.constant:
        yield from (
            f"- always `{constant.wire}` = `{constant.value}` ({constant.cite})"
            for constant in whole.constant
        )
        yield ""
    for side, gaps in (
        ("of the format", [gap for gap in whole.gap if gap.wire]),
        ("of the pivot", [gap for gap in whole.gap if gap.pivot]),
    ):
        if gaps:
            yield from (f"No place for, {side}:", "")
            for why, places in _by_reason(gaps).items():
                yield f"- {', '.join(f'`{place}`' for place in places)}: {why}"
            yield ""


def _row(row: Row | Join) -> str:
    arrow = {"lift": "←", "lower": "→"}[row.direction] if isinstance(row, Oneway) else "⇄"
    wire = " + ".join(f"`{path}`" for path in row.wire) if isinstance(row, Join) else f"`{row.wire}`"
    case = f" (`{row.case}`)" if isinstance(row, Row) and row.case else ""
    said = ". ".join(
        part.rstrip(".") for part in (row.cite, row.note, row.why if isinstance(row, Oneway) else "") if part
    )
    pivot = row.pivot
    for long, short in SHORT.items():
        pivot = pivot.replace(long, short)
    relation = "" if row.relation == "exact" else f"*{row.relation}*"
    return f"| `{pivot}` | {arrow} | {_cell(wire)} | `{row.via}`{case} | {relation} | {_cell(said)} |"


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
