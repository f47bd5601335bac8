"""What became of every value: carried, approximated, left out, added."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from converter.mapping import Move, Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a conversion report.

    Attributes:
        source: JSON pointer into the source tree; empty for what was added.
        target: JSON pointer into the target tree; empty for what was left out.
        rule: the clause, or the step, that decided.
        note: why it is approximate, left out or added; one sentence.
    """

    source: str = ""
    target: str = ""
    rule: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """Something a step put on the pivot.

    Attributes:
        pivot: JSON pointer of the value or node in the pivot tree.
        rule: whose word it is, e.g. `profile [issuer] vat`, `structure`.
        why: one sentence.
    """

    pivot: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Omission:
    """Something a step took off the pivot, because the target format cannot hold it."""

    pivot: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingReport:
    """The four lists."""

    mapped: tuple[Entry, ...] = ()
    approximated: tuple[Entry, ...] = ()
    left_out: tuple[Entry, ...] = ()
    added: tuple[Entry, ...] = field(default=())

    def to_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Give the report as every door shows it."""
        return {
            name: [asdict(entry) for entry in getattr(self, name)]
            for name in ("mapped", "approximated", "left_out", "added")
        }


def account(
    lifted: Moved, lowered: Moved, additions: Iterable[Addition] = (), omissions: Iterable[Omission] = ()
) -> MappingReport:
    """Join the two passes over their pivot pointers into the four lists."""
    onward = _Onward(lowered.moves)
    removed = {omission.pivot: omission.why for omission in omissions}
    mapped: list[Entry] = []
    approximated: list[Entry] = []
    left_out = [Entry(source=one.source, rule="no row", note=one.why or _SILENT) for one in lifted.residue]
    reached: set[str] = set()
    carried: set[str] = set()
    stranded = {one.source: one.why for one in lowered.residue}
    for move in lifted.moves:
        found = list(onward.of(move.target))
        reached.update(next_.target for next_ in found)
        carried.update({move.source} if found else ())
        if not found:
            why = (
                _above(removed, move.target) or _above(stranded, move.target) or _below(stranded, move.target)
            )
            left_out.append(Entry(source=move.source, rule=move.rule.cite, note=why or _SILENT))
        for next_ in found:
            exact = move.rule.relation == "exact" == next_.rule.relation
            note = " ".join(filter(None, (move.rule.note, next_.rule.note)))
            rule = (
                move.rule.cite
                if move.rule.cite == next_.rule.cite
                else f"{move.rule.cite} → {next_.rule.cite}"
            )
            entry = Entry(source=move.source, target=next_.target, rule=rule, note="" if exact else note)
            (mapped if exact else approximated).append(entry)
    return MappingReport(
        mapped=tuple(_once(mapped)),
        approximated=tuple(_once(approximated)),
        left_out=tuple(_once(entry for entry in left_out if entry.source not in carried)),
        added=tuple(_once(_added(lowered, reached, tuple(additions)))),
    )


_SILENT = "The target format has no place for it."


class _Onward:
    """Lowering moves, found by pivot pointer: at it, above it or below it."""

    def __init__(self, moves: Iterable[Move]) -> None:
        self._by_source: dict[str, list[Move]] = {}
        for move in moves:
            self._by_source.setdefault(move.source, []).append(move)
        self._sorted = sorted(self._by_source)

    def of(self, pointer: str) -> Iterator[Move]:
        above = pointer
        while above:
            yield from self._by_source.get(above, ())
            above = above.rpartition("/")[0]
        at = bisect_left(self._sorted, pointer + "/")
        while at < len(self._sorted) and self._sorted[at].startswith(pointer + "/"):
            yield from self._by_source[self._sorted[at]]
            at += 1


def _added(lowered: Moved, reached: set[str], additions: tuple[Addition, ...]) -> Iterator[Entry]:
    """Tell each addition once, at the place that holds all of it."""
    words = {addition.pivot: addition for addition in additions}
    for constant, target in lowered.constants:
        if target.count("/") == 1:
            yield Entry(target=target, rule=constant.cite, note="The format demands this value.")
    places: dict[Addition, list[str]] = {}
    for move in lowered.moves:
        if move.target in reached:
            continue
        said = _above_addition(words, move.source)
        if said is None:
            yield Entry(target=move.target, rule=move.rule.cite, note="Made from values at hand.")
        else:
            places.setdefault(said, []).append(move.target)
    for said, targets in places.items():
        yield Entry(target=_common(targets), rule=said.rule, note=said.why)


def _common(pointers: list[str]) -> str:
    """Return the deepest place that all these pointers stand at or below."""
    first, *others = (pointer.split("/") for pointer in pointers)
    length = len(first)
    for other in others:
        same = next((at for at, (a, b) in enumerate(zip(first, other, strict=False)) if a != b), len(other))
        length = min(length, same)
    return "/".join(first[:length])


def _above(reasons: dict[str, str], pointer: str) -> str:
    while pointer:
        if pointer in reasons:
            return reasons[pointer]
        pointer = pointer.rpartition("/")[0]
    return ""


def _below(reasons: dict[str, str], pointer: str) -> str:
    return next((why for place, why in reasons.items() if why and place.startswith(pointer + "/")), "")


def _above_addition(words: dict[str, Addition], pointer: str) -> Addition | None:
    while pointer:
        if pointer in words:
            return words[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


def _once(entries: Iterable[Entry]) -> Iterator[Entry]:
    yield from dict.fromkeys(entries)
