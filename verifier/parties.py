"""Who may have sealed a credential: its issuer, the one that presents it, its awarding bodies."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.legal_identifier import iso, legal_identifier, plain

PRESENTATION = "#presentation"
"""Where the reader of EDCI XML keeps what stands around the credential."""
AWARDING_BODY = "awarding body"
_IDENTIFIER_FIELDS = ("eIDASIdentifier", "registration", "vatIdentifier", "taxIdentifier", "identifier")
_NAME_FIELDS = ("legalName", "prefLabel", "altLabel", "commonName")
_ABOVE = ("subOrganizationOf", "unitOf")
_NOT_TEXT = frozenset({"id", "type", "#name"})
_VALUE_KEYS = ("notation", "#text", "@value")
_SCHEME_KEYS = ("schemeName", "schemeAgency", "schemeId", "@schemeID", "@schemeName", "@schemeAgencyName")
_TOLD_BY_SCHEME = {"eidas": "eIDASIdentifier", "vat": "vatIdentifier"}
_MAX_CALLED = 80
_MAX_ABOVE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedIdentifier:
    """One identifier of an organisation in a document.

    Attributes:
        field: the property it stands in; a plain `identifier` that names its scheme counts as that one.
        value: as written.
        country: two letters: its own, else the organisation's; empty where none is given.
        where: its place.
    """

    field: str
    value: str
    country: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOrganisation:
    """An organisation as the document names it.

    Attributes:
        role: for the sentence.
        where: its place in the document.
        id: within the document.
        identifiers: all of them.
        names: normalised.
        called: one of its names, for a sentence; empty where it is no organisation.
        country: two letters; empty where none or several are given.
        above: ids of the organisations it is a part of.
    """

    role: str
    where: str
    id: str
    identifiers: tuple[NamedIdentifier, ...]
    names: frozenset[str]
    called: str
    country: str
    above: frozenset[str]

    def is_same(self, other: NamedOrganisation) -> bool:
        """Tell whether the document's own words make the two one: an id, an identifier or a name of both."""
        if self.id and self.id == other.id:
            return True
        own = {plain(one.value) for one in self.identifiers}
        return bool(own & {plain(one.value) for one in other.identifiers} or self.names & other.names)


def responsible(tree: Mapping[str, Any]) -> list[NamedOrganisation]:
    """List whose seal the document leads one to expect: the presentation's issuer, then the issuer."""
    presentation = tree.get(PRESENTATION)
    found: list[NamedOrganisation] = []
    if isinstance(presentation, Mapping):
        place = f"/{PRESENTATION}/issuer"
        found += [named(one, "presentation's issuer", place) for one in nodes(presentation.get("issuer"))]
    return found + [named(one, "issuer", "/issuer") for one in nodes(tree.get("issuer"))]


def awarding_bodies(tree: Mapping[str, Any]) -> Iterator[NamedOrganisation]:
    """Walk the tree once; nodes that are referred to twice are one object, and visited once."""
    seen: set[int] = set()
    todo: list[tuple[Any, _Place]] = [(tree, ())]
    while todo:
        node, where = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, list):
            todo += [(item, (where, at)) for at, item in enumerate(node) if not isinstance(item, _PLAIN)]
        elif isinstance(node, (dict, Mapping)):  # the first of the two is asked a hundred times as fast
            if "awardingBody" in node:
                place = _written_out((where, "awardingBody"))
                yield from (named(one, AWARDING_BODY, place) for one in nodes(node["awardingBody"]))
            todo += [(value, (where, key)) for key, value in node.items() if not isinstance(value, _PLAIN)]


_Place = tuple["_Place", str | int] | tuple[()]
"""The place above and the last step: few places of all that are walked through are ever told."""
_PLAIN = (str, int, float, type(None))


def _written_out(place: _Place) -> str:
    steps: list[str] = []
    while place:
        place, step = place
        steps.append(f"/{step}")
    return "".join(reversed(steps))


def named(organisation: Mapping[str, Any], role: str, where: str) -> NamedOrganisation:
    """Read one organisation of a Europass document, EDCI or ELM."""
    country = _country(organisation)
    texts = [text for field in _NAME_FIELDS for text in _texts(organisation.get(field))]
    person = "Person" in values(organisation.get("type"))
    called = next((" ".join(text.split()) for text in texts if text.strip()), "")
    return NamedOrganisation(
        role=role,
        where=where,
        id=_id(organisation),
        identifiers=tuple(_identifiers(organisation, country, where)),
        names=frozenset(map(normalised, texts)) - {""},
        called="" if person else called[:_MAX_CALLED],
        country=country,
        above=frozenset(_above(organisation)),
    )


def _identifiers(organisation: Mapping[str, Any], country: str, where: str) -> Iterator[NamedIdentifier]:
    for field in _IDENTIFIER_FIELDS:
        for one in values(organisation.get(field)):
            for value in _written(one):
                yield NamedIdentifier(
                    field=_field(field, one),
                    value=value,
                    country=_spatial(one) or country,
                    where=f"{where}/{field}",
                )


def _field(field: str, identifier: Any) -> str:  # noqa: ANN401 - any tree value
    if field != "identifier" or not isinstance(identifier, Mapping):
        return field
    said = " ".join(text for key in _SCHEME_KEYS for text in _texts(identifier.get(key))).lower()
    return next((known for word, known in _TOLD_BY_SCHEME.items() if word in said.split()), field)


def _written(identifier: Any) -> list[str]:  # noqa: ANN401
    """Return an identifier's value, whichever key a format keeps it under."""
    if isinstance(identifier, str):
        return [identifier]
    if not isinstance(identifier, Mapping):
        return []
    found = [value for key in _VALUE_KEYS for value in values(identifier.get(key))]
    if legal_identifier(str(identifier.get("id", ""))):  # where some issuers keep it
        found.append(identifier["id"])
    return [value for value in found if isinstance(value, str) and value.strip()]


def _spatial(identifier: Any) -> str:  # noqa: ANN401
    if not isinstance(identifier, Mapping):
        return ""
    spatial = [identifier.get("@spatialID"), *(_id(one) for one in nodes(identifier.get("spatial")))]
    return next((code for one in spatial if isinstance(one, str) and (code := iso(one))), "")


def _country(organisation: Mapping[str, Any]) -> str:
    found = {
        code
        for location in ("location", "hasLocation")
        for place in nodes(organisation.get(location))
        for address in ("address", "hasAddress")
        for one in nodes(place.get(address))
        for country in ("countryCode", "country")
        for concept in nodes(one.get(country))
        if (code := iso(_id(concept) or str(concept.get("@uri", ""))))
    }
    return found.pop() if len(found) == 1 else ""


def _above(organisation: Mapping[str, Any]) -> Iterator[str]:
    here = [organisation]
    for _ in range(_MAX_ABOVE):  # a hostile document may make a ring of them
        here = [above for one in here for key in _ABOVE for above in nodes(one.get(key))]
        yield from (known for one in here if (known := _id(one)))


def _id(node: Mapping[str, Any]) -> str:
    return next((one for key in ("id", "@id") if isinstance(one := node.get(key), str)), "")


def values(value: Any) -> list[Any]:  # noqa: ANN401 - any tree value
    """Return one or many as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def nodes(value: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401
    """Return the objects among one or many."""
    return [one for one in values(value) if isinstance(one, Mapping)]


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield every text of a multilingual value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _NOT_TEXT and (key == "@value" or not key.startswith("@")):
                yield from _texts(item)


def normalised(name: str) -> str:
    """Bring a name to letters and digits, without case and accents, one space between words."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char))
    return " ".join(kept.split())


def last_step(uri: str) -> str:
    """Return what a controlled list's address ends in: its code."""
    return re.split(r"[/#]", uri.strip().rstrip("/"))[-1]
