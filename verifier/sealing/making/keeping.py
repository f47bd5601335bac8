"""What a seal has to carry so that whoever reads it later needs to ask nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from cryptography import x509

from schemas.document import Document
from schemas.evidence import SealExamination
from schemas.seal_trust import PathAnswer, SealTrust
from schemas.stamper import Level
from verifier.asked import Asked
from verifier.fetch import OfflineFetcher
from verifier.gather_seal import followed, with_seal
from verifier.sealing.making.means import Means
from verifier.trust.assess import Hand
from verifier.trust.carried import Revocations
from verifier.trust.certificate_facts import facts_of
from verifier.trust.chains import Pool, lineage
from verifier.trust.times import SealTime, brought_along

_ROUNDS = 3
"""Each may bring the certificates of those above; no real chain is longer."""
_LATER = timedelta(minutes=1)
"""Whoever reads a seal does so after it was made; clocks of the services that help may be ahead by this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What was found out about a seal.

    Attributes:
        seal: as it was examined.
        times: its timestamps.
        hand: all that was at hand.
        answer: whom it leads to by that.
    """

    seal: SealExamination
    times: tuple[SealTime, ...]
    hand: Hand
    answer: SealTrust

    @property
    def level(self) -> Level:
        """The level it has reached."""
        return Level(self.answer.level or "B")

    @property
    def why(self) -> str:
        """What is in the way, a sentence; empty where nothing is known to be."""
        stamps = (one.sentence for one in self.answer.times if not one.trusted)
        return next(stamps, "") or ("" if self.answer.path.holds else self.answer.path.sentence)


def sought(document: Document, seal: SealExamination, means: Means) -> Sought:
    """Follow a seal and its timestamps up to those who answer for them; the web is asked for what lacks."""
    times, carried = brought_along(document)
    carried = with_seal(carried, seal)
    made = max((one.moment for one in times if one.moment is not None), default=means.now)
    now = max(means.now, made) + _LATER
    hand = Hand(trust=means.trust, carried=carried, fetched=Revocations(), now=now)
    asked = Asked(means.fetcher or OfflineFetcher())
    tops: tuple[x509.Certificate, ...] = ()
    for _ in range(_ROUNDS):
        hand = replace(hand, trust=replace(means.trust, anchors=(*means.trust.anchors, *tops)))
        answer, hand = followed(seal, times, hand, asked)
        found = tuple(_tops(seal, times, hand))
        if found == tops:
            break
        tops = found
    assert answer is not None  # noqa: S101 - whoever comes here has a signer
    return Sought(seal=seal, times=times, hand=hand, answer=answer)


def latest(times: tuple[SealTime, ...]) -> SealTime | None:
    """Return the timestamp of a seal that was made last; None where there is none that can be read."""
    dated = [
        (one.moment, number)
        for number, one in enumerate(times)
        if one.kind != "content" and one.authority is not None and one.moment is not None
    ]
    return times[max(dated)[1]] if dated else None


def _tops(seal: SealExamination, times: tuple[SealTime, ...], hand: Hand) -> Iterator[x509.Certificate]:
    """Name the highest certificate known above each signer; one that stands alone vouches for nobody."""
    for certificate in (seal.signer, *(one.authority for one in times)):
        if certificate is None:
            continue
        facts = facts_of(certificate)
        above = [one for one, _ in lineage(facts, Pool((), hand.pool))] if facts is not None else []
        if len(above) > 1:
            yield above[-1].certificate


def worth_keeping(found: Sought) -> Revocations:
    """Choose what to carry: enough for every path, and nothing twice.

    Lists of revocations are dropped first, where an answer about the one certificate does as well: they are
    the larger by far.
    """
    hand = found.hand
    chains = {one: None for path in _paths(found, hand) for one in path.chain}
    brought = set(hand.carried.certificates)
    more = tuple(one for one in (*chains, *hand.fetched.certificates) if one not in brought)
    kept = Revocations(
        crls=_new((*hand.trust.crls, *hand.fetched.crls), hand.carried.crls),
        ocsps=_new((*hand.trust.ocsps, *hand.fetched.ocsps), hand.carried.ocsps),
        certificates=tuple(dict.fromkeys(more)),
    )
    if not _enough(found, kept):
        return kept
    for one in sorted(kept.crls, key=len, reverse=True):
        kept = _lighter(found, kept, replace(kept, crls=_new(kept.crls, (one,))))
    for one in kept.ocsps:
        kept = _lighter(found, kept, replace(kept, ocsps=_new(kept.ocsps, (one,))))
    return kept


def _lighter(found: Sought, kept: Revocations, less: Revocations) -> Revocations:
    return less if _enough(found, less) else kept


def _new(values: tuple[bytes, ...], known: tuple[bytes, ...]) -> tuple[bytes, ...]:
    return tuple(one for one in dict.fromkeys(values) if one not in known)


def _enough(found: Sought, kept: Revocations) -> bool:
    hand = found.hand
    carried = Revocations(
        crls=(*hand.carried.crls, *kept.crls),
        ocsps=(*hand.carried.ocsps, *kept.ocsps),
        certificates=(*hand.carried.certificates, *kept.certificates),
    )
    return all(path.holds for path in _paths(found, replace(hand, carried=carried).alone()))


def _paths(found: Sought, hand: Hand) -> Iterator[PathAnswer]:
    """Validate the sealing certificate as of the proven time, and the last timestamp's as of now.

    What earlier timestamps need is carried since the one after them was made.
    """
    answer, signer = found.answer, found.seal.signer
    assert signer is not None  # noqa: S101 - whoever comes here has a signer
    yield hand.path(signer, "seal", moment=answer.moment, proven=answer.proven)
    last = latest(found.times)
    if last is not None and last.authority is not None:
        yield hand.path(last.authority, "timestamp", moment=hand.now, proven=False, made_after=last.moment)
