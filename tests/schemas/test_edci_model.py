"""The model table of EDCI XML against the official schemas, and its own consistency."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from schemas.edci import VERSIONS, Model, model

XS = "{http://www.w3.org/2001/XMLSchema}"
FILES = {"1.0": "genericschema.xsd", "1.1": "genericschema_1.1.xsd", "1.2": "genericschema_1.2.xsd"}


class Official:
    """The official schema's own declarations, looked up by name."""

    def __init__(self, path: Path) -> None:
        self.root = etree.parse(str(path)).getroot()
        self.types = {one.get("name"): one for one in self.root.iterchildren(f"{XS}complexType")}
        self.groups = {one.get("name"): one for one in self.root.iterchildren(f"{XS}group")}

    def children(self, node: Any) -> list[tuple[str, int, int | None]]:
        """Return local name, least and most of every child, inherited ones and groups first."""
        found = []
        for one in node:
            if one.tag == f"{XS}element":
                name = (one.get("name") or one.get("ref")).rpartition(":")[2]
                found.append((name, *self._counts(one)))
            elif one.tag == f"{XS}group":
                found += self.children(self.groups[one.get("ref")])
            elif one.tag == f"{XS}extension" and one.get("base") in self.types:
                found += self.children(self.types[one.get("base")]) + self.children(one)
            elif one.tag == f"{XS}choice":
                outer = self._counts(one)
                found += [(name, 0, outer[1]) for name, _, _ in self.children(one)]
            elif one.tag in {f"{XS}sequence", f"{XS}complexContent", f"{XS}restriction", f"{XS}extension"}:
                found += self.children(one)
        return found

    def attributes(self, node: Any) -> dict[str, bool]:
        """Return the attributes and whether each must stand."""
        found: dict[str, bool] = {}
        for one in node.iter(f"{XS}extension", f"{XS}restriction"):
            if one.get("base") in self.types:
                found |= self.attributes(self.types[one.get("base")])
        for one in node.iter(f"{XS}attribute"):
            inside = next((up for up in one.iterancestors(f"{XS}element")), None)
            if inside is None or inside not in node.iter():
                name = (one.get("name") or one.get("ref")).rpartition(":")[2]
                found[name] = one.get("use") == "required"
        return found

    @staticmethod
    def _counts(one: Any) -> tuple[int, int | None]:
        most = one.get("maxOccurs", "1")
        return int(one.get("minOccurs", "1")), None if most == "unbounded" else int(most)


@pytest.mark.shared
@pytest.mark.parametrize("version", VERSIONS)
def test_every_type_has_the_children_and_attributes_of_the_official_schema(
    version: str, shared: Path
) -> None:
    official = Official(shared / "official" / "edci-xml" / FILES[version])
    compared = 0
    for name, kind in model(version).types.items():
        node = official.types.get(name)
        if node is None or kind.text == "any":
            continue
        ours = [(child.name, child.least, child.most) for child in kind.children.values()]
        assert ours == official.children(node), name
        stated = {attribute.name: attribute.required for attribute in kind.attributes.values()}
        assert stated == official.attributes(node), name
        compared += 1
    assert compared > 60


@pytest.mark.parametrize("version", VERSIONS)
def test_every_type_named_is_there_and_every_reference_has_a_container(version: str) -> None:
    table = model(version)
    for name, kind in table.types.items():
        for child in kind.children.values():
            assert child.reference or child.type in table.types, (name, child)
            assert not child.container or child.items == {
                item: type_name
                for item, type_name in table.containers[child.container].items()
                if child.type in ("", type_name)
            }
            assert all(one in table.types for one in child.types), (name, child)
        for attribute in kind.attributes.values():
            assert attribute.type in table.simple or attribute.type == "ID" or _is_datatype(attribute.type)


def _is_datatype(name: str) -> bool:
    return name in {"string", "normalizedString", "token", "anyURI", "dateTime"}


def test_versions_differ_where_they_should() -> None:
    old, middle, new = (model(version) for version in VERSIONS)
    root = new.root
    assert [_least(one, root, "primaryLanguage") for one in (old, middle, new)] == [0, 1, 1]
    assert [_names(one, "ContactPointType") for one in (old, new)] == [
        ["note", "description", "address", "phone", "mailBox", "webresource", "wallet"],
        ["note", "description", "address", "phone", "mailBox", "wallet", "webresource"],
    ]
    references = [one.child("AccreditationType", "organization") for one in (middle, new)]
    assert [child is not None and child.reference for child in references] == [True, False]
    assert middle.child("DisplayParametersType", "template") is None


def _least(table: Model, kind: str, name: str) -> int:
    child = table.child(kind, name)
    assert child is not None
    return child.least


def _names(table: Model, kind: str) -> list[str]:
    return list(table.type(kind).children)


def test_a_place_can_be_looked_up_as_the_tree_has_it() -> None:
    table = model()
    specified = table.child("QualificationAwardType", "specifiedBy")
    assert specified is not None
    assert not specified.is_list
    assert specified.types == ("LearningSpecificationType", "QualificationType")
    outcomes = table.child("QualificationType", "learningOutcomes")
    assert outcomes is not None
    assert outcomes.is_list
    assert outcomes.types == ("LearningOutcomeType",)
    assert table.child("QualificationType", "nothing") is None
    assert table.child("NoType", "title") is None
    assert table.member("ContentType", "#text")
    assert table.member("ContentType", "@lang")
    assert not table.member("TextType", "@lang")
    assert len(table.languages()) == 29
