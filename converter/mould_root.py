"""The root of a document of EDCI XML, read without parsing the document: whether it is plain, and its id."""

from __future__ import annotations

import re

from converter.mould_taking import LARGEST
from schemas.edci import model

_ROOT = re.compile(
    rb"""
    (?:<\?xml\s+version=(["'])1\.0\1(?:\s+encoding=(["'])(?:UTF-8|utf-8)\2)?
        (?:\s+standalone=(["'])(?:yes|no)\3)?\s*\?>\s*)?
    <(?:(?P<prefix>\w+):)?europassCredential(?P<said>(?:\s+[\w:.-]+="[^"<&]*")+)\s*>
    """,
    re.VERBOSE,
)
ATTRIBUTE = re.compile(rb"\s([\w:.-]+)=\"([^\"<&]*)\"")
_ID = re.compile(rb"[\w.:/-]{1,300}")
_FIRST = 4096


def root_id(data: bytes) -> str | None:
    """Return the id that the reader finds too; None where this is no plain EDCI XML, or is sealed.

    Another attribute of this name, an unknown namespace, or quotes of the other kind, are left to the reader:
    by its id a credential is given to a person.
    """
    found = _ROOT.match(data[:_FIRST]) if len(data) <= LARGEST else None
    if found is None or data.find(b"<?", 1) >= 0 or b"<!" in data:
        return None
    if b":Signature " in data or b"<Signature " in data:
        return None
    attributes = dict(ATTRIBUTE.findall(found["said"]))
    ids = [name for name in attributes if name.rpartition(b":")[2] == b"id"]
    ours = b"xmlns:" + found["prefix"] if found["prefix"] else b"xmlns"
    names = model().namespaces
    if len(ids) != 1 or attributes.get(ours) != names[""].encode():
        return None
    theirs = b"xmlns:" + ids[0].rpartition(b":")[0]
    if attributes.get(theirs) != names["cred"].encode() or _is_older(attributes):
        return None
    said = attributes[ids[0]]
    return said.decode() if _ID.fullmatch(said) else None


def _is_older(attributes: dict[bytes, bytes]) -> bool:
    """Tell a layout of which nothing but the seal is read."""
    return attributes.get(b"xsdVersion", b"").startswith(b"0.8")
