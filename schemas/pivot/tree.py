"""Between pivot values and their tree form, and what paths may stand in a table."""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from schemas.lang import LangString
from schemas.pivot.node import Node

N = TypeVar("N", bound=Node)


@dataclass(frozen=True, slots=True)
class ValueKind:
    """What a pivot field holds.

    Attributes:
        many: a list in the tree, a tuple in the value.
        classes: the node classes it may hold; empty for a plain value.
        scalar: `str`, `int`, `bool`, `lang` or `opaque`; empty for nodes.
    """

    many: bool
    classes: tuple[type[Node], ...] = ()
    scalar: str = ""


_KINDS: dict[type[Node], dict[str, ValueKind]] = {}


def field_kinds(cls: type[Node]) -> dict[str, ValueKind]:
    """Return every field of a pivot class with what it holds, `id` included."""
    if cls not in _KINDS:
        hints = typing.get_type_hints(cls, localns=_names())
        _KINDS[cls] = {field.name: _kind(hints[field.name]) for field in dataclasses.fields(cls)}
    return _KINDS[cls]


def from_tree(cls: type[N], tree: Mapping[str, Any]) -> N:
    """Make a pivot value from its tree; the `type` tag picks among several classes.

    Raises:
        TypeError: a key no field has, or a value of the wrong kind; always a bug in a table.
    """
    kinds = field_kinds(cls)
    given: dict[str, Any] = {}
    for key, value in tree.items():
        if key == "type" or value is None:
            continue
        kind = kinds.get(key)
        if kind is None:
            raise TypeError(f"{cls.__name__} has no field {key!r}")
        given[key] = _many(kind, value) if kind.many else _one(kind, value)
    return cls(**given)


def to_tree(node: Node) -> dict[str, Any]:
    """Give the tree of a pivot value: only what is there, each node tagged with its class."""
    tree: dict[str, Any] = {"type": type(node).__name__}
    for name in field_kinds(type(node)):
        value = getattr(node, name)
        if value is None or value == ():
            continue
        tree[name] = [_plain(item) for item in value] if isinstance(value, tuple) else _plain(value)
    return tree


def _plain(value: Any) -> Any:  # noqa: ANN401 - a leaf of any kind
    if isinstance(value, Node):
        return to_tree(value)
    return value.to_tree() if isinstance(value, LangString) else value


def _many(kind: ValueKind, value: Any) -> tuple[Any, ...]:  # noqa: ANN401
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return tuple(_one(kind, item) for item in value if item is not None)


def _one(kind: ValueKind, value: Any) -> Any:  # noqa: ANN401
    if kind.classes:
        if not isinstance(value, Mapping):
            raise TypeError(f"a node was expected, not {type(value).__name__}")
        tag = value.get("type")
        chosen = next((cls for cls in kind.classes if cls.__name__ == tag), None)
        if chosen is None:
            if tag is not None or len(kind.classes) > 1:
                raise TypeError(f"{tag!r} is none of {[cls.__name__ for cls in kind.classes]}")
            chosen = kind.classes[0]
        return from_tree(chosen, value)
    if kind.scalar == "lang":
        return LangString.from_tree(value)
    if kind.scalar != "opaque" and not _SCALARS[kind.scalar](value):
        raise TypeError(f"{kind.scalar} was expected, not {type(value).__name__}")
    return value


_SCALARS = {
    "str": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
}
_PLAIN = {str: "str", int: "int", bool: "bool", LangString: "lang", Any: "opaque"}


def _kind(hint: Any) -> ValueKind:  # noqa: ANN401
    if typing.get_origin(hint) is tuple:
        inner = _kind(typing.get_args(hint)[0])
        return dataclasses.replace(inner, many=True)
    union = typing.get_origin(hint) in (types.UnionType, typing.Union)
    members = [arg for arg in typing.get_args(hint) if arg is not types.NoneType] if union else [hint]
    if all(isinstance(member, type) and issubclass(member, Node) for member in members):
        return ValueKind(many=False, classes=tuple(members))
    return ValueKind(many=False, scalar=_PLAIN[members[0]])


@functools.cache
def _names() -> dict[str, Any]:
    from schemas.pivot import agents, claims, common, specifications  # noqa: PLC0415 - they import this package

    aliases = {
        "AnyAgent": agents.AnyAgent,
        "AnyClaim": claims.AnyClaim,
        "AnyIdentifier": common.AnyIdentifier,
        "AnyLearningSpecification": specifications.AnyLearningSpecification,
        "Opaque": Any,
    }
    return {**Node.REGISTER, **aliases}
