"""Whether two spellings of a name may be one person's."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
    }
)
"""Letters of their own, which no decomposition brings to the letters they are often written as."""


def words(name: str) -> tuple[str, ...]:
    """Bring a name to its words: letters and digits, without case and accents."""
    decomposed = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    kept = "".join(sign if sign.isalnum() else " " for sign in decomposed if not unicodedata.combining(sign))
    return tuple(kept.split())


def may_be_same(name: str, others: Iterable[str]) -> bool:
    """Tell whether a name may be one of the others.

    A name may be given in part (one of two given names, a family name without its prefix), and a word by its
    first letter; what is left must agree word by word. Two names of which one is empty say nothing.
    """
    mine = words(name)
    return any(_within(mine, told) or _within(told, mine) for told in map(words, others))


def _within(some: tuple[str, ...], all_: tuple[str, ...]) -> bool:
    """Tell whether each word stands among the others, each of them used once."""
    left = list(all_)
    for word in some:
        found = next((one for one in left if _alike(word, one)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def _alike(word: str, other: str) -> bool:
    return word == other or (min(len(word), len(other)) == 1 and word[0] == other[0])
