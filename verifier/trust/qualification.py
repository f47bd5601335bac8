"""Whether trusted lists have a certificate as qualified at a moment (ETSI TS 119 615 §4.4 to §4.7).

A list counts as it stood at that moment, and only as far as it reaches: one whose next update was due before
says nothing about it, and then nothing is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from cryptography.x509.oid import NameOID

from schemas.seal_trust import QualificationAnswer
from schemas.trusted_list import ListArchive, TrustedList, TrustedService
from verifier.trust.lists import uris
from verifier.trust.lists.identity import der_of
from verifier.trust.lists.lotl import national_pointers
from verifier.trust.lists.matching import Match, leads_to_a_root, matches_for
from verifier.trust.lists.standing import Standing, standing_at
from verifier.trust.qc_statements import ESEAL, said_by

TIMESTAMP = "timestamp"
_SPELT_OTHERWISE = {"GR": "EL", "GB": "UK"}  # as lists name countries, TS 119 612 §5.1.2
_USES = {"eSignature": "for electronic signatures", "WSA": "for websites"}


def qualified_for_seal(
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...] = (),
    *,
    issued_at: datetime,
    moment: datetime,
    archive: ListArchive | None,
    denied: Collection[str] = frozenset(),
) -> QualificationAnswer:
    """Tell whether a certificate was qualified for electronic seals when it was issued and at a moment.

    Args:
        certificate: that made the seal.
        chain: certificates between it and a listed service, in any order; each step is verified here.
        issued_at: when it was issued (its notBefore).
        moment: the best signature time.
        archive: trusted lists at hand; None for none.
        denied: sha-256 (hex) of certificates that count for nothing, authorities included.
    """
    if hit := _denied(map(der_of, (certificate, *chain)), denied):
        return hit
    found = _found(certificate, chain, archive, issued_at=issued_at, moment=moment, type_=uris.CA_QC)
    if found.answer is not None:
        return found.answer
    if hit := _denied((one.identity for one in found.matches), denied):
        return hit
    said = said_by(certificate)
    if said is None:
        return found.undecided(
            "The certificate's own statements cannot be read, so no list can be asked of it."
        )
    if min(issued_at, moment) < uris.EIDAS:  # PRO-4.4.4-33 (a)
        return found.decided(
            qualified=False,
            sentence="It is from before 1 July 2016, when no certificate was qualified for seals.",
        )
    services = [one.service for one in found.matches]
    now, then = (standing_at(services, said, at) for at in (moment, issued_at))
    return _seal_answer(found, now, then)


def _seal_answer(found: _Found, now: Standing, then: Standing) -> QualificationAnswer:
    """Compare issuance with the moment (PRO-4.4.4-34 to -36): qualified at one alone is not qualified."""
    if speaking := now.services or then.services:
        found = replace(found, service=_shown(speaking[0]))
    answers = (then.qualified[ESEAL], now.qualified[ESEAL])
    where = f"the trusted list of {found.territory}"
    if all(answers):
        device = {
            True: "; its key lies in a qualified device",
            False: "; its key does not lie in a qualified device",
            None: "; whether its key lies in a qualified device is not clear",
        }[now.device]
        sentence = f"By {where}, the certificate was qualified for electronic seals{device}."
        return found.decided(qualified=True, sentence=sentence, kind=ESEAL, device=now.device)
    kind = now.kind if now.kind == then.kind else ""
    at, which = ("when it was issued", then) if answers[0] is not True else ("at the moment that counts", now)
    if False in answers:
        at, which = (
            ("when it was issued", then) if answers[0] is False else ("at the moment that counts", now)
        )
        use = f", but {_USES[kind]}" if kind in _USES else ""
        was = f"the certificate was not qualified for electronic seals{use}"
        sentence = f"By {where}, {was} {at}: {which.why[ESEAL]}."
        return found.decided(qualified=False, sentence=sentence, kind=kind)
    sentence = f"By {where}, it is not clear whether it was qualified for seals {at}: {which.why[ESEAL]}."
    return found.undecided(sentence, kind=kind)


def qualified_timestamp(
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...] = (),
    *,
    moment: datetime,
    archive: ListArchive | None,
    denied: Collection[str] = frozenset(),
) -> QualificationAnswer:
    """Tell whether a time-stamping authority was a qualified one at a moment (TS 119 615 §4.6, §4.7).

    Args:
        certificate: that signed the timestamp.
        chain: as for a seal.
        moment: the time the token tells.
        archive: trusted lists at hand; None for none.
        denied: as for a seal.
    """
    if hit := _denied(map(der_of, (certificate, *chain)), denied):
        return hit
    found = _found(certificate, chain, archive, issued_at=moment, moment=moment, type_=uris.QTST)
    if found.answer is not None:
        return found.answer
    if hit := _denied((one.identity for one in found.matches), denied):
        return hit
    if moment < uris.EIDAS:  # PRO-4.6.4-01
        sentence = "It is from before 1 July 2016, when no timestamp was qualified."
        return found.decided(qualified=False, sentence=sentence, kind=TIMESTAMP)
    states = [period for one in found.matches if (period := one.service.period_at(moment)) is not None]
    states = [one for one in states if one.type == uris.QTST]
    unclear = any(one.unknown_critical for one in states) or any(
        one.service.disordered for one in found.matches
    )
    statuses = {one.status for one in states}
    if unclear or len(statuses) > 1:  # PRO-4.6.4-06
        return found.undecided(
            f"The trusted list of {found.territory} is not clear about the time-stamping authority.",
            kind=TIMESTAMP,
        )
    qualified = statuses == {uris.GRANTED}
    was = "was" if qualified else "was not"
    sentence = (
        f"By the trusted list of {found.territory}, the time-stamping authority {was} a qualified one then."
    )
    return found.decided(qualified=qualified, sentence=sentence, kind=TIMESTAMP)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The services a certificate leads to, or the answer where there are none to ask."""

    matches: tuple[Match, ...] = ()
    answer: QualificationAnswer | None = None
    territory: str = ""
    service: str = ""
    list_sha256: str = ""

    def decided(
        self, *, qualified: bool, sentence: str, kind: str = "", device: bool | None = None
    ) -> QualificationAnswer:
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
        return replace(self.decided(qualified=False, sentence=sentence, kind=kind), qualified=None)


def _found(
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    archive: ListArchive | None,
    *,
    issued_at: datetime,
    moment: datetime,
    type_: str,
) -> _Found:
    """Find the services (TS 119 615 §4.3), and make sure that their lists reach."""
    if archive is None or not archive.snapshots:
        return _Found(answer=_unknown("No trusted list is at hand."))

    def wanted(service: TrustedService) -> bool:
        return any(period.type == type_ for period in service.periods)

    matches: tuple[Match, ...] = ()
    # A list in force may be one that was replaced before the service came, by one that is not at hand.
    for pick in (archive.list_at, archive.list_after):
        lists = [one for territory in archive.territories if (one := pick(territory, moment)) is not None]
        matches = matches or matches_for(certificate, chain, lists, wanted=wanted, itself=type_ == uris.QTST)
    if not matches:
        return _Found(answer=_unlisted(certificate, chain, archive, moment))
    service, trusted_list = matches[0].service, matches[0].trusted_list
    found = _Found(matches=matches, territory=trusted_list.territory, service=_shown(service))
    short = [one.trusted_list for one in matches if not one.trusted_list.reaches(max(moment, issued_at))]
    if short:
        return _Found(answer=found.undecided(_too_old(short[0])))
    return found


def _shown(service: TrustedService) -> str:
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


def _denied(ders: Iterable[bytes], denied: Collection[str]) -> QualificationAnswer | None:
    for der in ders:
        if sha256(der).hexdigest() in denied:
            sentence = (
                "The certificate, or an authority above it, is on your deny-list, so it counts for nothing."
            )
            return QualificationAnswer(qualified=False, sentence=sentence, denied=True)
    return None
