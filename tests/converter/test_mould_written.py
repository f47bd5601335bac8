"""Texts are cut at marks so that nothing is lost, and a longer mark is not two shorter ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from converter.mould_written import cut_at

_LETTERS = st.text("abc", max_size=30)
_MARKS = st.lists(st.text("abc", min_size=1, max_size=4), max_size=5, unique=True)


def test_a_full_name_is_not_two_names() -> None:
    parts = cut_at("by Noor de Wit, or Noor", ["Noor", "de Wit", "Noor de Wit"])
    assert parts == ["by ", "Noor de Wit", ", or ", "Noor", ""]


def test_bytes_are_cut_as_texts_are_and_a_mark_of_nothing_cuts_nothing() -> None:
    assert cut_at(b"one=1;two=2", [b"1", b"2", b""]) == [b"one=", b"1", b";two=", b"2", b""]
    assert cut_at("no mark", ["", "x"]) == ["no mark"]


@given(_LETTERS, _MARKS)
def test_every_second_part_is_a_mark_and_all_together_are_the_text(text: str, marks: list[str]) -> None:
    parts = cut_at(text, marks)
    assert "".join(parts) == text
    assert set(parts[1::2]) <= set(marks)
    assert not any(mark in part for part in parts[::2] for mark in marks)
