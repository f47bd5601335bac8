"""Whether the organisation that sealed is the one the credential names (EN 319 412-1 §5.1.4; ELM: issuer).

Only an identifier proves it. Names alone are written in too many ways, by anyone; where an identifier
decides, another name, country or number is told and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemas.document import Format
from schemas.evidence import Evidence
from schemas.legal_identifier import how_same, iso, same_register
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Check, Finding
from verifier.parties import (
    AWARDING_BODY,
    NamedIdentifier,
    NamedOrganisation,
    awarding_bodies,
    normalised,
    responsible,
)
from verifier.sealing.certificates import SealingOrganisation, organisation

_CHECK = "issuer.match"
_CITE = "ETSI EN 319 412-1 §5.1.4; ETSI EN 319 412-3 §4.2.1"


def issuer_match(evidence: Evidence) -> Iterator[Finding]:
    """Compare the seal's organisation with issuer and awarding bodies, and tell each difference."""
    if evidence.document.format is Format.OB2:
        return
    if evidence.document.seal is None:
        yield not_applicable(_CHECK, "The document carries no seal to compare the issuer with.")
        return
    examined, document = evidence.seal, evidence.signed_document
    if examined is None or not examined.intact or examined.signer is None or document is None:
        yield undecided(_CHECK, "A seal that is not shown to hold speaks for no organisation.", cite=_CITE)
        return
    sealer = organisation(examined.signer)
    if sealer.person:
        yield _person(sealer)
        return
    named = responsible(document.tree)
    yield _compared(sealer, named, list(awarding_bodies(document.tree)))
    told = next((party for party in named if _identified(sealer, party)), next(iter(named), None))
    if told is not None:
        yield from _differences(sealer, told)


def _person(sealer: SealingOrganisation) -> Finding:
    """Tell that a person signed; whoever it is, is not said (EN 319 412-2)."""
    message = "The certificate is of a natural person, whose signature is no seal of an organisation"
    belongs = (
        f'; it names "{sealer.names[0][:80]}" as the organisation of that person' if sealer.names else ""
    )
    return undecided(_CHECK, f"{message}{belongs}.", cite="Regulation (EU) 910/2014 Art. 3(9), 3(24)")


def _compared(
    sealer: SealingOrganisation, named: list[NamedOrganisation], bodies: list[NamedOrganisation]
) -> Finding:
    for party in named:
        if match := _identified(sealer, party):
            return passed(_CHECK, f"The seal's {match}.", where=party.where, cite=_CITE)
    for party in bodies:
        if match := _identified(sealer, party):
            message = f"Not the issuer but an {AWARDING_BODY} sealed: the seal's {match}."
            return undecided(_CHECK, message, where=party.where, cite=_CITE)
    if not named:
        return undecided(_CHECK, "The document names no issuer to compare the seal with.", cite=_CITE)
    return _not_identified(sealer, named[0])


def _not_identified(sealer: SealingOrganisation, party: NamedOrganisation) -> Finding:
    alike = bool(party.names & _names(sealer))
    differing = next((one.field for one in party.identifiers if _contradicts(sealer, one)), "")
    if alike and differing:
        message = f"The seal's organisation has the {party.role}'s name, but another {differing}."
    elif alike:
        message = (
            f"The seal's organisation has the {party.role}'s name; no identifier of both can be compared."
        )
    elif differing:
        message = f"The seal is of another organisation than the {party.role}: {differing} and name differ."
        return failed(_CHECK, message, where=party.where, cite=_CITE)
    else:
        message = f"The {party.role} has no identifier of the same register as the seal's organisation."
    return undecided(_CHECK, message, where=party.where, cite=_CITE)


def _identified(sealer: SealingOrganisation, party: NamedOrganisation) -> str:
    """Say how an identifier of the seal matches one of the party's; empty where none does."""
    for own in sealer.identifiers:
        for one in party.identifiers:
            how = how_same(own, one.value, one.field, one.country)
            if how is not None:
                return f"organizationIdentifier matches the {party.role}'s {one.field}{how}"
    return ""


def _contradicts(sealer: SealingOrganisation, one: NamedIdentifier) -> bool:
    """Tell whether a party's identifier is of a register the seal's is of, and is none of the seal's."""
    same = any(how_same(own, one.value, one.field, one.country) is not None for own in sealer.identifiers)
    return not same and any(same_register(own, one.value, one.field) for own in sealer.identifiers)


def _differences(sealer: SealingOrganisation, party: NamedOrganisation) -> Iterator[Finding]:
    """Tell name, country and further identifiers one by one, each at its place."""
    decided = bool(_identified(sealer, party))
    if sealer.names and party.names:
        yield _name(sealer, party, decided=decided)
    if iso(sealer.country) and party.country:
        yield _country(sealer, party, decided=decided)
    for one in party.identifiers if decided else ():
        if _contradicts(sealer, one):
            message = f"The {party.role} has a further {one.field}; only the seal's own identifier is proven."
            yield not_applicable(f"{_CHECK}.identifier", message, where=one.where, cite=_CITE)


def _name(sealer: SealingOrganisation, party: NamedOrganisation, *, decided: bool) -> Finding:
    code = f"{_CHECK}.name"
    if party.names & _names(sealer):
        message = f"The seal's organisation and the {party.role} have the same name."
        return passed(code, message, where=party.where, cite=_CITE)
    called = f' ("{party.called}")' if party.called else ""
    message = (
        f'The seal\'s organisation ("{sealer.names[0][:80]}") and the {party.role}{called} have other names'
    )
    if decided:
        message += "; the identifier decides, and it is the same."
        return not_applicable(code, message, where=party.where, cite=_CITE)
    return undecided(code, f"{message}.", where=party.where, cite=_CITE)


def _country(sealer: SealingOrganisation, party: NamedOrganisation, *, decided: bool) -> Finding:
    code = f"{_CHECK}.country"
    if iso(sealer.country) == party.country:
        message = f"The seal's organisation and the {party.role} are in the same country, {party.country}."
        return passed(code, message, where=party.where, cite=_CITE)
    message = f"The seal's organisation is in {iso(sealer.country)}, the {party.role} in {party.country}"
    if decided:
        message += "; the identifier decides, and it is the same."
        return not_applicable(code, message, where=party.where, cite=_CITE)
    return undecided(code, f"{message}.", where=party.where, cite=_CITE)


def _names(sealer: SealingOrganisation) -> set[str]:
    return {normalised(name) for name in sealer.names}


ISSUER_CHECKS: tuple[Check, ...] = (issuer_match,)
