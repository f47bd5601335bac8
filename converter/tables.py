"""The three tables of `mappings/`, loaded once, and what is checked on them beyond their grammar."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from importlib.resources import files

from converter.mapping import Mapping
from converter.paths import parse_path
from converter.pivot_paths import pivot_class
from converter.table import Table, inherited, load_table
from schemas.document import Format
from schemas.pivot import field_kinds
from schemas.pivot.node import Node

FILES = {Format.OB2: "ob2.toml", Format.EDCI: "edci2.toml", Format.ELM: "elm3.toml"}


@functools.cache
def table(fmt: Format) -> Table:
    """Return the validated table of a format."""
    return load_table((files("mappings") / FILES[fmt]).read_text("utf-8"))


@functools.cache
def mapping(fmt: Format) -> Mapping:
    """Return the table of a format, ready to lift and to lower."""
    return Mapping(table(fmt))


def uncovered(of: Table) -> Iterator[str]:
    """Yield each pivot place (`Class.field`) that stands in no row and no gap of a table."""
    covered = {gap.pivot for gap in of.gap if gap.pivot}
    for shape in of.shape:
        whole = inherited(of, shape)
        paths = [row.pivot for row in (*whole.row, *whole.oneway)] + [join.pivot for join in whole.join]
        for path in (*paths, *(gap.pivot for gap in whole.gap if gap.pivot)):
            covered.update(_places(shape.pivot, path))
    for name, cls in Node.REGISTER.items():
        if name not in covered:
            yield from (f"{name}.{field}" for field in field_kinds(cls) if f"{name}.{field}" not in covered)


def _places(start: str, path: str) -> Iterator[str]:
    classes: tuple[type[Node], ...] = (pivot_class(start),)
    for step in parse_path(path):
        for cls in classes:
            yield f"{cls.__name__}.{step.name}"
        kinds = [field_kinds(cls)[step.name] for cls in classes if step.name in field_kinds(cls)]
        classes = tuple(dict.fromkeys(inner for kind in kinds for inner in kind.classes))
        if step.key == "type":
            classes = tuple(cls for cls in classes if cls.__name__ == step.value)
