"""The official XSD, run by libxml2; what a schema imports comes from the cache and from nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from converter.strict import parse_xml
from schemas.document import Document
from schemas.official import OfficialFault, Pin, with_imports
from verifier.official.unusable import Unusable

_MOST = 100  # of libxml2's complaints are looked at
_RULES = {
    "SCHEMAV_ELEMENT_CONTENT": "is not expected here, or something it needs before or in it is missing",
    "SCHEMAV_CVC_IDC": "breaks a key: an id stands twice, or a reference leads nowhere",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "has an attribute that it may not have",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "lacks an attribute that it must have",
    "SCHEMAV_CVC_ENUMERATION_VALID": "has a value that is not in its list",
    "SCHEMAV_CVC_PATTERN_VALID": "has a value that does not follow its pattern",
    "SCHEMAV_CVC_DATATYPE_VALID_1_2_1": "has a value that is not of its datatype",
    "SCHEMAV_CVC_ELT_1": "is not the element that must stand here",
}


class Xsd:
    """One compiled schema."""

    def __init__(self, pin: Pin, files: Mapping[str, bytes], pins: tuple[Pin, ...]) -> None:
        """Compile a schema out of the files at hand.

        Raises:
            Unusable: they do not compile, though their digests are the expected ones.
        """
        held = {one.name: files[one.name] for one in with_imports(pin.name, pins)}
        parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False, huge_tree=False)
        parser.resolvers.add(_Held(held))
        try:
            self._schema = etree.XMLSchema(etree.fromstring(held[pin.name], parser, base_url=pin.name))
        except (etree.XMLSyntaxError, etree.XMLSchemaParseError):
            raise Unusable(f"The official {pin.name} cannot be compiled here.") from None

    def __call__(self, document: Document) -> list[OfficialFault]:
        """Hold a document against the schema.

        Raises:
            Malformed: not well-formed XML, or a DOCTYPE.
        """
        tree = parse_xml(document.raw)
        if self._schema.validate(tree):
            return []
        entries: Iterable[Any] = self._schema.error_log  # type: ignore[assignment]  # the stubs do not iterate
        return [_fault(tree, entry) for entry in islice(entries, _MOST)]


class _Held(etree.Resolver):
    """Answers with the files at hand; everything else is empty, so that nothing is read elsewhere."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self._files = files

    def resolve(  # type: ignore[override]  # the stubs lack the context that lxml hands over
        self,
        system_url: str,
        public_id: str,  # noqa: ARG002 - lxml's
        context: object,
    ) -> object:
        name = PurePosixPath(urlsplit(system_url or "").path).name
        if name in self._files:
            return self.resolve_string(self._files[name], context, base_url=name)
        return self.resolve_empty(context)  # type: ignore[attr-defined]  # and this method


def _fault(tree: etree._ElementTree, entry: Any) -> OfficialFault:  # noqa: ANN401 - lxml has no type for it
    """Say a complaint of libxml2 in words of ours: its own quote the document's values."""
    found = _found(tree, entry.path)
    at = found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None  # noqa: SLF001 - lxml has no public name for it
    name = etree.QName(at).localname if at is not None and isinstance(at.tag, str) else "An element"
    rule = _RULES.get(entry.type_name, "breaks the schema")
    short = entry.type_name.removeprefix("SCHEMAV_")
    return OfficialFault(message=f"{name} {rule} ({short}).", where=_place(at) or f"line {entry.line}")


def _found(tree: etree._ElementTree, path: str | None) -> object:
    """Follow libxml2's own path, which names prefixes of the root and counts in places unknown to it."""
    known = {prefix: uri for prefix, uri in tree.getroot().nsmap.items() if prefix}
    try:
        return tree.xpath(path, namespaces=known) if path else []
    except etree.XPathError:
        return []


def _place(at: etree._Element | None) -> str:
    """Give the path of an element by local names, counted among its like."""
    steps: list[str] = []
    while at is not None and isinstance(at.tag, str):
        like = list(at.itersiblings(at.tag, preceding=True))
        more = bool(like) or next(at.itersiblings(at.tag), None) is not None
        steps.append(etree.QName(at).localname + (f"[{len(like) + 1}]" if more else ""))
        at = at.getparent()
    return "".join(f"/{step}" for step in reversed(steps))
