"""Which services of trusted lists a certificate leads to, or what it means that it leads to none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.x509.oid import NameOID

from schemas.seal_trust import QualificationAnswer
from schemas.trusted_list import ListArchive, TrustedList, TrustedService
from verifier.trust.lists import uris
from verifier.trust.lists.lotl import national_pointers
from verifier.trust.lists.matching import Match, leads_to_a_root, matches_for

_SPELT_OTHERWISE = {"GR": "EL", "GB": "UK"}  # as lists name countries, TS 119 612 §5.1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The services a certificate leads to, or the answer where there are none to ask.

    Attributes:
        matches: the services, each with the list that has it.
        answer: where there are none, or their list does not reach: what is to be said.
        territory: of the list.
        service: for display.
        list_sha256: of the list.
    """

    matches: tuple[Match, ...] = ()
    answer: QualificationAnswer | None = None
    territory: str = ""
    service: str = ""
    list_sha256: str = ""

    def decided(
        self, *, qualified: bool, sentence: str, kind: str = "", device: bool | None = None
    ) -> QualificationAnswer:
        """Say what the list says."""
        return QualificationAnswer(
            qualified=qualified,
            sentence=sentence,
            kind=kind,
            device=device,
            service=self.service,
            territory=self.territory,
            list_sha256=self.list_sha256,
        )

    def undecided(self, sentence: str, kind: str = "") -> QualificationAnswer:
        """Say why the list says nothing."""
        return replace(self.decided(qualified=False, sentence=sentence, kind=kind), qualified=None)


def listed(
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    archive: ListArchive | None,
    *,
    issued_at: datetime,
    moment: datetime,
    type_: str,
) -> Listed:
    """Find the services (TS 119 615 §4.3), and make sure that their lists reach."""
    if archive is None or not archive.snapshots:
        return Listed(answer=_unknown("No trusted list is at hand."))

    def wanted(service: TrustedService) -> bool:
        return any(period.type == type_ for period in service.periods)

    last = max(moment, issued_at)
    in_force = [one for land in archive.territories if (one := archive.list_at(land, moment)) is not None]
    later = [one for land in archive.territories if (one := archive.list_after(land, moment)) is not None]
    matches: tuple[Match, ...] = ()
    # The list in force may have been replaced, unknown to us, by one that is not at hand; the next one tells
    # the history of that time. One that does not reach is asked last, to say so.
    for lists in ([one for one in in_force if one.reaches(last)], later, in_force):
        matches = matches or matches_for(certificate, chain, lists, wanted=wanted, itself=type_ == uris.QTST)
    if not matches:
        return Listed(answer=_unlisted(certificate, chain, archive, moment))
    service, trusted_list = matches[0].service, matches[0].trusted_list
    found = Listed(
        matches=matches,
        territory=trusted_list.territory,
        service=shown(service),
        list_sha256=trusted_list.sha256,
    )
    short = [one.trusted_list for one in matches if not one.trusted_list.reaches(last)]
    if short:
        return Listed(answer=found.undecided(_too_old(short[0])))
    return found


def shown(service: TrustedService) -> str:
    """Name a service for a person."""
    return f"{service.provider}: {service.name}"


def _unlisted(
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    archive: ListArchive,
    moment: datetime,
) -> QualificationAnswer:
    """Say what it means that no list has its authority: nothing, unless the list that would is at hand.

    PRO-4.4.4-01, PRO-4.4.4-05: the issuer's country says which list that is. Where it names none, all lists
    that the list of lists points at must be at hand. And the chain must be whole: a listed authority may
    stand above one that is missing.
    """
    country = _country(certificate.issuer) or _country(certificate.subject)
    at_hand = {one: found for one in archive.territories if (found := archive.list_at(one, moment))}
    if country in at_hand:
        if not at_hand[country].reaches(moment):
            return _unknown(_too_old(at_hand[country]))
        if not leads_to_a_root(certificate, chain):
            return _unknown(
                f"The chain is not whole, so it may lead to the trusted list of {country} or not."
            )
        sentence = f"The trusted list of {country} has no service that issued the certificate."
        return QualificationAnswer(
            qualified=False, sentence=sentence, territory=country, list_sha256=at_hand[country].sha256
        )
    lotl = archive.list_at("EU", moment)
    expected = set(national_pointers(lotl)) if lotl is not None else set()
    reaching = {one for one, found in at_hand.items() if found.reaches(moment)}
    if expected and country not in expected and expected <= reaching and leads_to_a_root(certificate, chain):
        return QualificationAnswer(
            qualified=False, sentence="No European trusted list has a service that issued the certificate."
        )
    which = f"of {country} " if country in expected else ""
    return _unknown(f"The trusted list {which}that could say so is not at hand.")


def _country(name: x509.Name) -> str:
    found = [one.value for one in name.get_attributes_for_oid(NameOID.COUNTRY_NAME)]
    text = found[0].upper() if found and isinstance(found[0], str) else ""
    return _SPELT_OTHERWISE.get(text, text)


def _too_old(trusted_list: TrustedList) -> str:
    assert trusted_list.next_update is not None  # noqa: S101 - a closed list reaches for ever
    return (
        f"The newest trusted list of {trusted_list.territory} at hand is of {trusted_list.issued:%Y-%m-%d} "
        f"and was to be renewed by {trusted_list.next_update:%Y-%m-%d}, "
        "so it does not reach the moment that counts."
    )


def _unknown(sentence: str) -> QualificationAnswer:
    return QualificationAnswer(qualified=None, sentence=sentence)
