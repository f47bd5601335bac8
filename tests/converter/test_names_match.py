# ruff: noqa: RUF001 - people are called so
"""Names of many peoples, written in many ways: the same, perhaps the same, another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.names import Likeness, match

MATCH = [
    # Dutch
    ("Noor de Wit", "noor de wit"),
    ("Noor de Wit", "NOOR DE WIT"),
    ("Noor de Wit", "de Wit, Noor"),
    ("Jan van der Velde", "Jan Vandervelde"),
    ("Jan van der Velde", "Jan van derVelde"),
    ("Anne-Marie Bakker", "Annemarie Bakker"),
    ("Anne-Marie Bakker", "Anne Marie Bakker"),
    ("Piet 't Hooft", "Piet \N{RIGHT SINGLE QUOTATION MARK}t Hooft"),
    ("IJsbrand Bos", "Ĳsbrand Bos"),
    ("Zoë Jansen", "Zoe Jansen"),
    # Frisian
    ("Sjoerd fan 'e Wal", "Sjoerd fan e Wal"),
    ("Jûke Hoekstra", "Juke Hoekstra"),
    # German
    ("Jürgen Müller", "Juergen Mueller"),
    ("Jürgen Müller", "Jurgen Muller"),
    ("Hans Weiß", "Hans Weiss"),
    ("Karl von und zu Stein", "KARL VON UND ZU STEIN"),
    # Turkish
    ("Ayşe Işık", "Ayse Isik"),
    ("Recep Erdoğan", "Recep Erdogan"),
    ("İbrahim Çelik", "Ibrahim Celik"),
    # Nordic, Polish, Irish
    ("Søren Kierkegård", "Soeren Kierkegaard"),
    ("Łukasz Wójcik", "Lukasz Wojcik"),
    ("Sinéad O'Neill", "Sinead ONeill"),
    ("Sinéad O'Neill", "Sinead O Neill".replace("O Neill", "O\N{RIGHT SINGLE QUOTATION MARK}Neill")),
    # Arabic names in Latin letters
    ("Youssef Al-Hassan", "Youssef Alhassan"),
    ("Youssef Al-Hassan", "Youssef al Hassan"),
    # Greek and Cyrillic
    ("Δημήτρης Παπαδόπουλος", "Dimitris Papadopoulos"),
    ("Δημήτρης Παπαδόπουλος", "ΔΗΜΗΤΡΗΣ ΠΑΠΑΔΟΠΟΥΛΟΣ"),
    ("Ευάγγελος Χατζής", "Evangelos Chatzis"),
    ("Маїа Калинова", "Maia Kalinova"),
    ("Алексей Щербаков", "Aleksei Shcherbakov"),
    ("Юлия Жукова", "Yuliya Zhukova"),
    ("Юлия Жукова", "Iuliia Zhukova"),
    ("Сергій Гончар", "Serhii Honchar"),
    # a script that is not read matches itself
    ("محمد علي", "محمد علي"),
]
CLOSE = [
    # initials
    ("N. de Wit", "Noor de Wit"),
    ("J.P. de Vries", "Jan Pieter de Vries"),
    ("JP de Vries", "Jan Pieter de Vries"),
    ("J. de Vries", "J. de Vries"),
    # a prefix left out or abbreviated
    ("Noor Wit", "Noor de Wit"),
    ("Jan v.d. Velde", "Jan van der Velde"),
    ("Jan vd Velde", "Jan van der Velde"),
    ("Youssef Hassan", "Youssef Al-Hassan"),
    # part of a double name, one of several given names
    ("Noor Bakker", "Noor Jansen-Bakker"),
    ("Noor Jansen", "Noor Jansen - de Wit"),
    ("Noor Wilhelmina Bakker", "Noor Bakker"),
    ("María García López", "María García"),
    # another order, which nothing marks
    ("de Wit Noor", "Noor de Wit"),
    ("Nguyễn Văn An", "An Van Nguyen"),
    ("Jansen-Bakker Noor", "Noor Bakker-Jansen"),
    # the same sounds
    ("Mohammed Amrani", "Muhammad Amrani"),
    ("Mohamed Amrani", "Mohammed Amrani"),
    ("Rachid Bouali", "Rashid Bouali"),
    ("Khaled Ziani", "Chaled Ziani"),
    ("Fatima Ziani", "Fatimah Ziani"),
    ("Hoessein Ali Khan", "Hussein Ali Khan"),
    ("Dijkstra", "Dykstra"),
    ("Sietske Dykstra", "Sietske Dijkstra"),
    ("Γιώργος Παππάς", "Yiorgos Pappas".replace("Yiorgos", "Georgos")),
    ("Muller Anna", "Anna Müller"),
    ("Jürgen Mueller", "Jurgen Muller-Schmidt".replace("Jurgen", "Juergen").replace("Muller", "Müller")),
]
NO = [
    ("Ana Bell", "An Abell"),
    ("Jo Anders", "Joan Ders"),
    ("Noor de Wit", "Noor de Boer"),
    ("Noor de Wit", "Saar de Wit"),
    ("Jan Bakker", "Jan Bakkers-Smit"),
    ("Jan Pieter de Vries", "Jan Klaas de Vries"),
    ("Jan Jan", "Jan Piet"),
    ("J. de Vries", "Klaas de Vries"),
    ("J. V.", "Jan Vries"),
    ("O", "0/o"),
    ("Ben Jansen", "Piet Bakker"),
    ("Ayşe Yılmaz", "Ali Yılmaz"),
    ("Δημήτρης Παπαδόπουλος", "Δημήτρης Παππάς"),
    ("Dimitris Papadopoulos", "Maria Papadopoulou"),
    ("Алексей Иванов", "Александр Иванов"),
    ("Ahmed Ziani", "Hamid Ziani"),
    ("Karin Bos", "Koren Bos"),
    ("Hans Jansen", "Hans Hansen"),
    ("Noor Bos", "Nora Bos"),
    ("محمد علي", "Mohammed Ali"),
    ("", "Noor"),
    ("—", "Noor"),
    ("van der", "van der Berg"),
]


@pytest.mark.parametrize(("name", "other"), MATCH)
def test_the_same(name: str, other: str) -> None:
    assert match(name, other) is match(other, name) is Likeness.MATCH


@pytest.mark.parametrize(("name", "other"), CLOSE)
def test_perhaps_the_same(name: str, other: str) -> None:
    assert match(name, other) is match(other, name) is Likeness.CLOSE


@pytest.mark.parametrize(("name", "other"), NO)
def test_another(name: str, other: str) -> None:
    assert match(name, other) is match(other, name) is Likeness.NO


DUTCH = ("Noor", "Saar", "Pieter", "Sietske", "Ruben", "Femke")
GREEK = {"Ελένη": "Eleni", "Νίκος": "Nikos", "Μαρία": "Maria", "Θανάσης": "Thanasis", "Σπύρος": "Spyros"}
CYRILLIC = {"Борис": "Boris", "Ольга": "Olga", "Пётр": "Petr", "Михаил": "Mikhail", "Анна": "Anna"}
ARABIC = ("Yasmin", "Karim", "Salma", "Tarik", "Nabil", "Hanan")
FAMILIES = ("Bakker", "Hoekstra", "Özdemir", "Amrani", "Kowalski", "Lindqvist", "Petridis")
PREFIXES = ("", "van ", "van der ", "de ", "el ", "von ")

given_names = st.sampled_from((*DUTCH, *ARABIC, *GREEK.values(), *CYRILLIC.values()))
names = st.tuples(given_names, st.sampled_from(PREFIXES), st.sampled_from(FAMILIES))


@given(names)
def test_a_name_is_itself_in_capitals_and_family_first(name: tuple[str, str, str]) -> None:
    first, prefix, family = name
    whole = f"{first} {prefix}{family}"
    assert match(whole, whole.upper()) is Likeness.MATCH
    assert match(whole, f"{prefix}{family}, {first}") is Likeness.MATCH
    assert match(whole, f"{first[0]}. {prefix}{family}") is Likeness.CLOSE


@given(names, names)
def test_two_people_never_match(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    whole, second = (f"{first} {prefix}{family}" for first, prefix, family in (one, other))
    found = match(whole, second)
    assert found is match(second, whole)
    if one == other:
        assert found is Likeness.MATCH
    elif (one[0], one[2]) == (other[0], other[2]):
        assert found is Likeness.CLOSE
    else:
        assert found is Likeness.NO


@given(st.sampled_from(sorted({**GREEK, **CYRILLIC}.items())), st.sampled_from(FAMILIES))
def test_a_name_in_its_own_script_is_the_same(name: tuple[str, str], family: str) -> None:
    own, latin = name
    assert match(f"{own} {family}", f"{latin} {family}") is Likeness.MATCH


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_two_texts_have_an_answer_and_it_is_the_same_both_ways(one: str, other: str) -> None:
    assert match(one, other) is match(other, one)
