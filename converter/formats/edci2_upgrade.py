"""EDCI XML 1.0 and 1.1 trees brought to 1.2."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from schemas.document import Tree
from schemas.edci import NEWEST, Model, Type, model


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something the upgrade did.

    Attributes:
        kind: put on, or taken off because 1.2 has no place for it.
        where: JSON pointer into the tree: the new one for what was added, the old one for what was left out.
        why: one sentence.
    """

    kind: Literal["added", "left out"]
    where: str
    why: str


def upgrade_edci(tree: Tree, version: str) -> tuple[Tree, tuple[Change, ...]]:
    """Bring a tree of an older version to 1.2.

    Where 1.2 only wants another place (the wallet of a contact point) or another way of writing (the
    organisations of an accreditation in full), the nested tree is already the same. What remains: the
    languages became mandatory, and a contact point needs a mail box or a wallet.

    Returns:
        The new tree, sharing what did not change, and what was done.
    """
    if version == NEWEST:
        return tree, ()
    run = _Upgrade(model())
    made = run.node(tree, model().type(model().root), "")
    return run.with_languages(made), tuple(run.changes)


class _Upgrade:
    """One upgrade; gathers what it does."""

    def __init__(self, table: Model) -> None:
        self._model = table
        self._met: dict[int, Tree] = {}
        self.changes: list[Change] = []

    def with_languages(self, tree: Tree) -> Tree:
        """Derive the mandatory languages from the texts, the title's first."""
        title = tree.get("title") or {}
        known = self._model.languages()
        first = [text.get("@lang", "") for text in title.get("text", ()) if isinstance(text, dict)]
        found = dict.fromkeys(one for one in (*first, *_languages(tree, set())) if one in known)
        made = dict(tree)
        stated = tree.get("availableLanguages")
        if "primaryLanguage" not in tree:
            primary = next(iter(stated or found), "")
            if primary:
                made["primaryLanguage"] = primary
                self._added("/primaryLanguage", "1.2 demands it: the language of the title's first text.")
        if not stated and (found or "primaryLanguage" in made):
            primary = made.get("primaryLanguage")
            made["availableLanguages"] = list(dict.fromkeys([*([primary] if primary else []), *found]))
            self._added("/availableLanguages", "1.2 demands them: the languages of the document's texts.")
        return made

    def node(self, node: Tree, kind: Type, where: str) -> Tree:
        """Rebuild a node only where something below it changes."""
        if id(node) in self._met:
            return self._met[id(node)]
        made = node
        for name, value in node.items():
            kept = self._member(value, kind, name, f"{where}/{name}")
            if kept is not value:
                made = dict(node) if made is node else made
                if kept is None:
                    del made[name]
                else:
                    made[name] = kept
        self._met[id(node)] = made
        return made

    def _member(self, value: Any, kind: Type, name: str, where: str) -> Any:  # noqa: ANN401 - any tree
        child = kind.children.get(name)
        if name == "#unreferenced":
            held = {one: t for items in self._model.containers.values() for one, t in items.items()}
            return self._list(value, held, "", where)
        if child is None or not isinstance(value, (dict, list)):
            return value
        if isinstance(value, list):
            return self._list(value, child.items, child.type, where)
        return self.node(value, self._kind(value, child.items, child.type), where)

    def _list(self, values: list[Any], items: Any, type_name: str, where: str) -> list[Any] | None:  # noqa: ANN401
        made = [
            self.node(one, self._kind(one, items, type_name), f"{where}/{number}")
            if isinstance(one, dict)
            else one
            for number, one in enumerate(values)
            if not self._unreachable(one, type_name, f"{where}/{number}")
        ]
        if len(made) == len(values) and all(a is b for a, b in zip(made, values, strict=True)):
            return values
        return made or None

    def _unreachable(self, node: Any, type_name: str, where: str) -> bool:  # noqa: ANN401 - any tree
        """1.2 has no place for a contact point without a mail box and a wallet; neither can be invented."""
        if type_name != "ContactPointType" or node.get("mailBox") or node.get("wallet"):
            return False
        why = "A contact point of 1.2 must have a mail box or a wallet; this one has neither."
        self.changes.append(Change(kind="left out", where=where, why=why))
        return True

    def _kind(self, node: Tree, items: Any, type_name: str) -> Type:  # noqa: ANN401
        return self._model.types.get(items.get(node.get("#name", ""), type_name), Type(name=""))

    def _added(self, where: str, why: str) -> None:
        self.changes.append(Change(kind="added", where=where, why=why))


def _languages(value: Any, met: set[int]) -> Iterator[str]:  # noqa: ANN401 - any tree
    """Yield the language of every text, in document order; a value that stands twice is walked once."""
    if isinstance(value, list):
        for item in value:
            yield from _languages(item, met)
    elif isinstance(value, dict) and id(value) not in met:
        met.add(id(value))
        if isinstance(value.get("@lang"), str):
            yield value["@lang"]
        for item in value.values():
            yield from _languages(item, met)
