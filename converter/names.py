"""Whether two spellings of a name may be one person's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, product

from converter.names_latin import forms
from converter.names_sound import sounds_like

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


class Likeness(StrEnum):
    """How alike two names are."""

    MATCH = "match"  # the same name, written alike or in another script
    CLOSE = "close"  # may be the same: something else has to prove it
    NO = "no"


_PREFIXES = frozenset(
    {
        *(
            "van",
            "der",
            "den",
            "de",
            "het",
            "ten",
            "ter",
            "te",
            "op",
            "aan",
            "in",
            "bij",
            "uit",
            "voor",
            "vd",
        ),
        *("von", "vom", "zu", "zum", "zur", "af", "av", "da", "das", "do", "dos", "di", "del", "della", "du"),
        *(
            "des",
            "la",
            "le",
            "les",
            "el",
            "al",
            "ul",
            "bin",
            "bint",
            "ibn",
            "ben",
            "abu",
            "ait",
            "fan",
            "dal",
        ),
    }
)
"""What stands before a family name, and is left out, joined or abbreviated in many registers."""
_ABBREVIATED = re.compile(r"(?<!\w)v\.?[ /]?d\.?(?=[ .]|$)", re.IGNORECASE)
_APOSTROPHES = str.maketrans(dict.fromkeys("'\u2018\u2019\u02bb\u02bc`\u00b4", ""))
_LONE = re.compile("(?<!\\w)['\u2018\u2019\u02bb\u02bc`\u00b4](\\w)(?!\\w)")
"""'t, 's and 'e, which are no initials even in capitals."""
_DASHES = re.compile(r"[-\u2010-\u2015_/]")
_MOST_JOINED = 64
_MOST_WORDS = 20  # of a name; comparing more would take long
_INITIALS = re.compile("[B-DF-HJ-NP-TV-XZ]{2,3}")  # no word is spoken without a vowel
_LONGEST = 400  # signs; nobody's name, and comparing it would take long


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a name: as it may stand in Latin letters, and the part it plays."""

    forms: frozenset[str]
    prefix: bool = False
    initial: bool = False


def match(name: str, other: str) -> Likeness:
    """Tell whether two whole names are one.

    Match: every word is alike and in order, whatever its script, case, accents, hyphens, and prefixes joined
    or not; a comma after the family name is understood. Close: nothing speaks against it, but words stand in
    another order, one or a prefix is left out, there are initials, or the same sounds are written otherwise.
    A script that is neither Latin, Greek nor Cyrillic matches only itself.
    """
    if max(len(name), len(other)) > _LONGEST:
        return Likeness.NO
    mine, told = _parts(name), _parts(other)
    if max(len(mine), len(told)) > _MOST_WORDS:
        return Likeness.NO
    if not any(not word.prefix for word in mine) or not any(not word.prefix for word in told):
        return Likeness.NO
    initials = any(word.initial for word in (*mine, *told))
    if not initials and (_written_as_one(mine, told) or _written_as_one(told, mine)):
        return Likeness.MATCH
    return Likeness.CLOSE if _paired(mine, told) else Likeness.NO


def _parts(name: str) -> tuple[_Word, ...]:
    family, comma, given = unicodedata.normalize("NFC", name).partition(",")
    whole = f"{given} {family}" if comma and given.strip() else name.replace(",", " ")
    text = _LONE.sub(lambda found: found[1].lower(), whole)
    text = _ABBREVIATED.sub("vd", text.translate(_APOSTROPHES))
    pieces = [bare for piece in _DASHES.sub(" ", text).replace(".", ". ").split() if (bare := _bare(piece))]
    return tuple(word for at, piece in enumerate(pieces) for word in _word(piece, first=at == 0))


def _bare(piece: str) -> str:
    """Keep letters, digits and a dot that marks an initial."""
    kept = "".join(sign for sign in piece if sign.isalnum() or unicodedata.combining(sign))
    return f"{kept}." if piece.endswith(".") and len(kept) == 1 else kept


def _word(piece: str, *, first: bool) -> tuple[_Word, ...]:
    letters = piece.removesuffix(".")
    if len(letters) == 1 and letters.islower() and not first and piece == letters:
        return (_Word(forms(letters), prefix=True),)  # 't, 's, the Spanish y
    if len(letters) == 1:
        return (_Word(forms(letters), initial=True),)
    if _INITIALS.fullmatch(letters) and letters != "VD":
        return tuple(_Word(forms(letter), initial=True) for letter in letters)
    said = forms(letters)
    # A name that begins with such a word in capitals may begin with a given name: Ben, Bin, Ad.
    return (_Word(said, prefix=bool(said & _PREFIXES) and not (first and letters[0].isupper())),)


def _written_as_one(few: tuple[_Word, ...], many: tuple[_Word, ...]) -> bool:
    """Tell whether each word of the one is a word of the other, or several written as one, in order.

    Only one of the two may write words together: An Abell is not Ana Bell.
    """
    if len(few) > len(many):
        return False
    ends = {0}  # so many words of the other the words up to here may be
    for word in few:
        ends = {
            end
            for start in ends
            for end in range(start + 1, len(many) + 1)
            if word.forms & _joined(many[start:end])
        }
    return len(many) in ends


def _joined(parts: tuple[_Word, ...]) -> frozenset[str]:
    every = product(*(sorted(word.forms) for word in parts))
    return frozenset("".join(words) for words in islice(every, _MOST_JOINED))


def _paired(mine: tuple[_Word, ...], told: tuple[_Word, ...]) -> bool:
    """Tell whether each word of the shorter name has one in the other, and not by initials alone."""
    if _fits(mine, told, certain=False):
        return True
    # The prefix may be written as one with the name on one side only.
    (head, tail), (other_head, other_tail) = _divided(mine), _divided(told)
    whole = not any(word.initial or word.prefix for word in (tail[-1], other_tail[-1]))
    return whole and bool(_joined(tail) & _joined(other_tail)) and _fits(head, other_head, certain=True)


def _fits(mine: tuple[_Word, ...], told: tuple[_Word, ...], *, certain: bool) -> bool:
    some, others = sorted(([w for w in mine if not w.prefix], [w for w in told if not w.prefix]), key=len)
    # Likeness is not transitive, so who chooses first may matter; the answer must not depend on it.
    return _stands_among(some, others, certain=certain) or (
        len(some) == len(others) and _stands_among(others, some, certain=certain)
    )


def _stands_among(some: list[_Word], others: list[_Word], *, certain: bool) -> bool:
    left = list(others)
    waiting = list(some)
    for alike in (_equal, _sound_alike, _by_initial):
        for word in list(waiting):
            found = next((one for one in left if alike(word, one)), None)
            if found is not None:
                waiting.remove(word)
                left.remove(found)
                certain = certain or (alike is not _by_initial and not word.initial)
    return certain and not waiting


def _equal(word: _Word, other: _Word) -> bool:
    return bool(word.forms & other.forms)


def _sound_alike(word: _Word, other: _Word) -> bool:
    if word.initial or other.initial:
        return False
    return any(sounds_like(a, b) for a in word.forms for b in other.forms)


def _by_initial(word: _Word, other: _Word) -> bool:
    firsts = {form[:1] for form in word.forms} & {form[:1] for form in other.forms}
    return (word.initial or other.initial) and bool(firsts)


def _divided(parts: tuple[_Word, ...]) -> tuple[tuple[_Word, ...], tuple[_Word, ...]]:
    """Divide a name before the last word and the prefixes of it."""
    start = len(parts) - 1
    while start > 0 and parts[start - 1].prefix:
        start -= 1
    return parts[:start], parts[start:]
