"""Which certificates may sign the list of lists: the root of all trust in lists, as data."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from importlib.resources import files
from typing import Any

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MEMBERS = frozenset({"reference", "urls", "from", "until", "sha256"})


class BadPublications(ValueError):  # noqa: N818 - reads as a sentence
    """A table of publications that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One notice of the Official Journal.

    Attributes:
        reference: as it is cited.
        urls: by which lists of lists name it among their scheme information.
        since: lists that rest on it were not issued before.
        until: nor at this moment or after it; None while it is in force.
        sha256: of the certificates, hex.
    """

    reference: str
    urls: tuple[str, ...]
    since: datetime
    until: datetime | None
    sha256: frozenset[str]

    def covers(self, issued: datetime) -> bool:
        """Tell whether a list issued then may rest on it."""
        return self.since <= issued and (self.until is None or issued < self.until)


def publications(text: str | None = None) -> tuple[Publication, ...]:
    """Read the notices known, newest first.

    Args:
        text: TOML of the same form, instead of our own: for a pilot, or a notice newer than this version.

    Raises:
        BadPublications: the text cannot be used.
    """
    own = (files("verifier.trust.lists") / "journal.toml").read_text(encoding="utf-8")
    try:
        tables = tomllib.loads(own if text is None else text).get("publication")
    except tomllib.TOMLDecodeError:
        raise BadPublications("The publications are not TOML.") from None
    if not isinstance(tables, list) or not tables:
        raise BadPublications("No [[publication]] stands there.")
    found = [_publication(table) for table in tables]
    return tuple(sorted(found, key=lambda one: one.since, reverse=True))


def _publication(table: Any) -> Publication:  # noqa: ANN401 - TOML is any value
    if not isinstance(table, dict) or table.keys() - _MEMBERS:
        raise BadPublications(
            "A publication has something else than reference, urls, from, until and sha256."
        )
    urls, digests = _texts(table.get("urls")), _texts(table.get("sha256"))
    if not urls or not digests or not all(_DIGEST.fullmatch(one) for one in digests):
        raise BadPublications("A publication lacks its urls, or its sha256 are not lower-case digests.")
    return Publication(
        reference=str(table.get("reference", urls[0])),
        urls=urls,
        since=_midnight(table.get("from")),
        until=_midnight(table["until"]) if "until" in table else None,
        sha256=frozenset(digests),
    )


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _midnight(value: Any) -> datetime:  # noqa: ANN401
    if isinstance(value, datetime) or not isinstance(value, date):
        raise BadPublications("A publication's dates are written like 2026-04-15.")
    return datetime.combine(value, time(), UTC)
