"""The schemas we wrote ourselves, by name: for whoever wants to read them or run them elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from itertools import product

from schemas.elm.context import context
from schemas.elm.profile import PROFILES
from schemas.ob2.json_schema import class_names, class_schema, extension_names, extension_schema
from schemas.ob2.older import CLASSES, VERSIONS, older_schema

_NEAREST = 5


class NoSuchSchema(LookupError):  # noqa: N818 - reads as a sentence
    """There is no schema of ours by that name; the message suggests others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSchema:
    """One schema of ours.

    Attributes:
        name: `WORLD/NAME`.
        kind: the language it is written in.
        version: of what it describes.
        written: makes its text.
    """

    name: str
    kind: str
    version: str
    written: Callable[[], str]


@cache
def own_schemas() -> tuple[OwnSchema, ...]:
    """Return every schema of ours, by world and name."""
    return (*_edci(), *_elm(), *_ob2())


def own_schema(name: str) -> OwnSchema:
    """Return one schema.

    Raises:
        NoSuchSchema: none goes by that name.
    """
    known = {one.name.casefold(): one for one in own_schemas()}
    found = known.get(name.strip().removesuffix(".json").removesuffix(".xsd").casefold())
    if found is None:
        near = get_close_matches(name.casefold(), known, n=_NEAREST, cutoff=0.4)
        meant = f"; perhaps one of: {', '.join(known[one].name for one in near)}" if near else ""
        raise NoSuchSchema(f"There is no schema of ours by that name{meant}.")
    return found


def _ob2() -> Iterator[OwnSchema]:
    for name in class_names():
        yield OwnSchema(
            name=f"ob2/{name}",
            kind="JSON Schema 2020-12",
            version="2.0",
            written=lambda name=name: _json(class_schema(name)),  # type: ignore[misc]
        )
    for version, name in product(VERSIONS, CLASSES):
        yield OwnSchema(
            name=f"ob2/{version}/{name}",
            kind="JSON Schema 2020-12",
            version=version,
            written=lambda version=version, name=name: _json(older_schema(version, name)),  # type: ignore[misc]
        )
    for name in extension_names():
        yield OwnSchema(
            name=f"ob2/extensions/{name}",
            kind="JSON Schema draft 4",
            version="2.0",
            written=lambda name=name: _json(extension_schema(name)),  # type: ignore[misc]
        )


def _edci() -> Iterator[OwnSchema]:
    folder = resources.files("schemas.edci")
    for file in sorted((folder / "xsd").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".xsd"):
            stem, _, version = file.name.removesuffix(".xsd").rpartition("-")
            numbered = version.replace(".", "").isdigit()
            name = file.name.removesuffix(".xsd")
            yield OwnSchema(
                name=f"edci/{name}",
                kind="XSD 1.0",
                version=version if numbered and stem else "",
                written=lambda file=file: file.read_text("utf-8"),  # type: ignore[misc]
            )


def _elm() -> Iterator[OwnSchema]:
    for name in PROFILES:
        yield OwnSchema(
            name=f"elm/{name}",
            kind="SHACL",
            version="3",
            written=lambda name=name: _shapes(name),  # type: ignore[misc]
        )
    for name in ("profile", "credential"):
        yield OwnSchema(
            name=f"elm/context/{name}",
            kind="JSON-LD context",
            version="3",
            written=lambda name=name: _json(context(name)),  # type: ignore[misc]
        )


def _shapes(profile: str) -> str:
    from schemas.elm.shacl import shapes  # noqa: PLC0415 - made only when somebody wants to read it

    return shapes(profile)


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
