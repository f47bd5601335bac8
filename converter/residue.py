"""What no rule has carried, leaf by leaf, each with the reason the tables give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from converter.paths import escape

Reasons = Mapping[str, str]
Gaps = Mapping[str, Reasons]


@dataclass(frozen=True, slots=True)
class Residue:
    """A leaf that no rule carried, and the reason the table or the codec gives, if any."""

    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Side:
    """What is known of one tree after a pass over it.

    Attributes:
        tag: the key that only names a node's kind; never residue.
        seen: pointers of the values that were read; all below them counts as read.
        refused: pointers of values outside their codec's domain, with the reason.
        shapes: pointers of nodes, with the name of the shape that read them.
        gaps: by shape, pointer beginnings below its node and why they stay behind.
        pivot: whether this is the pivot's side: there an object without a class is one value.
        by_class: by pivot class, or class and field, why it stays behind.
    """

    tag: str
    seen: set[str]
    refused: Mapping[str, str]
    shapes: Mapping[str, str]
    gaps: Gaps
    pivot: bool = False
    by_class: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the walk is: the shape last met, the way since, and the reason already found above."""

    shape: str = ""
    below: str = ""
    why: str = ""


def unread(side: Side, tree: Any, where: str = "", place: _Place | None = None) -> Iterator[Residue]:  # noqa: ANN401
    """Yield every leaf below a place that was not read."""
    found: list[Residue] = []
    if where not in side.seen:
        _collect(side, tree, where, place or _Place(), found)
    return iter(found)


def _collect(side: Side, tree: Any, where: str, place: _Place, found: list[Residue]) -> None:  # noqa: ANN401
    if where in side.refused:
        place = _Place(place.shape, place.below, side.refused[where])
    if where in side.shapes:
        place = _Place(side.shapes[where])
    if isinstance(tree, dict) and tree and (not side.pivot or "type" in tree):
        owner = str(tree.get("type", "")) if side.pivot else ""
        for key, child in tree.items():
            inner = f"{where}/{escape(key)}"
            if key != side.tag and inner not in side.seen:
                _collect(side, child, inner, _inner(side, place, key, owner), found)
    elif isinstance(tree, list) and tree:
        for index, child in enumerate(tree):
            inner = f"{where}/{index}"
            if inner not in side.seen:
                _collect(side, child, inner, place, found)
    elif tree not in (None, [], {}):
        found.append(Residue(where, place.why))


def _inner(side: Side, place: _Place, key: str, owner: str) -> _Place:
    below = f"{place.below}/{escape(key)}"
    why = place.why or side.gaps.get(place.shape, _NONE).get(below, "")
    if owner:
        why = why or side.by_class.get(f"{owner}.{key}") or side.by_class.get(owner, "")
    return _Place(place.shape, below, why)


_NONE: Reasons = {}
