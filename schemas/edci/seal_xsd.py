"""Our own XSDs of what a seal holds, made from `seal.toml`."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from lxml import etree

from schemas.edci.xsd_form import add, attribute, occurs, schema

FILES = {"ds": "xmldsig.xsd", "xades": "xades-1.3.2.xsd", "xades141": "xades-1.4.1.xsd"}
_WHAT = {
    "ds": "an XML signature, as far as EDCI reaches into it",
    "xades": "the properties of a XAdES 1.3.2 seal",
    "xades141": "what XAdES 1.4.1 adds to them",
}
_TOKENS = re.compile(r"\(|\||\)[?*+]?|[^\s()|?*+]+[?*+]?")
_COUNTS = {"": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}


def seal_schemas() -> Iterator[tuple[str, str, etree._Element]]:
    """Yield file name, what it is and the schema, for each namespace of a seal."""
    for space, file in FILES.items():
        yield file, _WHAT[space], _Schema(space).made()


def seal_namespace(file: str) -> str:
    """Return the namespace a file of ours is about."""
    return str(next(seal_table()[space]["namespace"] for space, name in FILES.items() if name == file))


@functools.cache
def seal_table() -> Mapping[str, Any]:
    """Return the table as it is written."""
    return tomllib.loads((resources.files("schemas.edci") / "seal.toml").read_text("utf-8"))


class _Schema:
    """The schema of one namespace."""

    def __init__(self, space: str) -> None:
        self._space = space
        self._own = seal_table()[space]
        self._known = {
            *self._own.get("simple", {}),
            *self._own.get("enumeration", {}),
            *self._own.get("type", {}),
        }

    def made(self) -> etree._Element:
        needs = self._own.get("needs", [])
        spaces = {one: seal_table()[one]["namespace"] for one in (self._space, *needs)}
        root = schema(self._own["namespace"], spaces)
        for one in needs:
            add(root, "import", namespace=spaces[one], schemaLocation=FILES[one])
        for name, type_name in self._own["elements"].items():
            add(root, "element", name=name, type=self._type(type_name))
        for name, base in self._own.get("simple", {}).items():
            add(add(root, "simpleType", name=name), "restriction", base=f"xs:{base}")
        for name, values in self._own.get("enumeration", {}).items():
            narrowed = add(add(root, "simpleType", name=name), "restriction", base="xs:string")
            for value in values.split():
                add(narrowed, "enumeration", value=value)
        for name, row in self._own["type"].items():
            self._complex(root, name, row)
        return root

    def _complex(self, root: etree._Element, name: str, row: Mapping[str, Any]) -> None:
        flags = {flag: "true" for flag in ("mixed", "abstract") if row.get(flag)}
        made = add(root, "complexType", name=name, **flags)
        if "text" in row:
            made = add(add(made, "simpleContent"), "extension", base=self._type(row["text"]))
        elif "like" in row:
            made = add(add(made, "complexContent"), "restriction", base=self._type(row["like"]))
        if row.get("content"):
            self._content(add(made, "sequence"), row["content"])
        for cell in row.get("attributes", ()):
            bare, type_name = cell.split()
            attribute(made, bare.rstrip("!"), self._type(type_name), required=bare.endswith("!"))
        if row.get("any_attribute"):
            add(made, "anyAttribute", namespace="##any")

    def _content(self, sequence: etree._Element, text: str) -> None:
        """Write an expression as sequences and choices; a group is a choice where a bar stands in it."""
        for one in parsed(text):
            self._particle(sequence, one)

    def _particle(self, parent: etree._Element, one: Any) -> None:  # noqa: ANN401 - a word or a group
        what, times = one
        if isinstance(what, str):
            self._element(parent, what, times)
            return
        kind, members = what
        made = add(parent, kind, **occurs(*_COUNTS[times]))
        for member in members:
            self._particle(made, member)

    def _element(self, parent: etree._Element, what: str, times: str) -> None:
        counts = occurs(*_COUNTS[times])
        strict = None if what.endswith("!") else "lax"
        name, _, type_name = what.rstrip("!").partition("=")
        if name in {"any", "other"}:
            add(parent, "any", namespace=f"##{name}", processContents=strict, **counts)
        elif type_name:
            add(parent, "element", name=name, type=self._type(type_name), **counts)
        else:
            add(parent, "element", ref=name if ":" in name else f"{self._space}:{name}", **counts)

    def _type(self, name: str) -> str:
        if ":" in name:
            return name
        return f"{self._space if name in self._known else 'xs'}:{name}"


def parsed(content: str) -> list[tuple[Any, str]]:
    """Read a content expression: words, and groups (`sequence`, `choice`), each with how often it stands."""
    return _members(_TOKENS.findall(content))


def _members(tokens: list[str]) -> list[tuple[Any, str]]:
    """Read tokens up to the closing of the group, which is taken off; the tokens read are gone."""
    found: list[tuple[Any, str]] = []
    while tokens:
        word = tokens.pop(0)
        if word.startswith(")"):
            tokens.insert(0, word)
            break
        if word == "(":
            found.append(_group(tokens))
        elif word != "|":
            times = word[-1] if word[-1] in "?*+" else ""
            found.append((word.removesuffix(times), times))
    return found


def _group(tokens: list[str]) -> tuple[Any, str]:
    depth, bars = 0, False
    for word in tokens:
        if word.startswith(")"):
            if depth == 0:
                break
            depth -= 1
        depth += word == "("
        bars |= word == "|" and depth == 0
    members = _members(tokens)
    return ("choice" if bars else "sequence", members), tokens.pop(0)[1:]
