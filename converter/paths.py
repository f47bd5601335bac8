"""The path language of the mapping tables: small enough to write through.

    path = step ("." step)*
    step = name | "quoted name", then optionally [] (every item) or [key="value"] (the one item so keyed;
           made with that key when written)

Attributes and text of XML trees are ordinary names: `@lang`, `#text`. Two sides of a row with as many `[]`
stand item by item beside each other, in both directions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_STEP = re.compile(
    r'(?:"(?P<quoted>[^"]+)"|(?P<name>[A-Za-z_@#][\w@#-]*))(?P<each>\[\])?(?:\[(?P<key>\w+)="(?P<value>[^"]*)"\])?'
)

At = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: a member, or each of its items, or the one item keyed so.

    Attributes:
        type: on the pivot side, the class of a node made on the way.
    """

    name: str
    each: bool = False
    key: str = ""
    value: str = ""
    type: str = ""

    def new(self) -> dict[str, Any]:
        """Make the node this step leads to."""
        made = {"type": self.type} if self.type else {}
        return {**made, self.key: self.value} if self.key else made


Path = tuple[Step, ...]


def parse_path(text: str) -> Path:
    """Split a path into its steps.

    Raises:
        ValueError: not a path; says at which column.
    """
    steps: list[Step] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None or (found["each"] and found["key"]):
            raise ValueError(f"bad path {text!r} at column {at}")
        steps.append(
            Step(
                found["quoted"] or found["name"],
                each=bool(found["each"]),
                key=found["key"] or "",
                value=found["value"] or "",
            )
        )
        at = found.end()
        if at < len(text):
            if text[at] != "." or at + 1 == len(text):
                raise ValueError(f"bad path {text!r} at column {at}")
            at += 1
    return tuple(steps)


def lists(path: Path) -> int:
    """Count the `[]` of a path."""
    return sum(step.each for step in path)


def read(tree: Any, path: Path, at: At = ()) -> Iterator[tuple[At, Any]]:  # noqa: ANN401 - any tree
    """Yield each value the path reaches, with the list positions that lead to it."""
    if not path:
        yield at, tree
        return
    if not isinstance(tree, dict):
        return
    step, rest = path[0], path[1:]
    value = tree.get(step.name)
    if value is None:
        return
    if step.each:
        for index, item in enumerate(value if isinstance(value, list) else []):
            if item is not None:
                yield from read(item, rest, (*at, index))
    elif step.key:
        found = _keyed(value, step)
        if found is not None:
            yield from read(value[found], rest, at)
    else:
        yield from read(value, rest, at)


def write(tree: dict[str, Any], path: Path, at: At, value: Any) -> None:  # noqa: ANN401
    """Put a value where the path leads, making what is missing on the way; an item is made once."""
    step, rest = path[0], path[1:]
    if step.each:
        items = tree.setdefault(step.name, [])
        index, at = at[0], at[1:]
        items.extend(step.new() for _ in range(index + 1 - len(items)))
        if rest:
            write(items[index], rest, at, value)
        else:
            items[index] = value
    elif step.key:
        items = tree.setdefault(step.name, [])
        at_key = _keyed(items, step)
        found = len(items) if at_key is None else at_key
        if at_key is None:
            items.append(step.new())
        if rest:
            write(items[found], rest, at, value)
        else:
            items[found] = {**value, step.key: step.value}
    elif rest:
        write(tree.setdefault(step.name, step.new()), rest, at, value)
    else:
        tree[step.name] = value


def pointer(tree: Any, path: Path, at: At) -> str:  # noqa: ANN401
    """Return the JSON pointer (RFC 6901) of a value the path reached."""
    parts: list[str] = []
    positions = iter(at)
    for step in path:
        parts.append(escape(step.name))
        tree = tree.get(step.name) if isinstance(tree, dict) else None
        index = 0
        if step.each:
            index = next(positions)
        elif step.key:
            index = _keyed(tree, step) or 0
        else:
            continue
        parts.append(str(index))
        tree = tree[index] if isinstance(tree, list) and index < len(tree) else None
    return "".join("/" + part for part in parts)


@dataclass(frozen=True, slots=True)
class Route:
    """A path made ready to be travelled for every document: what depends on the path alone is known.

    Attributes:
        each: whether it ends at every item of a list.
        lists: how many `[]` it has.
        keyed: whether a step is read by its key.
        names: of its steps, where it is nothing but members of members.
        between: the pieces of its pointer around the list positions; none where a step is keyed.
    """

    path: Path
    each: bool
    lists: int
    keyed: bool
    names: tuple[str, ...]
    between: tuple[str, ...]

    @classmethod
    def of(cls, path: Path) -> Route:
        """Make a path ready."""
        keyed = any(step.key for step in path)
        plain = not keyed and not any(step.each for step in path)
        text = "".join(f"/{escape(step.name)}" + ("/\0" if step.each else "") for step in path)
        return cls(
            path=path,
            each=path[-1].each,
            lists=lists(path),
            keyed=keyed,
            names=tuple(step.name for step in path) if plain else (),
            between=() if keyed else tuple(text.split("\0")),
        )

    def values(self, node: dict[str, Any]) -> list[tuple[At, Any]]:
        """Return what `read` yields."""
        if not self.names:
            return list(read(node, self.path))
        value: Any = node
        for name in self.names:
            value = value.get(name) if isinstance(value, dict) else None
            if value is None:
                return []
        return [((), value)]

    def pointer(self, node: dict[str, Any], at: At) -> str:
        """Return what `pointer` returns."""
        if not self.between:
            return pointer(node, self.path, at)
        if self.names:
            return self.between[0]
        first, *others = self.between
        return first + "".join(f"{place}{piece}" for place, piece in zip(at, others, strict=True))

    def write(self, node: dict[str, Any], at: At, value: Any) -> None:  # noqa: ANN401
        """Do what `write` does."""
        if len(self.names) == 1:
            node[self.names[0]] = value
        else:
            write(node, self.path, at, value)


def escape(name: str) -> str:
    """Escape one member name for a JSON pointer (RFC 6901 §3)."""
    return name.replace("~", "~0").replace("/", "~1") if "/" in name or "~" in name else name


def unescape(part: str) -> str:
    """Undo `escape` on one part of a JSON pointer."""
    return part.replace("~1", "/").replace("~0", "~") if "~" in part else part


def _keyed(items: Any, step: Step) -> int | None:  # noqa: ANN401
    if isinstance(items, list):
        for index, item in enumerate(items):
            if isinstance(item, dict) and item.get(step.key) == step.value:
                return index
    return None
