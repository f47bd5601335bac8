"""Two spellings of one name, and two people's names."""

from __future__ import annotations

import pytest

from converter.names import may_be_same, words


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Ada", "ada"),
        ("Zoë", "Zoe"),
        ("Ada", "Ada Augusta"),
        ("Ada Augusta", "Ada"),
        ("Vries", "de Vries"),
        ("A.", "Ada"),
        ("Jansen-Bakker", "Bakker"),
        ("Sørensen", "Sorensen"),
        ("Łukasz", "Lukasz"),
        ("Weiß", "Weiss"),
        ("O'Neill", "O\N{RIGHT SINGLE QUOTATION MARK}Neill"),
        ("IJsbrand", "Ĳsbrand"),
        ("Δημήτρης", "ΔΗΜΗΤΡΗΣ"),
    ],
)
def test_one_name_in_two_spellings(name: str, other: str) -> None:
    assert may_be_same(name, [other])
    assert may_be_same(other, [name])


@pytest.mark.parametrize(
    ("name", "other"), [("Ada", "Noor"), ("Ada", "Adam"), ("Jan Jan", "Jan Piet"), ("Bakker", "Jansen")]
)
def test_two_names(name: str, other: str) -> None:
    assert not may_be_same(name, [other])


def test_one_of_several_spellings_is_enough() -> None:
    assert may_be_same("Dimitris", ["Δημήτρης", "Dimitris Papadopoulos"])


def test_a_name_without_letters_says_nothing() -> None:
    assert words("—") == ()
    assert may_be_same("—", ["Ada"])
