"""Identifiers of legal persons, as certificates (ETSI EN 319 412-1 §5.1.4) and as documents write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from schemas.vocabulary import country

_SEMANTICS = re.compile(r"(?P<scheme>[A-Z]{3}|[A-Z]{2}:)(?P<country>[A-Z]{2})-(?P<number>.+)", re.ASCII)
_EIDAS = re.compile(r"(?P<country>[A-Z]{2})/[A-Z]{2}/(?P<number>.+)", re.ASCII)
"""LegalPersonIdentifier of the eIDAS attribute profile: whose, for whom, the number."""
_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}", re.ASCII)
_REGISTERS: Mapping[str, frozenset[str]] = {
    "VAT": frozenset({"eIDASIdentifier", "vatIdentifier", "taxIdentifier"}),
    "NTR": frozenset({"eIDASIdentifier", "registration"}),
}
"""Fields whose value is of the same register as a certificate's identifier of this scheme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalIdentifier:
    """An identifier with its scheme.

    Attributes:
        whole: in capitals, without spaces and points.
        scheme: `VAT`, `NTR`, `PSD`, `LEI`, or two letters and a colon for a national one.
        country: of the register, as written: two letters, `XG` for LEI.
        number: what follows the hyphen.
    """

    whole: str
    scheme: str
    country: str
    number: str

    @property
    def prefix(self) -> str:
        """What stands before the number."""
        return f"{self.scheme}{self.country}-"


def legal_identifier(text: str) -> LegalIdentifier | None:
    """Read an identifier that names its scheme; None where it does not."""
    whole = plain(text)
    found = _SEMANTICS.fullmatch(whole)
    return LegalIdentifier(whole=whole, **found.groupdict()) if found else None


def plain(text: str) -> str:
    """Bring an identifier to capitals without spaces and points; a hyphen may end a prefix."""
    return re.sub(r"[\s.]", "", text).upper()


def iso(code: str) -> str:
    """Return a country's two letters, whatever code or address of it is given; empty where it is none."""
    known = country(code) if code.strip() else None
    return known.iso if known else ""


def how_same(own: str, value: str, field: str, place: str) -> str | None:
    """Say how a value in a document is the certificate's identifier; None where it is not.

    Args:
        own: organizationIdentifier of the certificate.
        value: as the document has it.
        field: where it stands there; `identifier` says nothing about whose number it is.
        place: the country the document gives to it, two letters; empty where it gives none.

    Returns:
        Empty where it is the very same; otherwise a clause that says what was left out.
    """
    said = plain(value)
    if said == plain(own):
        return ""
    known = legal_identifier(own)
    if known is None:
        return None
    other = legal_identifier(value)
    if other is not None:
        same = (other.scheme, iso(other.country), other.number) == (
            known.scheme,
            iso(known.country),
            known.number,
        )
        return "" if same and iso(known.country) else None
    return _without_scheme(known, said, field, place)


def _without_scheme(known: LegalIdentifier, said: str, field: str, place: str) -> str | None:
    if known.scheme == "LEI" and said == known.number and _LEI.fullmatch(said):
        return f", which leaves the prefix {known.prefix} out"  # a LEI is one in the whole world
    home = iso(known.country)
    if field == "identifier" or (place and home and place != home):
        return None
    if said == known.number:
        return f", which leaves the prefix {known.prefix} out"
    eidas = _EIDAS.fullmatch(said)
    if eidas and iso(eidas["country"]) == home and eidas["number"] == known.number:
        return ", which writes the country twice instead of a scheme"
    if said[2:] == known.number and home and iso(said[:2]) == home:
        return f", which has only the country of the prefix {known.prefix}"
    return None


def same_register(own: str, value: str, field: str) -> bool:
    """Tell whether a value claims to be of the same register as the certificate's identifier."""
    known, other = legal_identifier(own), legal_identifier(value)
    if known is None:
        return False
    if other is not None:
        return other.scheme == known.scheme and iso(other.country) == iso(known.country)
    return field in _REGISTERS.get(known.scheme, frozenset({"eIDASIdentifier"}))
