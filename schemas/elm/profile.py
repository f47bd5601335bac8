"""The application profile as rules: of each property of each class how often, of what kind, from which list.

One table for everything that judges a credential: the checker is compiled from it, the SHACL of ours is made
from it (schemas/elm/shacl.py).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.elm.model import ControlledList, Property, model

PROFILES = ("generic", "converted", "mandated", "accredited", "diploma-supplement")
PLACES = ("issuer", "claim")
"""Owners that are no class: what a node must have because of where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One row of the profile.

    Attributes:
        owner: the class, or one of `PLACES`.
        row: what may stand there: term, `least`, `most`, `ranges`, `scheme` and the other marks.
        shapes: the file of the profile that has it.
    """

    owner: str
    row: Property
    shapes: str

    @property
    def clause(self) -> str:
        """Where it is written."""
        return clause(self.shapes, f"{self.owner}.{self.row.term}")

    @property
    def list_clause(self) -> str:
        """Where it is written that the value comes from a list: a shape of its own."""
        return clause(model().shapes["lists"], f"{self.owner}.{self.row.term}")

    @property
    def listing(self) -> ControlledList | None:
        """The controlled list of its values, where the profile enforces one."""
        return self.row.scheme


def clause(shapes: str, what: str) -> str:
    """Cite a shape of the application profile."""
    return f"EDC-AP {model().shapes['version']} {shapes}, {what}"


@functools.cache
def rules(profile: str = "generic") -> tuple[Rule, ...]:
    """Return every rule of a profile: of the generic one, and what it adds.

    Args:
        profile: one of `PROFILES`; any other name means the generic one.
    """
    return (*_generic(), *_added(profile))


def _generic() -> Iterator[Rule]:
    structure = model().shapes["structure"]
    for name, kind in model().classes.items():
        if not kind.off:
            yield from (
                Rule(owner=name, row=row, shapes=structure)
                for row in kind.properties.values()
                if not row.beyond
            )
    for place in PLACES:
        yield from (Rule(owner=place, row=row, shapes=structure) for row in model().where[place].values())


def _added(profile: str) -> Iterator[Rule]:
    for name, owner, row in model().demands(profile):
        yield Rule(owner=owner, row=row, shapes=model().shapes[name])
