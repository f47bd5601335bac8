"""The entries of a table, made ready to run in both directions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from converter.codecs import Codec, Untranslatable
from converter.paths import At, Path, escape, pointer, read, write
from converter.table import Constant, Join, Row, Test

if TYPE_CHECKING:
    from converter.mapping import Run

Node = dict[str, Any]


class Rule(Protocol):
    """Something that moves values between one wire node and one pivot node."""

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Move from wire to pivot; `at` holds the pointers of the two nodes, wire first."""

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Move from pivot to wire; `at` holds the pointers of the two nodes, pivot first."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A row through a codec."""

    row: Row
    wire: Path
    pivot: Path
    codec: Codec

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Translate each wire value the row reaches."""
        self._move(run, (wire, self.wire), (pivot, self.pivot), at, lift=True)

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Translate each pivot value the row reaches."""
        self._move(run, (pivot, self.pivot), (wire, self.wire), at, lift=False)

    def _move(
        self,
        run: Run,
        source: tuple[Node, Path],
        target: tuple[Node, Path],
        at: tuple[str, str],
        *,
        lift: bool,
    ) -> None:
        translate = self.codec.lift if lift else self.codec.lower
        for here, value in _values(*source):
            from_ = at[0] + _pointer(*source, here)
            _claim_keyed(run, *source, at[0])
            try:
                translated = translate(value, run.context)
            except Untranslatable as why:
                run.refuse(from_, self.row, str(why))
                continue
            there = _next(*target) if target[1][-1].each else _fit(target[1], here)
            if there is None:
                continue
            write(*target, there, translated)
            run.moved(self.row, from_, at[1] + _pointer(*target, there))


@dataclass(frozen=True, slots=True)
class Echo:
    """A row that only lifts, seen while lowering: its value is carried if it says what is already written."""

    leaf: Leaf

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Do nothing: the leaf itself lifts."""

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Count the pivot value as carried where lifting what was written would give it."""
        leaf = self.leaf
        for here, value in _values(pivot, leaf.pivot):
            for there, written in _values(wire, leaf.wire):
                try:
                    same = leaf.codec.lift(written, run.context) == value
                except Untranslatable:
                    same = False
                if same:
                    source = at[0] + _pointer(pivot, leaf.pivot, here)
                    run.moved(leaf.row, source, at[1] + _pointer(wire, leaf.wire, there))


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
    wire: Path
    pivot: Path
    alternatives: tuple[Alternative, ...]
    tag: str

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Lift each wire node whose alternative this row takes."""
        for node, where in _nodes(wire, self.wire, at[0]):
            found = self._of_wire(node)
            if found is None or (self.wire[-1].each and where in run.taken):
                continue
            run.taken.add(where)
            child, there = _place(pivot, self.pivot)
            run.lift_shape(found.shape, node, child, (where, at[1] + there))

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Lower each pivot node whose alternative this row takes."""
        single = not self.wire[-1].each
        for node, where in _nodes(pivot, self.pivot, at[0]):
            found = self._of_pivot(node)
            if found is None or (self.pivot[-1].each and where in run.taken):
                continue
            run.taken.add(where)
            child, there = _place(wire, self.wire)
            if self.tag and found.tag:
                child[self.tag] = found.tag
            if found.on_wire and len(found.on_wire.equals) == 1 and not found.on_wire.absent:
                write(child, _parsed(found.on_wire.path), (), found.on_wire.equals[0])
            run.lower_shape(found.shape, node, child, (where, at[1] + there))
            if single and self.pivot[-1].each:
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


@dataclass(frozen=True, slots=True)
class Joined:
    """Several wire values beside one pivot value."""

    join: Join
    wires: tuple[Path, ...]
    pivot: Path
    codec: Codec

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Translate all the wire values at once; none there, nothing done."""
        found = [next(iter(read(wire, path)), None) for path in self.wires]
        if not any(found):
            return
        places = [
            at[0] + pointer(wire, path, ()) for path, value in zip(self.wires, found, strict=True) if value
        ]
        try:
            value = self.codec.lift(tuple(None if one is None else one[1] for one in found), run.context)
        except Untranslatable as why:
            for place in places:
                run.refuse(place, self.join, str(why))
            return
        write(pivot, self.pivot, (), value)
        for place in places:
            run.moved(self.join, place, at[1] + pointer(pivot, self.pivot, ()))

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Translate the pivot value into as many wire values as it has to say."""
        for _, value in read(pivot, self.pivot):
            where = at[0] + pointer(pivot, self.pivot, ())
            try:
                values = self.codec.lower(value, run.context)
            except Untranslatable as why:
                run.refuse(where, self.join, str(why))
                return
            for path, one in zip(self.wires, values, strict=True):
                if one is not None:
                    write(wire, path, (), one)
                    run.moved(self.join, where, at[1] + pointer(wire, path, ()))


@dataclass(frozen=True, slots=True)
class Fixed:
    """A constant."""

    constant: Constant
    wire: Path

    def lift(self, run: Run, wire: Node, pivot: Node, at: tuple[str, str]) -> None:
        """Count the wire value as read where it is the constant; anything else stays unread."""
        del pivot
        for here, value in read(wire, self.wire):
            if value == self.constant.value:
                run.seen.add(at[0] + pointer(wire, self.wire, here))

    def lower(self, run: Run, pivot: Node, wire: Node, at: tuple[str, str]) -> None:
        """Write it."""
        del pivot
        write(wire, self.wire, (), self.constant.value)
        run.added(self.constant, at[1] + pointer(wire, self.wire, ()))


def holds(test: Test, node: Node) -> bool:
    """Tell whether a literal discriminator holds of a node."""
    for _, value in read(node, _parsed(test.path)):
        if test.absent:
            return False
        if not test.equals or value in test.equals:
            return True
    return test.absent


_PARSED: dict[str, Path] = {}


def _parsed(text: str) -> Path:
    from converter.paths import parse_path  # noqa: PLC0415 - kept beside its cache

    if text not in _PARSED:
        _PARSED[text] = parse_path(text)
    return _PARSED[text]


def _values(node: Node, path: Path) -> Iterator[tuple[At, Any]]:
    if len(path) == 1 and not path[0].each and not path[0].key:
        value = node.get(path[0].name)
        if value is not None:
            yield (), value
    else:
        yield from read(node, path)


def _pointer(node: Node, path: Path, at: At) -> str:
    if len(path) == 1 and not path[0].each and not path[0].key:
        return "/" + escape(path[0].name)
    return pointer(node, path, at)


def _claim_keyed(run: Run, node: Node, path: Path, base: str) -> None:
    """An item read by its key belongs to the rows that name the key; its key is read thereby."""
    for length, step in enumerate(path, start=1):
        if step.key and not any(before.each for before in path[:length]):
            item = base + pointer(node, path[:length], ())
            run.taken.add(item)
            run.seen.add(f"{item}/{escape(step.key)}")


def _next(node: Node, path: Path) -> At | None:
    """Give the position after the last item, so that a refused value leaves no hole."""
    if sum(step.each for step in path) > 1:
        raise ValueError("a list of values below a list of nodes needs a shape")
    *before, last = path
    for _, holder in read(node, tuple(before)):
        return (len(holder.get(last.name, [])),)
    return (0,)


def _fit(path: Path, at: At) -> At | None:
    """Give the list positions a path needs; a single value beside a list is its first item."""
    wanted = sum(step.each for step in path)
    if wanted == len(at):
        return at
    if wanted > len(at):
        return (*at, *(0 for _ in range(wanted - len(at))))
    return at[:wanted] if not any(at[wanted:]) else None


def _nodes(node: Node, path: Path, base: str) -> Iterator[tuple[Node, str]]:
    for at, value in list(_values(node, path)):
        if isinstance(value, dict):
            yield value, base + _pointer(node, path, at)


def _place(node: Node, path: Path) -> tuple[Node, str]:
    """Make, or find, the node a path leads to; a list gets one item more."""
    *before, last = path
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
