"""A table, ready to lift wire trees to the pivot and to lower them again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from converter.codecs import CODECS, Context
from converter.nested_rules import Alternative, Nested
from converter.paths import Route, escape, parse_path
from converter.pivot_paths import typed
from converter.residue import Reasons, Residue, Side, unread
from converter.rules import Echo, Fixed, Joined, Leaf, Node, Rule
from converter.table import Constant, Join, Oneway, Row, Shape, Table, inherited

ONE_LANGUAGE = "The format has this text in one language only; the one in {!r} stays behind."


@dataclass(frozen=True, slots=True)
class Move:
    """One value that a rule carried: from one pointer to another."""

    rule: Row | Join
    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The outcome of lifting or lowering.

    Attributes:
        tree: what was made.
        moves: what was carried, in the order of the rules.
        residue: what was not.
        constants: wire places that were written because they always are.
        partial: by its place in `tree`, what a value written there does not say, with the reason.
    """

    tree: Node
    moves: tuple[Move, ...]
    residue: tuple[Residue, ...]
    constants: tuple[tuple[Constant, str], ...] = ()
    partial: tuple[Residue, ...] = ()


@dataclass(slots=True)
class Run:
    """The notes of one pass; lives as long as the pass."""

    shapes: dict[str, Compiled]
    context: Context
    seen: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    moves: list[Move] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    places: dict[str, Compiled] = field(default_factory=dict)
    constants: list[tuple[Constant, str]] = field(default_factory=list)
    partial: list[Residue] = field(default_factory=list)

    def moved(self, rule: Row | Join, source: str, target: str) -> None:
        """Note that a rule carried a value."""
        self.seen.add(source)
        self.moves.append(Move(rule, source, target))

    def refuse(self, source: str, rule: Row | Join, why: str) -> None:
        """Note that a value lies outside its codec's domain."""
        del rule
        self.refused[source] = f"{why[:1].upper()}{why[1:].rstrip('.')}."

    def left_behind(self, languages: tuple[str, ...], target: str) -> None:
        """Note that a text was written in one language and others were there."""
        for language in languages:
            self.partial.append(Residue(f"{target}/{language}", ONE_LANGUAGE.format(language)))

    def added(self, constant: Constant, target: str) -> None:
        """Note that a constant was written."""
        self.constants.append((constant, target))

    def lift_shape(self, name: str, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Lift one wire node into a pivot node."""
        shape = self.shapes[name]
        self.places[at[0]] = shape
        pivot["type"] = shape.pivot
        for needed, rule in shape.lifting:
            if not needed or needed in wire:
                rule.lift(self, wire, pivot, at)

    def lower_shape(self, name: str, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Lower one pivot node into a wire node."""
        shape = self.shapes[name]
        self.places[at[0]] = shape
        for needed, rule in shape.lowering:
            if not needed or needed in pivot:
                rule.lower(self, pivot, wire, at)


Rules = tuple[tuple[str, Rule], ...]
"""Each with the member it needs of the node it reads, or with nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A shape with its rules, for each direction, and its gaps, for each side."""

    name: str
    pivot: str
    wire: str
    tag: str
    lifting: Rules
    lowering: Rules
    wire_gaps: Reasons
    pivot_gaps: Reasons


class Mapping:
    """One table at work; made once, used for every document."""

    def __init__(self, table: Table) -> None:
        """Compile every shape of a validated table."""
        self.table = table
        self._shapes = {shape.name: self._compile(inherited(table, shape)) for shape in table.shape}
        self._wire_gaps = {name: shape.wire_gaps for name, shape in self._shapes.items()}
        self._pivot_gaps = {name: shape.pivot_gaps for name, shape in self._shapes.items()}
        self._by_class = {gap.pivot: gap.why for gap in table.gap if gap.pivot}

    def lift(self, wire: Node, context: Context) -> Moved:
        """Make the pivot tree of a wire tree."""
        run = Run(self._shapes, context)
        pivot: Node = {}
        run.lift_shape(self.table.root, wire, pivot, ("", ""))
        side = Side(self.table.tag, run.seen, run.refused, _names(run), self._wire_gaps)
        residue = tuple(unread(side, wire))
        if run.refused:
            _hollow(pivot)
        return Moved(tree=pivot, moves=tuple(run.moves), residue=residue)

    def lower(self, pivot: Node, context: Context) -> Moved:
        """Make the wire tree of a pivot tree."""
        run = Run(self._shapes, context)
        wire: Node = {}
        root = self._shapes[self.table.root]
        if self.table.tag and root.tag:
            wire[self.table.tag] = root.tag
        run.lower_shape(self.table.root, pivot, wire, ("", ""))
        side = Side(
            "type",
            run.seen,
            run.refused,
            _names(run),
            self._pivot_gaps,
            pivot=True,
            by_class=self._by_class,
        )
        residue = tuple(unread(side, pivot))
        return Moved(
            tree=wire,
            moves=tuple(run.moves),
            residue=residue,
            constants=tuple(run.constants),
            partial=tuple(run.partial),
        )

    def _compile(self, shape: Shape) -> Compiled:
        rows = [(self._rule(row, shape.pivot), row) for row in (*shape.row, *shape.oneway)]
        joins: list[Rule] = [
            Joined(
                join,
                tuple(Route.of(parse_path(wire)) for wire in join.wire),
                Route.of(typed(join.pivot, shape.pivot)),
                CODECS[join.via],
            )
            for join in shape.join
        ]
        fixed: list[Rule] = [
            Fixed(constant, Route.of(parse_path(constant.wire))) for constant in shape.constant
        ]

        echoes: list[Rule] = [
            Echo(rule)
            for rule, row in rows
            if isinstance(row, Oneway) and row.direction == "lift" and isinstance(rule, Leaf)
        ]

        def going(direction: str) -> Rules:
            mine = [rule for rule, row in rows if not isinstance(row, Oneway) or row.direction == direction]
            every = (*fixed, *mine, *joins, *(echoes if direction == "lower" else ()))
            return tuple((rule.needs(direction), rule) for rule in every)

        return Compiled(
            name=shape.name,
            pivot=shape.pivot,
            wire=shape.wire,
            tag=shape.tag,
            lifting=going("lift"),
            lowering=going("lower"),
            wire_gaps={_pattern(gap.wire): gap.why for gap in reversed(shape.gap) if gap.wire},
            pivot_gaps={_pattern(gap.pivot): gap.why for gap in reversed(shape.gap) if gap.pivot},
        )

    def _rule(self, row: Row, pivot_class: str) -> Rule:
        wire, pivot = Route.of(parse_path(row.wire)), Route.of(typed(row.pivot, pivot_class))
        if row.via in CODECS:
            return Leaf(row, wire, pivot, CODECS[row.via])
        choice = next((choice for choice in self.table.choice if choice.name == row.via), None)
        shapes = {shape.name: shape for shape in self.table.shape}
        cases = (
            [(case.shape, case.wire, case.pivot) for case in choice.case]
            if choice
            else [(row.via, None, None)]
        )
        alternatives = tuple(
            Alternative(name, shapes[name].pivot, shapes[name].tag, on_wire, on_pivot)
            for name, on_wire, on_pivot in cases
        )
        return Nested(row, wire, pivot, alternatives, self.table.tag)


def _pattern(path: str) -> str:
    """Write a gap's path as the beginning of a pointer; list positions are left out of both."""
    return "".join("/" + escape(step.name) for step in parse_path(path))


def _names(run: Run) -> dict[str, str]:
    return {where: shape.name for where, shape in run.places.items()}


def _hollow(tree: Any) -> None:  # noqa: ANN401
    """Empty the places of items whose every value was refused: the others keep their pointers."""
    if isinstance(tree, dict):
        for value in tree.values():
            _hollow(value)
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            if isinstance(item, dict) and not item.keys() - {"type"}:
                tree[index] = None
            else:
                _hollow(item)
