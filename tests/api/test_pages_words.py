"""The texts: whole in each language, and the language a visitor gets."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.words import LANGUAGES, preferred, words
from verifier import catalogue


def texts(data: dict[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from texts(value, (*at, key))
        else:
            yield (*at, key), value


def holes(value: Any) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    return sorted(name for part in parts for _, name, _, _ in string.Formatter().parse(part) if name)


ENGLISH = dict(texts(dict(words("en").data)))
EMPTY_ON_PURPOSE = {("containers", "plain")}


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_every_language_says_everything_with_the_same_holes(lang: str) -> None:
    own = dict(texts(dict(words(lang).data)))
    assert own.keys() == ENGLISH.keys()
    for key, value in own.items():
        assert value or key in EMPTY_ON_PURPOSE, key
        assert holes(value) == holes(ENGLISH[key]), key
        assert not isinstance(value, list) or len(value) == len(ENGLISH[key])


def test_dutch_is_dutch() -> None:
    dutch = dict(texts(dict(words("nl").data)))
    same = {key for key, value in dutch.items() if value == ENGLISH[key]}
    assert {key[0] for key in same} <= {
        "page",
        "problem",
        "formats",
        "targets",
        "containers",
        "result",
        "convert",
        "converted",
    }
    assert not any(key[0] == "check" for key in same)


@pytest.mark.parametrize("lang", list(LANGUAGES))
def test_every_check_of_the_catalogue_has_words(lang: str) -> None:
    said = words(lang)
    for entry in catalogue():
        assert said.check(entry.code) != said.check("other"), entry.code
    assert said.check("seal.signature.value").label == said.check("seal.signature").label
    assert said.check("area.unheard-of") == said.check("other")


@pytest.mark.parametrize(
    ("asked", "accept", "expected"),
    [
        ("", "", "en"),
        ("", "nl", "nl"),
        ("", "nl-NL,nl;q=0.9,en;q=0.8", "nl"),
        ("", "de,en;q=0.8,nl;q=0.5", "en"),
        ("", "en;q=0.2, nl;q=0.7", "nl"),
        ("", "nl;q=0", "en"),
        ("", "nl;q=much, de", "en"),
        ("en", "nl", "en"),
        ("nl", "en", "nl"),
        ("xx", "nl", "nl"),
    ],
)
def test_the_switch_goes_before_the_browser(asked: str, accept: str, expected: str) -> None:
    assert preferred(asked, accept) == expected


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_header_gives_a_language(asked: str, accept: str) -> None:
    assert preferred(asked, accept) in LANGUAGES


def test_days_and_sizes_are_written_in_the_language() -> None:
    english, dutch = words("en"), words("nl")
    assert english.date("2026-03-02T10:20:30.5+00:00") == "2 March 2026"
    assert dutch.date("2026-03-02") == "2 maart 2026"
    assert dutch.date("<last year>") == "<last year>"
    assert (english.size(1500), dutch.size(1500), english.size(12)) == ("1.5 kB", "1,5 kB", "12 B")


def test_a_text_is_chosen_by_language() -> None:
    title = {"fr": "Digue", "en": "Dike", "nl": ["Dijk", "Dam"]}
    assert words("nl").text(title) == "Dijk"
    assert words("en").text(title) == "Dike"
    assert words("en").text({"fr": "Digue"}) == "Digue"
    assert words("en").text(None) == ""
