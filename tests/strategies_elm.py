"""Credentials made from the model table: the smallest that is valid, and any valid one."""

from __future__ import annotations

import itertools
from typing import Any

from hypothesis import strategies as st

from schemas.elm.model import ControlledList, Property, model

_SCALARS = {
    "xsd:dateTime": "2026-01-01T00:00:00Z",
    "xsd:duration": "PT10H",
    "xsd:string": "x",
    "xsd:anyURI": "https://example.org/",
    "xsd:integer": 1,
    "xsd:positiveInteger": 1,
    "xsd:decimal": "1.5",
    "xsd:boolean": True,
    "literal": "123",
    "iri": "https://example.org/creator",
    "any": "x",
}
NEVER = {
    "hasCredential",
    "credentialStatus",
    "termsOfUse",
    "proof",
    "descriptionHtml",
    "status",
    "dateModified",
}
"""Another credential inside, or terms the official context and shapes disagree on: not to be made."""


def _concept(scheme: ControlledList | None) -> dict[str, Any]:
    if scheme is None:
        return {"id": "https://example.org/concept", "type": "Concept"}
    member = min(scheme.members) if scheme.members else "x"
    made = {"id": scheme.base + member, "type": "Concept"}
    return {**made, "inScheme": [{"id": scheme.scheme, "type": "ConceptScheme"}]}


def _scalar(row: Property) -> Any:
    return {"nl": "tekst"} if row.is_text else _SCALARS[row.ranges[0]]


def smallest_node(name: str, numbers: Any = None) -> dict[str, Any]:
    """Return the smallest valid node of a class: what must stand, once."""
    numbers = numbers or itertools.count(1)
    made: dict[str, Any] = {"id": f"urn:epass:{name}:{next(numbers)}", "type": name}
    for row in model().classes[name].properties.values():
        if row.least and not row.beyond:
            made[row.term] = one_value(row, numbers)
    return made


def one_value(row: Property, numbers: Any) -> Any:
    """Return a valid value of a property, in a list where our tree has one."""
    value: Any
    if row.ranges == ("Concept",):
        value = _concept(row.scheme)
    elif row.holds_nodes:
        wanted = "Organisation" if "Organisation" in row.ranges else row.ranges[0]
        wanted = "Person" if row.term == "credentialSubject" else wanted
        value = smallest_node(wanted, numbers)
    else:
        value = _scalar(row)
    return [value] if row.is_list else value


def smallest(profile: str = "generic") -> dict[str, Any]:
    """Return the smallest valid credential of the generic or the converted profile, made from the table."""
    numbers = itertools.count(1)
    tree = smallest_node(model().credential_class, numbers)
    tree["id"] = "urn:credential:00000000-0000-4000-8000-000000000000"
    tree["type"] = list(model().credential_types)
    tree["issuer"]["eIDASIdentifier"] = smallest_node("LegalIdentifier", numbers)
    profile_id = next(key for key, name in model().variants.items() if name == profile)
    tree["credentialProfiles"][0]["id"] = "http://data.europa.eu/snb/credential/" + profile_id
    if profile == "converted":
        evidence = smallest_node("Evidence", numbers)
        tree["evidence"] = [{**evidence, "embeddedEvidence": [smallest_node("MediaObject", numbers)]}]
    return tree


@st.composite
def credentials(draw: st.DrawFn, depth: int = 4) -> dict[str, Any]:
    """Draw a valid credential: the smallest, with optional properties added at random down to a depth."""
    numbers = itertools.count(1000)
    tree = smallest()
    _grow(draw, tree, "EuropeanDigitalCredential", depth, numbers)
    return tree


_TEXTS = st.dictionaries(st.sampled_from(["nl", "en", "fy"]), st.text('abcé "\\<ĳ€', max_size=8), min_size=1)


def _grow(draw: st.DrawFn, node: dict[str, Any], name: str, depth: int, numbers: Any) -> None:
    rows = [
        row
        for row in model().classes[name].properties.values()
        if not row.beyond and not row.unreached and row.term not in NEVER and ":" not in row.term
    ]
    optional = [row for row in rows if row.term not in node]
    for row in draw(st.lists(st.sampled_from(optional), max_size=2, unique=True)) if optional else ():
        single = row.term in ("fullName", "givenName", "familyName", "schemeAgency") and row.is_text
        if row.is_text:
            node[row.term] = {"nl": "één"} if single else draw(_TEXTS)
        else:
            node[row.term] = one_value(row, numbers)
    if depth:
        for value in list(node.values()):
            for item in value if isinstance(value, list) else [value]:
                if isinstance(item, dict) and isinstance(item.get("type"), str) and item["type"] != "Concept":
                    _grow(draw, item, item["type"], depth - 1, numbers)
