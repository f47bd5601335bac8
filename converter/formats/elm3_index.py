"""The credential as a JSON-LD processor sees it: nodes of one id are one node, unknown keys are not there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from converter.formats.elm3_nodes import DELIVERY, INCLUDED, pointer, types_of
from schemas.elm.context import terms


@dataclass(frozen=True, slots=True)
class Literal:
    """A plain value: its text, its datatype (`text` in a language), its language."""

    text: str
    datatype: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A value that is a node, by its id or, for one without, by its place."""

    key: str


@dataclass(slots=True)
class Seen:
    """One node of the graph.

    Attributes:
        where: the first place it stands.
        named: it has an id.
        values: each property's distinct values, in order; each property's first place.
    """

    where: str
    named: bool
    types: dict[str, None] = field(default_factory=dict)
    values: dict[str, dict[Literal | Link, str]] = field(default_factory=dict)


def index(tree: Mapping[str, Any]) -> dict[str, Seen]:
    """Return every node of a tree by its key, descriptions of one id joined."""
    found: dict[str, Seen] = {}
    _enter(found, tree, "")
    return found


def _enter(found: dict[str, Seen], node: Mapping[str, Any], where: str) -> Link:
    name = node.get("id")
    named = isinstance(name, str)
    key = name if isinstance(name, str) else "_:" + where
    seen = found.setdefault(key, Seen(where=where, named=named))
    seen.types.update(dict.fromkeys(types_of(node)))
    known = terms(frozenset(types_of(node)))
    for term, value in node.items():
        here = pointer(where, term)
        if term == INCLUDED and isinstance(value, list):
            for at, item in enumerate(value):
                if isinstance(item, Mapping):
                    _enter(found, item, pointer(here, at))
        elif term in ("id", "type", DELIVERY) or (term not in known and ":" not in term):
            continue
        else:
            kind = known[term].kind if term in known else ""
            values = seen.values.setdefault(term, {})
            for item, place in _values(found, kind, value, here):
                values.setdefault(item, place)
    return Link(key)


def _values(
    found: dict[str, Seen],
    kind: str,
    value: Any,  # noqa: ANN401 - any JSON
    where: str,
) -> Iterator[tuple[Literal | Link, str]]:
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _values(found, kind, item, pointer(where, place))
    elif kind == "@language" and isinstance(value, Mapping):
        yield from _texts(value, where)
    elif isinstance(value, Mapping) and "@value" in value:
        yield _literal(str(value.get("@type", value.get("type", ""))), value["@value"]), where
    elif isinstance(value, Mapping):
        yield _enter(found, value, where), where
    elif isinstance(value, str) and kind in ("@id", "@graph"):
        found.setdefault(value, Seen(where=where, named=True))
        yield Link(value), where
    elif value is not None:
        yield _literal("" if kind.startswith("@") else kind, value), where


def _texts(texts: Mapping[str, Any], where: str) -> Iterator[tuple[Literal, str]]:
    for language, several in texts.items():
        for text in several if isinstance(several, list) else [several]:
            if isinstance(text, str):
                tagged = language != "@none"
                said = Literal(text, "text" if tagged else "xsd:string", language.lower() if tagged else "")
                yield said, pointer(where, language)


def _literal(kind: str, value: Any) -> Literal:  # noqa: ANN401
    """Give a JSON scalar its RDF literal (JSON-LD 1.1 API §8.2)."""
    kind = kind.replace("http://www.w3.org/2001/XMLSchema#", "xsd:")
    if isinstance(value, bool):
        return Literal("true" if value else "false", kind or "xsd:boolean")
    if isinstance(value, int):
        return Literal(str(value), kind or "xsd:integer")
    if isinstance(value, float):
        whole = value.is_integer() and kind != "xsd:double"
        return Literal(
            str(int(value)) if whole else repr(value), kind or ("xsd:integer" if whole else "xsd:double")
        )
    return Literal(str(value), kind or "xsd:string")
