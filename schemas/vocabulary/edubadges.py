from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from schemas.lang import LangString
from schemas.vocabulary.concept import Concept
from schemas.vocabulary.lists import concept

_SUPERVISION = {
    (True, True): "supervised-identified",
    (False, True): "unsupervised-identified",
    (False, False): "unsupervised-unidentified",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word edubadges uses as a value, and what it means in the European lists.

    Attributes:
        token: as it stands in the badge class.
        labels: what to call it.
        concept: the official value, None where no official one says the same.
        exact: False where the official value is only the nearest.
        setting: the learning setting a category of badge implies, else None.
    """

    token: str
    labels: LangString
    concept: Concept | None
    exact: bool
    setting: Concept | None = None


@cache
def tokens(table: str) -> Mapping[str, Token]:
    """Return the words of one field: `participation`, `assessment_type` or `type_badge_class`.

    Raises:
        KeyError: there is no such table.
    """
    rows = _tables()[table]
    return MappingProxyType({word: _token(word, row) for word, row in rows.items()})


def supervision(*, supervised: bool, identity_verified: bool) -> Concept | None:
    """Return the one concept for edubadges' two booleans.

    None for supervised without identity check: no official value is known to say that.
    """
    code = _SUPERVISION.get((supervised, identity_verified))
    return concept("supervision-verification", code) if code else None


def supervision_pair(uri: str) -> tuple[bool, bool] | None:
    """Return (supervised, identity verified) of a supervision concept; None where it does not say both."""
    for pair, code in _SUPERVISION.items():
        if concept("supervision-verification", code).uri == uri:
            return pair
    return None


@cache
def _tables() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "edubadges.toml").read_text("utf-8"))


def _token(word: str, row: Mapping[str, Any]) -> Token:
    return Token(
        token=word,
        labels=LangString.of(en=row["en"], nl=row["nl"]),
        concept=_named(row.get("concept")),
        exact="concept" in row and bool(row.get("exact", True)),
        setting=_named(row.get("setting")),
    )


def _named(name: str | None) -> Concept | None:
    return concept(*name.split("/", 1)) if name else None
