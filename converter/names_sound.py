"""What is left of a word when spellings of one sound are made one: a hint that two may be one name."""

from __future__ import annotations

import re

LEAST = 4
"""Shorter words are too often alike by chance."""

_VOWELS_FIRST = ((r"ij", "i"),)
_CONSONANTS = (
    (r"^[yji](?=[aeou])", "j"),
    (r"tsch|tsj|tch|dzh|dsj|tj|dj|cz|c(?=[ei])", "č"),
    (r"sch|sh|sj|sz|zh|zj", "s"),
    (r"kh|gh", "h"),
    (r"th|dh", "t"),
    (r"ph", "f"),
    (r"ck|q|c", "k"),
    (r"x", "ks"),
    (r"z", "s"),
    (r"w", "v"),
    (r"(?<=[aeiou])h$", ""),
)
_VOWELS = ((r"oe|oo|ou|u|o", "U"), (r"ie|ee|ei|ey|ai|ay|y|i", "I"), (r"aa|ae|a|e", "A"))
_CH = ("kh", "sh", "tj")
"""As in Dutch or German, in French, in English."""


def sounds(word: str) -> frozenset[str]:
    """Return a word's sounds: classes of vowels, and one letter for consonants that are written variously."""
    return frozenset(_sound(word.replace("ch", letters)) for letters in _CH)


def _sound(word: str) -> str:
    for pattern, letter in (*_VOWELS_FIRST, *_CONSONANTS, *_VOWELS):
        word = re.sub(pattern, letter, word)
    return re.sub(r"(.)\1+", r"\1", word)


def sounds_like(word: str, other: str) -> bool:
    """Tell whether two words may be spellings of one: the same sounds, or one vowel of another class."""
    return any(_near(first, second) for first in sounds(word) for second in sounds(other))


def _near(first: str, second: str) -> bool:
    if first == second:
        return len(first) >= LEAST - 1
    if len(first) != len(second) or len(first) <= LEAST:
        return False
    apart = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    return len(apart) == 1 and all(sign.isupper() for sign in apart[0])
