"""The credential as a JSON-LD processor sees it: nodes of one id are one node, unknown keys are not there.

Made for speed: places are chains that only a fault turns into a pointer, a language map without oddities
stays one map, and a node that is told again word for word is not looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from converter.formats.elm3_lexical import is_kept
from converter.formats.elm3_nodes import DELIVERY, INCLUDED, Place, types_of
from schemas.elm.context import kinds as kinds_of

Literal = tuple[str, str, str]
"""A plain value: its text, its datatype (`text` in a language), its language."""


class Seen:
    """One node of the graph.

    Attributes:
        id: empty for one without.
        named: the id is an IRI, not a blank node's name.
        where: the first place it is described at.
        types: what it says it is.
        values: each property's distinct values, in order, each with its first place.
        texts: properties whose values are a language map of one text each, no language twice.
        given: its first description, word for word.
        plain: nothing below it would become another node, or another value, if told again.
    """

    __slots__ = ("given", "id", "named", "plain", "texts", "types", "values", "where")

    def __init__(self, name: str, where: Place) -> None:
        """Meet a node for the first time."""
        self.id = name
        self.named = name != "" and not name.startswith("_:")
        self.where = where
        self.types: tuple[str, ...] = ()
        self.values: dict[str, dict[Value, Place]] = {}
        self.texts: dict[str, Mapping[str, str]] = {}
        self.given: Mapping[str, Any] | None = None
        self.plain = False


Value = Seen | Literal


def index(tree: Mapping[str, Any]) -> tuple[list[Seen], list[Place]]:
    """Return every node of a tree, descriptions of one id joined; and where a reference is dropped."""
    indexing = _Indexing()
    indexing.enter(tree, ())
    return indexing.found, indexing.dropped


@dataclass(slots=True)
class _Indexing:
    found: list[Seen] = field(default_factory=list)
    by_id: dict[str, Seen] = field(default_factory=dict)
    dropped: list[Place] = field(default_factory=list)
    unlike: int = 0
    """Nodes without an id, and values that Python holds equal though they are not."""

    def enter(self, node: Mapping[str, Any], where: Place) -> Seen:
        """Take in a node and everything below it."""
        name = node.get("id")
        if isinstance(name, str):
            seen = self.by_id.get(name)
            if seen is None:
                seen = self._met(name, where)
                self.by_id[name] = seen
            elif seen.plain and seen.given == node:
                return seen
        else:
            self.unlike += 1
            seen = self._met("", where)
        if seen.given is None:
            seen.given, seen.where = node, where
        unlike = self.unlike
        self._describe(seen, node, where)
        if seen.given is node:
            seen.plain = self.unlike == unlike
        return seen

    def _met(self, name: str, where: Place) -> Seen:
        seen = Seen(name, where)
        if not name or is_kept(name):
            self.found.append(seen)
        return seen

    def _named(self, name: str, where: Place) -> Seen:
        seen = self.by_id.get(name)
        if seen is None:
            seen = self.by_id[name] = self._met(name, where)
        return seen

    def _describe(self, seen: Seen, node: Mapping[str, Any], where: Place) -> None:
        stated = node.get("type")
        types = (stated,) if isinstance(stated, str) else tuple(types_of(node))
        seen.types = types if not seen.types else tuple(dict.fromkeys(seen.types + types))
        kinds = kinds_of(frozenset(types))
        for term, value in node.items():
            kind = kinds.get(term)
            if kind is None:
                if term == INCLUDED and isinstance(value, list):
                    self._included(value, (where, term))
                if ":" not in term or term in ("id", "type", DELIVERY):
                    continue
                kind = ""
            if kind == "@language":
                self._text(seen, term, value, where)
            else:
                values = seen.values.setdefault(term, {})
                self._take(values, kind, value, (where, term))

    def _included(self, items: list[Any], where: Place) -> None:
        for at, item in enumerate(items):
            if isinstance(item, dict):
                self.enter(item, (where, at))

    def _text(self, seen: Seen, term: str, value: Any, where: Place) -> None:  # noqa: ANN401 - any JSON
        held = seen.texts.get(term)
        if held is None and term not in seen.values and _one_text_each(value):
            seen.texts[term] = value
        elif held is None or held != value:
            values = seen.values.setdefault(term, {})
            if held is not None:
                del seen.texts[term]
                self._take(values, "@language", held, (seen.where, term))
            self._take(values, "@language", value, (where, term))

    def _take(self, values: dict[Value, Place], kind: str, value: Any, where: Place) -> None:  # noqa: ANN401
        if isinstance(value, str):
            if kind in ("@id", "@graph"):
                self._refer(values, self._named(value, where), where)
            else:
                kind = "xsd:string" if not kind or kind[0] == "@" else kind
                values.setdefault((value, kind, ""), where)
        elif isinstance(value, list):
            for at, item in enumerate(value):
                self._take(values, kind, item, (where, at))
        elif isinstance(value, dict):
            self._take_object(values, kind, value, where)
        elif value is not None:
            self.unlike += 1
            values.setdefault(_literal("" if kind.startswith("@") else kind, value), where)

    def _take_object(
        self, values: dict[Value, Place], kind: str, value: Mapping[str, Any], where: Place
    ) -> None:
        if kind == "@language":
            for said, place in _texts(value, where):
                values.setdefault(said, place)
        elif "@value" in value:
            self.unlike += 1
            said = _literal(str(value.get("@type", value.get("type", ""))), value["@value"])
            values.setdefault(said, where)
        else:
            self._refer(values, self.enter(value, where), where)

    def _refer(self, values: dict[Value, Place], seen: Seen, where: Place) -> None:
        """Say that a node stands there, unless its id is none (JSON-LD 1.1 API §8.1.2)."""
        if seen.id and not is_kept(seen.id):
            self.unlike += 1
            self.dropped.append(where)
        else:
            values.setdefault(seen, where)


def _one_text_each(value: Any) -> bool:  # noqa: ANN401
    """Tell whether a language map has one text for each language and nothing else."""
    return (
        isinstance(value, dict)
        and "@none" not in value
        and set(map(type, value.values())) == {str}
        and len(set(map(str.lower, value))) == len(value)
    )


def _texts(texts: Mapping[str, Any], where: Place) -> list[tuple[Literal, Place]]:
    found: list[tuple[Literal, Place]] = []
    for language, several in texts.items():
        tagged = language != "@none"
        for text in several if isinstance(several, list) else [several]:
            if isinstance(text, str):
                said = (text, "text" if tagged else "xsd:string", language.lower() if tagged else "")
                found.append((said, (where, language)))
            elif not tagged and isinstance(text, (int, float)):  # a bare value (JSON-LD 1.1 §4.6.3)
                found.append((_literal("", text), (where, language)))
    return found


def _literal(kind: str, value: Any) -> Literal:  # noqa: ANN401
    """Give a JSON scalar its RDF literal (JSON-LD 1.1 API §8.2)."""
    kind = kind.replace("http://www.w3.org/2001/XMLSchema#", "xsd:")
    if isinstance(value, bool):
        return ("true" if value else "false", kind or "xsd:boolean", "")
    if isinstance(value, int):
        return (str(value), kind or "xsd:integer", "")
    if isinstance(value, float):
        whole = value.is_integer() and kind != "xsd:double"
        text = str(int(value)) if whole else repr(value)
        return (text, kind or ("xsd:integer" if whole else "xsd:double"), "")
    return (str(value), kind or "xsd:string", "")
