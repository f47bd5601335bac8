"""The classes of the EDC application profile 1.1.0 as frozen values."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from schemas.elm.packs import newest
from schemas.vocabulary.lists import concepts

CREDENTIAL_LIST = "http://data.europa.eu/snb/credential/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledList:
    """A controlled list of the EU.

    Attributes:
        scheme: what `inScheme` must name.
        base: how the id of every value starts.
        members: the ids below the base; empty where not all are known.
        typed: the scheme itself must be said to be a ConceptScheme.
    """

    name: str
    scheme: str
    base: str
    members: frozenset[str] = frozenset()
    typed: bool = True

    def holds(self, uri: str) -> bool:
        """Tell whether the list can hold this value: by its members, else by how its ids start."""
        if not uri.startswith(self.base):
            return False
        return not self.members or uri.removeprefix(self.base) in self.members


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One property of one class.

    Attributes:
        term: the JSON key.
        least: how often it must stand.
        most: how often it may stand; None for any number.
        ranges: class names, or one of `text`, a datatype, `literal`, `iri`, `any`.
        unique: at most one text for each language.
        scheme: the controlled list its values come from, where the profile enforces one.
        highest: the greatest number allowed.
        listed: a list in our tree whatever the shape says.
        unreached: the shape's path has no context term, so processors never check it.
        beyond: in no shape.
    """

    term: str
    least: int = 0
    most: int | None = None
    ranges: tuple[str, ...] = ()
    unique: bool = False
    scheme: ControlledList | None = None
    highest: int | None = None
    listed: bool = False
    unreached: bool = False
    beyond: bool = False

    @property
    def holds_nodes(self) -> bool:
        """Whether its values are nodes of a class."""
        return self.ranges[0][0].isupper()

    @property
    def is_text(self) -> bool:
        """Whether it is a language map."""
        return self.ranges == ("text",)

    @property
    def is_list(self) -> bool:
        """Whether our tree holds a list: whenever more than one may stand, save for language maps."""
        return not self.is_text and (self.most != 1 or self.listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElmClass:
    """One class and the properties its shape lists, in the order they are written.

    Attributes:
        extends: the class where other properties are looked up.
        off: the profile switches the shape off, so nothing is checked against it.
    """

    name: str
    extends: str = ""
    off: bool = False
    properties: Mapping[str, Property] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The whole table.

    Attributes:
        classes: by name.
        lists: controlled lists by name.
        variants: ids of `credentialProfiles` with the profile each declares.
        shapes: the file of the profile that a rule stands in: `structure`, `lists`, or by profile.
        requires: a profile with the one it builds on.
        profiles: profile, class, term: what that profile demands beyond the generic one.
        where: `issuer` and `claim`: what a node must have because of where it stands.
    """

    classes: Mapping[str, ElmClass]
    lists: Mapping[str, ControlledList]
    variants: Mapping[str, str]
    shapes: Mapping[str, str]
    requires: Mapping[str, str]
    profiles: Mapping[str, Mapping[str, Mapping[str, Property]]]
    where: Mapping[str, Mapping[str, Property]]
    credential_class: str
    credential_types: tuple[str, ...]
    schema_type: str

    def property(self, class_name: str, term: str) -> Property | None:
        """Return the property of a class or of one it extends; None where there is none."""
        for ancestor in self.lineage(class_name):
            if term in ancestor.properties:
                return ancestor.properties[term]
        return None

    def lineage(self, class_name: str) -> Iterator[ElmClass]:
        """Yield the class and what it extends, nearest first; nothing for an unknown name."""
        while class_name in self.classes:
            yield self.classes[class_name]
            class_name = self.classes[class_name].extends

    def variant(self, profile_ids: list[str]) -> str:
        """Return the most demanding profile among these ids; '' where none is known."""
        found = {self.variants.get(uri.removeprefix(CREDENTIAL_LIST), "") for uri in profile_ids}
        order = ("diploma-supplement", "accredited", "mandated", "converted", "generic")
        return next((name for name in order if name in found), "")

    def demands(self, profile: str) -> Iterator[tuple[str, str, Property]]:
        """Yield (profile, class, property) of everything a profile asks beyond the generic one."""
        while profile:
            for class_name, rows in self.profiles.get(profile, {}).items():
                for row in rows.values():
                    yield profile, class_name, row
            profile = self.requires.get(profile, "")


@functools.cache
def model() -> Model:
    """Read the table of the newest version known, once."""
    table = tomllib.loads((resources.files("schemas.elm") / newest().model).read_text("utf-8"))
    lists = {
        name: ControlledList(
            name=name,
            scheme=row["scheme"],
            base=row["base"],
            members=_members(row),
            typed=not row.get("untyped", False),
        )
        for name, row in table["list"].items()
    }
    return Model(
        classes={
            name: ElmClass(
                name=name,
                extends=row.get("extends", ""),
                off=row.get("off", False),
                properties=_rows(row.get("properties", {}), lists),
            )
            for name, row in table["class"].items()
        },
        lists=lists,
        variants=table["variants"],
        shapes=table["shapes"],
        requires=table["requires"],
        profiles={
            profile: {name: _rows(rows, lists) for name, rows in classes.items()}
            for profile, classes in table["profile"].items()
        },
        where={place: _rows(rows, lists) for place, rows in table["where"].items()},
        credential_class=table["credential"]["class"],
        credential_types=tuple(table["credential"]["types"]),
        schema_type=table["credential"]["schema_type"],
    )


def _members(row: Mapping[str, str]) -> frozenset[str]:
    """Return the values of a list, all or none: those given and those the vocabulary has."""
    known = concepts(row["vocabulary"]) if "vocabulary" in row else ()
    named = (one.uri.removeprefix(row["base"]) for one in known)
    return frozenset({*row.get("members", "").split(), *named})


def _rows(cells: Mapping[str, str], lists: Mapping[str, ControlledList]) -> dict[str, Property]:
    return {term: _property(term, cell, lists) for term, cell in cells.items()}


def _property(term: str, cell: str, lists: Mapping[str, ControlledList]) -> Property:
    """Read `MIN..MAX RANGE [marks]`, as the head of the table explains."""
    count, ranges, *marks = cell.split()
    least, most = count.split("..")
    given: dict[str, Any] = {}
    while marks:
        mark = marks.pop(0)
        if mark == "in":
            given["scheme"] = lists[marks.pop(0)]
        elif mark.startswith("<="):
            given["highest"] = int(mark[2:])
        else:
            given[mark] = True
    return Property(
        term=term,
        least=int(least),
        most=None if most == "*" else int(most),
        ranges=tuple(ranges.split("|")),
        **given,
    )
