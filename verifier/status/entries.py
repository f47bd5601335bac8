"""Where a credential says that its status is told, in every shape that is met.

ELM v3 lets `credentialStatus` be one URI; issuers write objects, and some a member `status` of their own.
"""

from __future__ import annotations

from typing import Any

from schemas.document import Tree
from schemas.status import StatusEntry, StatusKind
from verifier.badge import Node, many, text
from verifier.status.terms import natural, type_names, uri_of

MAX_ENTRIES = 8
"""Statuses, and so lists, looked at for one credential: the profile allows one, issuers write two."""
_TERMS = ("credentialStatus", "status")
_BITS = frozenset({"StatusList2021Entry", "BitstringStatusListEntry"})
_NAMES = frozenset({"1EdTechRevocationList"})
_LITERALS = frozenset({"xsd:anyURI", "anyURI", "http://www.w3.org/2001/XMLSchema#anyURI"})
_LITERAL_VALUES = ("@value", "value", "type")
_MAX_SIZE = 16  # bits of one status; each has a message for every value it can take
_MAX_WORD = 60


def entries(tree: Tree) -> tuple[StatusEntry, ...]:
    """Return every status a credential names, in the order of the document.

    Args:
        tree: the credential, read from what its seal covers.
    """
    found: list[StatusEntry] = []
    named = {text(one.get("id")) for term in _TERMS for one in many(tree.get(term)) if _in_full(one)} - {""}
    for term in _TERMS:
        for place, value in enumerate(many(tree.get(term))):
            if _bare(value) in named:
                continue  # the status that is said in full elsewhere, named once more
            if len(found) == MAX_ENTRIES:
                fault = f"The credential names more than {MAX_ENTRIES} statuses; the others are not asked."
                return (*found, StatusEntry(kind=StatusKind.UNKNOWN, where=f"/{term}", fault=fault))
            found.append(_entry(value, f"/{term}/{place}"))
    return tuple(found)


def _in_full(value: Any) -> bool:  # noqa: ANN401 - any JSON
    return isinstance(value, dict) and not _bare(value)


def _entry(value: Any, where: str) -> StatusEntry:  # noqa: ANN401 - any JSON
    address = _bare(value)
    if address:
        return StatusEntry(kind=StatusKind.ADDRESS, address=address, where=where)
    if not isinstance(value, dict):
        fault = "The credential names a status in a form that is not known."
        return StatusEntry(kind=StatusKind.UNKNOWN, where=where, fault=fault)
    kinds = type_names(value)
    if _BITS & kinds:
        return _in_bits(value, min(_BITS & kinds), where)
    if _NAMES & kinds:
        name = min(_NAMES & kinds)
        return StatusEntry(
            kind=StatusKind.NAMES, type=name, address=uri_of(value), purpose="revocation", where=where
        )
    return _unknown(value, kinds, where)


def _bare(value: Any) -> str:  # noqa: ANN401
    """Return a URI that stands by itself: as text, as a typed literal, or as a node with only an id."""
    if isinstance(value, str):
        return value.strip()
    if not isinstance(value, dict):
        return ""
    if set(value) == {"id"}:
        return text(value["id"]).strip()
    kinds = {text(value.get(key)) for key in ("type", "@type")}
    if kinds & _LITERALS:
        return next((text(value[key]).strip() for key in _LITERAL_VALUES if text(value.get(key))), "")
    return text(value["@value"]).strip() if "@value" in value else ""


def _in_bits(value: Node, kind: str, where: str) -> StatusEntry:
    """Read StatusList2021Entry (CCG §4.1) or BitstringStatusListEntry (W3C §2.1)."""
    address, purpose = uri_of(value.get("statusListCredential")), text(value.get("statusPurpose"))
    index, size = natural(value.get("statusListIndex")), natural(value.get("statusSize", 1))
    fault = ""
    if not address:
        fault = "The status names no status list."
    elif not purpose:
        fault = "The status does not say what it is for."
    elif index < 0:
        fault = "The place in the status list is not a whole number from zero up."
    elif not 0 < size <= _MAX_SIZE:
        fault = f"The size of a status is not a number of bits from 1 to {_MAX_SIZE}."
    elif size > 1 and len(many(value.get("statusMessage"))) != 1 << size:
        fault = "The status has not one message for each of the values it can take."
    return StatusEntry(
        kind=StatusKind.BITS,
        type=kind,
        address=address,
        purpose=purpose[:_MAX_WORD],
        index=index,
        size=size,
        where=where,
        fault=fault,
    )


def _unknown(value: Node, kinds: frozenset[str], where: str) -> StatusEntry:
    name = min(kinds, default="")[:_MAX_WORD]
    if "status_list" in value:
        fault = "The status is told in a Token Status List (IETF), which is not evaluated here."
    elif name:
        fault = f"The status is of the type {name!r}, which is not evaluated here."
    else:
        fault = "The status does not say of which type it is."
    return StatusEntry(kind=StatusKind.UNKNOWN, type=name, where=where, fault=fault)
