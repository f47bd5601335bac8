"""Who a row is about: proven by the recipient's hash, or on the institution's word; and what that puts in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from api.bulk.rows import Person
from converter.conversion import Options, Source
from converter.identity_reading import Handed, identity_of
from converter.mould import Own
from schemas.document import Tree
from schemas.errors import Problem, Refused
from schemas.evidence import Evidence, Recipient
from schemas.identity import Proven
from verifier.checks.recipient import is_about, property_name, recipient_kind
from verifier.identity_proof import came_with, proven, vouched_by

PROVEN, VOUCHED, BY_DOCUMENT = "proven", "vouched", "document"
_SOURCE = "institution"
SHARED = 4
"""So many of `Own.shared` say what a mould's learners have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learner:
    """Who a row is about.

    Attributes:
        person: as the institution says; None where it says nothing.
        word: `proven`, `vouched` or `document`.
        known: the value that is the document's recipient.
    """

    person: Person | None
    word: str
    known: Recipient | None = None


def standing(recipient: Tree | None, person: Person | None) -> Learner:
    """Say on whose word the learner's facts stand.

    Args:
        recipient: of the badge; None where the document is none, or has none.
        person: as the institution says.

    Raises:
        Refused: the badge is about somebody else than the eduID or e-mail address says.
    """
    if person is None:
        return Learner(person=None, word=BY_DOCUMENT)
    asked = recipients_of(person)
    kind = recipient_kind(recipient) if recipient is not None else ""
    alike = [one for one in asked if property_name(one.kind) == kind]
    if not alike or recipient is None:
        return Learner(person=person, word=VOUCHED)
    found = next((one for one in alike if is_about(recipient, one)), None)
    if found is not None:
        return Learner(person=person, word=PROVEN, known=found)
    message = "The badge is not about the person whom the file of people names: the recipient does not match."
    raise Refused(Problem(code="identity.recipient", message=message, where="/recipient"))


def recipients_of(person: Person) -> tuple[Recipient, ...]:
    """Return the values a badge's recipient may be a hash of."""
    said = (("id", person.eduid), ("email", person.email))
    return tuple(Recipient(kind=kind, value=value) for kind, value in said if value)


def with_learner(
    options: Options, learner: Learner, source: Source, evidence: Evidence, *, at: datetime
) -> Options:
    """Say how a row is converted: with its own learner's identity, where it is proven to be the learner's.

    A badge gets none: its recipient is hashed.

    Args:
        options: of every row.
        learner: of the row.
        source: of the row.
        evidence: about it.
        at: when the institution said it: the moment of the order.

    Raises:
        Malformed: a fact of the file of people is none, such as a day that never was.
        Refused: `identity.mismatch`.
    """
    person = learner.person
    if person is None:
        return options
    first = next(iter(recipients_of(person)), None)
    known_by = (first.kind, first.value) if first is not None else None
    options = replace(_of_nobody(options), recipient=known_by)
    handed = _handed(person, learner.known, at)
    if handed is None:
        return options
    return replace(options, identity=proven(handed, source, evidence))


def own_of(learner: Learner) -> Own:
    """Return what of a learner a mould has a place for, and what many learners share."""
    person, known = learner.person, learner.known
    if person is None:
        return Own(shared=("",) * SHARED)
    first = next(((one.kind, one.value) for one in recipients_of(person)), None)
    return Own(
        given=person.given_name or None,
        family=person.family_name or None,
        born=person.birthdate or None,
        town=person.birth_place or None,
        recipient=first,
        shared=(_SOURCE, person.birth_country, person.nationality, known.kind if known is not None else ""),
    )


def fitted(options: Options, own: Own) -> Options:
    """Say how a badge of a mould is converted: as `with_learner` does, with the proof its class shares."""
    told, country, nationality, kind = own.shared[:SHARED]
    if not told:
        return options
    options = _of_nobody(options)
    person = Person(
        given_name=own.given or "",
        family_name=own.family or "",
        birthdate=own.born or "",
        birth_place=own.town or "",
        birth_country=country,
        nationality=nationality,
    )
    handed = _handed(person, None, options.now)
    if handed is None:
        return options
    how = came_with(kind) if kind else vouched_by(_SOURCE)
    return replace(options, identity=Proven(identity=handed.identity, how=(how,)))


def _of_nobody(options: Options) -> Options:
    """Have the profile name no learner: a school's own profile may name one, who is nobody here."""
    return replace(options, profile=replace(options.profile, given_name=None, family_name=None))


def _handed(person: Person, known: Recipient | None, now: datetime) -> Handed | None:
    """Make an identity of a line; None where it says nothing that could be written."""
    place = {"locality": person.birth_place, "country": person.birth_country}
    said: dict[str, Any] = {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "birthdate": person.birthdate,
        "place_of_birth": {name: value for name, value in place.items() if value},
        "nationalities": [person.nationality] if person.nationality else [],
    }
    record = {name: value for name, value in said.items() if value}
    if not record:
        return None
    handed = identity_of({**record, "source": _SOURCE, "vouched": known is None}, now=now)
    return replace(handed, identity=replace(handed.identity, recipient=known))
