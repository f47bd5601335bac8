"""What the consent page shows of an identity, and what becomes of a holder's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from api.pages.words import Words
from converter.identity_reading import Handed
from converter.purposes import Purpose, purposes
from schemas.evidence import Recipient
from schemas.identity import FIELDS, Identity, PersonIdentifier, PlaceOfBirth, PostalAddress

TICK = "field_"
CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One field as its holder sees it.

    Attributes:
        what_for: why the purpose needs it; empty where it does not.
    """

    name: str
    value: str = field(repr=False)
    source: str
    level: str
    what_for: str


def purpose_named(name: str) -> Purpose:
    """Return a purpose; an unknown name is the least one, which needs least."""
    known = purposes()
    return known.get(name) or next(iter(known.values()))


def rows_of(identity: Identity, purpose: Purpose, words: Words) -> tuple[FieldRow, ...]:
    """Lay an identity out, in the order of `FIELDS`."""
    return tuple(
        FieldRow(
            name=name,
            value=_shown(identity, name, words),
            source=identity.origin(name).source,
            level=str(identity.origin(name).assurance),
            what_for=words.text(purpose.field.get(name, {})),
        )
        for name in identity.said()
    )


def agreed_to(texts: Mapping[str, str], purpose: Purpose) -> frozenset[str]:
    """Read the ticks of a form; a field that the purpose does not need is none that can be ticked."""
    return frozenset(name for name in FIELDS if texts.get(TICK + name) and name in purpose.field)


def consented(
    identity: Identity, purpose: Purpose, agreed: frozenset[str], supplied: Recipient | None
) -> Handed:
    """Take a holder's answer: the ground of every field is consent now (GDPR article 6(1)(a))."""
    origins = tuple((name, replace(origin, ground=CONSENT)) for name, origin in identity.origins)
    return Handed(
        identity=replace(identity, origins=origins),
        purpose=purpose.name,
        agreed=agreed,
        supplied=supplied,
    )


def _shown(identity: Identity, name: str, words: Words) -> str:
    value = getattr(identity, name)
    if name == "birthdate":
        return words.date(value.isoformat())
    if name == "gender":
        return words(f"identity.genders.{value}")
    if isinstance(value, PlaceOfBirth):
        return ", ".join(filter(None, (value.locality, value.country)))
    if isinstance(value, PostalAddress):
        return ", ".join(filter(None, (value.text, value.country)))
    if isinstance(value, PersonIdentifier):
        return f"{value.value} ({value.country})"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
