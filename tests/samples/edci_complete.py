"""EDCI XML in which everything the model knows stands at least once, for schemas to be compared on."""

from __future__ import annotations

from lxml import etree

from schemas.edci import ANY, XSI, Child, Model, Type, model

_TEXTS = {
    "string": "some words",
    "normalizedString": "urn:some:words",
    "token": "word",
    "anyURI": "https://school.example/things/1",
    "date": "2026-02-01",
    "dateTime": "2026-02-01T09:00:00Z",
    "duration": "P1Y2M3DT4H5M6S",
    "decimal": "2.5",
    "integer": "120",
    "positiveInteger": "3",
    "boolean": "true",
    "base64Binary": "QUJD",
    "language": "en",
}
_TIMES = 2


def complete(version: str, type_uri: str = "", *, presented: str = "") -> etree._Element:
    """Build a document of a version; `presented` is the URI of the kind of presentation it stands in."""
    table = model(version)
    made = _Maker(table, type_uri, presented)
    if not presented:
        return made.root(f"{{{table.namespaces['']}}}europassCredential", table.root)
    return made.root(f"{{{table.namespaces['vp']}}}verifiablePresentation", table.presentation_root)


class _Maker:
    """Expands each type fully the first time it is met, and as little as possible after that."""

    def __init__(self, table: Model, type_uri: str, presented: str) -> None:
        self._model = table
        self._uris = {"CredentialTypeType": type_uri, "VerifiablePresentationTypeType": presented}
        self._seen: set[str] = set()
        self._count = 0
        self._number: dict[str, int] = {}

    def root(self, tag: str, type_name: str) -> etree._Element:
        spaces = self._model.namespaces
        root = etree.Element(
            tag, nsmap={None: spaces[""], "cred": spaces["cred"], "vp": spaces["vp"], "xsi": XSI}
        )
        file = self._model.schema_base + self._model.schema_files["generic"]
        root.set(f"{{{XSI}}}schemaLocation", f"{spaces['']} {file}")
        self._fill(root, self._model.type(type_name), "")
        return root

    def _fill(self, element: etree._Element, kind: Type, container: str) -> None:
        full = kind.name not in self._seen
        self._seen.add(kind.name)
        for attribute in kind.attributes.values():
            if full or attribute.required:
                element.set(attribute.tag, self._attribute(attribute.name, attribute.type, kind, container))
        if kind.text == ANY:
            etree.SubElement(element, "{urn:example:child}anything").text = "open"
        elif kind.text:
            element.text = self._text(kind.text)
        for particle in kind.particles:
            for tag in particle.tags:
                child = kind.by_tag[tag]
                if full and (particle.most != 1 or tag == particle.tags[0]):
                    self._children(element, child, _TIMES if child.name in self._model.containers else 1)
                elif particle.least and tag == particle.tags[0]:
                    self._children(element, child, 1)

    def _children(self, parent: etree._Element, child: Child, items: int) -> None:
        if child.name == "Signature":
            return
        element = etree.SubElement(parent, child.tag)
        if child.reference:
            element.set("idref", f"urn:{child.container}:1")
            return
        self._fill(element, self._model.type(child.type), "")
        if (child.name in self._model.containers and parent.getparent() is None) or items > 1:
            self._contain(element, child)

    def _contain(self, element: etree._Element, child: Child) -> None:
        """Number the nodes of a container from 1, and see that there are two of each kind."""
        wrapper = self._model.type(child.type)
        for item in wrapper.children.values():
            for _ in range(_TIMES - len(element.findall(item.tag))):
                self._fill(etree.SubElement(element, item.tag), self._model.type(item.type), child.name)
        for number, node in enumerate(
            sorted(element, key=lambda one: list(wrapper.by_tag).index(str(one.tag))), 1
        ):
            node.set("id", f"urn:{child.name}:{number}")

    def _attribute(self, name: str, type_name: str, kind: Type, container: str) -> str:
        if name == "uri" and self._uris.get(kind.name):
            return self._uris[kind.name]
        if name == "id":
            self._count += 1
            return f"n{self._count}" if type_name == "ID" else f"urn:{container or kind.name}:n{self._count}"
        return self._text(type_name)

    def _text(self, type_name: str) -> str:
        simple = self._model.simple.get(type_name)
        if simple is None:
            return _TEXTS[type_name]
        if simple.values:
            return "en" if "en" in simple.values else min(simple.values)
        return f"{min(simple.starts)}school.example" if simple.starts else _TEXTS[simple.base]
