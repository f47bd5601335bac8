"""A seal in which everything our table of seals knows stands at least once; nothing in it is true."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

from schemas.edci.seal_xsd import parsed, seal_table

_TEXTS = {
    "base64Binary": "QUJD",
    "CryptoBinary": "QUJD",
    "DigestValueType": "QUJD",
    "HMACOutputLengthType": "160",
    "anyURI": "urn:example:thing",
    "string": "some words",
    "integer": "7",
    "dateTime": "2026-02-01T09:00:00Z",
    "boolean": "true",
    "QualifierType": "OIDAsURN",
}
_BY_SPACE = {"ds": "xades", "xades": "ds", "xades141": "ds"}
_ROOTS = {"ds": ["Manifest", "SignatureProperties"], "xades": ["QualifyingProperties"], "xades141": []}


def complete_seal(*, newest: bool) -> etree._Element:
    """Build a signature; `newest` adds what XAdES 1.4.1 brought."""
    made = _Maker()
    signature = etree.Element(
        f"{{{seal_table()['ds']['namespace']}}}Signature",
        nsmap={space: seal_table()[space]["namespace"] for space in seal_table()},
    )
    made.fill(signature, "ds", "SignatureType")
    holder = signature[-1]
    for child in list(holder):
        holder.remove(child)
    for space, names in _ROOTS.items():
        for name in names:
            made.element(holder, space, name)
    for space in ("xades", "xades141", "ds"):
        for name in seal_table()[space]["elements"]:
            if (newest or space != "xades141") and (space, name) not in made.elements:
                made.element(holder, space, name)
    return signature


class _Maker:
    """Expands each type fully the first time it is met, and as little as possible after that."""

    def __init__(self) -> None:
        self.elements = {("ds", "Signature")}
        self._seen: set[tuple[str, str]] = set()
        self._count = 0

    def element(self, parent: etree._Element, space: str, name: str) -> None:
        own = seal_table()[space]
        self.elements.add((space, name))
        made = etree.SubElement(parent, f"{{{own['namespace']}}}{name}")
        self._typed(made, space, own["elements"][name])

    def fill(self, made: etree._Element, space: str, name: str) -> None:
        row = seal_table()[space]["type"][name]
        full = (space, name) not in self._seen
        self._seen.add((space, name))
        for cell in row.get("attributes", ()):
            bare, type_name = cell.split()
            if full or bare.endswith("!"):
                self._count += 1
                made.set(bare.rstrip("!"), _TEXTS.get(type_name, f"id-{self._count}"))
        if "text" in row:
            made.text = _TEXTS[row["text"].rpartition(":")[2]]
        self._all(made, space, parsed(row.get("content", "")), full=full)

    def _typed(self, made: etree._Element, space: str, type_name: str) -> None:
        prefix, _, name = type_name.rpartition(":")
        at = prefix or space
        if name in seal_table()[at]["type"]:
            self.fill(made, at, name)
        elif name != "anyType":
            made.text = _TEXTS[name]

    def _all(
        self,
        parent: etree._Element,
        space: str,
        members: Sequence[tuple[Any, str]],
        *,
        full: bool,
    ) -> None:
        for what, times in members:
            if times in ("?", "*") and not full:
                continue
            if isinstance(what, str):
                self._one(parent, space, what)
                continue
            kind, inner = what
            wide = kind == "sequence" or (full and times in ("*", "+"))
            self._all(parent, space, inner if wide else inner[:1], full=full)

    def _one(self, parent: etree._Element, space: str, what: str) -> None:
        name, _, type_name = what.rstrip("!").partition("=")
        if name in {"any", "other"}:
            if what.endswith("!"):
                self.element(parent, _BY_SPACE[space], {"ds": "SPURI"}.get(space, "KeyName"))
            else:
                etree.SubElement(parent, "{urn:example:other}anything").text = "open"
        elif type_name:
            made = etree.SubElement(parent, f"{{{seal_table()[space]['namespace']}}}{name}")
            self._typed(made, space, type_name)
        else:
            prefix, _, local = name.rpartition(":")
            self.element(parent, prefix or space, local)
