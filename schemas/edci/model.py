"""The element model of EDCI XML as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

VERSIONS = ("1.0", "1.1", "1.2")
NEWEST = VERSIONS[-1]
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ANY = "any"
"""The type of what is not looked into: a seal, a child credential."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simple:
    """A type of text.

    Attributes:
        base: the XML Schema datatype it narrows.
        values: the only values allowed; empty for any.
        starts: how a value must start, one of these; empty for any.
    """

    name: str
    base: str
    values: frozenset[str] = frozenset()
    starts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute; `key` is its member in our tree, `tag` its name in the XML."""

    name: str
    tag: str
    type: str
    required: bool

    @property
    def key(self) -> str:
        """Return the member of the tree it becomes."""
        return "@" + self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """A child element of one type, as the schema has it and as our tree shows it.

    Attributes:
        name: local name, which is the member in our tree.
        tag: the name in the XML with its namespace, `{…}name`.
        least: how often it must stand; 0 inside a choice.
        most: how often it may stand; None for any number.
        type: the schema's type; empty for a reference.
        container: the container of the root that holds such nodes, where the child is one or refers to one.
        reference: the child refers by idref; where it is false and there is a container, it stands in full.
        items: what the nodes of the tree are, element name to type: the targets of a reference, the items
            of a wrapper. Such nodes tell by `#name` which one they are. Empty for all other children.
        wrapper: the element only holds the items, which are a list in the tree.
    """

    name: str
    tag: str
    least: int
    most: int | None
    type: str
    container: str = ""
    reference: bool = False
    items: Mapping[str, str] = field(default_factory=dict)
    wrapper: bool = False

    @property
    def is_list(self) -> bool:
        """Whether our tree holds a list."""
        return self.most != 1 or self.wrapper

    @property
    def types(self) -> tuple[str, ...]:
        """The types a value of this member may have in our tree."""
        return tuple(self.items.values()) or (self.type,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Particle:
    """One step of a sequence: a child, or a choice of several, so many times."""

    tags: tuple[str, ...]
    least: int
    most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type of element.

    Attributes:
        name: the schema's name.
        children: by name, in the order they are written.
        by_tag: the same by their name in the XML.
        particles: the sequence they must follow.
        attributes: by name in the XML.
        text: the type of the element's own text, `any` for whatever stands there; empty for none.
        wrapper: it only holds items.
        id: the middle of the ids such nodes are given; empty where they have none.
    """

    name: str
    children: Mapping[str, Child] = field(default_factory=dict)
    by_tag: Mapping[str, Child] = field(default_factory=dict)
    particles: tuple[Particle, ...] = ()
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    text: str = ""
    wrapper: bool = False
    id: str = ""

    @property
    def needs_id(self) -> bool:
        """Whether the schema demands an id."""
        return "id" in self.attributes and self.attributes["id"].required

    @property
    def is_leaf(self) -> bool:
        """Whether it is text and nothing but text, a plain string in our tree."""
        return bool(self.text) and not self.attributes and not self.children


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The whole table, for one version.

    Attributes:
        version: 1.0, 1.1 or 1.2.
        types: by name, those of plain text too.
        simple: the types of text.
        namespaces: by the prefix they are written with.
        containers: the containers of the root with the type of each kind of node they hold.
        unique: paths below the root within which ids must differ.
        references: paths below the root of the references the schema itself follows, by their container.
        one_text_a_language: children of the root that allow one text for each language.
        xsd_version: the only value `xsdVersion` may have, in all versions.
        schema_base: where the schemas are published.
        schema_files: the file of each variant.
        variants: credential types with the variant they take.
        presentations: presentation types with a word for each.
    """

    version: str
    types: Mapping[str, Type]
    simple: Mapping[str, Simple]
    namespaces: Mapping[str, str]
    containers: Mapping[str, Mapping[str, str]]
    unique: tuple[str, ...]
    references: Mapping[str, tuple[str, ...]]
    one_text_a_language: tuple[str, ...]
    xsd_version: str
    schema_base: str
    schema_files: Mapping[str, str]
    variants: Mapping[str, str]
    presentations: Mapping[str, str]
    root: str
    presentation_root: str

    def type(self, name: str) -> Type:
        """Return a type.

        Raises:
            KeyError: there is none of that name.
        """
        return self.types[name]

    def child(self, type_name: str, child_name: str) -> Child | None:
        """Return what a member of a node of that type is, or None where the model has none."""
        found = self.types.get(type_name)
        return found.children.get(child_name) if found else None

    def member(self, type_name: str, key: str) -> bool:
        """Tell whether our tree can have this member on a node of that type: child, attribute or text."""
        found = self.types.get(type_name)
        if found is None:
            return False
        if key == "#text":
            return bool(found.text)
        return key in found.children or any(key == one.key for one in found.attributes.values())

    def id_type(self, container: str) -> str:
        """Return the datatype of the ids in a container, which references to it share."""
        kind = self.types[next(iter(self.containers[container].values()))]
        return kind.attributes["id"].type

    def languages(self) -> frozenset[str]:
        """Return the language codes a text may have."""
        return self.simple["LanguageCharCodeEnumType"].values
