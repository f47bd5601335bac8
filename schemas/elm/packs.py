"""Which version of the application profile a document is of, and the tables that hold that version."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One version of the EDC application profile.

    Attributes:
        version: as its shapes state it (owl:versionInfo).
        modified: when they say that they were last changed.
        shapes: the addresses by which a document names them.
        model: the table of its classes and properties, a file of this package.
        terms: the table of its JSON-LD terms.
    """

    version: str
    modified: date
    shapes: frozenset[str]
    model: str
    terms: str


@functools.cache
def packs() -> tuple[Pack, ...]:
    """Return every version known, the oldest first."""
    base = namespace()
    return tuple(
        Pack(
            version=version,
            modified=row["modified"],
            shapes=frozenset(
                {levelled(base + name) for name in row["shapes"]} | set(map(levelled, row["also"]))
            ),
            model=row["model"],
            terms=row["terms"],
        )
        for version, row in _table()["pack"].items()
    )


def newest() -> Pack:
    """Return the newest version known: of a document that names no shapes at all."""
    return packs()[-1]


def pack_of(shapes: str) -> Pack | None:
    """Return the version that shapes are of, by the address a credential names them by; None if unknown."""
    return next((pack for pack in reversed(packs()) if levelled(shapes) in pack.shapes), None)


def namespace() -> str:
    """Return where the Commission publishes application profiles, this one and others."""
    return str(_table()["namespace"])


def is_published(shapes: str) -> bool:
    """Tell whether an address is one of the Commission's application profiles, known or not."""
    return levelled(shapes).startswith(levelled(namespace()))


def levelled(address: str) -> str:
    """Write one address one way: http and https, with and without a last `/` or `#`, are the same shapes."""
    bare = address.strip().rstrip("/#")
    return f"http{bare[5:]}" if bare[:6].lower() == "https:" else bare


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads((resources.files("schemas.elm") / "packs.toml").read_text("utf-8"))
