"""The entries of a table that move values, made ready to run in both directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from converter.codecs import Codec, Untranslatable
from converter.paths import At, Path, Route, escape, pointer, read
from converter.table import Constant, Join, Row

if TYPE_CHECKING:
    from converter.mapping import Run

Node = dict[str, Any]


class Rule(Protocol):
    """Something that moves values between one wire node and one pivot node."""

    def needs(self, direction: str) -> str:
        """Name the member without which the node read has nothing for this rule; empty where none decides.

        Most rules find nothing in most nodes, and a look costs less than a call.
        """

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Move from wire to pivot; `at` holds the pointers of the two nodes, wire first."""

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Move from pivot to wire; `at` holds the pointers of the two nodes, pivot first."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A row through a codec."""

    row: Row
    wire: Route
    pivot: Route
    codec: Codec

    def needs(self, direction: str) -> str:
        """Name where the row's path begins on the side read."""
        return (self.wire if direction == "lift" else self.pivot).path[0].name

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Translate each wire value the row reaches."""
        self._move(run, (wire, self.wire), (pivot, self.pivot), at, lift=True)

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Translate each pivot value the row reaches."""
        self._move(run, (pivot, self.pivot), (wire, self.wire), at, lift=False)

    def _move(
        self,
        run: Run,
        source: tuple[Node, Route],
        target: tuple[Node, Route],
        at: tuple[str, str],
        *,
        lift: bool,
    ) -> None:
        (node, reading), (goal, writing) = source, target
        translate = self.codec.lift if lift else self.codec.lower
        for here, value in reading.values(node):
            from_ = at[0] + reading.pointer(node, here)
            if reading.keyed:
                _claim_keyed(run, node, reading.path, at[0])
            try:
                translated = translate(value, run.context)
            except Untranslatable as why:
                run.refuse(from_, self.row, str(why))
                continue
            there = _next(goal, writing) if writing.each else _fit(writing, here)
            if there is None:
                continue
            writing.write(goal, there, translated)
            to = at[1] + writing.pointer(goal, there)
            run.moved(self.row, from_, to)
            if self.codec.behind and not lift:
                run.left_behind(self.codec.behind(value, run.context), to)


@dataclass(frozen=True, slots=True)
class Echo:
    """A row that only lifts, seen while lowering: its value is carried if it says what is already written."""

    leaf: Leaf

    def needs(self, direction: str) -> str:
        """Name where the row's pivot path begins: only lowering looks."""
        del direction
        return self.leaf.pivot.path[0].name

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Do nothing: the leaf itself lifts."""

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Count the pivot value as carried where lifting what was written would give it."""
        leaf = self.leaf
        for here, value in leaf.pivot.values(pivot):
            for there, written in leaf.wire.values(wire):
                try:
                    same = leaf.codec.lift(written, run.context) == value
                except Untranslatable:
                    same = False
                if same:
                    source = at[0] + leaf.pivot.pointer(pivot, here)
                    run.moved(leaf.row, source, at[1] + leaf.wire.pointer(wire, there))


@dataclass(frozen=True, slots=True)
class Joined:
    """Several wire values beside one pivot value."""

    join: Join
    wires: tuple[Route, ...]
    pivot: Route
    codec: Codec

    def needs(self, direction: str) -> str:
        """Name where the pivot path begins; any of the wire values will do."""
        return "" if direction == "lift" else self.pivot.path[0].name

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Translate all the wire values at once; none there, nothing done."""
        found = [next(iter(route.values(wire)), None) for route in self.wires]
        if not any(found):
            return
        places = [
            at[0] + route.pointer(wire, ()) for route, value in zip(self.wires, found, strict=True) if value
        ]
        try:
            value = self.codec.lift(tuple(None if one is None else one[1] for one in found), run.context)
        except Untranslatable as why:
            for place in places:
                run.refuse(place, self.join, str(why))
            return
        self.pivot.write(pivot, (), value)
        for place in places:
            run.moved(self.join, place, at[1] + self.pivot.pointer(pivot, ()))

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Translate the pivot value into as many wire values as it has to say."""
        for _, value in self.pivot.values(pivot):
            where = at[0] + self.pivot.pointer(pivot, ())
            try:
                values = self.codec.lower(value, run.context)
            except Untranslatable as why:
                run.refuse(where, self.join, str(why))
                return
            for route, one in zip(self.wires, values, strict=True):
                if one is not None:
                    route.write(wire, (), one)
                    to = at[1] + route.pointer(wire, ())
                    run.moved(self.join, where, to)
                    if self.codec.behind:
                        run.left_behind(self.codec.behind(value, run.context), to)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A constant."""

    constant: Constant
    wire: Route

    def needs(self, direction: str) -> str:
        """Name where the wire path begins; lowering writes without asking."""
        return self.wire.path[0].name if direction == "lift" else ""

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Count the wire value as read where it is the constant; anything else stays unread."""
        del pivot
        for here, value in self.wire.values(wire):
            if value == self.constant.value:
                run.seen.add(at[0] + self.wire.pointer(wire, here))

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Write it."""
        del pivot
        self.wire.write(wire, (), self.constant.value)
        run.added(self.constant, at[1] + self.wire.pointer(wire, ()))


def _claim_keyed(run: Run, node: Node, path: Path, base: str) -> None:
    """An item read by its key belongs to the rows that name the key; its key is read thereby."""
    for length, step in enumerate(path, start=1):
        if step.key and not any(before.each for before in path[:length]):
            item = base + pointer(node, path[:length], ())
            run.taken.add(item)
            run.seen.add(f"{item}/{escape(step.key)}")


def _next(node: Node, route: Route) -> At:
    """Give the position after the last item, so that a refused value leaves no hole."""
    if route.lists > 1:
        raise ValueError("a list of values below a list of nodes needs a shape")
    *before, last = route.path
    for _, holder in read(node, tuple(before)):
        return (len(holder.get(last.name, [])),)
    return (0,)


def _fit(route: Route, at: At) -> At | None:
    """Give the list positions a path needs; a single value beside a list is its first item."""
    wanted = route.lists
    if wanted == len(at):
        return at
    if wanted > len(at):
        return (*at, *(0 for _ in range(wanted - len(at))))
    return at[:wanted] if not any(at[wanted:]) else None
