"""Who a person is, as somebody vouched for it: the eIDAS minimum data set of a natural person.

Regulation (EU) 2015/1501, annex, section 1: family name, first name, date of birth and a unique identifier;
and, where they are known, name at birth, place of birth, address and gender. Nationality comes beside it,
as the European identity wallet has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum

from schemas.evidence import Recipient

FIELDS = (
    "identifier",
    "family_name",
    "given_name",
    "birthdate",
    "birth_name",
    "place_of_birth",
    "address",
    "gender",
    "nationalities",
)
"""The fields of a record, as every door names them."""

_RUN = re.compile(r"(?<!\d)\d{9}(?!\d)|(?<![0-9A-Za-z])(?:\d[ .\-]?){8}\d(?![0-9A-Za-z])")
_BSN_SCHEME = re.compile(
    r"\b(bsn|burger\s?service\s?nummer|sofi(-?nummer)?|onderwijsnummer)\b", re.IGNORECASE
)
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_SHORT, _LONG, _ELEVEN = 8, 9, 11


class Assurance(StrEnum):
    """How sure it is (Regulation (EU) No 910/2014, article 8(2))."""

    LOW = "low"
    SUBSTANTIAL = "substantial"
    HIGH = "high"


class Gender(StrEnum):
    """What the eIDAS attribute profile knows; `unspecified` is said, too."""

    FEMALE = "female"
    MALE = "male"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Whose word a field is.

    Attributes:
        source: one of `SOURCES`.
        assurance: how sure the source is.
        at: when it said so, timezone-aware.
        ground: why it may be used (GDPR article 6), e.g. `consent`.
    """

    source: str
    assurance: Assurance
    at: datetime
    ground: str


SOURCES = ("institution", "eduid", "eidas", "ida", "pid", "register")
"""Who can vouch: the institution itself, an eduID sign-in, an eIDAS node or broker, OpenID verified claims, a
wallet's PID, a public register."""

GROUNDS = ("consent", "contract", "legal-obligation", "public-task", "legitimate-interest")
"""The grounds of GDPR article 6(1) that an institution may have; a vital interest is none here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOfBirth:
    """Where somebody was born; the country as ISO 3166-1 alpha-2."""

    country: str | None = field(default=None, repr=False)
    locality: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """Where somebody lives; the country as ISO 3166-1 alpha-2."""

    country: str = field(repr=False)
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonIdentifier:
    """A number that a country gives a person; never a Dutch BSN.

    Attributes:
        value: e.g. `DE/NL/…` as an eIDAS node writes it.
        country: whose number it is, ISO 3166-1 alpha-2.
        scheme: what kind of number.
    """

    value: str = field(repr=False)
    country: str = field(repr=False)
    scheme: str = "eIDAS PersonIdentifier"


Value = str | date | Gender | PlaceOfBirth | PostalAddress | PersonIdentifier | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person, field by field; what is None is not said. No value shows when it is printed.

    Attributes:
        nationalities: ISO 3166-1 alpha-2.
        origins: whose word each field is, by the field's name; each field that is said has one.
        recipient: the value by which the badge knows this person.
        vouched: an institution says that this is the person the document is about.
    """

    given_name: str | None = field(default=None, repr=False)
    family_name: str | None = field(default=None, repr=False)
    birthdate: date | None = field(default=None, repr=False)
    birth_name: str | None = field(default=None, repr=False)
    place_of_birth: PlaceOfBirth | None = field(default=None, repr=False)
    address: PostalAddress | None = field(default=None, repr=False)
    gender: Gender | None = field(default=None, repr=False)
    nationalities: tuple[str, ...] = field(default=(), repr=False)
    identifier: PersonIdentifier | None = field(default=None, repr=False)
    origins: tuple[tuple[str, Origin], ...] = ()
    recipient: Recipient | None = field(default=None, repr=False)
    vouched: bool = False

    def __post_init__(self) -> None:
        """Hold each field to having an origin; a record without one cannot be told.

        Raises:
            ValueError: a field without an origin, or one that holds a BSN; always our own fault, for the
                reader has refused both.
        """
        told = {name for name, _ in self.origins}
        if told != set(self.said()):
            raise ValueError("every field of an identity has its origin, and no other has one")
        if any(holds_bsn(text) for _, text in self.texts()):
            raise ValueError("no identity holds a BSN")

    def said(self) -> tuple[str, ...]:
        """Name the fields that are said."""
        return tuple(name for name in FIELDS if getattr(self, name))

    def origin(self, name: str) -> Origin:
        """Return whose word a field is.

        Raises:
            KeyError: the field is not said.
        """
        return dict(self.origins)[name]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield every text with the field it stands in."""
        for name in self.said():
            value = getattr(self, name)
            if isinstance(value, str) and not isinstance(value, Gender):
                yield name, value
            elif isinstance(value, PlaceOfBirth | PostalAddress | PersonIdentifier):
                parts = (getattr(value, part.name) for part in fields(value))
                yield from ((name, part) for part in parts if isinstance(part, str))

    @property
    def full_name(self) -> str:
        """Given and family name, in this order."""
        return " ".join(filter(None, (self.given_name, self.family_name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """An identity of which it is proven that it is the document's learner.

    Attributes:
        identity: what may be written.
        how: what was proven, a sentence each; names no value.
        left_out: fields that were given and are not written, with the reason.
    """

    identity: Identity
    how: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...] = ()


def holds_bsn(text: str) -> bool:
    """Tell whether a text says, or may hold, a Dutch citizen service number: nine digits and the eleven-test.

    Wet algemene bepalingen burgerservicenummer: only who the law names may use it, and a credential is not
    among the uses. A foreign number of that very form is refused too: nobody can tell the two apart.
    """
    if _BSN_SCHEME.search(text) or any(is_bsn(found[0]) for found in _RUN.finditer(text)):
        return True
    return any(is_bsn(part) for part in text.split("/"))


def is_bsn(text: str) -> bool:
    """Apply the eleven-test; a number of eight digits has lost its leading nought."""
    digits = re.sub(r"[ .\-]", "", text)
    if not (digits.isascii() and digits.isdigit()) or not _SHORT <= len(digits) <= _LONG:
        return False
    whole = digits.zfill(_LONG)
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, whole, strict=True))
    return int(whole) > 0 and total % _ELEVEN == 0
