"""Pivot paths against the pivot's classes: what a table may name, and the class of each node on the way."""

from __future__ import annotations

import dataclasses

from converter.paths import Path, Step, parse_path
from schemas.pivot import field_kinds
from schemas.pivot.node import Node


def pivot_class(name: str) -> type[Node]:
    """Return a pivot class by its name.

    Raises:
        ValueError: no such class.
    """
    try:
        return Node.REGISTER[name]
    except KeyError:
        raise ValueError(f"the pivot has no class {name!r}") from None


def typed(text: str, start: str) -> Path:
    """Parse a pivot path below a class, and put on each step the class of the node it leads to.

    Raises:
        ValueError: a field that is not there, a list read as one value or the other way round, or a step
            through several classes that does not say which (`[type="…"]`).
    """
    classes: tuple[type[Node], ...] = (pivot_class(start),)
    steps: list[Step] = []
    path = parse_path(text)
    for step in path:
        if len(classes) != 1:
            names = " or ".join(cls.__name__ for cls in classes) or "a plain value"
            raise ValueError(f"{start}: {text!r} goes on through {names}")
        kind = field_kinds(classes[0]).get(step.name)
        if kind is None:
            raise ValueError(f"{start}: {text!r}: {classes[0].__name__} has no {step.name!r}")
        last = len(steps) + 1 == len(path)
        if (step.each or step.key) and not kind.many:
            raise ValueError(f"{start}: {text!r}: {step.name!r} is no list")
        if kind.many and not (step.each or step.key or last):
            raise ValueError(f"{start}: {text!r}: {step.name!r} is a list")
        classes = kind.classes
        if step.key == "type":
            classes = tuple(cls for cls in classes if cls.__name__ == step.value)
        steps.append(dataclasses.replace(step, type=classes[0].__name__ if len(classes) == 1 else ""))
    return tuple(steps)
