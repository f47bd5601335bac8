"""What a provider of each kind calls things: to the names that the tables of sources know; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.identity.sources.refusing import refused
from schemas.identity import Assurance

_NATURAL = "http://eidas.europa.eu/attributes/naturalperson/"
_OF_BROKERS = {
    "PersonIdentifier": ("PersonIdentifier", "person_identifier"),
    "CurrentFamilyName": ("CurrentFamilyName", "FamilyName", "family_name"),
    "CurrentGivenName": ("CurrentGivenName", "FirstName", "given_name"),
    "DateOfBirth": ("DateOfBirth", "birthdate"),
    "BirthName": ("BirthName", "birth_family_name"),
    "PlaceOfBirth": ("PlaceOfBirth",),
    "Gender": ("Gender", "gender"),
}
LEVELS = {
    **{str(level): level for level in Assurance},
    **{f"http://eidas.europa.eu/LoA/{level}": level for level in Assurance},
}
"""Levels of assurance as (EU) 2015/1502 and the eIDAS message format name them."""
_IDA = "OpenID Identity Assurance Schema 1.0 §5"


def eidas_named(claims: Mapping[str, Any]) -> dict[str, Any]:
    """Bring a broker's claims to the attribute names of the eIDAS profile; others are left behind.

    Attribute URIs, friendly names (eIDAS attribute profile 1.2 §2.2) and OpenID Connect's own are known.
    """
    named: dict[str, Any] = {}
    for attribute, spellings in _OF_BROKERS.items():
        uri = f"{_NATURAL}{attribute}"
        found = next((claims[name] for name in (uri, *spellings) if claims.get(name)), None)
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        if found is not None:
            named[uri] = found
    return named


def verified(
    claims: Mapping[str, Any], frameworks: Mapping[str, Mapping[str, Assurance]], *, now: datetime
) -> tuple[Mapping[str, Any], Assurance, datetime]:
    """Choose what was verified under a trust framework that the operator named.

    Args:
        claims: with `verified_claims`, an object or a list of them.
        frameworks: what counts: to each trust framework its levels, beside those of eIDAS by name.
        now: timezone-aware.

    Returns:
        The claims, how sure they are, and when they were verified (`now` where that is not said).

    Raises:
        Refused: `identity.verified-claims`: none that counts.
    """
    said = claims.get("verified_claims")
    for one in said if isinstance(said, list) else [said]:
        if not isinstance(one, dict) or not isinstance(one.get("claims"), dict):
            continue
        how = one.get("verification")
        known = frameworks.get(str(how.get("trust_framework"))) if isinstance(how, dict) else None
        if known is None or not isinstance(how, dict):
            continue
        level = {**LEVELS, **known}.get(str(how.get("assurance_level", "")))
        if level is not None:
            return one["claims"], level, _moment(how.get("time"), now)
    message = "The provider verified nothing under a trust framework and at a level that count here."
    raise refused("verified-claims", message, cite=_IDA)


def _moment(said: object, now: datetime) -> datetime:
    if said is None:
        return now
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or at > now:
        raise refused("verified-claims", "The time of verification is none, or lies ahead.", cite=_IDA)
    return at
