"""EDCI XML elements as plain values, references not yet followed: the flat form.

An element is a dict: attributes `@name`, child elements by local name (a list where the model allows
several), its own text `#text`. An element that is text and can be nothing else is a plain string. A wrapper
(`achievements`, `activities`, `agentReferences`, …) is the list of its items, which say by `#name` which
element they are. A reference is `{"@idref": …}`. What the model does not know keeps its name, with its
namespace where that is another one; what stands too often goes to `#more`. Nothing is lost but comments,
white space and the seal.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from converter.formats.edci2_elements import elements, own_text
from converter.formats.edci2_text import base_of, normalised
from schemas.document import Tree
from schemas.edci import ANY, XSI, Child, Model, Type
from schemas.errors import Malformed, Problem

MAX_NODES = 200_000
MAX_DEPTH = 100
SEAL = "proof"
"""The element that holds the seal; it is no part of the tree, which is what was sealed."""


def too_much(message: str) -> Malformed:
    """Build the error for a document that would unfold beyond all measure."""
    return Malformed(Problem(code="format.read", message=message))


def flat_tree(element: etree._Element, type_name: str, model: Model) -> Tree:
    """Turn an element of a known type into the flat form.

    Raises:
        Malformed: too many or too deeply nested elements.
    """
    made = _Plain(model).value(element, model.type(type_name), 0)
    return made if isinstance(made, dict) else {"#text": made}


class _Plain:
    """One reading; counts what it makes."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._count = 0

    def value(self, element: etree._Element, kind: Type, depth: int) -> Tree | str:
        self._count += 1
        if self._count > MAX_NODES:
            raise too_much(f"The document has more than {MAX_NODES:,} elements.")
        if depth > MAX_DEPTH:
            raise too_much(f"The document nests deeper than {MAX_DEPTH} elements.")
        if kind.text == ANY:
            return self._open(element)
        if kind.is_leaf and not element.attrib and next(elements(element), None) is None:
            return normalised(own_text(element), base_of(kind.text, self._model))
        made = self._attributes(element, kind, root=depth == 0)
        text = own_text(element)
        if kind.text:
            made["#text"] = normalised(text, base_of(kind.text, self._model))
        elif text.strip(" \t\r\n"):
            made["#text"] = text
        for child in elements(element):
            self._child(made, child, kind, depth + 1)
        return made

    def _attributes(self, element: etree._Element, kind: Type, *, root: bool) -> Tree:
        made: Tree = {}
        for tag, value in element.attrib.items():
            name, text = str(tag), str(value)
            attribute = kind.attributes.get(name)
            if attribute is not None:
                made[attribute.key] = normalised(text, base_of(attribute.type, self._model))
            elif any(name == known.name for known in kind.attributes.values()):
                made[f"@{{}}{name}"] = text
            elif not (root and name.startswith(f"{{{XSI}}}")):
                made["@" + name] = text
        if root and made.get("@xsdVersion") == self._model.xsd_version:
            del made["@xsdVersion"]  # the same in every version, and written always
        return made

    def _child(self, made: Tree, element: etree._Element, kind: Type, depth: int) -> None:
        declared = kind.by_tag.get(str(element.tag))
        if declared is None:
            made.setdefault(self._unknown_name(element, kind), []).append(self._unknown(element, depth))
        elif declared.name == SEAL:
            return
        elif declared.wrapper:
            made.setdefault(declared.name, []).extend(self._items(element, declared, depth))
        elif declared.is_list:
            made.setdefault(declared.name, []).append(self._declared(element, declared, depth))
        elif declared.name in made:
            more = self._declared(element, declared, depth)
            made.setdefault("#more", []).append(_named(declared.name, more))
        else:
            made[declared.name] = self._declared(element, declared, depth)

    def _declared(self, element: etree._Element, declared: Child, depth: int) -> Tree | str:
        if not declared.container:
            return self.value(element, self._model.type(declared.type), depth)
        if "idref" in element.attrib:
            base = self._model.id_type(declared.container)
            return {"@idref": normalised(str(element.get("idref")), base)}
        name, type_name = next(iter(declared.items.items()))
        return _named(name, self.value(element, self._model.type(type_name), depth))

    def _items(self, element: etree._Element, declared: Child, depth: int) -> list[Any]:
        wrapper = self._model.type(declared.type)
        items: list[Any] = []
        for child in elements(element):
            item = wrapper.by_tag.get(str(child.tag))
            if item is None:
                name = self._unknown_name(child, wrapper)
                items.append(_named(name, self._unknown(child, depth + 1)))
                continue
            made = self._declared(child, item, depth + 1)
            items.append(made if isinstance(made, str) else _named(item.name, made))
        return items

    def _unknown_name(self, element: etree._Element, kind: Type) -> str:
        name = etree.QName(element)
        ours = name.namespace == self._model.namespaces[""] and name.localname not in kind.children
        return name.localname if ours else str(element.tag if name.namespace else f"{{}}{element.tag}")

    def _unknown(self, element: etree._Element, depth: int) -> Tree | str:
        made = self.value(element, Type(name=""), depth)
        return made["#text"] if isinstance(made, dict) and made.keys() == {"#text"} else made

    def _open(self, element: etree._Element) -> Tree:
        """Keep what the schema leaves open as it stands, in a form that can be put anywhere."""
        try:
            text = etree.tostring(element, method="c14n", exclusive=True, with_comments=True)
        except etree.C14NError:
            raise too_much("A child credential uses relative namespace names, which XML forbids.") from None
        return {"@id": element.get("id", ""), "#xml": text.decode("utf-8")}


def _named(name: str, value: Tree | str) -> Tree:
    return {"#name": name, "#text": value} if isinstance(value, str) else {"#name": name, **value}
