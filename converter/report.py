"""What became of every value: carried, approximated, left out, added."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from converter.mapping import Move, Moved
from converter.residue import Residue


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
    lifted: Moved,
    lowered: Moved,
    *,
    additions: Iterable[Addition] = (),
    omissions: Iterable[Omission] = (),
    undealt: Iterable[Residue] = (),
    origin: Callable[[str], str] = str,
    place: Callable[[str], str] = str,
) -> MappingReport:
    """Join the two passes over their pivot pointers into the four lists.

    Args:
        lifted: from the source to the pivot; its sources are places in the source.
        lowered: from the pivot to the target, before the target was rearranged for writing.
        additions: what steps put on the pivot in between.
        omissions: what steps took off it.
        undealt: what was lowered and then could not be written, by its pointer in the lowered tree.
        origin: says where a value of the lifted tree stands in the source; several may be parts of one value.
        place: says where a value of the lowered tree stands in the target.
    """
    losses = {one.source: one.why for one in undealt}
    kept = tuple(move for move in lowered.moves if not _above(losses, move.target))
    removed = {omission.pivot: omission.why for omission in omissions}
    stranded = {one.source: one.why for one in lowered.residue}
    stranded |= {move.source: why for move in lowered.moves if (why := _above(losses, move.target))}
    partly_lost, partly_removed, partly_stranded = map(_around, (losses, removed, stranded))
    onward = _Onward(kept)
    words = {addition.pivot: addition for addition in additions}

    def is_new(next_: Move, move: Move) -> bool:
        """Tell a value that a step put inside the node that was lifted."""
        said = _above(words, next_.source)
        return said is not None and said.pivot.startswith(move.target + "/")

    carried: list[_Carried] = []
    lost: list[Entry] = []
    reached: set[str] = set()
    for move in lifted.moves:
        gone = _above(removed, move.target)
        found = [] if gone is not None else [n for n in onward.of(move.target) if not is_new(n, move)]
        reached.update(next_.target for next_ in found)
        partly = partly_removed.get(move.target, "")
        carried += [
            _carried(move, next_, (partly, partly_lost.get(next_.target, "")), place) for next_ in found
        ]
        if not found:
            why = gone or _above(stranded, move.target) or partly or partly_stranded.get(move.target, "")
            lost.append(Entry(source=move.source, rule=move.rule.cite, note=why or SILENT))
    unread = [
        Entry(source=one.source, rule="mapping table", note=one.why or UNKNOWN) for one in lifted.residue
    ]
    whole = _Sources(carried, (*unread, *lost), origin)
    return MappingReport(
        mapped=_once(whole.told(exact=True)),
        approximated=_once(whole.told(exact=False)),
        left_out=_once(whole.left_out),
        added=_once(_added(lowered, kept, reached, words, place)),
    )


SILENT = "The target format has no place for it."
UNREAD = "mapping table"
UNKNOWN = "The format knows no such member, or no such value there."
_Carried = tuple[Entry, bool]


def _carried(move: Move, onward: Move, losses: tuple[str, ...], place: Callable[[str], str]) -> _Carried:
    """Tell of one value how it came from the source into the target, and whether it means the same there."""
    exact = move.rule.relation == "exact" == onward.rule.relation and not any(losses)
    notes = () if exact else (move.rule.note, onward.rule.note, *losses)
    return Entry(
        source=move.source,
        target=place(onward.target),
        rule=" → ".join(dict.fromkeys((move.rule.cite, onward.rule.cite))),
        note=" ".join(dict.fromkeys(filter(None, notes))),
    ), exact


class _Sources:
    """What became of each value of the source, put together from its parts.

    A value that stands in the target several times is mapped if it means the same in one of those places; a
    value of which a part did not arrive is approximated.
    """

    def __init__(self, carried: list[_Carried], lost: Iterable[Entry], origin: Callable[[str], str]) -> None:
        arrived = {entry.source for entry, _ in carried}
        gone = [replace(one, source=origin(one.source)) for one in lost if one.source not in arrived]
        self._carried = [(replace(entry, source=origin(entry.source)), exact) for entry, exact in carried]
        places = {entry.source for entry, _ in self._carried}
        self._missing = {entry.source: entry.note for entry in gone if entry.source in places}
        self._exact = {entry.source for entry, exact in self._carried if exact} - self._missing.keys()
        self.left_out = [entry for entry in gone if entry.source not in places]

    def told(self, *, exact: bool) -> Iterator[Entry]:
        """Yield the entries of the values that are mapped, or of those that are approximated."""
        for entry, _ in self._carried:
            if (entry.source in self._exact) is exact:
                note = " ".join(filter(None, (entry.note, self._missing.get(entry.source, ""))))
                yield replace(entry, note=note)


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


def _added(
    lowered: Moved,
    kept: Iterable[Move],
    reached: set[str],
    words: Mapping[str, Addition],
    place: Callable[[str], str],
) -> Iterator[Entry]:
    """Tell each addition once, at the place that holds all of it."""
    for constant, target in lowered.constants:
        if target.count("/") == 1:
            yield Entry(target=place(target), rule=constant.cite, note="The format demands this value.")
    places: dict[Addition, list[str]] = {}
    for move in kept:
        if move.target in reached:
            continue
        said = _above(words, move.source)
        if said is None:
            yield Entry(target=place(move.target), rule=move.rule.cite, note="Made from values at hand.")
        else:
            places.setdefault(said, []).append(place(move.target))
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


_Said = TypeVar("_Said")


def _above(said: Mapping[str, _Said], pointer: str) -> _Said | None:
    """Find what is said of a place, or of the nearest one around it."""
    while pointer:
        if pointer in said:
            return said[pointer]
        pointer = pointer.rpartition("/")[0]
    return None


def _around(reasons: Mapping[str, str]) -> dict[str, str]:
    """Return, for each place around those of the reasons, the first reason that stands below it."""
    found: dict[str, str] = {}
    for place, why in reasons.items():
        above = place.rpartition("/")[0] if why else ""
        while above and above not in found:
            found[above] = why
            above = above.rpartition("/")[0]
    return found


def _once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(dict.fromkeys(entries))
