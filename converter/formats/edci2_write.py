"""The nested tree as EDCI XML: elements in the model's order, referred-to nodes in their containers."""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from converter.formats.edci2_hoist import Hoisting
from converter.formats.edci2_text import ILLEGAL
from converter.formats.edci2_tree import SEAL
from converter.strict import parse_xml
from schemas.document import Tree
from schemas.edci import NEWEST, XSI, Child, Model, Type, model
from schemas.errors import Malformed, Problem, Unmappable

_NAME = re.compile(r"[^\W\d][\w.·-]*")
_CLARK = re.compile(r"\{(?P<namespace>[^{}]*)\}(?P<local>.+)")
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_UNKNOWN = Type(name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document written.

    Attributes:
        data: the bytes.
        notes: what had to be decided on the way, a sentence each; nothing is left out without one.
    """

    data: bytes
    notes: tuple[str, ...] = ()


def write_edci(tree: Tree, *, version: str = NEWEST, variant: str = "") -> Written:
    """Write a nested tree as EDCI XML; nodes it repeats stand once, in their containers.

    Args:
        tree: as `read_edci` gives it; what it says of a presentation is not written.
        version: 1.0, 1.1 or 1.2; a tree of an older version goes through `upgrade_edci` first.
        variant: generic, accreditation or diploma-supplement; by the credential's type when not given.

    Raises:
        Unmappable: a value that no XML can hold.
    """
    table = model(version)
    hoisting = Hoisting({name: value for name, value in tree.items() if name != "#presentation"}, table)
    flat = hoisting.flat()
    writing = _Writing(table)
    writing.root(flat, _location(tree, variant, table))
    lost = writing.illegal
    notes = [f"{lost} control characters that XML cannot hold were replaced by U+FFFD."] if lost else []
    return Written(data="".join(writing.parts).encode("utf-8"), notes=(*hoisting.notes, *notes))


def write_element(name: str, tree: Tree, kind: str) -> str:
    """Write one element of a kind of the model, in the default namespace of EDCI XML.

    Args:
        name: of the element, with a prefix that is bound where it goes.
        tree: as the reader gives it; nothing in it refers to anything else.
        kind: name of its type in the model.
    """
    writing = _Writing(model())
    writing._element(name, tree, model().type(kind))  # noqa: SLF001 - of this module
    return "".join(writing.parts)


def _location(tree: Tree, variant: str, table: Model) -> str:
    kind = tree.get("type")
    uri = kind.get("@uri", "") if isinstance(kind, dict) else ""
    files = table.schema_files
    file = files.get(variant or table.variants.get(uri, ""), files["generic"])
    return f"{table.namespaces['']} {table.schema_base}{file}"


class _Writing:
    """One writing; the text grows in `parts`."""

    def __init__(self, table: Model) -> None:
        self._model = table
        self._cred = table.namespaces["cred"]
        self.parts: list[str] = []
        self.illegal = 0

    def root(self, flat: Tree, location: str) -> None:
        kind = self._model.type(self._model.root)
        spaces = f'xmlns="{self._model.namespaces[""]}" xmlns:cred="{self._cred}" xmlns:xsi="{XSI}"'
        given = {"@xsdVersion": self._model.xsd_version, f"@{{{XSI}}}schemaLocation": location, SEAL: {}}
        self.parts.append(f'<?xml version="1.0" encoding="UTF-8"?>\n<europassCredential {spaces}')
        self._rest({**given, **flat}, kind, "europassCredential")

    def _element(self, name: str, value: Any, kind: Type, declares: str = "") -> None:  # noqa: ANN401
        if isinstance(value, dict):
            if "#xml" in value:
                self._as_it_stands(value["#xml"])
                return
            self.parts.append(f"<{name}{declares}")
            self._rest(value, kind, name)
            return
        text = self._text(value, _IN_TEXT)
        self.parts.append(f"<{name}{declares}>{text}</{name}>" if text else f"<{name}{declares}/>")

    def _rest(self, node: Tree, kind: Type, name: str) -> None:
        """Write an element from its attributes on, whose tag is open."""
        for attribute, value in self._attributes(node, kind):
            self.parts.append(f' {attribute}="{self._text(value, _IN_ATTRIBUTE)}"')
        start = len(self.parts)
        self.parts.append(">")
        if node.get("#text"):
            self.parts.append(self._text(node["#text"], _IN_TEXT))
        for child in kind.children.values():
            if child.name in node:
                self._child(child, node[child.name])
        for more in node.get("#more", ()):
            self._item(more, kind)
        for key, value in node.items():
            if key[0] not in "@#" and key not in kind.children:
                for one in value if isinstance(value, list) else [value]:
                    self._named(key, one, _UNKNOWN)
        if len(self.parts) == start + 1:
            self.parts[start] = "/>"
        else:
            self.parts.append(f"</{name}>")

    def _attributes(self, node: Tree, kind: Type) -> Iterator[tuple[str, Any]]:
        known = {attribute.key: attribute.tag for attribute in kind.attributes.values()}
        for number, (key, value) in enumerate(node.items()):
            if key[0] != "@":
                continue
            qualified = _CLARK.fullmatch(known.get(key, key[1:]))
            if qualified is None:
                yield _checked(key[1:]), value
                continue
            namespace, local = qualified["namespace"], _checked(qualified["local"])
            if namespace in ("", self._cred, XSI):
                yield {"": "", self._cred: "cred:", XSI: "xsi:"}[namespace] + local, value
            else:
                yield f"xmlns:a{number}", namespace
                yield f"a{number}:{local}", value

    def _child(self, child: Child, value: Any) -> None:  # noqa: ANN401 - any tree
        name = self._tag(child)
        if child.wrapper:
            self._wrapper(child, name, value)
            return
        kind = self._model.types.get(child.type, _UNKNOWN)
        for one in value if isinstance(value, list) else [value]:
            if child.container and isinstance(one, dict) and "@idref" in one:
                self._element(name, one, _UNKNOWN)
            else:
                self._element(name, one, kind)

    def _wrapper(self, child: Child, name: str, items: list[Any]) -> None:
        """Write the items in one wrapper, or each in its own where a wrapper holds but one."""
        wrapper = self._model.type(child.type)
        alone = len(wrapper.particles) == 1 and wrapper.particles[0].most == 1
        for group in [[item] for item in items] if alone else [items]:
            self.parts.append(f"<{name}>")
            for item in group:
                self._item(item, wrapper)
            self.parts.append(f"</{name}>")

    def _item(self, item: Any, kind: Type) -> None:  # noqa: ANN401 - any tree
        name = item.get("#name", "") if isinstance(item, dict) else ""
        name = name or next(iter(kind.children))
        child = kind.children.get(name)
        if child is None:
            self._named(name, item, _UNKNOWN)
        else:
            self._element(self._tag(child), item, self._model.types.get(child.type, _UNKNOWN))

    def _tag(self, child: Child) -> str:
        return f"cred:{child.name}" if child.tag.startswith(f"{{{self._cred}}}") else child.name

    def _named(self, key: str, value: Any, kind: Type) -> None:  # noqa: ANN401 - any tree
        """Write an element the model does not know, in its own namespace."""
        qualified = _CLARK.fullmatch(key)
        if qualified is None:
            self._element(_checked(key), value, kind, f' xmlns="{self._model.namespaces[""]}"')
        elif not qualified["namespace"]:
            self._element(_checked(qualified["local"]), value, kind, ' xmlns=""')
        else:
            namespace = self._text(qualified["namespace"], _IN_ATTRIBUTE)
            self._element("x:" + _checked(qualified["local"]), value, kind, f' xmlns:x="{namespace}"')

    def _as_it_stands(self, text: str) -> None:
        """Put in a child credential; it was XML when read, and must be still."""
        try:
            root = parse_xml(text.encode("utf-8")).getroot()
        except (Malformed, UnicodeEncodeError):
            root = None
        if root is None or etree.QName(root).localname != "childCredential":
            raise _unwritable("A child credential is not well-formed XML.")
        self.parts.append(text)

    def _text(self, value: Any, escapes: dict[int, str]) -> str:  # noqa: ANN401 - any tree
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, (int, float, decimal.Decimal)):
            value = f"{value:f}" if isinstance(value, decimal.Decimal) else str(value)
        if not isinstance(value, str):
            raise _unwritable("The tree holds a value that is neither text nor an element.")
        text, replaced = ILLEGAL.subn("�", value)
        self.illegal += replaced
        return text.translate(escapes)


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise _unwritable("The tree holds a name that no XML element or attribute can have.")
    return name


def _unwritable(message: str) -> Unmappable:
    return Unmappable(Problem(code="format.schema", message=message, cite="XML 1.0, §2"))
