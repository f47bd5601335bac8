"""The entries of a table that lead from node to node, through a shape or a choice of shapes."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from converter.paths import Route, escape, parse_path, pointer, read, write
from converter.rules import Node
from converter.table import Row, Test

if TYPE_CHECKING:
    from converter.mapping import Run


@dataclass(frozen=True, slots=True)
class Alternative:
    """One shape a node may have, and how to tell on either side."""

    shape: str
    pivot_class: str
    tag: str
    on_wire: Test | None
    on_pivot: Test | None


@dataclass(frozen=True, slots=True)
class Nested:
    """A row through a shape or a choice of shapes: node by node."""

    row: Row
    wire: Route
    pivot: Route
    alternatives: tuple[Alternative, ...]
    tag: str

    def needs(self, direction: str) -> str:
        """Name where the row's path begins on the side read."""
        return (self.wire if direction == "lift" else self.pivot).path[0].name

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Lift each wire node whose alternative this row takes."""
        for node, where in _nodes(wire, self.wire, at[0]):
            found = self._of_wire(node)
            if found is None or (self.wire.each and where in run.taken):
                continue
            run.taken.add(where)
            child, there = _place(pivot, self.pivot)
            run.lift_shape(found.shape, node, child, (where, at[1] + there))

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Lower each pivot node whose alternative this row takes."""
        single = not self.wire.each
        for node, where in _nodes(pivot, self.pivot, at[0]):
            found = self._of_pivot(node)
            if found is None or (self.pivot.each and where in run.taken):
                continue
            run.taken.add(where)
            child, there = _place(wire, self.wire)
            if self.tag and found.tag:
                child[self.tag] = found.tag
            if found.on_wire and len(found.on_wire.equals) == 1 and not found.on_wire.absent:
                _route(found.on_wire.path).write(child, (), found.on_wire.equals[0])
            run.lower_shape(found.shape, node, child, (where, at[1] + there))
            if single and self.pivot.each:
                return

    def _of_wire(self, node: Node) -> Alternative | None:
        for one in self.alternatives:
            if one.on_wire is None:
                if not (self.tag and one.tag) or node.get(self.tag) == one.tag:
                    return self._mine(one)
            elif holds(one.on_wire, node):
                return self._mine(one)
        return self._mine(self.alternatives[-1]) if self.tag and self.tag not in node else None

    def _of_pivot(self, node: Node) -> Alternative | None:
        for one in self.alternatives:
            same = node.get("type", one.pivot_class) == one.pivot_class
            if same and (one.on_pivot is None or holds(one.on_pivot, node)):
                return self._mine(one)
        return None

    def _mine(self, one: Alternative) -> Alternative | None:
        return one if self.row.case in ("", one.shape) else None


def holds(test: Test, node: Node) -> bool:
    """Tell whether a literal discriminator holds of a node."""
    for _, value in _route(test.path).values(node):
        if test.absent:
            return False
        if not test.equals or value in test.equals:
            return True
    return test.absent


@functools.cache
def _route(text: str) -> Route:
    return Route.of(parse_path(text))


def _nodes(node: Node, route: Route, base: str) -> Iterator[tuple[Node, str]]:
    for at, value in route.values(node):
        if isinstance(value, dict):
            yield value, base + route.pointer(node, at)


def _place(node: Node, route: Route) -> tuple[Node, str]:
    """Make, or find, the node a path leads to; a list gets one item more."""
    *before, last = route.path
    here = ""
    for step in before:
        if step.each:
            raise ValueError("only the last step of a nested row may be a list")
        probe: list[Node] = [value for _, value in read(node, (step,))]
        if not probe:
            write(node, (step,), (), step.new())
            probe = [value for _, value in read(node, (step,))]
        here += pointer(node, (step,), ())
        node = probe[0]
    if last.each:
        items = node.setdefault(last.name, [])
        items.append({})
        return items[-1], f"{here}/{escape(last.name)}/{len(items) - 1}"
    found = [value for _, value in read(node, (last,))]
    if not found:
        write(node, (last,), (), {})
        found = [value for _, value in read(node, (last,))]
    return found[0], here + pointer(node, (last,), ())
