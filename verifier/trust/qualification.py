"""Whether trusted lists have a certificate as qualified at a moment (ETSI TS 119 615 §4.4 to §4.7).

A list counts as it stood at that moment, and only as far as it reaches: one whose next update was due before
says nothing about it, and then nothing is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from cryptography import x509

from schemas.seal_trust import QualificationAnswer
from schemas.trusted_list import ListArchive
from verifier.trust.listed import Listed, listed, shown
from verifier.trust.lists import uris
from verifier.trust.lists.identity import der_of
from verifier.trust.lists.standing import Standing, standing_at
from verifier.trust.qc_statements import ESEAL, said_by

TIMESTAMP = "timestamp"
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
    found = listed(certificate, chain, archive, issued_at=issued_at, moment=moment, type_=uris.CA_QC)
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


def _seal_answer(found: Listed, now: Standing, then: Standing) -> QualificationAnswer:
    """Compare issuance with the moment (PRO-4.4.4-34 to -36): qualified at one alone is not qualified."""
    if speaking := now.services or then.services:
        found = replace(found, service=shown(speaking[0]))
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
    found = listed(certificate, chain, archive, issued_at=moment, moment=moment, type_=uris.QTST)
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


def _denied(ders: Iterable[bytes], denied: Collection[str]) -> QualificationAnswer | None:
    for der in ders:
        if sha256(der).hexdigest() in denied:
            sentence = (
                "The certificate, or an authority above it, is on your deny-list, so it counts for nothing."
            )
            return QualificationAnswer(qualified=False, sentence=sentence, denied=True)
    return None
