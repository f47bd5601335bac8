"""Whom a seal leads to, and when it was there: the validation of EN 319 102-1 on what is at hand.

Pure: certificates, revocation data, lists and clock come in. Four answers stay apart: the path, the times,
the qualification and the level; none of them makes another better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from cryptography import x509

from schemas.evidence import SealExamination, Trust
from schemas.seal_trust import PathAnswer, QualificationAnswer, SealTrust, TimeAnswer
from verifier.sealing.certificates import fingerprint
from verifier.trust.carried import Revocations
from verifier.trust.list_anchors import anchors
from verifier.trust.path import validate_path
from verifier.trust.qualification import qualified_for_seal, qualified_timestamp
from verifier.trust.revocation import KnownRevocations
from verifier.trust.times import SealTime

Purpose = Literal["seal", "timestamp"]

_SIGNATURE_KINDS = frozenset({"signature", "archive"})
"""Kinds of timestamps that were made after the signature, and so prove that it was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Everything a path may be made of.

    Attributes:
        trust: what the asker trusts.
        carried: what the seal and its timestamps carry.
        fetched: what was asked for beside it.
        now: the moment of the verdict.
        known: all of the revocation data, read once for every path.
    """

    trust: Trust
    carried: Revocations
    fetched: Revocations
    now: datetime
    known: KnownRevocations = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Read the revocation data; no path changes what it says."""
        found = Revocations(
            crls=(*self.trust.crls, *self.carried.crls, *self.fetched.crls),
            ocsps=(*self.trust.ocsps, *self.carried.ocsps, *self.fetched.ocsps),
            certificates=self.pool,
        )
        known = KnownRevocations(found, (*self._known(self.pool), *self.pool))
        object.__setattr__(self, "known", known)

    def path(
        self,
        certificate: x509.Certificate,
        purpose: Purpose,
        *,
        moment: datetime,
        proven: bool,
        made_after: datetime | None = None,
    ) -> PathAnswer:
        """Validate one certificate at a moment; one on the deny-list leads nowhere."""
        if fingerprint(certificate) in self.trust.denied:
            sentence = "The certificate is on the list of those that count for nothing here."
            return PathAnswer(
                holds=None,
                indication="CHAIN_CONSTRAINTS_FAILURE",
                sentence=sentence,
                chain=(certificate,),
            )
        return validate_path(
            certificate,
            purpose=purpose,
            moment=moment,
            now=self.now,
            proven=proven,
            made_after=made_after,
            pool=self._known(self.pool),
            anchors=self.anchors(purpose, moment, certificate),
            revocations=self.known,
        )

    @property
    def pool(self) -> tuple[x509.Certificate, ...]:
        """Every certificate that may link one to an anchor; nothing is believed of them."""
        return (*self.carried.certificates, *self.fetched.certificates)

    def alone(self) -> Hand:
        """Return the same with nothing but what the seal carries, and the anchors."""
        if not (self.trust.crls or self.trust.ocsps) and self.fetched == Revocations():
            return self
        return replace(self, trust=replace(self.trust, crls=(), ocsps=()), fetched=Revocations())

    def anchors(
        self, purpose: Purpose, moment: datetime, certificate: x509.Certificate
    ) -> tuple[x509.Certificate, ...]:
        """Return the asker's own anchors, and those near a certificate that the lists had at a moment."""
        near = (certificate, *self.pool)
        return self._known(
            (*self.trust.anchors, *anchors(self.trust.lists, kind=purpose, moment=moment, near=near))
        )

    def _known(self, found: Iterable[x509.Certificate]) -> tuple[x509.Certificate, ...]:
        """Leave out what the operator's deny-list names: no path leads over it."""
        once = dict.fromkeys(found)
        if not self.trust.denied:
            return tuple(once)
        return tuple(one for one in once if fingerprint(one) not in self.trust.denied)


def assess(examined: SealExamination, times: tuple[SealTime, ...], hand: Hand) -> SealTrust | None:
    """Answer all there is to ask about an intact seal; None where no certificate is bound to it."""
    if examined.signer is None:
        return None
    signer = examined.signer
    stamped = tuple(_timed(times, hand))
    moment, proven = _best(stamped, hand.now)
    path = _path(signer, stamped, hand, moment=moment, proven=proven)
    qualification = _qualified(signer, path, hand, moment)
    return SealTrust(
        path=path,
        moment=moment,
        proven=proven,
        times=stamped,
        qualification=qualification,
        level=_level(signer, path, stamped, hand, moment=moment, proven=proven),
        lists=_used(qualification),
    )


def _timed(times: tuple[SealTime, ...], hand: Hand) -> Iterator[TimeAnswer]:
    """Judge each timestamp; one that a later trusted one covers is judged as of that later time.

    EN 319 102-1 §5.6.2.3: the last archive timestamp is held against now; once it is trusted, its time
    proves that all before it were there.
    """
    answers: dict[int, TimeAnswer] = {}
    moment, proven = hand.now, False
    latest_first = sorted(range(len(times)), key=lambda at: _order(times[at], at), reverse=True)
    for at in latest_first:
        one = times[at]
        answers[at] = _stamp(one, hand, moment=moment, proven=proven)
        if answers[at].trusted and one.kind in _SIGNATURE_KINDS and one.moment is not None:
            moment, proven = min(moment, one.moment), True
    yield from (answers[at] for at in range(len(times)))


def _order(time: SealTime, at: int) -> tuple[bool, datetime | int, int]:
    return (time.moment is not None, time.moment or 0, at)


def _stamp(time: SealTime, hand: Hand, *, moment: datetime, proven: bool) -> TimeAnswer:
    def said(trusted: bool | None, sentence: str, indication: str = "") -> TimeAnswer:  # noqa: FBT001
        return TimeAnswer(
            kind=time.kind,
            moment=time.moment,
            trusted=trusted,
            qualified=None,
            sentence=sentence,
            indication=indication,
        )

    if time.imprint_holds is False or time.intact is False:
        return said(trusted=False, sentence=_fault(time), indication="SIG_CRYPTO_FAILURE")
    if time.moment is None or not (time.imprint_holds and time.intact) or time.authority is None:
        return said(trusted=None, sentence=_fault(time), indication="FORMAT_FAILURE")
    if time.moment > hand.now:
        sentence = "The timestamp is from a time after the one this verdict is about."
        return said(trusted=None, sentence=sentence, indication="TIMESTAMP_ORDER_FAILURE")
    path = hand.path(time.authority, "timestamp", moment=moment, proven=proven, made_after=time.moment)
    answer = said(trusted=path.holds, sentence=path.sentence, indication=path.indication)
    if not path.holds:
        return answer
    listed = qualified_timestamp(
        time.authority,
        path.chain,
        moment=time.moment,
        archive=hand.trust.lists,
        denied=hand.trust.denied,
    )
    return replace(answer, qualified=listed.qualified)


def _fault(time: SealTime) -> str:
    return time.faults[0][1] if time.faults else "Whether the timestamp holds could not be decided."


def _best(stamped: tuple[TimeAnswer, ...], now: datetime) -> tuple[datetime, bool]:
    """Return the best signature time (EN 319 102-1 §5.5.4): the earliest that is proven, else now."""
    proven = [one.moment for one in stamped if one.trusted and one.kind in _SIGNATURE_KINDS and one.moment]
    return (min(proven), True) if proven else (now, False)


def _path(
    signer: x509.Certificate,
    stamped: tuple[TimeAnswer, ...],
    hand: Hand,
    *,
    moment: datetime,
    proven: bool,
) -> PathAnswer:
    """Validate the signer; a trusted timestamp of the content tells since when it can have sealed.

    A certificate that has ended proves nothing without a proven time, whomever it led to: that is told
    before the want of a chain, which lists that have been renewed since no longer give.
    """
    path = _led(signer, stamped, hand, moment=moment, proven=proven)
    ended = signer.not_valid_after_utc
    if path.indication != "NO_CERTIFICATE_CHAIN_FOUND" or proven or ended >= hand.now:
        return path
    sentence = (
        f"The certificate ended on {ended:%Y-%m-%d}, and no timestamp of an authority you trust proves that "
        "it sealed before; nor does it lead to anybody who is trusted here now."
    )
    return replace(path, indication="OUT_OF_BOUNDS_NO_POE", sentence=sentence)


def _led(
    signer: x509.Certificate,
    stamped: tuple[TimeAnswer, ...],
    hand: Hand,
    *,
    moment: datetime,
    proven: bool,
) -> PathAnswer:
    started = [one.moment for one in stamped if one.trusted and one.kind == "content" and one.moment]
    return hand.path(signer, "seal", moment=moment, proven=proven, made_after=max(started, default=None))


def _qualified(
    signer: x509.Certificate, path: PathAnswer, hand: Hand, moment: datetime
) -> QualificationAnswer:
    return qualified_for_seal(
        signer,
        (*path.chain[1:], *hand.pool),
        issued_at=signer.not_valid_before_utc,
        moment=moment,
        archive=hand.trust.lists,
        denied=hand.trust.denied,
    )


def _level(
    signer: x509.Certificate,
    path: PathAnswer,
    stamped: tuple[TimeAnswer, ...],
    hand: Hand,
    *,
    moment: datetime,
    proven: bool,
) -> str:
    """Name the level above B that validates (EN 319 132-1 §6.3, TS 119 182-1 §6.3); B where none does.

    T: a trusted signature timestamp. LT: what the seal carries is enough to validate its certificate as of
    then. LTA: an archive timestamp over that is trusted too.
    """
    trusted = {one.kind for one in stamped if one.trusted}
    if "signature" not in trusted:
        return "B"
    alone = hand.alone()
    if not path.holds or (
        alone != hand and not alone.path(signer, "seal", moment=moment, proven=proven).holds
    ):
        return "T"
    return "LTA" if "archive" in trusted else "LT"


def _used(qualification: QualificationAnswer) -> dict[str, str]:
    return {qualification.territory: qualification.list_sha256} if qualification.list_sha256 else {}
