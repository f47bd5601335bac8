# ruff: noqa: RUF001 - people are called so
"""Thousands of made-up names: what is the same matches, what may be is close, and no other ever matches."""

from __future__ import annotations

import time
import unicodedata

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from converter.names import Likeness, match

MANY = settings(max_examples=400)
SAME, PERHAPS, NO = Likeness.MATCH, Likeness.CLOSE, Likeness.NO

# Syllables that begin with a consonant and end so that no two neighbours make a letter of their own.
DUTCH_FIRST = st.builds(
    lambda first, middle, last: (first + middle + last).title(),
    st.sampled_from(("Han", "Sjoer", "Wil", "Pie", "Mar", "Fem", "Gij", "Roe", "Zwaan", "Brech")),
    st.sampled_from(("", "ber", "le", "ti", "doo")),
    st.sampled_from(("tje", "ke", "mina", "bert", "line", "dor")),
)
DUTCH_LAST = st.builds(
    lambda first, last: first + last,
    st.sampled_from(("Hoek", "Dijk", "Veld", "Water", "Berg", "Zee", "Molen", "Bruin", "Groot", "Spijk")),
    st.sampled_from(("stra", "man", "huis", "sma", "kamp", "ers", "enaar", "mans")),
)
PREFIXES = ("van", "van der", "van den", "de", "ter", "in 't", "von", "el", "bin", "ten")
GREEK = {
    "Πα": "Pa", "Κω": "Ko", "Δη": "Di", "Θεο": "Theo", "Βα": "Va", "Γι": "Gi", "Λα": "La", "Χα": "Cha",
    "νο": "no", "μα": "ma", "ρι": "ri", "ζα": "za", "σι": "si", "τα": "ta", "φα": "fa", "ψα": "psa",
}  # fmt: skip
GREEK_ENDS = {"πουλος": "poulos", "κης": "kis", "δης": "dis", "λας": "las", "ντης": "ntis", "ξας": "xas"}
CYRILLIC = {
    "Бо": "Bo", "Ва": "Va", "Ми": "Mi", "Се": "Se", "Щер": "Shcher", "Жу": "Zhu", "Хо": "Kho", "Чу": "Chu",
    "ро": "ro", "ли": "li", "ма": "ma", "ну": "nu", "ки": "ki", "до": "do", "ля": "lia", "цу": "tsu",
}  # fmt: skip
CYRILLIC_ENDS = {"нов": "nov", "рина": "rina", "ский": "skii", "лев": "lev", "дзе": "dze", "шин": "shin"}


def written(parts: dict[str, str], ends: dict[str, str]) -> st.SearchStrategy[tuple[str, str]]:
    """Make a word in its own script, with the spelling that its passports have."""
    heads = st.lists(st.sampled_from(sorted(parts.items())), min_size=1, max_size=3)

    def joined(chosen: list[tuple[str, str]], end: tuple[str, str]) -> tuple[str, str]:
        own, latin = ("".join(one[side] for one in (*chosen, end)) for side in (0, 1))
        return own.capitalize(), latin.capitalize()

    return st.builds(joined, heads, st.sampled_from(sorted(ends.items())))


greek, cyrillic = written(GREEK, GREEK_ENDS), written(CYRILLIC, CYRILLIC_ENDS)
ARABIC = {
    "Mohammed": ("Muhammad", "Mohamed", "Mohammad", "Muhammed"),
    "Rachid": ("Rashid", "Rasjid"),
    "Youssef": ("Yousef", "Yusuf", "Joesoef"),
    "Khalid": ("Khaled", "Chalid"),
    "Fatima": ("Fatimah", "Fatiema"),
    "Hussein": ("Hoessein", "Houssein"),
    "Karima": ("Karimah", "Kariema"),
    "Mustafa": ("Moestafa", "Moustafa", "Mostafa"),
    "Noureddine": ("Noereddine",),
}
ARABIC_LAST = ("Amrani", "Benali", "Ziani", "Haddad", "Mansouri", "Bouzid", "Tahiri")
arabic = st.sampled_from(sorted(ARABIC))


def bare(text: str) -> str:
    """Take case and accents off; independent of what is under test."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


@MANY
@given(DUTCH_FIRST, st.sampled_from(PREFIXES), DUTCH_LAST)
def test_a_dutch_name_written_otherwise_is_the_same(first: str, prefix: str, last: str) -> None:
    name = f"{first} {prefix} {last}"
    for other in (
        name.upper(),
        name.lower(),
        f"{prefix} {last}, {first}",
        f"{first} {prefix.title()} {last}",
        f"{first} {prefix.replace(' ', '')}{last.lower()}",
        f"{first}  {prefix}-{last}",
        unicodedata.normalize("NFD", name),
    ):
        assert match(name, other) is match(other, name) is SAME, other


@MANY
@given(DUTCH_FIRST, DUTCH_FIRST, st.sampled_from(PREFIXES), DUTCH_LAST)
def test_what_is_left_out_or_shortened_is_close(first: str, second: str, prefix: str, last: str) -> None:
    assume(first != second)
    name = f"{first} {second} {prefix} {last}"
    for other in (
        f"{first} {prefix} {last}",
        f"{second} {prefix} {last}",
        f"{first} {second} {last}",
        f"{first[0]}. {second[0]}. {prefix} {last}",
        f"{first} {second[0]}. {prefix} {last}",
        f"{prefix} {last} {first} {second}",
    ):
        assert match(name, other) is match(other, name) is PERHAPS, other


@MANY
@given(st.one_of(greek, cyrillic), st.one_of(greek, cyrillic))
def test_a_name_in_its_own_script_is_that_of_the_passport(
    first: tuple[str, str], last: tuple[str, str]
) -> None:
    own, latin = f"{first[0]} {last[0]}", f"{first[1]} {last[1]}"
    for one in (own, own.upper(), f"{last[0]}, {first[0]}"):
        assert match(one, latin) is match(latin, one) is SAME, (one, latin)
    assert match(own, f"{first[1][0]}. {last[1]}") is PERHAPS


@MANY
@given(arabic, st.data(), st.sampled_from(ARABIC_LAST), st.sampled_from(("", "el ", "al-", "Ait ")))
def test_another_spelling_of_an_arabic_name_is_close(
    first: str, data: st.DataObject, last: str, prefix: str
) -> None:
    other = data.draw(st.sampled_from(ARABIC[first]))
    assume(other)
    name, spelt = f"{first} {prefix}{last}", f"{other} {prefix}{last}"
    assert match(name, spelt) is match(spelt, name) is PERHAPS, (name, spelt)


anyone = st.one_of(
    st.tuples(DUTCH_FIRST, DUTCH_LAST),
    st.tuples(greek.map(lambda one: one[0]), greek.map(lambda one: one[0])),
    st.tuples(cyrillic.map(lambda one: one[0]), cyrillic.map(lambda one: one[0])),
    st.tuples(arabic, st.sampled_from(ARABIC_LAST)),
)


@settings(max_examples=2000)
@given(anyone, anyone)
def test_never_a_silent_yes(one: tuple[str, str], other: tuple[str, str]) -> None:
    mine, told = (" ".join(name) for name in (one, other))
    found = match(mine, told)
    assert found is match(told, mine)
    if found is SAME and all(name.isascii() for name in (mine, told)):
        assert bare(mine).replace(" ", "") == bare(told).replace(" ", "")
    if found is SAME:
        assert len(mine.split()) == len(told.split())


@MANY
@given(st.tuples(DUTCH_FIRST, DUTCH_LAST), st.tuples(DUTCH_FIRST, DUTCH_LAST), st.sampled_from(PREFIXES))
def test_another_family_name_is_another_person(
    one: tuple[str, str], other: tuple[str, str], prefix: str
) -> None:
    # Bergman and Bergmans are two families; so are Hoekstra and Hoeksma.
    assume(one[1] != other[1])
    assert match(f"{one[0]} {prefix} {one[1]}", f"{other[0]} {prefix} {other[1]}") is NO


@MANY
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_texts_are_compared_alike_both_ways(one: str, other: str) -> None:
    assert match(one, other) is match(other, one)


@MANY
@given(anyone, st.text(max_size=8))
def test_a_word_more_is_never_the_same(name: tuple[str, str], more: str) -> None:
    whole = " ".join(name)
    words = [one for one in more.split() if any(sign.isalpha() for sign in one)]
    assume(words)
    assert match(whole, f"{whole} {' '.join(words)} Achternaam") is not SAME


@MANY
@given(st.lists(st.sampled_from(("de", "van", "J.", "P", "-", "'", ".", "der", "")), max_size=6), anyone)
def test_prefixes_and_initials_alone_are_nobody(parts: list[str], name: tuple[str, str]) -> None:
    assert match(" ".join(parts), " ".join(name)) is not SAME
    assert match(" ".join(parts), " ".join(parts)) is not SAME


def test_a_name_too_long_for_anybody_is_nobody_s_and_takes_no_time() -> None:
    assert match("Noor " * 20_000, "Noor " * 20_000) is NO
    begun = time.process_time()
    for word in ("ab ", "щё ", "ou ", "ьъ ", "a b."):
        match((word * 200)[:400], (word[::-1] * 200)[:400])
        match((word * 200)[:60], (word * 190)[:57])
    assert time.process_time() - begun < 2
