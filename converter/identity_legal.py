"""The legal person of `mappings/eidas.toml`: both ways to the pivot's organisation, and an issuer's facts."""

from __future__ import annotations

import functools
from collections.abc import Mapping as Tree
from typing import Any

from converter.codecs import Context
from converter.identity_table import identity_table
from converter.mapping import Mapping
from schemas.errors import Malformed, Problem
from schemas.identity import Origin, PersonIdentifier, holds_bsn
from schemas.institution import OrganisationFacts
from schemas.lang import LangString
from schemas.legal_person import SCHEME, LegalPerson

_EIDAS = "http://eidas.europa.eu/attributes/legalperson/"
_NAME, _IDENTIFIER = f"{_EIDAS}LegalName", f"{_EIDAS}LegalPersonIdentifier"
_NUMBERS = {
    "vat": (f"{_EIDAS}VATRegistrationNumber", "VATRegistrationNumber"),
    "tax": (f"{_EIDAS}TaxReference", "TaxReference"),
}
_LONGEST = 500


@functools.cache
def legal_mapping() -> Mapping:
    """Return the table with the legal person as its root, ready to lift and to lower."""
    return Mapping(identity_table().model_copy(update={"root": "LegalPerson"}))


def organisation_of(legal: LegalPerson, language: str) -> dict[str, Any]:
    """Return the pivot's organisation that a legal person makes; its texts are in one language."""
    return legal_mapping().lift(legal_record_of(legal), Context(language=language)).tree


def legal_fields_of(organisation: dict[str, Any], language: str) -> dict[str, Any]:
    """Return what the pivot's organisation says of a legal person: the way back."""
    return legal_mapping().lower(organisation, Context(language=language)).tree


def legal_record_of(legal: LegalPerson) -> dict[str, Any]:
    """Return a legal person's fields as JSON."""
    made: dict[str, Any] = {
        "legal_name": legal.legal_name,
        "identifier": _number(legal.identifier),
        "vat": [_number(one) for one in legal.vat],
        "tax": [_number(one) for one in legal.tax],
    }
    if legal.address is not None:
        made["address"] = {"country": legal.address.country, "text": legal.address.text}
    return {name: value for name, value in made.items() if value}


def legal_from_eidas(attributes: Tree[str, Any], origin: Origin) -> LegalPerson:
    """Read the attributes of an eIDAS assertion about a legal person (eIDAS attribute profile 1.2 §2.3).

    Raises:
        Malformed: name or identifier is missing, is no text, or may be a citizen's number.
    """
    name, number = (_text(attributes.get(one)) for one in (_NAME, _IDENTIFIER))
    problems = [
        Problem(code="identity.legal", message=f"The assertion says no {what} that can be used.", where=where)
        for what, where, said in (("legal name", _NAME, name), ("identifier", _IDENTIFIER, number))
        if not said
    ]
    if problems:
        raise Malformed(*problems)
    country = number.partition("/")[0]  # eIDAS attributes §2.3.1: the first of the two countries gave it
    others = {
        field: (PersonIdentifier(value=said, country=country, scheme=scheme),)
        for field, (claim, scheme) in _NUMBERS.items()
        if (said := _text(attributes.get(claim)))
    }
    return LegalPerson(
        legal_name=name,
        identifier=PersonIdentifier(value=number, country=country, scheme=SCHEME),
        vat=others.get("vat", ()),
        tax=others.get("tax", ()),
        origin=origin,
    )


def issuer_of(legal: LegalPerson, language: str) -> OrganisationFacts:
    """Return what an institution profile says of an issuer that is this legal person."""
    return OrganisationFacts(
        legal_name=LangString(((language, legal.legal_name),)),
        country=legal.identifier.country,
        address=legal.address.text if legal.address is not None else None,
        eidas_identifier=legal.identifier.value,
        vat=legal.vat[0].value if legal.vat else None,
    )


def _number(one: PersonIdentifier) -> dict[str, str]:
    return {"value": one.value, "country": one.country, "scheme": one.scheme}


def _text(said: object) -> str:
    text = said.strip() if isinstance(said, str) else ""
    return "" if len(text) > _LONGEST or holds_bsn(text) or not text.isprintable() else text
