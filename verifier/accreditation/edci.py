"""The two steps by which the European Commission judged the accreditation of EDCI XML credentials.

Step one: each accredited qualification is covered by one of its own accreditations. Where there is none, or
one is not covered, step two: the issuer's accreditations cover it, and each awarding body's, or the issuer's,
cover what that body awarded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.accreditation import Accreditation, Accreditations, Snapshot
from verifier.accreditation.award import Award, Awarded
from verifier.accreditation.covering import Shortfall, shortfalls_organisation, shortfalls_programme
from verifier.accreditation.reading import accreditation_of
from verifier.parties import nodes

Node = Mapping[str, Any]
Found = tuple[Snapshot, Accreditation]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedEdci:
    """What came of it.

    Attributes:
        nothing: no accreditation is named anywhere.
        covered: by which record; None where it is not, or not known to be.
        snapshot: which register spoke; None where none knew the accreditation.
        short: why not.
        where: place of the accreditation that decided.
    """

    nothing: bool = False
    covered: Found | None = None
    snapshot: Snapshot | None = None
    short: tuple[Shortfall, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One question to the register: which accreditations, about what, and what came of each."""

    where: str
    records: tuple[Found, ...]
    short: tuple[tuple[Shortfall, ...], ...]

    @property
    def covered(self) -> Found | None:
        pairs = zip(self.records, self.short, strict=True)
        return next((record for record, short in pairs if not short), None)


def judged_edci(tree: Node, credential: Awarded, known: Accreditations | None) -> JudgedEdci:
    """Go both steps.

    Args:
        tree: of the credential.
        credential: what it awards.
        known: the registers; None where nobody brought one.
    """
    register = known or Accreditations()
    first = list(_programmes(credential, register))
    if first and all(one.covered for one in first):
        return _decided(first)
    second = list(_organisations(tree, credential, register))
    if not first and not second:
        return _loose() if _unreferenced(tree) else JudgedEdci(nothing=True)
    if second and all(one.covered for one in second):
        return _decided(second)
    return _decided([one for one in (*first, *second) if not one.covered])


def _loose() -> JudgedEdci:
    sentence = "An accreditation stands in the credential, but nothing refers to it."
    return JudgedEdci(short=(Shortfall(known=False, sentence=sentence),))


def _decided(asked: list[_Asked]) -> JudgedEdci:
    one = asked[0]
    return JudgedEdci(
        covered=one.covered,
        snapshot=one.records[0][0] if one.records else None,
        short=next(iter(one.short), ()),
        where=one.where,
    )


def _programmes(credential: Awarded, register: Accreditations) -> Iterator[_Asked]:
    for award in credential.awards:
        if award.accreditations:
            records = _found(award.accreditations, register)
            short = tuple(tuple(shortfalls_programme(one, credential, award)) for _, one in records)
            yield _Asked(where=f"{award.where}/specifiedBy/hasAccreditation", records=records, short=short)


def _organisations(tree: Node, credential: Awarded, register: Accreditations) -> Iterator[_Asked]:
    own = [one for issuer in nodes(tree.get("issuer")) for one in nodes(issuer.get("hasAccreditation"))]
    if own:
        yield _asked("/issuer/hasAccreditation", own, credential, None, register)
    for award in credential.awards:
        theirs = [one for body in award.organisations for one in nodes(body.get("hasAccreditation"))]
        if theirs and not award.nested:
            where = f"{award.where}/wasAwardedBy/awardingBody/hasAccreditation"
            yield _asked(where, [*theirs, *own], credential, award, register)


def _asked(
    where: str, named: list[Node], credential: Awarded, award: Award | None, register: Accreditations
) -> _Asked:
    records = _found(tuple(named), register)
    short = tuple(tuple(shortfalls_organisation(one, credential, award)) for _, one in records)
    return _Asked(where=where, records=records, short=short)


def _found(named: tuple[Node, ...], register: Accreditations) -> tuple[Found, ...]:
    """Look each accreditation up by its id and identifiers."""
    looked_up = (register.find(accreditation_of(one).ids) for one in named)
    return tuple(one for one in looked_up if one is not None)


def _unreferenced(tree: Node) -> bool:
    """Tell whether an accreditation stands in the document that nothing refers to."""
    return any(one.get("#name") == "accreditation" for one in nodes(tree.get("#unreferenced")))
