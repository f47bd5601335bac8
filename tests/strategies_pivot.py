"""Hypothesis credentials, made from the pivot's own classes, limited to what one format can say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from schemas.pivot import field_kinds
from schemas.pivot.node import Node

LANGUAGES = st.sampled_from(["nl", "en", "de"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=12)
LANG_MAPS = st.dictionaries(LANGUAGES, TEXTS, min_size=1, max_size=2)

Scalars = Callable[[str, str], "st.SearchStrategy[Any] | None"]
"""Gives the values of one scalar field (class name, field name), or None for the usual ones."""


def usual(kind: str) -> st.SearchStrategy[Any]:
    """Give values for a scalar kind."""
    return {
        "str": TEXTS,
        "int": st.integers(0, 9999),
        "bool": st.booleans(),
        "lang": LANG_MAPS,
        "opaque": st.just({"type": "Whatever"}),
    }[kind]


def trees(
    cls: type[Node], allowed: Callable[[str, str], bool], scalars: Scalars, depth: int = 5, width: int = 4
) -> st.SearchStrategy[dict[str, Any]]:
    """Give pivot trees of a class; `allowed(class, field)` limits them to what a format can say.

    A node has a handful of its fields, so that depth is reached instead of breadth.
    """
    kinds = {
        name: kind
        for name, kind in field_kinds(cls).items()
        if allowed(cls.__name__, name) and (depth > 0 or not kind.classes)
    }

    def value(name: str) -> st.SearchStrategy[Any]:
        kind = kinds[name]
        if kind.classes:
            inner = [trees(one, allowed, scalars, depth - 1, max(1, width - 1)) for one in kind.classes]
            one: st.SearchStrategy[Any] = st.one_of(inner)
        else:
            chosen = scalars(cls.__name__, name)
            one = usual(kind.scalar) if chosen is None else chosen
        return st.lists(one, min_size=1, max_size=2) if kind.many else one

    tag = {"type": st.just(cls.__name__)}
    if not kinds:
        return st.fixed_dictionaries(tag)
    picks = st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=width, unique=True)
    return picks.flatmap(
        lambda names: st.fixed_dictionaries({**tag, **{name: value(name) for name in names}})
    )
