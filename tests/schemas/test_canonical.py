"""One spelling: what is spelt in one step is what is spelt with care."""

from __future__ import annotations

import enum
import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.canonical import NotCanonical, _ordered, canonical

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
)


def _with_care(value: Any) -> bytes | None:
    try:
        return json.dumps(
            _ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False
        ).encode()
    except (TypeError, ValueError):
        return None


def _spelt(value: Any) -> bytes | None:
    try:
        return canonical(value)
    except NotCanonical:
        return None


@settings(max_examples=300, deadline=None)
@given(_JSON)
def test_any_value_has_one_spelling(value: Any) -> None:
    assert _spelt(value) == _with_care(value)


def test_members_stand_in_the_order_of_their_units() -> None:
    value = {"\ufb33": 1, "\U0001f600": 2, "b": 3, "\u20ac": 4, "": 5}
    assert canonical(value) == _with_care(value)
    assert canonical({"\ufb33": "\U0001f600", "b": 1}) == _with_care({"\ufb33": "\U0001f600", "b": 1})


class _Word(enum.StrEnum):
    ONE = "one"


class _Kind(enum.Enum):
    ONE = 1


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), 2**70, 1.0, float("nan"), datetime.now(UTC), uuid.uuid4(), _Kind.ONE, b"x", {1: 2}],
)
def test_what_has_no_spelling_has_none(value: Any) -> None:
    for whole in (value, {"a": [value]}):
        with pytest.raises(NotCanonical):
            canonical(whole)


def test_words_and_tuples_are_texts_and_lists() -> None:
    assert canonical({"b": _Word.ONE, "a": (1, _Word.ONE)}) == b'{"a":[1,"one"],"b":"one"}'
    assert canonical({_Word.ONE: (2**53 - 1, -(2**53 - 1), True)}) == _with_care(
        {_Word.ONE: (2**53 - 1, -(2**53 - 1), True)}
    )
    with pytest.raises(NotCanonical):
        canonical("\ud800")
