"""The learner's identity, where it is proven that it is the learner's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from converter.enrich.draft import Draft, Request
from converter.identity_table import person_of
from converter.report import Entry, MappingReport
from schemas.document import Format
from schemas.identity import Origin, Proven

MISMATCH = "identity.mismatch"
RULE = "ADR 0022"
WORD = "identity "
OF_A_BADGE = "A badge is public and names its holder by a hash only; no identity is written into it."
GIVEN_BACK = "The enclosed original is given back byte for byte, and nothing is written into it."
UPGRADED = "An upgrade says in a newer form what the document says, and nothing else."
PLACES = {
    "given_name": "given_name",
    "family_name": "family_name",
    "birth_name": "birth_name",
    "date_of_birth": "birthdate",
    "place_of_birth": "place_of_birth",
    "location": "address",
    "gender": "gender",
    "citizenship_country": "nationalities",
    "national_id": "identifier",
}
"""The field of a record that each field of the pivot's person comes from."""


def identity(draft: Draft, request: Request) -> None:
    """Write the fields of a proven identity onto the subject; tell source and assurance, and no value."""
    proven = request.identity
    if proven is None:
        return
    subject = draft.tree.setdefault("credential_subject", {"type": "Person"})
    person = person_of(proven.identity, request.language)
    how = " ".join(proven.how)
    for name, value in person.items():
        field = PLACES.get(name)
        if field is None or subject.get(name):
            continue  # what the document says of its learner stays its issuer's word; the proof held it
        origin = proven.identity.origin(field)
        _named(name, value)
        rule = f"{WORD}{origin.source} {origin.assurance}"
        draft.add("/credential_subject", subject, name, value, rule=rule, why=f"{_word(origin)} {how}")


def _named(name: str, value: Any) -> None:  # noqa: ANN401 - the value of one field
    """Give a place an id of its own, so that the account of what was added stands at the place as a whole."""
    for node in value if isinstance(value, list) else [value]:
        if isinstance(node, dict) and node.get("type") == "Location":
            node["id"] = f"urn:epass:location:{'birth' if name == 'place_of_birth' else 'home'}"


def _word(origin: Origin) -> str:
    """Tell whose word a field is, and how sure."""
    ground = origin.ground or "not said"
    return (
        f"Source {origin.source}, level of assurance {origin.assurance}, "
        f"of {origin.at:%Y-%m-%dT%H:%M:%S%z}; legal ground: {ground}."
    )


def told(report: MappingReport, proven: Proven | None, why_not: Mapping[str, str]) -> MappingReport:
    """Say in a report which fields of an identity were given and not written.

    Args:
        report: of the conversion; what went in stands among what was added.
        proven: what was given; None where nothing was.
        why_not: the reason, by the field's name.
    """
    if proven is None:
        return report
    reasons = {**why_not, **dict(proven.left_out)}
    left = (Entry(source=f"identity:/{name}", rule=RULE, note=why) for name, why in reasons.items())
    return replace(report, left_out=(*report.left_out, *left))


def none_written(proven: Proven | None, why: str) -> dict[str, str]:
    """Give one reason for every field."""
    return dict.fromkeys(proven.identity.said(), why) if proven is not None else {}


def not_written(draft: Draft, request: Request) -> dict[str, str]:
    """Give the reason for each field that a finished draft does not have from the identity."""
    if request.target is Format.OB2:
        return none_written(request.identity, OF_A_BADGE)
    fields = request.identity.identity.said() if request.identity is not None else ()
    subject = draft.tree.get("credential_subject") or {}
    put = {one.pivot for one in draft.additions if one.rule.startswith(WORD)}
    reasons = {}
    for place, field in PLACES.items():
        if field not in fields:
            continue
        if f"/credential_subject/{place}" not in put:
            reasons[field] = "The document says this of its learner itself."
        elif not subject.get(place):
            reasons[field] = "The target demands more of it, such as the country, than was given."
    return reasons
