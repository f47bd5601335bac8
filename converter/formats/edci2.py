"""EDCI XML (ELM v2): a credential or a presentation of one, as a document with one nested tree."""

from __future__ import annotations

import re

from lxml import etree

from converter.formats.edci2_check import check_edci
from converter.formats.edci2_graph import Nesting
from converter.formats.edci2_tree import flat_tree, too_much
from converter.formats.edci2_upgrade import Change, upgrade_edci
from converter.formats.edci2_write import Written, write_edci
from converter.strict import parse_xml
from schemas.document import Container, Document, Format, Seal, SealKind, Tree
from schemas.edci import XSI, Model, model
from schemas.errors import NotRecognised, Problem

__all__ = ["PRESENTATION", "Change", "Written", "check_edci", "read_edci", "upgrade_edci", "write_edci"]

MEDIA_TYPE = "application/xml"
PRESENTATION = "#presentation"
"""Where the tree keeps what the wrapper says: type, issuer, verificationChecks, expirationDate."""
_CREDENTIAL = "europassCredential"
_WRAPPER = "verifiablePresentation"
_CROWDED = etree.XPath("boolean(//*[count(@*) > 100])")
"""Attributes are looked up one after another, so their number counts squared."""
_OLD_NAMESPACE = "http://data.europa.eu/europass/model/credentials#"
_FILE = re.compile(
    r"/(?:generic|accreditation|diplomasupplement|mandated|shared)schema(?:_(?:generic|dp|accred))?"
    r"(?:_(?P<version>1\.[012]))?\.xsd$"
)
_VARIANTS = {"accred": "accreditation", "diploma": "diploma-supplement", "_dp_": "diploma-supplement"}


def read_edci(data: bytes, *, original: bytes | None = None, source_url: str = "") -> Document:
    """Read an EDCI XML credential 1.0, 1.1 or 1.2, alone or in a verifiable presentation.

    Older layouts give a document without a tree and a problem that says so: their seals can still be checked.

    Args:
        data: the XML.
        original: all the bytes that were handed in; the same when not given.
        source_url: where it was fetched.

    Returns:
        The document; whatever departs from the model of the version it declares stands in its problems.

    Raises:
        NotRecognised: XML of another kind.
        Malformed: not well-formed, a DOCTYPE, or unfolding beyond the limits.
    """
    root = parse_xml(data).getroot()
    name = etree.QName(root)
    version = _version(root)
    read = _Read(root, version, data) if version[:2] == "1." else None
    return Document(
        format=Format.EDCI,
        version=version,
        containers=(Container.PRESENTATION,) if name.localname == _WRAPPER else (),
        raw=data,
        original=data if original is None else original,
        media_type=MEDIA_TYPE,
        tree=read.tree if read else {},
        seal=Seal(kind=SealKind.XADES, raw=data) if _sealed(root) else None,
        problems=read.problems if read else (_unsupported(version),),
        variant=read.variant if read else "",
        source_url=source_url,
    )


class _Read:
    """A document of a version we have the model of."""

    def __init__(self, root: etree._Element, version: str, data: bytes) -> None:
        table = model(version)
        credential = _inner(root, table)
        self.tree: Tree = {}
        self.variant = ""
        if _CROWDED(root):
            raise too_much("An element of the document has more than a hundred attributes.")
        # Before anything else walks the document: this one refuses what is too large or too deep.
        flat = flat_tree(root if credential is None else credential, table.root, table)
        self.variant = "" if credential is None else _variant(flat, _location(root), table)
        self.problems = check_edci(root, table, self.variant, data=data)
        if credential is None:
            return
        nesting = Nesting(flat, table)
        self.tree = nesting.credential(flat)
        if credential is not root:
            wrapper = flat_tree(_without(root, credential), table.presentation_root, table)
            self.tree[PRESENTATION] = nesting.node(wrapper, table.presentation_root)


def _version(root: etree._Element) -> str:
    """Tell the version: by the declared schema, else by what only some versions have.

    Raises:
        NotRecognised: no credential and no presentation.
    """
    name, table = etree.QName(root), model()
    if name.localname not in (_CREDENTIAL, _WRAPPER):
        message = "This is XML, but neither a Europass credential nor a presentation of one."
        raise NotRecognised(Problem(code="format.read.unknown", message=message))
    ours = table.namespaces["" if name.localname == _CREDENTIAL else "vp"]
    if root.get("xsdVersion", "").startswith("0.8") or name.namespace == _OLD_NAMESPACE:
        return "0.8"
    if name.namespace != ours:
        return "legacy"
    declared = _FILE.search(_location(root))
    if declared:
        return declared["version"] or "1.0"
    return _deduced(root, table)


def _deduced(root: etree._Element, table: Model) -> str:
    snb = f"{{{table.namespaces['']}}}"
    credential = _inner(root, table)
    if credential is None or credential.find(f"{snb}primaryLanguage") is None:
        return "1.0"
    inline = credential.find(
        f"{snb}accreditationReferences/{snb}accreditation/{snb}organization/{snb}prefLabel"
    )
    template = credential.find(f"{snb}displayParameters/{snb}template")
    early = any(
        following.tag == f"{snb}webresource"
        for wallet in credential.iter(f"{snb}wallet")
        for following in wallet.itersiblings()
    )
    return "1.2" if inline is not None or template is not None or early else "1.1"


def _location(root: etree._Element) -> str:
    words = root.get(f"{{{XSI}}}schemaLocation", "").split()
    return words[1] if len(words) > 1 else ""


def _inner(root: etree._Element, table: Model) -> etree._Element | None:
    if etree.QName(root).localname == _CREDENTIAL:
        return root
    return root.find(f"{{{table.namespaces['']}}}{_CREDENTIAL}")


def _without(root: etree._Element, credential: etree._Element) -> etree._Element:
    """Return the wrapper alone; by now nothing else needs the parsed document whole."""
    root.remove(credential)
    return root


def _variant(tree: Tree, location: str, table: Model) -> str:
    """Tell the variant by the credential's type, else by the declared schema."""
    kind = tree.get("type")
    by_type = table.variants.get(kind.get("@uri", "")) if isinstance(kind, dict) else None
    return by_type or next((name for part, name in _VARIANTS.items() if part in location), "generic")


def _sealed(root: etree._Element) -> bool:
    return next(root.iter(f"{{{model().namespaces['ds']}}}Signature"), None) is not None


def _unsupported(version: str) -> Problem:
    name = "version 0.8" if version == "0.8" else "a layout from before the published schemas"
    message = f"This credential is of {name}, which is not read; only its seal can be checked."
    return Problem(code="format.schema", message=message, cite="EDCI 1.0")
