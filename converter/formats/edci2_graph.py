"""EDCI XML's graph of references as one nested tree.

In the file, organisations, specifications, awarding processes … stand in containers of the root and are
referred to by id. In our tree each stands where it is referred to; one referred to twice is the same value
twice. A reference to a node it stands in itself stays a bare `{"#name", "@id", "#ref": True}`, one that leads
nowhere has `"#dangling": True`. What nothing refers to is kept under `#unreferenced`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from converter.formats.edci2_tree import MAX_DEPTH, MAX_NODES, too_much
from schemas.document import Tree
from schemas.edci import Child, Model, Type, model

UNREFERENCED = "#unreferenced"
HOME = "#in"
"""The container of an unreferenced node, where its name does not tell."""
Key = tuple[str, str]
"""A container and an id in it."""


@functools.cache
def linking(version: str) -> frozenset[str]:
    """Return the types below which a reference can stand; all others are taken over as they are."""
    types = model(version).types
    found: set[str] = set()
    while True:
        more = {
            name
            for name, kind in types.items()
            if name not in found
            and any(child.container or found & {child.type, *child.types} for child in kind.children.values())
        }
        if not more:
            return frozenset(found)
        found |= more


def follows(child: Child, version: str) -> bool:
    """Tell whether references can stand in or below a child."""
    return bool(child.container) or not linking(version).isdisjoint({child.type, *child.types})


@dataclass(frozen=True, slots=True)
class _Target:
    """A node of a container, not yet unfolded."""

    name: str
    node: Tree
    size: int


@dataclass(frozen=True, slots=True)
class _Unfolded:
    """A node with everything it refers to, how many nodes that is, how deep it goes."""

    node: Tree
    size: int
    height: int
    cyclic: bool


class Nesting:
    """Follows the references of one document.

    Unfolding is limited as if every repetition were written out: two hundred thousand nodes, a hundred deep.
    """

    def __init__(self, credential: Tree, table: Model) -> None:
        self._model = table
        self._targets: dict[Key, _Target] = {}
        self._twins: list[tuple[str, _Target]] = []
        for container in table.containers:
            for node in credential.get(container, ()):
                self._register(container, node)
        self._done: dict[Key, _Unfolded] = {}
        self._path: set[Key] = set()
        self._reached: set[Key] = set()
        self._work = 0
        self._size = 0
        self._lowest = 0
        self._cyclic = False

    def _register(self, container: str, node: Tree) -> None:
        target = _Target(node["#name"], {k: v for k, v in node.items() if k != "#name"}, _size(node))
        key = (container, node.get("@id", ""))
        known = self._targets.get(key)
        if known is None and "@id" in node:
            self._targets[key] = target
        elif known is None or (known.name, known.node) != (target.name, target.node):
            self._twins.append((container, target))

    def credential(self, flat: Tree) -> Tree:
        """Nest the whole credential, and keep what nothing in it refers to.

        Raises:
            Malformed: unfolding goes beyond the limits.
        """
        own = {name: value for name, value in flat.items() if name not in self._model.containers}
        self._add(_size(own))
        made = self.node(own, self._model.root)
        left = [*self._left()]
        if left:
            made[UNREFERENCED] = left
        return made

    def node(self, flat: Tree, type_name: str, depth: int = 0) -> Tree:
        """Nest one node of a known type.

        Raises:
            Malformed: unfolding goes beyond the limits.
        """
        self._deep(depth)
        kind = self._model.types.get(type_name, Type(name=""))
        made: Tree = {}
        for name, value in flat.items():
            child = kind.children.get(name)
            if child is None or not follows(child, self._model.version):
                made[name] = value
            elif isinstance(value, list):
                made[name] = [self._value(item, child, depth) for item in value]
            else:
                made[name] = self._value(value, child, depth)
        return made

    def _value(self, value: Any, child: Child, depth: int) -> Any:  # noqa: ANN401 - any tree
        if not isinstance(value, dict):
            return value
        if "@idref" in value and (child.container or child.items):
            container = child.container or self._container(value["#name"])
            return self._target((container, value["@idref"]), child, depth + 1)
        return self.node(value, child.items.get(value.get("#name", ""), child.type), depth + 1)

    def _container(self, name: str) -> str:
        return next((one for one, held in self._model.containers.items() if name in held), "")

    def _target(self, key: Key, child: Child, depth: int) -> Tree:
        target = self._targets.get(key)
        if target is None:
            return {"#name": next(iter(child.items)), "@id": key[1], "#dangling": True}
        self._reached.add(key)
        if key in self._path:
            self._cyclic = True
            return {"#name": target.name, "@id": key[1], "#ref": True}
        done = self._done.get(key) or self._unfold(key, target, depth)
        self._cyclic |= done.cyclic
        self._add(done.size)
        self._deep(depth + done.height)
        return done.node

    def _unfold(self, key: Key, target: _Target, depth: int) -> _Unfolded:
        self._work += target.size
        if self._work > MAX_NODES:
            raise _unfolds()
        outside = self._size, self._lowest, self._cyclic
        self._size, self._lowest, self._cyclic = target.size, depth, False
        self._path.add(key)
        held = self._model.containers[key[0]].get(target.name, "")
        node = {"#name": target.name, **self.node(target.node, held, depth + 1)}
        self._path.discard(key)
        done = _Unfolded(node, self._size, self._lowest - depth, self._cyclic)
        self._size, self._lowest, self._cyclic = outside
        if not done.cyclic:
            self._done[key] = done
        return done

    def _left(self) -> Iterator[Tree]:
        """Unfold what the credential does not reach: what nothing refers to, then what is in a circle."""
        unreached = [key for key in self._targets if key not in self._reached]
        aimed_at = {link for key in unreached for link in self._links(key)}
        for key in [*(one for one in unreached if one not in aimed_at), *unreached]:
            if key not in self._reached:
                self._reached.add(key)
                done = self._unfold(key, self._targets[key], 0)
                self._add(done.size)
                yield self._homed(done.node, key[0])
        for container, twin in self._twins:
            self._add(twin.size)
            held = self._model.containers[container].get(twin.name, "")
            yield self._homed({"#name": twin.name, **self.node(twin.node, held)}, container)

    def _homed(self, node: Tree, container: str) -> Tree:
        return node if node["#name"] in self._model.containers[container] else {**node, HOME: container}

    def _links(self, key: Key) -> Iterator[Key]:
        target = self._targets[key]
        yield from self._links_in(target.node, self._model.containers[key[0]].get(target.name, ""))

    def _links_in(self, flat: Tree, type_name: str) -> Iterator[Key]:
        kind = self._model.types.get(type_name, Type(name=""))
        for name, value in flat.items():
            child = kind.children.get(name)
            if child is None or not follows(child, self._model.version):
                continue
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict) and "@idref" in item:
                    yield child.container or self._container(item["#name"]), item["@idref"]
                elif isinstance(item, dict):
                    yield from self._links_in(item, child.items.get(item.get("#name", ""), child.type))

    def _add(self, size: int) -> None:
        self._size += size
        if self._size > MAX_NODES:
            raise _unfolds()

    def _deep(self, depth: int) -> None:
        self._lowest = max(self._lowest, depth)
        if depth > MAX_DEPTH:
            raise too_much(f"The references of the document nest deeper than {MAX_DEPTH} nodes.")


def _unfolds() -> Exception:
    return too_much(f"The references of the document unfold to more than {MAX_NODES:,} nodes.")


def _size(value: Any) -> int:  # noqa: ANN401 - any tree
    count, left = 0, [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            count += 1
            left += [item for item in one.values() if not isinstance(item, str)]
        elif isinstance(one, list):
            left += [item for item in one if not isinstance(item, str)]
    return count
