"""The nested tree taken apart again: every node that is referred to into its container of the root, once.

The inverse of `edci2_graph`. The same value twice is one node; so are two values of equal content, and a bare
reference is the node of that id. Two different contents under one id become two nodes, and that is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from converter.formats.edci2_graph import HOME, UNREFERENCED, follows
from schemas.document import Tree
from schemas.edci import Child, Model, Type

_MARKS = frozenset({"#ref", "#dangling"})
_NOTHING_ELSE = frozenset({"#name", "@id", HOME})


@dataclass(slots=True, eq=False)  # a slot is itself: another with the same content is another place
class _Slot:
    """The place of one node in its container; empty while only references to it were seen."""

    name: str
    id: str
    node: Tree | None = None


@dataclass(slots=True)
class _Shelf:
    """One container: slots in the order of first mention, and by the id the tree gave them.

    Attributes:
        open: ids of the nodes that are being taken apart, from the outside in.
    """

    slots: list[_Slot] = field(default_factory=list)
    by_id: dict[str, list[_Slot]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)


class Hoisting:
    """Takes one tree apart.

    Attributes:
        notes: what had to be decided on the way, a sentence each.
    """

    def __init__(self, tree: Tree, table: Model) -> None:
        self._model = table
        self._tree = tree
        self._shelves = {container: _Shelf() for container in table.containers}
        self._homes = {name: container for container, held in table.containers.items() for name in held}
        self._met: dict[int, str] = {}
        self._used: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._lent: list[tuple[Tree, str, Child, Tree]] = []
        self.notes: list[str] = []

    def flat(self) -> Tree:
        """Return the root with its containers filled and references in place of nodes."""
        _ids(self._tree, self._used, set())
        root = {name: value for name, value in self._tree.items() if name != UNREFERENCED}
        made = self._node(root, self._model.type(self._model.root))
        for node in self._tree.get(UNREFERENCED, ()):
            home = node.get(HOME) or self._homes.get(node.get("#name", ""))
            if home in self._shelves:
                self._refer(node, home, node.get("#name", ""), needed=False)
            else:
                self.notes.append("A node that nothing refers to is of no known kind; it was left out.")
        self._settle()
        for container, shelf in self._shelves.items():
            nodes = [self._shelved(slot) for slot in shelf.slots if slot.node is not None]
            if nodes:
                made[container] = nodes
        return made

    def _settle(self) -> None:
        """Put nodes of which only a reference was at hand where the version wants them in full."""
        for holder, name, child, reference in self._lent:
            slots = self._shelves[child.container].by_id.get(reference["@id"], [])
            full = next((slot.node for slot in slots if slot.id == reference["@id"]), None)
            holder[name] = {"@idref": reference["@id"]} if full is None else {"@id": reference["@id"], **full}

    def _shelved(self, slot: _Slot) -> Tree:
        node = slot.node or {}
        return {"#name": slot.name, **({"@id": slot.id} if slot.id else {}), **node}

    def _node(self, node: Tree, kind: Type) -> Tree:
        made: Tree = {}
        for name, value in node.items():
            child = kind.children.get(name)
            if child is None or not follows(child, self._model.version):
                made[name] = value
            elif isinstance(value, list):
                made[name] = self._list(value, child)
            else:
                self._single(made, name, value, child)
        return made

    def _list(self, values: list[Any], child: Child) -> list[Any]:
        made: list[Any] = []
        taken: set[str] = set()
        for value in values:
            one = self._value(value, child)
            if isinstance(one, dict) and child.wrapper and "@idref" not in one:
                self._own_id(one, taken, child)
            made.append(one)
        return made

    def _single(self, made: Tree, name: str, value: Any, child: Child) -> None:  # noqa: ANN401 - any tree
        made[name] = self._value(value, child)
        if child.container and not child.reference and isinstance(value, dict) and _MARKS & value.keys():
            self._lent.append((made, name, child, value))

    def _value(self, value: Any, child: Child) -> Any:  # noqa: ANN401 - any tree
        if not isinstance(value, dict):
            return value
        name = value.get("#name") or next(iter(child.items), "")
        if child.wrapper and self._model.type(child.type).children.get(name, _PLAIN).reference:
            return {"#name": name, **self._refer(value, self._homes[name], name)}
        if child.container and (child.reference or _MARKS & value.keys()):
            return self._refer(value, child.container, name)
        kind = self._model.types.get(child.items.get(name, child.type), Type(name=""))
        made = self._node(value, kind)
        if not child.wrapper:
            made.pop("#name", None)
            if kind.needs_id and "@id" not in made:
                made = {"@id": self._fresh(kind), **made}
        return made

    def _own_id(self, node: Tree, taken: set[str], child: Child) -> None:
        """Give an item that stands in full an id of its own, where it has none or another item has it."""
        kind = self._model.types.get(child.items.get(node.get("#name", ""), ""), Type(name=""))
        if not kind.needs_id:
            return
        if node.get("@id") in taken:
            self.notes.append(f"Two items of {child.name} had the same id; the second was given a new one.")
            del node["@id"]
        node.setdefault("@id", self._fresh(kind))
        taken.add(node["@id"])

    def _refer(self, node: Tree, container: str, name: str, *, needed: bool = True) -> Tree:
        """Put a node on its shelf, if it is not there yet, and return the reference to it."""
        shelf = self._shelves[container]
        own = node.get("@id", "")
        if _MARKS & node.keys():
            return {"@idref": own}
        if id(node) in self._met:
            return {"@idref": self._met[id(node)]}
        slot = _Slot(name, own)
        shelf.slots.append(slot)
        kind = self._model.types.get(self._model.containers[container].get(name, ""), Type(name=""))
        claimed = own in shelf.open
        shelf.open.append(own)
        content = self._node({k: v for k, v in node.items() if k not in _NOTHING_ELSE}, kind)
        shelf.open.remove(own)
        self._met[id(node)] = self._place(shelf, slot, content, kind, needed=needed, claimed=claimed)
        return {"@idref": self._met[id(node)]}

    def _place(
        self, shelf: _Shelf, slot: _Slot, content: Tree, kind: Type, *, needed: bool, claimed: bool
    ) -> str:
        """Decide which slot a content goes to, and return its id; a node around it has claimed its id."""
        own = slot.id
        twins = shelf.by_id.setdefault(own, [])
        same = next((twin for twin in twins if twin.name == slot.name and twin.node == content), None)
        holder = next((twin for twin in twins if own and twin.id == own), None)
        if same or (own and not content and (holder or claimed)):
            shelf.slots.remove(slot)
            kept = same or holder or slot
            if needed and not kept.id:
                kept.id = self._fresh(kind)
            return kept.id
        if holder and not holder.node:
            shelf.slots.remove(slot)
            holder.name, holder.node = slot.name, content
            return own
        slot.node = content
        twins.append(slot)
        if own and (holder or claimed):
            what = kind.name.removesuffix("Type")
            self.notes.append(f"One id stood for two different {what}s; one was given a new id.")
            slot.id = self._fresh(kind)
        elif not own and (needed or kind.needs_id):
            slot.id = self._fresh(kind)
        return slot.id

    def _fresh(self, kind: Type) -> str:
        """Return the next id of its kind that nothing in the tree has."""
        while True:
            number = self._numbers[kind.id] = self._numbers.get(kind.id, 0) + 1
            found = f"urn:epass:{kind.id}:{number}"
            if found not in self._used:
                self._used.add(found)
                return found


_PLAIN = Child(name="", tag="", least=0, most=1, type="")


def _ids(value: Any, found: set[str], met: set[int]) -> None:  # noqa: ANN401 - any tree
    """Gather every id of the tree; a value that stands twice is walked once."""
    if isinstance(value, list):
        for item in value:
            _ids(item, found, met)
    elif isinstance(value, dict) and id(value) not in met:
        met.add(id(value))
        if isinstance(value.get("@id"), str):
            found.add(value["@id"])
        for item in value.values():
            if isinstance(item, (dict, list)):
                _ids(item, found, met)
