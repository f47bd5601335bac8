"""EDCI XML held against the element model: order, counts, attributes, datatypes, ids and references.

What stays unchecked here: the inside of a seal (the seal's own checks look there) and of child credentials,
which the schema leaves open as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from converter.formats.edci2_text import base_of, fault, normalised
from schemas.edci import ANY, XSI, Attribute, Child, Model, Type
from schemas.errors import Problem

MOST_PROBLEMS = 100
_REFERENCE = Type(
    name="IdReferenceType",
    attributes={"idref": Attribute(name="idref", tag="idref", type="anyURI", required=True)},
)
_LOCATION = f"{{{XSI}}}schemaLocation"
_SHOWN = 60


def check_edci(root: etree._Element, model: Model) -> tuple[Problem, ...]:
    """Hold a credential or a presentation against the model of its version.

    Returns:
        What is wrong, each with the path of the element and its line; at most a hundred and one.
    """
    local = etree.QName(root).localname
    run = _Check(model)
    run.location(root)
    run.element(root, model.type(model.root if local == "europassCredential" else model.presentation_root))
    for credential in root.iter(f"{{{model.namespaces['']}}}europassCredential"):
        if credential is root or credential.getparent() is root:
            run.keys(credential)
            run.texts(credential)
    return run.result()


def own_text(element: etree._Element) -> str:
    """Return the text that stands directly in an element, comments left out as if never there."""
    if not len(element):
        return element.text or ""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def elements(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the child elements: no comments, no processing instructions."""
    return (child for child in element if isinstance(child.tag, str))


def place(element: etree._Element) -> str:
    """Return the readable path of an element, with its line."""
    steps: list[str] = []
    node: etree._Element | None = element
    while node is not None:
        name = etree.QName(node).localname
        parent = node.getparent()
        twins = [] if parent is None else list(parent.iterchildren(node.tag))
        steps.append(name if len(twins) < 2 else f"{name}[{twins.index(node) + 1}]")  # noqa: PLR2004 - more than one
        node = parent
    line = f" (line {element.sourceline})" if element.sourceline else ""
    return "/" + "/".join(reversed(steps)) + line


@dataclass(frozen=True, slots=True)
class _Link:
    element: etree._Element
    container: str
    target: str


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

    def location(self, root: etree._Element) -> None:
        """Exactly one pair of namespace and schema address must stand on the root."""
        words = root.get(_LOCATION, "").split()
        if len(words) == 2:  # noqa: PLR2004 - a pair
            return
        said = f"names {len(words) / 2:g} pairs" if words else "is missing"
        self._say(root, f"xsi:schemaLocation {said} where exactly one pair must stand.", "root")

    def element(self, element: etree._Element, kind: Type) -> None:
        if kind.name == ANY:
            return
        self._attributes(element, kind)
        if kind.text == ANY:
            self._unique_id(element)
            return
        if kind.text:
            self._simple_content(element, kind)
        else:
            self._no_text(element, kind)
            self._content(element, kind)

    def _attributes(self, element: etree._Element, kind: Type) -> None:
        known = kind.attributes
        for tag, value in element.attrib.items():
            found = known.get(str(tag))
            if found is not None:
                self._value(element, str(value), found.type, f"The attribute {found.name}")
            elif kind.text != ANY and not (str(tag).startswith(f"{{{XSI}}}") and "ocation" in str(tag)):
                self._say(element, f"The attribute {_name(str(tag))} is not known here.", kind.name)
        for tag, attribute in known.items():
            if attribute.required and tag not in element.attrib:
                self._say(element, f"The attribute {attribute.name} is missing.", kind.name)

    def _value(self, element: etree._Element, value: str, type_name: str, what: str) -> None:
        wrong = fault(normalised(value, base_of(type_name, self._model)), type_name, self._model)
        if wrong:
            self._say(element, f"{what} {wrong}.", type_name)

    def _simple_content(self, element: etree._Element, kind: Type) -> None:
        for child in elements(element):
            self._say(child, f"The element {_name(child.tag)} is not known here.", kind.name)
        if kind.text:
            name = etree.QName(element).localname
            self._value(element, own_text(element), kind.text, f"The text of {name}")

    def _no_text(self, element: etree._Element, kind: Type) -> None:
        if own_text(element).strip(" \t\r\n"):
            self._say(element, "Text stands where only elements may.", kind.name)

    def _content(self, element: etree._Element, kind: Type) -> None:
        """Walk along the sequence the type prescribes; each child is looked into wherever it stands."""
        at, count, late = 0, 0, set[int]()
        for child in elements(element):
            declared = kind.by_tag.get(child.tag)
            if declared is None:
                self._say(child, f"The element {_name(child.tag)} is not known here.", kind.name)
                continue
            index = next(i for i, one in enumerate(kind.particles) if child.tag in one.tags)
            if index > at:
                self._passed(element, kind, range(at, index), count, late)
                at, count = index, 0
            if index < at:
                late.add(index)
                self._say(child, f"The element {declared.name} stands too late in the order.", kind.name)
            else:
                count += 1
                most = kind.particles[at].most
                if most is not None and count == most + 1:
                    self._say(child, f"The element {declared.name} stands too often.", kind.name)
            self._child(child, declared)
        self._passed(element, kind, range(at, len(kind.particles)), count, late)

    def _passed(
        self, element: etree._Element, kind: Type, indices: range, count: int, late: set[int]
    ) -> None:
        """Report what is missing among the steps of the sequence that are left behind."""
        for index in indices:
            particle = kind.particles[index]
            there = count if index == indices.start else 0
            if there < particle.least and index not in late:
                names = " or ".join(etree.QName(tag).localname for tag in particle.tags)
                self._say(element, f"The mandatory element {names} is missing or out of order.", kind.name)

    def _child(self, element: etree._Element, declared: Child) -> None:
        if not declared.reference:
            self.element(element, self._model.type(declared.type))
            return
        self.element(element, _REFERENCE)
        target = normalised(element.get("idref", ""), "anyURI")
        if "idref" in element.attrib:
            self._links.append(_Link(element, declared.container, target))

    def _unique_id(self, element: etree._Element) -> None:
        found = element.get("id", "")
        if found in self._ids:
            self._say(element, "The id is not unique in the document.", "ID")
        self._ids.add(found)

    def keys(self, credential: etree._Element) -> None:
        """Ids must differ within each container, and every reference must lead to something."""
        seen: dict[str, set[str]] = {}
        snb = self._model.namespaces[""]
        for path in {**dict.fromkeys(self._model.unique), **self._model.containers}:
            steps = "/".join(f"{{{snb}}}{step}" for step in path.split("/"))
            ids = seen.setdefault(path, set())
            for node in credential.iterfind(f"{steps}/*"):
                own = normalised(node.get("id", ""), "anyURI")
                if own in ids and "id" in node.attrib:
                    self._twice(node, path)
                ids.add(own)
        for link in self._links:
            if link.target not in seen[link.container]:
                message = f"The reference leads to nothing: {link.container} holds no node of that id."
                self._say(link.element, message, "key references")
        self._links.clear()

    def _twice(self, node: etree._Element, path: str) -> None:
        message = f"Two nodes of {path.rpartition('/')[2]} have the same id."
        if path in self._model.unique:
            self._say(node, message, "keys")
        else:  # the schema has no key there, yet references to it are ambiguous
            self._add(
                Problem(code="format.data", message=message, where=place(node), cite=self._cite("keys"))
            )

    def texts(self, credential: etree._Element) -> None:
        """The title and description of the credential have at most one text for each language."""
        snb = self._model.namespaces[""]
        for name in self._model.one_text_a_language:
            seen: set[str] = set()
            for text in credential.iterfind(f"{{{snb}}}{name}/{{{snb}}}text"):
                language = normalised(text.get("lang", ""), "language")
                if language in seen:
                    self._say(text, f"The {name} has two texts in the same language.", "unique")
                seen.add(language)

    def _say(self, element: etree._Element, message: str, clause: str) -> None:
        if len(self._problems) >= MOST_PROBLEMS:
            self._more += 1
            return
        self._add(
            Problem(code="format.schema", message=message, where=place(element), cite=self._cite(clause))
        )

    def _add(self, problem: Problem) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(problem)
        else:
            self._more += 1

    def _cite(self, clause: str) -> str:
        return f"EDCI {self._model.version}, {clause}"


def _name(tag: str) -> str:
    """Return a name for a sentence: without its namespace, and not at any length."""
    local = etree.QName(tag).localname
    return repr(local if len(local) <= _SHOWN else local[:_SHOWN] + "…")
