"""Whether a person somebody has in mind is the one a credential names, without saying whom it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from converter.conversion import Source
from converter.convert import lift
from converter.enrich.identity import WORD
from converter.names import Likeness, match
from schemas.custody import Record
from schemas.errors import DocumentError
from schemas.identity import SOURCES, Assurance
from schemas.institution import InstitutionProfile
from schemas.lang import LangString

Node = dict[str, Any]


class Match(StrEnum):
    """What comparing came to."""

    MATCH = "match"  # name and date of birth are the credential's
    CLOSE = "close"  # may be the same person; something else has to prove it
    NO_MATCH = "no-match"
    NOBODY = "nobody"  # the credential names no one


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whose word a fact was when the credential was made: see `schemas.identity.Origin`."""

    source: str
    assurance: Assurance


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """The answer; holds no value of the credential, and none of what was asked.

    Attributes:
        compared: `name` and `birthdate`, as far as the credential says them: the same for every question.
        vouched: who vouched for these; empty where the credential has no record of it.
    """

    match: Match
    compared: tuple[str, ...] = ()
    vouched: tuple[Vouched, ...] = ()


def subject_of(source: Source) -> Node:
    """Return the person a document is about, on the pivot; empty where it cannot be lifted."""
    try:
        tree = lift(source, InstitutionProfile()).moved.tree
    except DocumentError:
        return {}
    found: Node = tree.get("credential_subject") or {}
    return found


def name_of(subject: Node) -> str:
    """Return the name that a subject has: given and family name, else the whole name; or nothing."""
    parts = [_text(subject.get(one)) for one in ("given_name", "family_name")]
    return " ".join(filter(None, parts)) if all(parts) else _text(subject.get("full_name")) or "".join(parts)


def birthdate_of(subject: Node) -> str:
    """Return the date of birth that a subject has, ISO 8601, without a time; or nothing."""
    return str(subject.get("date_of_birth") or "")[:10]


def matched(subject: Node, name: str, birthdate: date, record: Record | None = None) -> Matched:
    """Compare a name and a date of birth with a credential's subject.

    Args:
        subject: see `subject_of`.
        name: whole, as somebody wrote it.
        birthdate: of the person in mind.
        record: of the credential's conversion, if it has one that holds.
    """
    told, born = name_of(subject), birthdate_of(subject)
    if not told:
        return Matched(match=Match.NOBODY)
    likeness = match(name, told)
    if likeness is Likeness.NO or (born and born != birthdate.isoformat()):
        found = Match.NO_MATCH
    else:
        found = Match.MATCH if likeness is Likeness.MATCH and born else Match.CLOSE
    compared = ("name", "birthdate") if born else ("name",)
    return Matched(match=found, compared=compared, vouched=_vouched(record))


_OF_A_PERSON = ("givenName", "familyName", "dateOfBirth")


def _vouched(record: Record | None) -> tuple[Vouched, ...]:
    """Read from a conversion's record whose word name and date of birth are."""
    found: dict[Vouched, None] = {}
    for line in record.added if record is not None else ():
        word, _, level = line.rule.removeprefix(WORD).partition(" ")
        known = line.rule.startswith(WORD) and word in SOURCES and level in tuple(Assurance)
        if known and any(name in line.target for name in _OF_A_PERSON):
            found[Vouched(source=word, assurance=Assurance(level))] = None
    return tuple(found)


def _text(said: Node | None) -> str:
    return LangString.from_tree(said).best() if said else ""
