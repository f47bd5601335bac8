"""The XSDs of one EDCI version, made from the lines of the model table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from schemas.edci.files import entry
from schemas.edci.model import ANY
from schemas.edci.seal_xsd import seal_namespace
from schemas.edci.table import CHOICE, count, matched, model, rows, table
from schemas.edci.xsd_form import add, attribute, occurs, reference_type, schema

ENVELOPE = "credential-envelope.xsd"
SEALS = {"1.0": "xades-1.3.2.xsd", "1.1": "xades-1.3.2.xsd", "1.2": "xades-1.4.1.xsd"}
"""The newest XAdES each version knows; an element of a later one breaks the schema where it must be known."""


class XsdSet:
    """The schemas of one version's two namespaces."""

    def __init__(self, version: str) -> None:
        self._model = model(version)
        self._version = version
        self._rows = rows(version)
        self._simple: Mapping[str, Any] = table()["simple"]
        inside = self._reached(self._model.root)
        self._outside = self._reached(self._model.presentation_root) - inside
        self._inside = inside

    def credential(self) -> etree._Element:
        """Build the schema of the credential itself, keys and all."""
        spaces = self._model.namespaces
        root = schema(spaces[""], {"eup": spaces[""], "cred": spaces["cred"], "ds": spaces["ds"]})
        add(root, "import", namespace=spaces["cred"], schemaLocation=ENVELOPE)
        self._import_seals(root)
        made = add(root, "element", name="europassCredential", type=f"eup:{self._model.root}")
        self._keys(made)
        reference_type(root)
        for name in sorted(self._inside & self._simple.keys()):
            self._simple_type(root, name)
        for name, group in table()["group"].items():
            self._sequence(add(root, "group", name=name), group["children"])
        self._types(root, self._inside)
        return root

    def presentation(self) -> etree._Element:
        """Build the schema of the wrapper a credential is presented in."""
        spaces = self._model.namespaces
        root = schema(spaces["vp"], {"vp": spaces["vp"], "eup": spaces[""], "ds": spaces["ds"]})
        add(root, "import", namespace=spaces[""], schemaLocation=entry(self._version))
        self._import_seals(root)
        add(root, "element", name="verifiablePresentation", type=f"vp:{self._model.presentation_root}")
        for name in sorted(self._outside & self._simple.keys()):
            self._simple_type(root, name)
        self._types(root, self._outside)
        return root

    def _import_seals(self, root: etree._Element) -> None:
        """XAdES is imported though no element of it is named: what is lax looks into what it knows."""
        file = SEALS[self._version]
        add(root, "import", namespace=self._model.namespaces["ds"], schemaLocation="xmldsig.xsd")
        add(root, "import", namespace=seal_namespace(file), schemaLocation=file)

    def _reached(self, name: str) -> set[str]:
        """Return the types a type needs, itself among them."""
        found: set[str] = set()
        left = [name]
        while left:
            one = left.pop()
            if one in found or (one not in self._rows and one not in self._simple):
                continue
            found.add(one)
            row = self._rows.get(one, {})
            left += [row[key] for key in ("extends", "narrows", "text") if key in row]
            left += [cell.split()[1] for cell in row.get("attributes", ())]
            left += [kind.split(":")[-1] for kind in self._named(row.get("children", ()))]
        return found

    def _named(self, lines: list[str]) -> Iterator[str]:
        for line in lines:
            choice = CHOICE.fullmatch(line)
            if line.startswith("="):
                yield from self._named(table()["group"][line[1:]]["children"])
            elif choice:
                yield from (one.split()[1] for one in choice["names"].split(" | "))
            elif matched(line)["type"]:
                yield matched(line)["type"]

    def _simple_type(self, root: etree._Element, name: str) -> None:
        row = self._simple[name]
        if not row.get("anonymous"):
            self._restriction(add(root, "simpleType", name=name), row)

    def _restriction(self, made: etree._Element, row: Mapping[str, Any]) -> None:
        narrowed = add(made, "restriction", base=f"xs:{row['base']}")
        for value in row.get("values", "").split():
            add(narrowed, "enumeration", value=row.get("prefix", "") + value)
        for start in row.get("starts", "").split():
            add(narrowed, "pattern", value=f"{start}.*")

    def _types(self, root: etree._Element, names: set[str]) -> None:
        for name in self._rows:
            if name in names and not self._rows[name].get("anonymous"):
                row = self._rows[name]
                made = add(root, "complexType", name=name, abstract="true" if row.get("abstract") else None)
                self._content(made, row)

    def _content(self, made: etree._Element, row: Mapping[str, Any]) -> None:
        base = row.get("extends") or row.get("narrows")
        if row.get("text") == ANY:
            made = add(add(made, "complexContent"), "extension", base="xs:anyType")
        elif "text" in row:
            made = add(add(made, "simpleContent"), "extension", base=self._type_name(row["text"]))
        elif base:
            simple = "text" in self._rows[base]
            narrows = "narrows" in row or self._repeats(row, base)
            inner = add(made, "simpleContent" if simple else "complexContent")
            made = add(inner, "restriction" if narrows else "extension", base=self._type_name(base))
        if row.get("children"):
            self._sequence(made, row["children"])
        for cell in row.get("attributes", ()):
            self._attribute(made, *cell.split())

    def _repeats(self, row: Mapping[str, Any], base: str) -> bool:
        """Tell whether a type states an attribute of its base anew, which only a narrowing may."""
        own, theirs = (
            {cell.split()[0].rstrip("!") for cell in one.get("attributes", ())}
            for one in (row, self._rows[base])
        )
        return bool(own & theirs)

    def _attribute(self, parent: etree._Element, name: str, type_name: str) -> None:
        required, bare = name.endswith("!"), name.rstrip("!")
        if ":" in bare:
            add(parent, "attribute", ref=bare, use="required" if required else None)
        elif self._simple.get(type_name, {}).get("anonymous"):
            made = add(parent, "attribute", name=bare, use="required" if required else None)
            self._restriction(add(made, "simpleType"), self._simple[type_name])
        else:
            attribute(parent, bare, self._type_name(type_name), required=required)

    def _sequence(self, parent: etree._Element, lines: list[str]) -> None:
        made = add(parent, "sequence")
        for line in lines:
            choice = CHOICE.fullmatch(line)
            if line.startswith("="):
                add(made, "group", ref=f"eup:{line[1:]}")
            elif choice:
                either = add(made, "choice", **occurs(*count(choice["count"])))
                for one in choice["names"].split(" | "):
                    name, type_name = one.split()
                    self._element(either, name, type_name, {})
            else:
                found = matched(line)
                times = occurs(*count(found["count"]))
                if found["refers"]:
                    self._reference(made, found["name"], found["refers"], times)
                else:
                    self._element(made, found["name"], found["type"], times)

    def _reference(self, parent: etree._Element, name: str, container: str, times: dict[str, str]) -> None:
        base = self._model.id_type(container)
        if base == "anyURI":
            self._element(parent, name, "IdReferenceType", times)
        else:
            made = add(add(parent, "element", name=name, **times), "complexType")
            attribute(made, "idref", f"xs:{base}", required=True)

    def _element(self, parent: etree._Element, name: str, type_name: str, times: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        if prefix in {"cred", "ds"} or local == "europassCredential":
            add(parent, "element", ref=f"{prefix or 'eup'}:{local}", **times)
        elif self._rows.get(type_name, {}).get("anonymous"):
            made = add(parent, "element", name=local, **times)
            self._content(add(made, "complexType"), self._rows[type_name])
        else:
            add(parent, "element", name=local, type=self._type_name(type_name), **times)

    def _type_name(self, name: str) -> str:
        if name in self._outside:
            return f"vp:{name}"
        ours = name in self._rows or name in self._simple or name == "IdReferenceType"
        return f"{'eup' if ours else 'xs'}:{name}"

    def _keys(self, made: etree._Element) -> None:
        for name in self._model.one_text_a_language:
            self._constraint(made, "unique", name, f"{name}/text", "@lang")
        for path in self._model.unique:
            self._constraint(made, "key", _key(path), f"{path}/*", "@id")
        for container, paths in self._model.references.items():
            for number, path in enumerate(paths, 1):
                name = f"{_key(container)}-{number}"
                self._constraint(made, "keyref", name, path, "@idref", f"eup:{_key(container)}")

    def _constraint(
        self, made: etree._Element, kind: str, name: str, path: str, field: str, refer: str | None = None
    ) -> None:
        one = add(made, kind, name=name, refer=refer)
        add(one, "selector", xpath=_prefixed(path))
        add(one, "field", xpath=field)


def _key(path: str) -> str:
    return f"key-{path.rpartition('/')[2]}"


def _prefixed(path: str) -> str:
    """Write a path of ours in the namespaces of the schema."""
    deep = path.startswith(".//")
    steps = [step if ":" in step else f"eup:{step}" for step in path.removeprefix(".//").split("/")]
    return (".//" if deep else "") + "/".join(steps)
