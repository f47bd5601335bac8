"""Holding one node against the Open Badges 2.0 data model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from schemas.ob2.model import CLASSES, IDENTITY, Class, Kind, Property
from verifier.badge import Node, many, node, one, type_names
from verifier.checks.lexical import (
    is_email,
    is_hash,
    is_image_link,
    is_iri,
    is_language,
    is_phone,
    is_web_address,
    moment,
)
from verifier.checks.recipient import recipient_kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that breaks the model.

    Attributes:
        where: JSON pointer.
        message: one sentence; names the property, never its value.
        lenient: a form that is known from a large issuer and takes nothing away; `alignment` or `criteria`.
    """

    where: str
    message: str
    lenient: str = ""


_PREDICATES: dict[Kind, Callable[[object], bool]] = {
    Kind.TEXT: lambda value: isinstance(value, str),
    Kind.LABEL: lambda value: isinstance(value, str | int | float) and not isinstance(value, bool),
    Kind.IRI: is_iri,
    Kind.WEB: is_web_address,
    Kind.MOMENT: lambda value: moment(value) is not None,
    Kind.FLAG: lambda value: isinstance(value, bool),
    Kind.EMAIL: is_email,
    Kind.PHONE: is_phone,
    Kind.LANGUAGE: is_language,
    Kind.IMAGE: lambda value: is_image_link(value) or isinstance(value, dict),
    Kind.CRITERIA: lambda value: is_iri(value) or isinstance(value, dict),
    Kind.LINK: lambda value: is_iri(value) or isinstance(value, dict),
    Kind.NODE: lambda value: isinstance(value, dict),
    Kind.KEY: lambda value: is_iri(value) or isinstance(value, dict),
    Kind.WORD: lambda value: (isinstance(value, str) and bool(value.strip())) or _words(value),
    Kind.ENTRY: lambda value: isinstance(value, (str, dict)),
}


_IDENTITIES: dict[str, tuple[Callable[[str], bool], str]] = {
    "email": (is_email, "an e-mail address"),
    "url": (is_iri, "an address"),
    "telephone": (lambda value: is_phone(_bare_number(value)), "a telephone number (E.164)"),
}
"""What an identity that is not hashed looks like, by the property it is a value of."""


def _bare_number(value: str) -> str:
    return "".join(sign for sign in value.removeprefix("tel:") if sign not in " -().")


def _words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, str) for item in value)


def faults(at: Node, rules: Class, where: str) -> Iterator[Fault]:
    """Yield everything in a node that breaks its class."""
    if rules.types and not set(rules.types) & set(type_names(at)):
        expected = " or ".join(rules.types)
        yield Fault(where=f"{where}/type", message=f"The {rules.title} is not of type {expected}.")
    for row in rules.properties:
        yield from _property_faults(at, rules, row, where)
    if rules is IDENTITY:
        yield from _identity_faults(at, where)


def _property_faults(at: Node, rules: Class, row: Property, where: str) -> Iterator[Fault]:
    place = f"{where}/{row.term}"
    values = many(at.get(row.term)) if row.kind is not Kind.WORD else many([at.get(row.term)])
    if not values:
        if row.required:
            yield _missing(at, rules, row, place)
        return
    if len(values) > 1 and not row.many:
        yield Fault(where=place, message=f"The {rules.title} gives {row.term} more than once.")
        return
    for index, value in enumerate(values):
        inner = f"{place}/{index}" if isinstance(at.get(row.term), list) else place
        yield from _value_faults(one(value), rules, row, inner)


def _missing(at: Node, rules: Class, row: Property, place: str) -> Fault:
    # edubadges gives `targetUrl: null` where an alignment has no address: said, empty, and known.
    lenient = "alignment" if row.term == "targetUrl" and row.term in at else ""
    return Fault(where=place, message=f"The {rules.title} has no {row.term}.", lenient=lenient)


def _value_faults(value: object, rules: Class, row: Property, place: str) -> Iterator[Fault]:
    if not _PREDICATES[row.kind](value):
        yield Fault(where=place, message=f"The {row.term} of the {rules.title} is not {row.kind}.")
    elif row.kind is Kind.CRITERIA:
        yield from _criteria_faults(value, place)
    elif isinstance(value, dict) and row.kind is Kind.IMAGE:
        yield from _image_faults(value, place)
    elif isinstance(value, dict) and row.node:
        yield from faults(value, CLASSES[row.node], place)


def _criteria_faults(value: object, place: str) -> Iterator[Fault]:
    """Criteria are an address, or a node with one or with a narrative; edubadges also gives an empty node."""
    if not isinstance(value, dict):
        return
    if not value:
        message = "The criteria of the badge class are empty: nobody can read what the badge was given for."
        yield Fault(where=place, message=message, lenient="criteria")
        return
    if "id" in value and not is_iri(one(value["id"])):
        yield Fault(where=f"{place}/id", message="The id of the criteria is not an absolute IRI.")
    elif "narrative" in value and not isinstance(one(value["narrative"]), str):
        yield Fault(where=f"{place}/narrative", message="The narrative of the criteria is not text.")
    elif not {"id", "narrative"} & value.keys():
        yield Fault(where=place, message="The criteria have neither an address nor a narrative.")


def _image_faults(value: Node, place: str) -> Iterator[Fault]:
    if not is_image_link(one(value.get("id"))):
        yield Fault(
            where=f"{place}/id", message="The image names no PNG or SVG, by address or as a data URI."
        )


def _identity_faults(at: Node, where: str) -> Iterator[Fault]:
    if many(at.get("type")) and not recipient_kind(at):
        message = "The recipient's type does not name the one property that the person is known by."
        yield Fault(where=f"{where}/type", message=message)
    identity, hashed = one(at.get("identity")), one(at.get("hashed"))
    if not isinstance(identity, str) or not isinstance(hashed, bool):
        return
    place = f"{where}/identity"
    if hashed and not is_hash(identity):
        message = "The recipient is said to be hashed, but its identity is no sha256 or md5 hash."
        yield Fault(where=place, message=message)
    if not hashed and is_hash(identity):
        yield Fault(
            where=place, message="The recipient is said not to be hashed, but its identity is a hash."
        )
    plain, what = _IDENTITIES.get(recipient_kind(at), (None, ""))
    if plain is not None and not hashed and not is_hash(identity) and not plain(identity):
        yield Fault(where=place, message=f"The recipient's identity is not {what}.")


def is_stripped(at: Node) -> bool:
    """Tell whether a node is the short form that a revoked assertion may have: an id and little more."""
    return "badge" not in at or not node(at.get("recipient"))
