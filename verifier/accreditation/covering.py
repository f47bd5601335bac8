"""Whether an accreditation covers an award: the European Commission's rules, each a question of its own.

Sources: the rules of its issuer, `isCoveredCredential`, for ELM v3 and for EDCI XML 1.2. Where the newer
one compares the awarding body with the *accrediting* agent, we also take the accredited organisation, as the
model means it and as the older rules do. Limits that are absent limit nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from schemas.accreditation import Accreditation
from schemas.legal_identifier import how_same, plain, same_register
from schemas.vocabulary import country
from verifier.accreditation.award import Award, Awarded
from verifier.parties import NamedOrganisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """One thing an accreditation does not reach, or of which it is not known whether it does.

    Attributes:
        known: it is known not to reach it.
        sentence: for a person.
        where: place in the document; empty for the whole.
    """

    known: bool
    sentence: str
    where: str = ""


def in_time(accreditation: Accreditation, issued: datetime | None) -> Iterator[Shortfall]:
    """Ask whether it held on the day of issue, and was granted at all."""
    if accreditation.positive is False:
        yield Shortfall(known=True, sentence="The decision on the accreditation was negative.")
    if issued is None or accreditation.issued is None:
        whose = "credential" if issued is None else "accreditation"
        yield Shortfall(known=False, sentence=f"The {whose} does not say when it was issued.")
    elif issued < accreditation.issued:
        yield Shortfall(known=True, sentence="The credential was issued before the accreditation began.")
    elif accreditation.expires is not None and issued > accreditation.expires:
        yield Shortfall(known=True, sentence="The credential was issued after the accreditation had ended.")


def of_profile(accreditation: Accreditation, profiles: frozenset[str]) -> Iterator[Shortfall]:
    """Ask whether it is for credentials of this kind."""
    if accreditation.credential_types and not accreditation.credential_types & profiles:
        yield Shortfall(
            known=True,
            sentence="The accreditation is not for credentials of this kind.",
            where="/credentialProfiles",
        )


def of_body(
    accredited: frozenset[str], parties: tuple[NamedOrganisation, ...], where: str, *, comparable: bool
) -> Iterator[Shortfall]:
    """Ask whether one of the organisations is an accredited one.

    Args:
        accredited: identifiers of those that are.
        parties: who awarded.
        where: place for the case that nobody did.
        comparable: take any two identifiers for comparable; otherwise only those of one register are.
    """
    if not parties:
        yield Shortfall(known=False, sentence="Nobody is named as awarding body.", where=where)
        return
    if any(_is_among(party, accredited) for party in parties):
        return
    known = any(
        comparable or same_register(own, one.value, one.field)
        for own in accredited
        for party in parties
        for one in party.identifiers
    )
    said = "is not" if known else "cannot be told to be"
    sentence = f"The awarding body {said} one of the accredited organisations."
    yield Shortfall(known=known, sentence=sentence, where=parties[0].where)


def of_qualification(accreditation: Accreditation, award: Award) -> Iterator[Shortfall]:
    """Ask whether it is for this qualification."""
    if not accreditation.limited:
        return
    wanted = {plain(one) for one in accreditation.qualifications}
    if wanted & {plain(one) for one in award.qualification}:
        return
    known = bool(wanted and award.qualification)
    said = (
        "is for another qualification"
        if known
        else "is for one qualification; whether for this, cannot be told"
    )
    yield Shortfall(known=known, sentence=f"The accreditation {said}.", where=f"{award.where}/specifiedBy")


def of_field(accreditation: Accreditation, award: Award) -> Iterator[Shortfall]:
    """Ask whether one of the fields of study is covered; a broad field covers the narrow ones below it."""
    limits, fields = accreditation.fields, award.fields
    if limits and fields and not any(one.startswith(limit) for one in fields for limit in limits):
        sentence = "The accreditation is not for the field of study."
        yield Shortfall(known=True, sentence=sentence, where=f"{award.where}/specifiedBy")


def of_level(accreditation: Accreditation, award: Award) -> Iterator[Shortfall]:
    """Ask whether it is for the EQF level, where the award has one."""
    if accreditation.levels and award.level and award.level not in accreditation.levels:
        sentence = f"The accreditation is not for EQF level {award.level[:10]}."
        yield Shortfall(known=True, sentence=sentence, where=f"{award.where}/specifiedBy/eqfLevel")


def of_jurisdiction(accreditation: Accreditation, award: Award) -> Iterator[Shortfall]:
    """Ask whether it counts where the awarding body is; territorial codes begin with the country's."""
    limits = accreditation.jurisdictions
    homes = {found.code for body in award.bodies if body.country and (found := country(body.country))}
    if not limits or any(limit.split("_")[0] in homes for limit in limits):
        return
    places = all(country(limit.split("_")[0]) is not None for limit in limits)
    known = bool(homes) and places
    said = "does not count" if known else "is limited to a territory; it cannot be told whether it counts"
    sentence = f"The accreditation {said} where the awarding body is."
    yield Shortfall(known=known, sentence=sentence, where=award.where)


def shortfalls_elm(accreditation: Accreditation, credential: Awarded) -> Iterator[Shortfall]:
    """Apply the rules for ELM v3 to one accreditation and all achievements of the first row."""
    yield from in_time(accreditation, credential.issued)
    yield from of_profile(accreditation, credential.profiles)
    awards = [one for one in credential.awards if not one.nested]
    if not awards:
        yield Shortfall(known=False, sentence="The credential awards nothing that could be accredited.")
    for award in awards:
        accredited = accreditation.bodies | accreditation.agents
        yield from of_body(accredited, award.bodies, award.where, comparable=False)
        yield from of_qualification(accreditation, award)
        yield from of_field(accreditation, award)
        yield from of_level(accreditation, award)
        yield from of_jurisdiction(accreditation, award)


def shortfalls_programme(
    accreditation: Accreditation, credential: Awarded, award: Award
) -> Iterator[Shortfall]:
    """Apply the first step for EDCI XML: the accreditation of the qualification itself."""
    bodies = (*credential.issuers, *award.bodies)
    yield from of_body(_known_by(accreditation), bodies, award.where, comparable=True)
    yield from in_time(accreditation, credential.issued)
    yield from of_qualification(accreditation, award)


def shortfalls_organisation(
    accreditation: Accreditation, credential: Awarded, award: Award | None
) -> Iterator[Shortfall]:
    """Apply the second step for EDCI XML: the accreditation of the issuer or of the awarding body."""
    bodies = (*credential.issuers, *(award.bodies if award else ()))
    yield from of_body(_known_by(accreditation), bodies, "/issuer", comparable=True)
    yield from in_time(accreditation, credential.issued)
    if award is not None:
        yield from of_field(accreditation, award)
        yield from of_level(accreditation, award)


def _known_by(accreditation: Accreditation) -> frozenset[str]:
    """Return identifiers of body and accreditation alike: the rules for EDCI XML make no difference."""
    return accreditation.bodies | accreditation.ids


def _is_among(party: NamedOrganisation, accredited: frozenset[str]) -> bool:
    return party.id in accredited or any(
        how_same(own, one.value, one.field, one.country) is not None
        for own in accredited
        for one in party.identifiers
    )
