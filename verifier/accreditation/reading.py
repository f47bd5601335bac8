"""An accreditation out of any shape the European Commission gives it.

ELM v3 JSON-LD (nested as in a credential, or flattened to `@graph`), the JSON of its accreditation service,
and EDCI XML as this software reads it. They differ in names (`organisation`, `accreditedOrganization`) and in
how a code, a date or an identifier is wrapped, not in what they say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.accreditation import Accreditation
from verifier.parties import last_step, nodes, values

Node = Mapping[str, Any]
Index = Mapping[str, Node]
"""Nodes of a flattened document by their id."""

_IDS = ("id", "@id", "uri", "@uri")
_WRITTEN = ("value", "notation", "#text", "@value", "content")
_IDENTIFIERS = ("identifier", "identifiers")
_OF_ORGANISATIONS = (
    *_IDENTIFIERS,
    "registration",
    "vatIdentifier",
    "vatIdentifiers",
    "taxIdentifier",
    "taxIdentifiers",
    "eIDASIdentifier",
    "eidasLegalIdentifier",
)
_NAMES = ("legalName", "prefLabel", "prefLabels")
_BODIES = ("organisation", "organization", "accreditedOrganization")
_ISSUED = ("dateIssued", "issuedDate", "issued")
_POSITIVE = "c_0ab66479"
_MAX_TEXT = 120
_MAX_MILLISECONDS = 253_402_300_799_000  # the end of the year 9999
_DATE = 10


def accreditation_of(node: Node, index: Index | None = None) -> Accreditation:
    """Read one accreditation; what it does not say stays empty.

    Args:
        node: of the accreditation.
        index: where a plain address may stand for a node.
    """
    known = index or {}
    limits = list(_objects(node, ("limitQualification",), known))
    agents = list(_objects(node, ("accreditingAgent",), known))
    return Accreditation(
        ids=frozenset({*_own_ids(node), *_identifiers(node, _IDENTIFIERS, known)}),
        kind=next(iter(codes(node, ("dcType", "type"))), ""),
        title=_text(_first(node, ("title", "titles"))),
        bodies=_of_organisations(list(_objects(node, _BODIES, known)), known),
        agents=_of_organisations(agents, known),
        agent=next((name for one in agents if (name := _text(_first(one, _NAMES)))), ""),
        issued=moment(_first(node, _ISSUED)),
        expires=moment(_first(node, ("expiryDate",)), end=True),
        positive=True if _POSITIVE in codes(node, ("decision",)) else None,
        limited=bool(limits),
        qualifications=frozenset(one for limit in limits for one in qualification_ids(limit, known)),
        fields=codes(node, ("limitField", "limitFields")),
        levels=codes(node, ("limitEQFLevel", "limitEQFLevels")),
        jurisdictions=codes(node, ("limitJurisdiction", "limitJurisdictions")),
        credential_types=codes(node, ("limitCredentialType", "limitCredentialTypes")),
    )


def qualification_ids(node: Node, index: Index | None = None) -> frozenset[str]:
    """Return what a qualification is known by beyond the document: identifiers, and an address on the web."""
    return frozenset(
        {*_identifiers(node, (*_IDENTIFIERS, "qualificationCode"), index or {}), *_web_ids(node)}
    )


def codes(node: Node, fields: tuple[str, ...]) -> frozenset[str]:
    """Return the codes of controlled-list values: what their addresses end in."""
    found = (one for field in fields for one in values(node.get(field)))
    addresses = (
        next((one[key] for key in _IDS if isinstance(one.get(key), str)), "")
        if isinstance(one, Mapping)
        else one
        for one in found
    )
    return frozenset(last_step(one) for one in addresses if isinstance(one, str) and one.strip())


def moment(value: Any, *, end: bool = False) -> datetime | None:  # noqa: ANN401 - any tree value
    """Read a time: ISO 8601, or milliseconds since 1970 as the Commission's service writes them.

    A date alone is its first moment, or its last where an end is read; a time without an offset is UTC.
    """
    while isinstance(value, Mapping):
        value = next((value[key] for key in _WRITTEN if key in value), None)
    try:
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_MILLISECONDS:
            return datetime.fromtimestamp(value / 1000, UTC)
        if not isinstance(value, str):
            return None
        read = datetime.fromisoformat(value.strip())
        if end and len(value.strip()) == _DATE:
            read += timedelta(days=1, microseconds=-1)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _of_organisations(organisations: list[Node], index: Index) -> frozenset[str]:
    return frozenset(
        one
        for organisation in organisations
        for one in (*_identifiers(organisation, _OF_ORGANISATIONS, index), *_web_ids(organisation))
    )


def _objects(node: Node, fields: tuple[str, ...], index: Index) -> Iterator[Node]:
    """Yield the nodes a property holds, or that its addresses lead to."""
    for field in fields:
        for one in values(node.get(field)):
            address = one if isinstance(one, str) else _address(one)
            if address in index:
                yield index[address]
            elif isinstance(one, Mapping):
                yield one
            elif isinstance(one, str):
                yield {"id": one}


def _identifiers(node: Node, fields: tuple[str, ...], index: Index) -> Iterator[str]:
    for field in fields:
        for one in values(node.get(field)):
            if isinstance(one, str) and one not in index:
                yield one.strip()
                continue
            held = index.get(one if isinstance(one, str) else _address(one), one)
            for key in _WRITTEN if isinstance(held, Mapping) else ():
                for value in values(held.get(key)):
                    written = value.get("@value") if isinstance(value, Mapping) else value
                    if isinstance(written, str) and written.strip():
                        yield written.strip()


def _address(one: Any) -> str:  # noqa: ANN401
    """Return where a bare reference points; a node that says more stands for itself."""
    if isinstance(one, Mapping) and len(one) == 1:
        return next((value for key, value in one.items() if key in _IDS and isinstance(value, str)), "")
    return ""


def _own_ids(node: Node) -> Iterator[str]:
    yield from (one for key in _IDS if isinstance(one := node.get(key), str) and one.strip())


def _web_ids(node: Node) -> Iterator[str]:
    """Yield ids that mean something outside the document; `urn:epass:…` are numbered anew in each."""
    yield from (one for one in _own_ids(node) if one.startswith(("http://", "https://")))


def _first(node: Node, fields: tuple[str, ...]) -> Any:  # noqa: ANN401
    return next((node[field] for field in fields if node.get(field) not in (None, [], "")), None)


def _text(value: Any) -> str:  # noqa: ANN401
    """Return one text of a multilingual value, English where it is there, on one line."""
    if isinstance(value, str):
        return " ".join(value.split())[:_MAX_TEXT]
    if isinstance(value, Mapping) and isinstance(value.get("en"), (str, list)):
        return _text(value["en"])
    held = nodes(value) or values(value)
    for one in sorted(held, key=lambda one: _language(one) != "en"):
        if isinstance(one, str):
            return _text(one)
        if not isinstance(one, Mapping):
            continue
        inner = one.get("text") or next((one[key] for key in _WRITTEN if key in one), None)
        inner = next(iter(one.values()), None) if inner is None else inner
        if inner is not value and (found := _text(inner)):
            return found
    return ""


def _language(one: Any) -> str:  # noqa: ANN401
    found = (one.get(key) for key in ("language", "@language", "@lang")) if isinstance(one, Mapping) else ()
    return next((code for code in found if isinstance(code, str)), "")
