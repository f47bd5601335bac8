"""The official XSD, run by libxml2; what a schema imports comes from the cache and from nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from lxml import etree

from converter.strict import parse_xml
from schemas.document import Document
from schemas.official import OfficialFault, Pin, with_imports
from verifier.official.unusable import Unusable

_MOST = 1000  # of libxml2's complaints are looked at
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
        return [_fault(tree, entry) for entry in list(self._schema.error_log)[:_MOST]]


class _Held(etree.Resolver):
    """Answers with the files at hand; everything else is empty, so that compiling fails and nothing is read."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        super().__init__()
        self._files = files

    def resolve(self, system_url: str, public_id: str, context: object) -> object:  # noqa: ARG002 - lxml's
        name = PurePosixPath(urlsplit(system_url or "").path).name
        if name in self._files:
            return self.resolve_string(self._files[name], context, base_url=name)
        return self.resolve_empty(context)


def _fault(tree: etree._ElementTree, entry: etree._LogEntry) -> OfficialFault:
    """Say a complaint of libxml2 in words of ours: its own quote the document's values."""
    found = tree.xpath(entry.path) if entry.path else []
    at = found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None  # noqa: SLF001 - lxml has no public name for it
    name = etree.QName(at).localname if at is not None and isinstance(at.tag, str) else "An element"
    rule = _RULES.get(entry.type_name, "breaks the schema")
    short = entry.type_name.removeprefix("SCHEMAV_")
    return OfficialFault(message=f"{name} {rule} ({short}).", where=_place(at) or f"line {entry.line}")


def _place(at: etree._Element | None) -> str:
    """Give the path of an element by local names, counted among its like."""
    steps: list[str] = []
    while at is not None and isinstance(at.tag, str):
        like = [one for one in at.itersiblings(at.tag, preceding=True)]
        more = bool(like) or next(at.itersiblings(at.tag), None) is not None
        steps.append(etree.QName(at).localname + (f"[{len(like) + 1}]" if more else ""))
        at = at.getparent()
    return "".join(f"/{step}" for step in reversed(steps))
