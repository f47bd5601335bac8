"""`mappings/purposes.toml`: what an identity is written for, and the fields each purpose needs."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from converter.table import Entry, Why
from schemas.identity import FIELDS, Identity


class Purpose(Entry):
    """One purpose profile: data minimisation (GDPR article 5(1)(c)) as data.

    Attributes:
        name: by which a request names it.
        title: for a person, by language.
        field: what each field it needs is for, by the field's name and then by language.
    """

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]+$")]
    title: dict[str, str]
    why: Why
    field: dict[str, dict[str, str]] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> Purpose:
        if unknown := sorted(self.field.keys() - set(FIELDS)):
            raise ValueError(f"{self.name}: no field {', '.join(unknown)}")
        return self


@functools.cache
def purposes() -> Mapping[str, Purpose]:
    """Return the validated purposes, by name, the least first."""
    raw = tomllib.loads((files("mappings") / "purposes.toml").read_text("utf-8"))
    found = [Purpose.model_validate(one) for one in raw["purpose"]]
    return {one.name: one for one in found}


def minimised(
    identity: Identity, purpose: Purpose | None, agreed: frozenset[str] | None = None
) -> tuple[Identity, tuple[tuple[str, str], ...]]:
    """Leave out what a purpose does not need and what its holder did not agree to; None leaves all.

    Returns:
        What is left, and the fields left out with the reason.
    """
    gone: dict[str, str] = {}
    for name in identity.said():
        if purpose is not None and name not in purpose.field:
            gone[name] = f"The purpose {purpose.name} does not need it."
        elif agreed is not None and name not in agreed:
            gone[name] = "The holder did not agree to it."
    return without(identity, tuple(gone)), tuple(gone.items())


def without(identity: Identity, gone: tuple[str, ...]) -> Identity:
    """Take fields out of an identity."""
    nothing: dict[str, object] = {name: () if name == "nationalities" else None for name in gone}
    origins = tuple((name, origin) for name, origin in identity.origins if name not in gone)
    return replace(identity, origins=origins, **nothing)  # type: ignore[arg-type]
