"""The forms our own XSDs are written in: small elements of XML Schema, one function each."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

XS = "http://www.w3.org/2001/XMLSchema"
UNBOUNDED = "unbounded"


def schema(namespace: str, prefixes: Mapping[str, str], *, local: bool = True) -> etree._Element:
    """Begin a schema for a namespace, its elements qualified."""
    root = etree.Element(f"{{{XS}}}schema", nsmap={"xs": XS, **prefixes})
    root.set("targetNamespace", namespace)
    if local:
        root.set("elementFormDefault", "qualified")
    return root


def add(parent: etree._Element, kind: str, /, **attributes: str | None) -> etree._Element:
    """Add an XML Schema element; attributes that are None are left out, a trailing `_` of a name too."""
    made = etree.SubElement(parent, f"{{{XS}}}{kind}")
    for key, value in attributes.items():
        if value is not None:
            made.set(key.rstrip("_"), value)
    return made


def occurs(least: int, most: int | None) -> dict[str, str]:
    """Return how often something may stand, said only where it is not once."""
    found = {}
    if least != 1:
        found["minOccurs"] = str(least)
    if most != 1:
        found["maxOccurs"] = UNBOUNDED if most is None else str(most)
    return found


def attribute(parent: etree._Element, name: str, type_name: str, *, required: bool) -> etree._Element:
    """Add an attribute of a named type."""
    return add(parent, "attribute", name=name, type=type_name, use="required" if required else None)


def written(root: etree._Element, heading: str) -> str:
    """Write a schema with a heading as its first comment."""
    etree.indent(root)
    body = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!--\n{heading}\n-->\n{body}\n'


def reference_type(root: etree._Element) -> None:
    """Add the type of an element that only refers to another one by its id."""
    attribute(add(root, "complexType", name="IdReferenceType"), "idref", "xs:anyURI", required=True)
