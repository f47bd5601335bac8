"""The model table, read: how its lines become types."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from typing import Any

from schemas.edci.model import NEWEST, Attribute, Child, Model, Particle, Simple, Type

_COUNTS: Mapping[str, tuple[int, int | None]] = {"1": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}
CHOICE = re.compile(r"\((?P<names>[^)]*)\) (?P<count>\S+)")
CHILD = re.compile(
    r"(?P<name>\S+) (?P<count>\S+) (?:-> (?P<refers>\S+)|(?P<type>\S+)(?: <- (?P<inline>\S+))?)"
)


@functools.cache
def model(version: str = NEWEST) -> Model:
    """Read the table for a version, once.

    Raises:
        KeyError: no such version.
    """
    return _Build(rows(version), table()).model(version)


@functools.cache
def table() -> Mapping[str, Any]:
    """Return the table as it is written."""
    text = (resources.files("schemas.edci") / "model.toml").read_text("utf-8")
    return tomllib.loads(text)


@functools.cache
def rows(version: str = NEWEST) -> Mapping[str, Mapping[str, Any]]:
    """Return the rows of the types as they are written, with what the version changes.

    Raises:
        KeyError: no such version.
    """
    found = dict(table()["type"])
    for name, change in _changes(table()["version"], version).items():
        found[name] = {**found[name], "children": _changed(found[name]["children"], change)}
    return found


def _changes(versions: Mapping[str, Any], version: str) -> dict[str, Any]:
    if version == NEWEST:
        return {}
    row = versions[version]
    return {**(_changes(versions, row["like"]) if "like" in row else {}), **row["type"]}


def _changed(children: list[str], change: Mapping[str, Any]) -> list[str]:
    new = {line.split()[0]: line for line in change.get("replace", ())}
    return change.get("children") or [new.get(line.split()[0], line) for line in children]


class _Build:
    """Puts types together from the lines of the table."""

    def __init__(self, rows: Mapping[str, Any], table: Mapping[str, Any]) -> None:
        self._rows = rows
        self._table = table
        root = rows[table["roots"]["credential"]]["children"]
        self._containers = {
            line.split()[0]: dict(self._held(line.split()[2]))
            for line in root
            if line.split()[0].endswith("References")
        }

    def model(self, version: str) -> Model:
        table = self._table
        simple = {name: _simple(name, row) for name, row in table["simple"].items()}
        types = {name: self._type(name) for name in self._rows}
        named = {child.type for one in types.values() for child in one.children.values() if child.type}
        types |= {name: Type(name=name, text=name) for name in sorted(named - types.keys())}
        return Model(
            version=version,
            types=types,
            simple=simple,
            namespaces=table["namespaces"],
            containers=self._containers,
            unique=tuple(table["keys"]["unique"]),
            references={name: tuple(paths) for name, paths in table["keys"]["references"].items()},
            one_text_a_language=tuple(table["keys"]["one_text_a_language"]),
            xsd_version=table["schema"]["xsd_version"],
            schema_base=table["schema"]["base"],
            schema_files=table["schema"]["files"][version],
            variants=table["variants"],
            presentations=table["presentations"],
            root=table["roots"]["credential"],
            presentation_root=table["roots"]["presentation"],
        )

    def _type(self, name: str) -> Type:
        row = self._rows[name]
        lineage = list(self._lineage(name))
        particles: list[Particle] = []
        children: list[Child] = []
        for line in [line for one in lineage for line in self._lines(self._rows[one].get("children", ()))]:
            found = list(self._children(line))
            children += found
            least, most = _count(CHOICE.fullmatch(line) or matched(line))
            particles.append(Particle(tags=tuple(child.tag for child in found), least=least, most=most))
        texts = [self._rows[one]["text"] for one in lineage if "text" in self._rows[one]]
        attributes = [
            self._attribute(cell) for one in lineage for cell in self._rows[one].get("attributes", ())
        ]
        return Type(
            name=name,
            children={child.name: child for child in children},
            by_tag={child.tag: child for child in children},
            particles=tuple(particles),
            attributes={attribute.tag: attribute for attribute in attributes},
            text=texts[-1] if texts else "",
            wrapper=row.get("wrapper", False),
            id=row.get("id", ""),
        )

    def _lineage(self, name: str) -> Iterator[str]:
        if "extends" in self._rows[name]:
            yield from self._lineage(self._rows[name]["extends"])
        yield name

    def _lines(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            yield from self._table["group"][line[1:]]["children"] if line.startswith("=") else [line]

    def _children(self, line: str) -> Iterator[Child]:
        choice = CHOICE.fullmatch(line)
        if choice is None:
            yield self._child(matched(line))
            return
        _, most = _count(choice)
        for one in choice["names"].split(" | "):
            name, type_name = one.split()
            yield Child(name=name, tag=self._tag(name), least=0, most=most, type=type_name)

    def _child(self, line: re.Match[str]) -> Child:
        least, most = _count(line)
        container, type_name = line["refers"] or line["inline"] or "", line["type"] or ""
        wrapper = self._rows.get(type_name, {}).get("wrapper", False)
        items: Mapping[str, str] = {}
        if container:
            held = self._containers[container]
            items = {name: held[name] for name in held if type_name in ("", held[name])}
        elif wrapper:
            items = dict(self._held(type_name))
        return Child(
            name=line["name"].rpartition(":")[2],
            tag=self._tag(line["name"]),
            least=least,
            most=most,
            type=type_name,
            container=container,
            reference=bool(line["refers"]),
            items=items,
            wrapper=wrapper,
        )

    def _held(self, wrapper: str) -> Iterator[tuple[str, str]]:
        """Yield the name and type of what a wrapper holds; references by what they refer to."""
        for line in self._rows[wrapper]["children"]:
            choice = CHOICE.fullmatch(line)
            if choice:
                yield from ((one.split()[0], one.split()[1]) for one in choice["names"].split(" | "))
                continue
            child = matched(line)
            if child["refers"]:
                yield from self._containers[child["refers"]].items()
            else:
                yield child["name"].rpartition(":")[2], child["type"]

    def _attribute(self, cell: str) -> Attribute:
        name, type_name = cell.split()
        bare = name.rstrip("!")
        tag = self._tag(bare) if ":" in bare else bare
        return Attribute(name=bare.rpartition(":")[2], tag=tag, type=type_name, required=name.endswith("!"))

    def _tag(self, name: str) -> str:
        prefix, _, local = name.rpartition(":")
        return f"{{{self._table['namespaces'][prefix]}}}{local}"


def matched(line: str) -> re.Match[str]:
    """Take the line of a child apart.

    Raises:
        ValueError: it cannot be read.
    """
    found = CHILD.fullmatch(line)
    if found is None:
        raise ValueError(f"the model table has a child that cannot be read: {line!r}")
    return found


def _count(line: re.Match[str]) -> tuple[int, int | None]:
    return count(line["count"])


def count(text: str) -> tuple[int, int | None]:
    """Read how often something may stand: least and most, None for any number."""
    if text in _COUNTS:
        return _COUNTS[text]
    least, _, most = text.partition("..")
    return int(least), int(most)


def _simple(name: str, row: Mapping[str, str]) -> Simple:
    prefix = row.get("prefix", "")
    return Simple(
        name=name,
        base=row["base"],
        values=frozenset(prefix + value for value in row.get("values", "").split()),
        starts=tuple(row.get("starts", "").split()),
    )
