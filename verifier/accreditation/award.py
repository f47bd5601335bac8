"""What a credential says was awarded, as far as an accreditation may limit it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from verifier.accreditation.reading import codes, moment, qualification_ids
from verifier.parties import AWARDING_BODY, NamedOrganisation, named, nodes, responsible, values

Node = Mapping[str, Any]
_DAYS = ("issued", "issuanceDate", "validFrom")
_MAX_ACHIEVEMENTS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """One achievement.

    Attributes:
        where: its place in the document.
        bodies: who awarded it.
        qualification: identifiers of what specifies it.
        fields: ISCED-F codes.
        level: EQF level; empty where it has none.
        accreditations: those that its specification names as its own, EDCI only.
        organisations: the awarding bodies as they stand in the document.
        nested: it is a part of another achievement.
    """

    where: str
    bodies: tuple[NamedOrganisation, ...]
    qualification: frozenset[str]
    fields: frozenset[str]
    level: str
    accreditations: tuple[Node, ...] = ()
    organisations: tuple[Node, ...] = ()
    nested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Awarded:
    """Everything a credential awards.

    Attributes:
        issued: the day of issue, by the credential's own word.
        profiles: codes of its profiles or type.
        issuers: who issued.
        awards: the achievements, those in the first row first.
    """

    issued: datetime | None
    profiles: frozenset[str]
    issuers: tuple[NamedOrganisation, ...]
    awards: tuple[Award, ...]


def awarded(tree: Node) -> Awarded:
    """Read it off a credential of either format."""
    days = (moment(tree.get(key)) for key in _DAYS)
    return Awarded(
        issued=next((day for day in days if day is not None), None),
        profiles=profiles(tree),
        issuers=tuple(one for one in responsible(tree) if one.role == "issuer"),
        awards=tuple(_awards(tree)),
    )


def profiles(tree: Node) -> frozenset[str]:
    """Return the codes of the profiles (ELM) or of the type (EDCI) that a credential claims."""
    return codes(tree, ("credentialProfiles",)) or codes({"type": nodes(tree.get("type"))}, ("type",))


def _awards(tree: Node) -> Iterator[Award]:
    """Walk the achievements and their parts; one that is referred to twice is told once."""
    here: list[tuple[Node, str]] = []
    for number, subject in enumerate(nodes(tree.get("credentialSubject"))):
        start = f"/credentialSubject/{number}" if isinstance(tree.get("credentialSubject"), list) else ""
        start = start or "/credentialSubject"
        for key in ("hasClaim", "achievements"):
            found = nodes(subject.get(key))
            here += [(one, f"{start}/{key}/{index}") for index, one in enumerate(found) if _is_award(one)]
    seen: set[int] = set()
    nested = False
    while here and len(seen) < _MAX_ACHIEVEMENTS:
        below: list[tuple[Node, str]] = []
        for one, where in here:
            if id(one) not in seen:
                seen.add(id(one))
                yield _award(one, where, nested=nested)
                parts = nodes(one.get("hasPart"))
                below += [(part, f"{where}/hasPart/{index}") for index, part in enumerate(parts)]
        here, nested = below, True


def _is_award(claim: Node) -> bool:
    if claim.get("#name") in ("learningAchievement", "qualificationAward"):
        return True
    return "LearningAchievement" in values(claim.get("type"))


def _award(one: Node, where: str, *, nested: bool) -> Award:
    bodies = [
        (body, f"{where}/{key}/awardingBody")
        for key in ("awardedBy", "wasAwardedBy")
        for process in nodes(one.get(key))
        for body in nodes(process.get("awardingBody"))
    ]
    specified = nodes(one.get("specifiedBy"))
    return Award(
        where=where,
        bodies=tuple(named(body, AWARDING_BODY, place) for body, place in bodies),
        organisations=tuple(body for body, _ in bodies),
        qualification=frozenset(known for spec in specified for known in qualification_ids(spec)),
        fields=frozenset(
            code for spec in specified for code in codes(spec, ("thematicArea", "hasISCED-FCode"))
        ),
        level=next((code for spec in specified for code in codes(spec, ("eqfLevel",))), ""),
        accreditations=tuple(
            accreditation for spec in specified for accreditation in nodes(spec.get("hasAccreditation"))
        ),
        nested=nested,
    )
