"""Why EDCI XML breaks its schema, said from the element model.

The model explains order, counts, attributes, datatypes, ids and references. It does not look inside a seal,
nor at types a document names itself (xsi:type); there libxml2 is asked for the place and the rule.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from converter.formats.edci2_elements import elements, own_text, place
from converter.formats.edci2_rules import dangles
from converter.formats.edci2_text import base_of, fault, normalised
from schemas.edci import ANY, XSI, Attribute, Child, Model, Type
from schemas.errors import Problem

MOST_PROBLEMS = 100
_SHOWN = 60


def explain_edci(root: etree._Element, model: Model) -> tuple[Problem, ...]:
    """Say where and why a credential or a presentation breaks the model of its version.

    Returns:
        What is wrong, each with the path of the element and its line; at most a hundred and one. Empty where
        the model has no explanation.
    """
    local = etree.QName(root).localname
    run = _Check(model)
    run.element(root, model.type(model.root if local == "europassCredential" else model.presentation_root))
    for credential in credentials(root, model):
        run.keys(credential)
        run.texts(credential)
    return run.result()


def credentials(root: etree._Element, model: Model) -> Iterator[etree._Element]:
    """Yield the credential, or those directly in the wrapper; a child credential is for itself."""
    tag = f"{{{model.namespaces['']}}}europassCredential"
    yield from [root] if root.tag == tag else root.iterchildren(tag)


@dataclass(frozen=True, slots=True)
class _Link:
    element: etree._Element
    container: str
    target: str
    clause: str


class _Check:
    """One run; gathers what is wrong."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._problems: list[Problem] = []
        self._more = 0
        self._links: list[_Link] = []
        self._ids: set[str] = set()

    def result(self) -> tuple[Problem, ...]:
        if self._more:
            message = f"The document has {self._more} more faults of structure."
            return (*self._problems, Problem(code="format.schema", message=message))
        return tuple(self._problems)

    def element(self, element: etree._Element, kind: Type, clause: str = "") -> None:
        if kind.name == ANY:
            return
        own = clause if kind.is_leaf and clause else kind.name
        self._attributes(element, kind, own)
        if kind.text == ANY:
            self._unique_id(element)
            return
        if kind.text:
            self._simple_content(element, kind, own)
        else:
            self._no_text(element, kind)
            self._content(element, kind)

    def _attributes(self, element: etree._Element, kind: Type, clause: str) -> None:
        known = kind.attributes
        for tag, value in element.attrib.items():
            found = known.get(str(tag))
            if found is not None:
                at = f"{kind.name}/@{found.name}"
                self._value(element, str(value), found.type, f"The attribute {found.name}", at)
            elif kind.text != ANY and not (str(tag).startswith(f"{{{XSI}}}") and "ocation" in str(tag)):
                self._say(element, f"The attribute {_name(str(tag))} is not known here.", clause)
        for tag, attribute in known.items():
            if attribute.required and tag not in element.attrib:
                at = f"{kind.name}/@{attribute.name}"
                self._say(element, f"The attribute {attribute.name} is missing.", at)

    def _value(self, element: etree._Element, value: str, type_name: str, what: str, clause: str) -> None:
        wrong = fault(normalised(value, base_of(type_name, self._model)), type_name, self._model)
        if wrong:
            self._say(element, f"{what} {wrong}.", clause)

    def _simple_content(self, element: etree._Element, kind: Type, clause: str) -> None:
        for child in elements(element):
            self._say(child, f"The element {_name(child.tag)} is not known here.", clause)
        if kind.text:
            name = etree.QName(element).localname
            self._value(element, own_text(element), kind.text, f"The text of {name}", clause)

    def _no_text(self, element: etree._Element, kind: Type) -> None:
        text = own_text(element)
        if not kind.children and text:  # not even white space (XML Schema Part 1 §3.4.4, 2.1)
            self._say(element, "Text stands in an element that must be empty.", kind.name)
        elif text.strip(" \t\r\n"):
            self._say(element, "Text stands where only elements may.", kind.name)

    def _content(self, element: etree._Element, kind: Type) -> None:
        """Walk along the sequence the type prescribes; each child is looked into wherever it stands."""
        at, count, late = 0, 0, set[int]()
        for child in elements(element):
            declared = kind.by_tag.get(child.tag)
            if declared is None:
                self._say(child, f"The element {_name(child.tag)} is not known here.", kind.name)
                continue
            clause = f"{kind.name}/{declared.name}"
            index = next(i for i, one in enumerate(kind.particles) if child.tag in one.tags)
            if index > at:
                self._passed(element, kind, range(at, index), count, late)
                at, count = index, 0
            if index < at:
                late.add(index)
                self._say(child, f"The element {declared.name} stands too late in the order.", clause)
            else:
                count += 1
                most = kind.particles[at].most
                if most is not None and count == most + 1:
                    self._say(child, f"The element {declared.name} stands too often.", clause)
            self._child(child, declared, clause)
        self._passed(element, kind, range(at, len(kind.particles)), count, late)

    def _passed(
        self, element: etree._Element, kind: Type, indices: range, count: int, late: set[int]
    ) -> None:
        """Report what is missing among the steps of the sequence that are left behind."""
        for index in indices:
            particle = kind.particles[index]
            there = count if index == indices.start else 0
            if there < particle.least and index not in late:
                locals_ = [etree.QName(tag).localname for tag in particle.tags]
                message = f"The mandatory element {' or '.join(locals_)} is missing or out of order."
                self._say(element, message, f"{kind.name}/{'|'.join(locals_)}")

    def _child(self, element: etree._Element, declared: Child, clause: str) -> None:
        if not declared.reference:
            self.element(element, self._model.type(declared.type), clause)
            return
        base = self._model.id_type(declared.container)
        self.element(element, _reference(base))
        target = normalised(element.get("idref", ""), base)
        if "idref" in element.attrib:
            self._links.append(_Link(element, declared.container, target, clause))

    def _unique_id(self, element: etree._Element) -> None:
        found = element.get("id", "")
        if found in self._ids:
            self._say(element, "The id is not unique in the document.", "ID")
        self._ids.add(found)

    def keys(self, credential: etree._Element) -> None:
        """Ids must differ where the schema has a key, and every reference must lead to something."""
        seen: dict[str, set[str]] = {}
        snb = self._model.namespaces[""]
        for path in {**dict.fromkeys(self._model.unique), **self._model.containers}:
            steps = "/".join(f"{{{snb}}}{step}" for step in path.split("/"))
            ids = seen.setdefault(path, set())
            base = self._model.id_type(path) if path in self._model.containers else "anyURI"
            for node in credential.iterfind(f"{steps}/*"):
                own = normalised(node.get("id", ""), base)
                if own in ids and "id" in node.attrib and path in self._model.unique:
                    name = path.rpartition("/")[2]
                    self._say(node, f"Two nodes of {name} have the same id.", name)
                ids.add(own)
        for link in self._links:
            if link.target not in seen[link.container]:
                self._dangles(link)
        self._links.clear()

    def texts(self, credential: etree._Element) -> None:
        """The title and description of the credential have at most one text for each language."""
        snb = self._model.namespaces[""]
        for name in self._model.one_text_a_language:
            seen: set[str] = set()
            for text in credential.iterfind(f"{{{snb}}}{name}/{{{snb}}}text"):
                language = normalised(text.get("lang", ""), "language")
                if language in seen:
                    self._say(text, f"The {name} has two texts in the same language.", name)
                seen.add(language)

    def _say(self, element: etree._Element, message: str, clause: str) -> None:
        if len(self._problems) < MOST_PROBLEMS:  # a place takes time to name
            cite = f"EDCI {self._model.version}, {clause}"
            where = place(element)
            self._problems.append(Problem(code="format.schema", message=message, where=where, cite=cite))
        else:
            self._more += 1

    def _dangles(self, link: _Link) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(dangles(link.element, link.container, self._model, link.clause))
        else:
            self._more += 1


@functools.cache
def _reference(base: str) -> Type:
    idref = Attribute(name="idref", tag="idref", type=base, required=True)
    return Type(name="IdReferenceType", attributes={"idref": idref})


def _name(tag: str) -> str:
    """Return a name for a sentence: without its namespace, and not at any length."""
    name = etree.QName(tag)
    local = f"xsi:{name.localname}" if name.namespace == XSI else name.localname
    return repr(local if len(local) <= _SHOWN else local[:_SHOWN] + "…")
