"""Read an identity as an institution hands it in: JSON, every fault told at once, no value quoted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from converter.purposes import purposes
from converter.strict import load_json
from schemas import vocabulary
from schemas.errors import Malformed, Problem
from schemas.evidence import Recipient
from schemas.identity import (
    FIELDS,
    GROUNDS,
    SOURCES,
    Assurance,
    Gender,
    Identity,
    Origin,
    PersonIdentifier,
    PlaceOfBirth,
    PostalAddress,
    holds_bsn,
    is_bsn,
)

MAX_BYTES = 64 * 1024
ABOUT = ("recipient", "source", "loa", "ground", "at", "vouched", "purpose")
"""The members that say where the fields come from, and what they are for."""
KINDS = ("id", "email", "url", "telephone")
VOUCHING = ("institution", "register")
"""Sources that may say, without a recipient's value, that this is the person the document is about."""
SPELT = {"duo": "register", "surfconext": "eduid", "digid": "eidas", "eudi": "pid"}
"""What else a source is called by."""
LEVELS = "http://eidas.europa.eu/LoA/"
_LONGEST_NAME, _LONGEST_TEXT = 200, 500
_MOST_NATIONALITIES = 10
_EARLIEST = date(1850, 1, 1)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What was handed in: the person, and the purpose it is meant for.

    Attributes:
        purpose: name of a purpose profile; empty where none was said.
        agreed: the fields the holder lets in; None where nobody asked the holder.
        supplied: a recipient value on the holder's own word, which needs more to bind it to the identity.
    """

    identity: Identity
    purpose: str = ""
    agreed: frozenset[str] | None = None
    supplied: Recipient | None = field(default=None, repr=False)


def read_identity(data: bytes, *, now: datetime) -> Handed:
    """Read the JSON of an identity.

    Raises:
        Malformed: not strict JSON, a member that is not known, a value of the wrong kind, a BSN.
    """
    if len(data) > MAX_BYTES:
        raise Malformed(Problem(code="identity.read", message="The identity is larger than 64 kB."))
    try:
        raw = load_json(data)
    except Malformed as fault:
        place = fault.problems[0].where
        message = f"The identity is not well-formed JSON{f' at {place}' if place else ''}."
        raise Malformed(Problem(code="identity.read", message=message, where=place)) from None
    return identity_of(raw, now=now)


def identity_of(raw: Any, *, now: datetime) -> Handed:  # noqa: ANN401 - any JSON
    """Make the typed value of an identity's JSON.

    Raises:
        Malformed: see `read_identity`.
    """
    if not isinstance(raw, dict):
        raise Malformed(Problem(code="identity.read", message="The identity is no JSON object."))
    reading = _Reading(now)
    handed = reading.handed(raw)
    if handed is None or reading.problems:
        raise Malformed(*reading.problems)
    return handed


def identity_said(record: Mapping[str, Any], origin: Origin, *, now: datetime) -> Identity:
    """Make the typed value of what one source said, field by field, without a word on whom a document knows.

    Raises:
        Malformed: a value of the wrong kind, a BSN, or no field at all.
    """
    reading = _Reading(now)
    values = {name: reading.value(name, record[name]) for name in FIELDS if record.get(name) is not None}
    if not values:
        reading.fault("missing", "", f"An identity says at least one of {', '.join(FIELDS)}.")
    if reading.problems:
        raise Malformed(*reading.problems)
    return Identity(**values, origins=tuple((name, origin) for name in values))


@dataclass(slots=True)
class _Reading:
    """One reading; gathers what is wrong."""

    now: datetime
    problems: list[Problem] = field(default_factory=list)

    def fault(self, code: str, where: str, message: str) -> None:
        self.problems.append(Problem(code=f"identity.{code}", message=message, where=where))

    def handed(self, raw: Mapping[str, Any]) -> Handed | None:
        self.known(raw, (*FIELDS, *ABOUT), "")
        values = {name: self.value(name, raw[name]) for name in FIELDS if raw.get(name) is not None}
        origin = self.origin(raw)
        recipient = self.recipient(raw.get("recipient"))
        vouched = raw.get("vouched", False)
        purpose = raw.get("purpose", "")
        if not isinstance(vouched, bool):
            self.fault("value", "/vouched", "The member vouched is true or false.")
        elif vouched and origin is not None and origin.source not in VOUCHING:
            self.fault("value", "/vouched", "Only an institution or its register can vouch for a person.")
        elif not vouched and raw.get("recipient") is None and _word(raw.get("source")) not in VOUCHING:
            message = "An identity says by which value the document knows this person, or is vouched for."
            self.fault("recipient", "/recipient", message)
        if purpose not in ("", *purposes()):
            self.fault("purpose", "/purpose", f"The purpose is one of {', '.join(purposes())}.")
        if not values:
            self.fault("missing", "", f"An identity says at least one of {', '.join(FIELDS)}.")
        if self.problems or origin is None:
            return None
        origins = tuple((name, origin) for name in values)
        said = Identity(**values, origins=origins, recipient=recipient, vouched=vouched)
        return Handed(identity=said, purpose=purpose)

    def known(self, raw: Mapping[str, Any], names: tuple[str, ...], where: str) -> None:
        if raw.keys() - set(names):  # not named: it may be a person's value put in the wrong place
            self.fault("key", where, f"There is a member that is not known; there are: {', '.join(names)}.")

    def value(self, name: str, said: Any) -> Any:  # noqa: ANN401 - each field has its own type
        """Read one field; None where it is at fault."""
        where = f"/{name}"
        if name in ("given_name", "family_name", "birth_name"):
            return self.text(said, where, _LONGEST_NAME)
        return {
            "birthdate": self.birthdate,
            "place_of_birth": self.place,
            "address": self.address,
            "gender": self.gender,
            "nationalities": self.nationalities,
            "identifier": self.identifier,
        }[name](said, where)

    def text(self, said: Any, where: str, longest: int = _LONGEST_TEXT) -> str | None:  # noqa: ANN401
        """Read a text: composed (NFC), trimmed, no control characters, no BSN."""
        text = unicodedata.normalize("NFC", said).strip() if isinstance(said, str) else ""
        if not text or len(text) > longest:
            self.fault("value", where, f"{where} is a text of 1 to {longest} characters.")
            return None
        if any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") for sign in text):
            self.fault("value", where, f"{where} holds a character that is not written.")
            return None
        if holds_bsn(text):
            message = "This is, or may be, a Dutch citizen service number, which is never stored or written."
            self.fault("bsn", where, message)
            return None
        return text

    def birthdate(self, said: Any, where: str) -> date | None:  # noqa: ANN401
        try:
            found = date.fromisoformat(said) if isinstance(said, str) and _DATE.fullmatch(said) else None
        except ValueError:
            found = None
        if found is None or not _EARLIEST <= found <= self.now.date():
            self.fault("value", where, "A date of birth is YYYY-MM-DD, a real day and in the past.")
            return None
        return found

    def country(self, said: Any, where: str) -> str | None:  # noqa: ANN401
        known = vocabulary.country(said) if isinstance(said, str) else None
        if known is None or not known.iso:
            self.fault("value", where, f"{where} is a country's code of ISO 3166-1, such as NL.")
            return None
        return known.iso

    def members(self, said: Any, where: str, names: tuple[str, ...]) -> Mapping[str, Any]:  # noqa: ANN401
        found = {} if not isinstance(said, dict) else {k: v for k, v in said.items() if v is not None}
        if not found:
            self.fault("value", where, f"{where} is an object with {' and '.join(names)}.")
            return {}
        self.known(found, names, where)
        return {name: value for name, value in found.items() if name in names}

    def place(self, said: Any, where: str) -> PlaceOfBirth | None:  # noqa: ANN401
        parts = self.members(said, where, ("country", "locality"))
        if not parts:
            return None
        country = self.country(parts["country"], f"{where}/country") if "country" in parts else None
        town = self.text(parts["locality"], f"{where}/locality") if "locality" in parts else None
        return PlaceOfBirth(country=country, locality=town)

    def address(self, said: Any, where: str) -> PostalAddress | None:  # noqa: ANN401
        parts = self.members(said, where, ("country", "text"))
        if not parts:
            return None
        country = self.country(parts.get("country"), f"{where}/country")
        text = self.text(parts["text"], f"{where}/text") if "text" in parts else None
        return PostalAddress(country=country, text=text) if country else None

    def gender(self, said: Any, where: str) -> Gender | None:  # noqa: ANN401
        if said not in tuple(Gender):
            self.fault("value", where, f"{where} is one of {', '.join(Gender)}.")
            return None
        return Gender(said)

    def nationalities(self, said: Any, where: str) -> tuple[str, ...] | None:  # noqa: ANN401
        if not isinstance(said, list) or not 0 < len(said) <= _MOST_NATIONALITIES:
            self.fault("value", where, f"{where} is a list of 1 to {_MOST_NATIONALITIES} countries.")
            return None
        codes = [self.country(one, f"{where}/{index}") for index, one in enumerate(said)]
        return tuple(dict.fromkeys(code for code in codes if code))

    def identifier(self, said: Any, where: str) -> PersonIdentifier | None:  # noqa: ANN401
        parts = self.members(said, where, ("value", "country", "scheme"))
        if not parts:
            return None
        value = self.text(parts.get("value"), f"{where}/value")
        country = self.country(parts.get("country"), f"{where}/country")
        scheme = self.text(parts["scheme"], f"{where}/scheme", 100) if "scheme" in parts else ""
        if value is None or country is None or scheme is None:
            return None
        if not scheme:
            return PersonIdentifier(value=value, country=country)
        return PersonIdentifier(value=value, country=country, scheme=scheme)

    def recipient(self, said: Any) -> Recipient | None:  # noqa: ANN401
        if said is None:
            return None
        before = len(self.problems)
        parts = self.members(said, "/recipient", KINDS)
        if len(self.problems) > before:
            return None
        if len(parts) != 1:
            self.fault("recipient", "/recipient", f"A recipient is told by one of {', '.join(KINDS)}.")
            return None
        ((kind, value),) = parts.items()
        where = f"/recipient/{kind}"
        value = value.strip() if isinstance(value, str) else ""
        if not value or len(value) > _LONGEST_TEXT or (kind == "email" and not _EMAIL.fullmatch(value)):
            self.fault("recipient", where, "A recipient's value is a text of the kind it is given as.")
            return None
        if kind != "telephone" and is_bsn(value):
            message = "This is, or may be, a Dutch citizen service number; no badge may be told by it."
            self.fault("bsn", where, message)
            return None
        return Recipient(kind=kind, value=value)

    def origin(self, raw: Mapping[str, Any]) -> Origin | None:
        """Read whose word it is: who says nothing of it speaks for itself, and is not surer than that."""
        source = _word(raw.get("source", "institution"))
        level = _word(raw.get("loa", Assurance.LOW))
        ground = raw.get("ground", "")
        before = len(self.problems)
        if source not in SOURCES:
            self.fault("source", "/source", f"The source is one of {', '.join(SOURCES)}.")
        if level not in tuple(Assurance):
            self.fault("loa", "/loa", f"The level of assurance is one of {', '.join(Assurance)}.")
        if ground not in ("", *GROUNDS):
            self.fault("ground", "/ground", f"The legal ground is one of {', '.join(GROUNDS)}.")
        at = self.moment(raw.get("at"))
        if len(self.problems) > before or at is None:
            return None
        return Origin(source=source, assurance=Assurance(level), at=at, ground=str(ground))

    def moment(self, said: Any) -> datetime | None:  # noqa: ANN401
        if said is None:
            return self.now
        try:
            at = datetime.fromisoformat(said) if isinstance(said, str) else None
        except ValueError:
            at = None
        if at is None or at.tzinfo is None or at.astimezone(UTC) > self.now.astimezone(UTC):
            self.fault("value", "/at", "The time is ISO 8601 with a time zone, and not in the future.")
            return None
        return at


def _word(said: object) -> str:
    """Take a word as the list has it: a level's address is its last part, and case says nothing."""
    text = said.strip().removeprefix(LEVELS).casefold() if isinstance(said, str) else ""
    return SPELT.get(text, text)
