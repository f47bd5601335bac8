"""ELM v3 JSON-LD: writing the one canonical form.

The rules: the context pair first, then `id`, `type`, then the properties in the order of the model table; a
single value is written bare and several as an array; nothing empty is written. A node without an id gets
`urn:epass:<class>:<n>`, the same for the same content, so that a node told twice is told alike. Where two
nodes of one id contradict each other the later gets an id of its own, for a processor would merge them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from converter.formats.elm3_nodes import (
    DELIVERY,
    INCLUDED,
    class_of,
    contradictions,
    is_term,
    pointer,
    types_of,
)
from schemas.document import Tree
from schemas.elm.context import CONTEXT_URLS, terms
from schemas.elm.model import Property, model

_SHARED_BY_NATURE = {"Concept", "ConceptScheme", "Mailbox"}
"""Their id is their meaning: never given another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A written credential.

    Attributes:
        data: UTF-8 JSON, ending in a line feed.
        notes: one sentence for each thing that was changed on the way, with its place.
    """

    data: bytes
    notes: tuple[str, ...] = ()


def write_elm(tree: Tree, *, mend: bool = True) -> Written:
    """Write a tree, in the form `read_elm` gives, as JSON-LD.

    A tree with `#delivery` becomes the upload form again.

    Args:
        tree: one credential.
        mend: give ids where they lack and set contradicting nodes apart; without it ids stay as they stand.
    """
    writing = _Writing(mend=mend, taken=set(_ids(tree)))
    body = writing.node({key: value for key, value in tree.items() if key != DELIVERY}, "")
    document = {"@context": list(CONTEXT_URLS), **body}
    if DELIVERY in tree:
        document = {"credential": document, "deliveryDetails": tree[DELIVERY]}
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return Written(data=(text + "\n").encode("utf-8", "surrogatepass"), notes=tuple(writing.notes))


@dataclass(slots=True)
class _Writing:
    mend: bool
    taken: set[str]
    notes: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    written: dict[str, dict[str, Any]] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)

    def node(self, node: Mapping[str, Any], where: str, ranges: tuple[str, ...] = ()) -> dict[str, Any]:
        """Write one node and what is below it."""
        name = class_of(node, ranges)
        known = terms(frozenset(types_of(node)))
        made: dict[str, Any] = {key: node[key] for key in ("id", "type") if key in node}
        for key in _ordered(node, name):
            row = model().property(name, key)
            if key == INCLUDED:
                kept = [self.node(item, pointer(where, key, place)) for place, item in enumerate(node[key])]
            elif is_term(key, known, row):
                kept = self._values(
                    row, known[key].kind if key in known else "", node[key], pointer(where, key)
                )
            else:
                kept = node[key]
            if not is_term(key, known, row) or kept not in (None, [], {}):
                made[key] = kept
        return self._mended(made, name, where) if self.mend else made

    def _values(self, row: Property | None, kind: str, value: Any, where: str) -> Any:  # noqa: ANN401 - any JSON
        if kind == "@language":
            return _texts(value)
        items = value if isinstance(value, list) else [value]
        written = [self._value(row, kind, item, where) for item in items]
        kept = self._apart([item for item in written if item not in (None, {})])
        return kept[0] if len(kept) == 1 else kept

    def _apart(self, items: list[Any]) -> list[Any]:
        """Keep equal items of one list apart: under one id they would be one."""
        met: set[str] = set()
        kept = []
        for item in items:
            name = item.get("id") if isinstance(item, dict) else None
            if isinstance(name, str) and name in self.own and name in met:
                kept.append({**item, "id": self._fresh(class_of(item, ()) or "node")})
            else:
                kept.append(item)
            met.update([name] if isinstance(name, str) else ())
        return kept

    def _value(self, row: Property | None, kind: str, value: Any, where: str) -> Any:  # noqa: ANN401
        nodes = row.holds_nodes if row is not None else kind == "@id"
        if nodes and isinstance(value, Mapping) and "@value" not in value:
            return self.node(value, where, row.ranges if row is not None else ())
        return value

    def _mended(self, made: dict[str, Any], name: str, where: str) -> dict[str, Any]:
        if not name or set(made) <= {"id"}:
            return made
        if "id" not in made:
            content = name + json.dumps(made, sort_keys=True)
            if content not in self.given:
                self.given[content] = self._fresh(name)
                self.own.add(self.given[content])
            return {"id": self.given[content], **made}
        said = self.written.setdefault(str(made["id"]), made)
        if name in _SHARED_BY_NATURE or not contradictions(said, made):
            return made
        self.notes.append(
            f"{where}: another node has this id and says otherwise; this one got an id of its own."
        )
        return {**made, "id": self._fresh(name)}

    def _fresh(self, name: str) -> str:
        short = name[0].lower() + name[1:]
        while True:
            self.counts[short] = self.counts.get(short, 0) + 1
            made = f"urn:epass:{short}:{self.counts[short]}"
            if made not in self.taken:
                self.taken.add(made)
                return made


def _texts(value: Any) -> Any:  # noqa: ANN401
    if not isinstance(value, Mapping):
        return value
    made = {}
    for language, texts in value.items():
        kept = texts[0] if isinstance(texts, (list, tuple)) and len(texts) == 1 else texts
        if kept is not None and kept != []:
            made[language] = kept
    return made


def _ordered(node: Mapping[str, Any], name: str) -> Iterable[str]:
    """Order the keys: the table's order, nearest class first, then the rest by name."""
    table = dict.fromkeys(term for row in model().lineage(name) for term in row.properties)
    first = [term for term in table if term in node]
    return [*first, *sorted(key for key in node if key not in table and key not in ("id", "type"))]


def _ids(value: Any) -> Iterable[str]:  # noqa: ANN401
    if isinstance(value, Mapping):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for inner in value.values():
            yield from _ids(inner)
    elif isinstance(value, list):
        for item in value:
            yield from _ids(item)
