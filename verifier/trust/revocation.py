"""Whether a certificate was revoked at a moment, by all that is known of it.

What is known is what its issuer signed, or someone whom the issuer named; the rest is as if it were not
there. A revocation wins over any number of older and newer words that say good; a suspension over older
ones. Cites ETSI EN 319 102-1 §5.2.5, §5.2.6.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509

from verifier.sealing.certificates import octets
from verifier.trust import crl, ocsp
from verifier.trust.carried import Revocations
from verifier.trust.certificate_facts import ASSURED, NO_CHECK, NO_REVOCATION, OCSP_SIGNING, Facts
from verifier.trust.statement import HOLD, Statement

CLOCKS = timedelta(minutes=5)
"""How far two clocks may be apart: an answer made at a moment may be dated this much before it."""
_MOST_RESPONDERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a certificate at a moment.

    Attributes:
        state: `good`; `revoked` or `held` at or before the moment; `unknown` where nothing tells.
        revoked_at: when it was revoked or suspended, also where that was after the moment.
        stale: where unknown, whether there was word, but none that reaches the moment.
    """

    state: Literal["good", "revoked", "held", "unknown"]
    revoked_at: datetime | None = None
    stale: bool = False


class KnownRevocations:
    """Revocation data that was read once, to be asked about any certificate."""

    def __init__(self, found: Revocations, pool: Iterable[x509.Certificate] = ()) -> None:
        """Take the data as it came, and certificates among which responders may be."""
        self.certificates = found.certificates
        self._lists = [one for data in dict.fromkeys(found.crls) if (one := crl.read_list(data)) is not None]
        answers = map(ocsp.read_answer, dict.fromkeys(found.ocsps))
        self._answers = [answer for answer in answers if answer is not None]
        # Told by the octets of the purpose, so that a large pool is not read for it.
        responders = (one for one in pool if OCSP_SIGNING in octets(one))
        self._responders = tuple(one for one, _ in zip(responders, range(_MOST_RESPONDERS), strict=False))
        # Chains share their upper part, answers their responder: each question is worked out once.
        self._told: dict[tuple[bytes, bytes, bool], list[Statement]] = {}

    def standing(self, subject: Facts, issuer: Facts, moment: datetime) -> Standing:
        """Tell what is known of a certificate at a moment.

        Args:
            subject: the certificate.
            issuer: the one above it in its chain, anchor or not.
            moment: when it must not have been revoked.
        """
        return judge(subject, self._statements(subject, issuer), moment)

    def _statements(self, subject: Facts, issuer: Facts, *, in_person: bool = False) -> list[Statement]:
        """Collect what is said of a certificate by its issuer, in person or by responders too; each once."""
        asked = subject.der, issuer.der, in_person
        if asked not in self._told:
            found = [word for one in self._lists if (word := crl.listed(one, subject, issuer))]
            responders = () if in_person else self._responders
            for answer in self._answers:
                found += ocsp.answered(
                    answer,
                    subject,
                    issuer,
                    responders,
                    lambda one, at: not in_person and self._good(one, issuer, at),
                )
            self._told[asked] = list(dict.fromkeys(found))
        return self._told[asked]

    def _good(self, responder: Facts, issuer: Facts, moment: datetime) -> bool:
        """Tell whether a responder was not revoked, by what the issuer says in person (§4.2.2.2.1)."""
        return judge(responder, self._statements(responder, issuer, in_person=True), moment).state == "good"


def exempt(subject: Facts) -> bool:
    """Tell whether no word on its revocation is needed.

    So are responders' certificates marked so (RFC 6960 §4.2.2.2.1), and those too short-lived to be revoked
    (EN 319 412-1 §5.2, RFC 9608 §2), if they are no authority's.
    """
    if subject.authority:
        return False
    responder = subject.extended is not None and OCSP_SIGNING in subject.extended
    return bool(subject.marks & {ASSURED, NO_REVOCATION}) or (responder and NO_CHECK in subject.marks)


def judge(subject: Facts, statements: list[Statement], moment: datetime) -> Standing:
    """Weigh verified statements about one certificate."""
    for_good = [one for one in statements if one.status == "revoked" and one.reason != HOLD]
    if for_good:
        # A suspension that ended in a revocation counts from its beginning.
        since = min(one.since or moment for one in statements if one.status == "revoked")
        revoked_at = min(one.revoked_at or moment for one in for_good)
        if since <= moment:
            return Standing(state="revoked", revoked_at=revoked_at)
        if exempt(subject) or any(_tells(one, subject, moment) for one in statements):
            return Standing(state="good", revoked_at=revoked_at)
        return Standing(state="unknown", revoked_at=revoked_at, stale=True)
    return _not_for_good(subject, statements, moment)


def _not_for_good(subject: Facts, statements: list[Statement], moment: datetime) -> Standing:
    held = [one for one in statements if one.status == "revoked"]
    unclear = [one.issued for one in statements if one.status == "unclear"]
    telling = [one for one in statements if _tells(one, subject, moment)]
    newest = max((one.issued for one in telling if one.status == "good"), default=None)
    last = max(held, key=lambda one: one.issued, default=None)
    if last is not None and (newest is None or last.issued >= newest):
        if last.since is None or last.since <= moment:
            return Standing(state="held", revoked_at=last.revoked_at)
        if last in telling or newest is not None:
            return Standing(state="good", revoked_at=last.revoked_at)
    if exempt(subject) and not unclear:
        return Standing(state="good")
    if newest is not None and not any(one >= newest for one in unclear):
        return Standing(state="good")
    return Standing(state="unknown", stale=bool(statements))


def _tells(word: Statement, subject: Facts, moment: datetime) -> bool:
    """Tell whether a statement vouches for a certificate at a moment, by being good or revoked only later.

    It must reach the moment: be made no earlier, or promise that nothing newer came before then. Of a
    certificate that had expired when it was made it says nothing, unless it says how far back it reaches
    (RFC 6960 §4.4.4; X.509 §9.5.2.8); a revocation told is told all the same.
    """
    if word.weak or not word.whole or word.status not in {"good", "revoked"}:
        return False
    if word.issued < moment - CLOCKS and (word.until is None or word.until < moment):
        return False
    expired = subject.certificate.not_valid_after_utc
    if word.status == "good" and word.issued > expired:
        return word.reaches_back is not None and word.reaches_back <= expired
    return True
