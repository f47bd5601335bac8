"""Every text of the page, by language; a language is a file and a line in `LANGUAGES`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = {"en": "English", "nl": "Nederlands"}
DEFAULT = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckWords:
    """One check in plain words: what it is called, and what each outcome means."""

    label: str
    passed: str
    failed: str
    undecided: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The texts of one language."""

    lang: str
    data: Mapping[str, Any]

    def __call__(self, key: str, **values: object) -> str:
        """Return a text by its dotted key, with values put in.

        Raises:
            KeyError: there is no such text.
        """
        found: Any = self.data
        for part in key.split("."):
            found = found[part]
        return str(found).format(**values) if values else str(found)

    def several(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list, by its dotted key."""
        part, _, name = key.rpartition(".")
        return tuple(self.data[part][name])

    def check(self, code: str) -> CheckWords:
        """Return the words for a code, or for the nearest code above it that has some."""
        known = self.data["check"]
        here = code
        while here and here not in known:
            here = here.rpartition(".")[0]
        return CheckWords(**known[here or "other"])

    def date(self, text: str) -> str:
        """Write an ISO 8601 date or time as a day; one that cannot be read stays as it is."""
        try:
            day: date = datetime.fromisoformat(text.strip())
        except ValueError:
            return text
        return f"{day.day} {self.data['date']['months'][day.month - 1]} {day.year}"

    def size(self, count: int) -> str:
        """Write a number of bytes for a person."""
        for unit, bytes_ in (("MB", 1_000_000), ("kB", 1_000)):
            if count >= bytes_:
                return f"{count / bytes_:.1f} {unit}".replace(".", self.data["date"]["decimal"])
        return f"{count} B"

    def text(self, said: object) -> str:
        """Choose among texts by language: this one, else English, else the first; a plain text is itself."""
        if isinstance(said, Mapping):
            chosen = said.get(self.lang) or said.get(DEFAULT) or next(iter(said.values()), "")
            return self.text(chosen)
        if isinstance(said, (list, tuple)):
            return self.text(said[0]) if said else ""
        return said if isinstance(said, str) else ""


@cache
def words(lang: str) -> Words:
    """Return the texts of a language, of `DEFAULT` where there is no such language."""
    known = lang if lang in LANGUAGES else DEFAULT
    data = tomllib.loads((files(__name__) / f"{known}.toml").read_text("utf-8"))
    return Words(lang=known, data=data)


def preferred(asked: str, accept: str) -> str:
    """Choose a language: the one asked for, else the one a browser prefers (RFC 9110 §12.5.4).

    Args:
        asked: from the page's own switch; may be anything.
        accept: the Accept-Language header; may be anything.
    """
    if asked in LANGUAGES:
        return asked
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept[:1000].split(",")):
        name, _, weight = part.partition(";")
        lang = name.strip().lower().partition("-")[0]
        if lang in LANGUAGES and (quality := _quality(weight)) > 0:
            ranked.append((-quality, place, lang))
    return min(ranked)[2] if ranked else DEFAULT


def _quality(weight: str) -> float:
    key, equals, value = weight.strip().partition("=")
    if not equals or key.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
