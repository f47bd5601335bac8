# ruff: noqa: RUF001 - these are the letters themselves
"""Names of other scripts and spellings brought to Latin letters, in each way that is usual."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from itertools import islice, product

MOST_FORMS = 16
"""So many spellings of one word are looked at."""

_OTHER_LETTERS: Mapping[str, tuple[str, ...]] = {
    "ß": ("ss",),
    "ø": ("o", "oe"),
    "æ": ("ae",),
    "œ": ("oe",),
    "å": ("a", "aa"),
    "ä": ("a", "ae"),
    "ö": ("o", "oe"),
    "ü": ("u", "ue"),
    "ł": ("l",),
    "đ": ("d", "dj"),
    "ð": ("d",),
    "þ": ("th",),
    "ı": ("i",),
    "ĳ": ("ij",),
    "ħ": ("h",),
    "ŋ": ("n",),
    "ə": ("e",),
}
"""Letters with a usual spelling of their own; ICAO 9303-3 §6 A has most of these. Other accents fall off."""

# ELOT 743 / ISO 843 type 2, as Greek passports have it; the digraphs first.
_GREEK_PAIRS: Mapping[str, tuple[str, ...]] = {
    "ου": ("ou",),
    "αυ": ("av", "af"),
    "ευ": ("ev", "ef"),
    "ηυ": ("iv", "if"),
    "γγ": ("ng",),
    "γξ": ("nx",),
    "γχ": ("nch",),
    "γκ": ("gk", "g"),
    "μπ": ("mp", "b"),
    "ντ": ("nt", "d"),
}
_GREEK: Mapping[str, tuple[str, ...]] = dict(
    zip(
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        (
            *(("a",), ("v",), ("g",), ("d",), ("e",), ("z",), ("i",), ("th",), ("i",), ("k",), ("l",)),
            *(("m",), ("n",), ("x",), ("o",), ("p",), ("r",), ("s",), ("s",), ("t",), ("y",), ("f",)),
            *(("ch", "h"), ("ps",), ("o",)),
        ),
        strict=True,
    )
)
# ICAO 9303-3 §6 B first, then what older passports and other habits write.
_CYRILLIC: Mapping[str, tuple[str, ...]] = {
    **dict(
        zip(
            "абвгдежзийклмнопрстуфхцчшщъыьэюя",
            (
                *(("a",), ("b",), ("v",), ("g", "h"), ("d",), ("e", "ye"), ("zh",), ("z",), ("i", "y")),
                *(("i", "y", "j"), ("k",), ("l",), ("m",), ("n",), ("o",), ("p",), ("r",), ("s",), ("t",)),
                *(("u",), ("f",), ("kh", "h"), ("ts", "c"), ("ch",), ("sh",), ("shch", "sht"), ("", "ie")),
                *(("y",), ("",), ("e",), ("iu", "yu"), ("ia", "ya")),
            ),
            strict=True,
        )
    ),
    "ь": ("",),
    "ё": ("e", "yo"),
    "і": ("i",),
    "ї": ("i", "yi"),
    "є": ("ie", "ye"),
    "ґ": ("g",),
    "ђ": ("dj", "d"),
    "ј": ("j",),
    "љ": ("lj",),
    "њ": ("nj",),
    "ћ": ("c",),
    "џ": ("dz",),
    "ў": ("u",),
}


def forms(word: str) -> frozenset[str]:
    """Return the ways a word may stand in plain Latin letters; a script that is not known stays as it is."""
    folded = unicodedata.normalize("NFC", word.casefold())
    choices = list(_choices(folded))
    return frozenset("".join(letters) for letters in islice(product(*choices), MOST_FORMS))


def _choices(word: str) -> Iterator[tuple[str, ...]]:
    at = 0
    plain = _without_accents(word)
    same = len(plain) == len(word)
    while at < len(word):
        pair = plain[at : at + 2] if same else ""
        # An accent on the first of two Greek vowels, or a diaeresis on the second, keeps them apart.
        if pair in _GREEK_PAIRS and word[at] == plain[at] and not _has_diaeresis(word[at + 1]):
            yield _GREEK_PAIRS[pair]
            at += 2
            continue
        yield _letter(word[at])
        at += 1


def _letter(sign: str) -> tuple[str, ...]:
    for table in (_OTHER_LETTERS, _CYRILLIC):
        if sign in table:
            return table[sign]
    bare = _without_accents(sign)
    return _GREEK.get(bare) or _OTHER_LETTERS.get(bare) or _CYRILLIC.get(bare) or (bare,)


def _has_diaeresis(sign: str) -> bool:
    return "\N{COMBINING DIAERESIS}" in unicodedata.normalize("NFD", sign)


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))
