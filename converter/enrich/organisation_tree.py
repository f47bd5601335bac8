"""The organisations of a document: which stand above which, and whom a part of the profile is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from converter.enrich.draft import Node, is_reference, items, nodes


@dataclass(frozen=True, slots=True)
class OrganisationTree:
    """Every organisation of a document, gathered once.

    Attributes:
        issuer: the credential's, empty where it has none.
        known: each organisation that is said in full, with its pointer.
        one_awarding_body: one body awarded everything: only then is it clear whom `[awarding_body]` is about.
    """

    issuer: Node
    known: tuple[tuple[str, Node], ...]
    one_awarding_body: bool

    @classmethod
    def of(cls, tree: Node) -> OrganisationTree:
        """Gather the organisations of a pivot tree."""
        found = [(where, node) for where, node in nodes(tree) if node["type"] == "Organisation"]
        bodies = [node for where, node in found if awards(where)]
        known = tuple((where, node) for where, node in found if not is_reference(node))
        alike = all(same(bodies[0], other) for other in bodies[1:])
        return cls(tree.get("issuer") or {}, known, alike)

    def parents(self, node: Node, where: str) -> Iterator[Node]:
        """Yield the organisations above a unit, nearest first: said by the unit, or known from the tree."""
        seen: set[int] = set()
        current: Node | None = node
        while current is not None and id(current) not in seen:
            seen.add(id(current))
            current = current.get("sub_organization_of") or self._holder(current, where)
            if current is not None:
                current = self._full(current)
                yield current
                where = ""

    def key(self, where: str, node: Node) -> str:
        """Name the part of the profile that would be about an organisation."""
        if where == "/issuer" or same(node, self.issuer):
            return "[issuer]"
        if awards(where) and self.one_awarding_body:
            return "[awarding_body]"
        pages = [page["content_url"] for page in items(node, "homepage") if page.get("content_url")]
        name = node.get("id") or (pages[0] if pages else where)
        return f'[organisation."{name}"]'

    def _holder(self, node: Node, where: str) -> Node | None:
        above = where.rpartition("/has_sub_organization/")[0]
        for place, other in self.known:
            if above and place == above:
                return other
            if not above and node.get("id") in [
                unit.get("id", "") for unit in items(other, "has_sub_organization")
            ]:
                return other
        return None

    def _full(self, node: Node) -> Node:
        if not is_reference(node):
            return node
        return next((other for _, other in self.known if other.get("id") == node["id"]), node)


def awards(where: str) -> bool:
    """Tell by its pointer an awarding body."""
    return where.rsplit("/", 2)[-2:-1] == ["awarding_body"]


def same(node: Node, other: Node) -> bool:
    """Tell two mentions of one organisation: by their ids, or by all their legal names."""
    if node.get("id") and other.get("id"):
        return bool(node["id"] == other["id"])
    return bool(node.get("legal_name")) and node.get("legal_name") == other.get("legal_name")
