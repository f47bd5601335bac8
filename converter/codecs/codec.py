"""What a codec is: a two-way translation of one value, and the only code in the tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Untranslatable(Exception):  # noqa: N818 - reads as a sentence
    """A value outside a codec's domain; the message says why and never quotes the value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a codec may know beside the value.

    Attributes:
        language: of bare texts, ISO 639-1.
    """

    language: str = "en"


Translation = Callable[[Any, Context], Any]
Behind = Callable[[Any, Context], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Codec:
    """A pair of translations with `lower(lift(x)) == x` on its domain.

    Attributes:
        lift: wire value to pivot value.
        lower: pivot value to wire value.
        says: one line for the crosswalk.
        behind: the languages of a pivot value that lowering leaves behind, where it takes one of several.
    """

    lift: Translation
    lower: Translation
    says: str
    behind: Behind | None = None
