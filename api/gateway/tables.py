"""The mapping tables, for people and machines."""

from __future__ import annotations

from typing import Any

from converter.table import Row, Shape, Table
from converter.tables import table
from schemas.document import Format


def summarised(fmt: Format) -> dict[str, Any]:
    """Count what a format's table holds."""
    of = table(fmt)
    return {
        "format": str(fmt),
        "spec": of.spec,
        "shapes": len(of.shape),
        "rows": sum(len(shape.row) + len(shape.join) for shape in of.shape),
        "oneway": sum(len(shape.oneway) for shape in of.shape),
        "gaps": len(of.gap) + sum(len(shape.gap) for shape in of.shape),
    }


def shown(fmt: Format) -> dict[str, Any]:
    """Return a format's whole table as JSON values, each shape with its rows and gaps."""
    of: Table = table(fmt)
    return {
        "format": str(fmt),
        "spec": of.spec,
        "shapes": [_shape(shape) for shape in of.shape],
        "choices": [choice.model_dump(mode="json") for choice in of.choice],
        "gaps": [gap.model_dump(mode="json") for gap in of.gap],
    }


def _shape(shape: Shape) -> dict[str, Any]:
    return {
        "name": shape.name,
        "pivot": shape.pivot,
        "wire": shape.wire,
        "like": shape.like,
        "rows": [_row(row, "both") for row in shape.row]
        + [_row(row, row.direction) for row in shape.oneway]
        + [{**join.model_dump(mode="json"), "direction": "both"} for join in shape.join],
        "constants": [constant.model_dump(mode="json") for constant in shape.constant],
        "gaps": [gap.model_dump(mode="json") for gap in shape.gap],
    }


def _row(row: Row, direction: str) -> dict[str, Any]:
    return {**row.model_dump(mode="json"), "wire": [row.wire], "direction": direction}
