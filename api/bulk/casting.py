"""Documents that are to be sealed, cast: when, by which verdict and at which place are a learner's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from api.bulk.answers import Answered
from api.bulk.learners import SHARED, Learner, fitted, own_of
from api.bulk.warm import Warm
from api.gateway.conversion import Examined
from api.gateway.sealers import Sealer
from api.gateway.sealing import with_place
from api.storage.records import Reservation
from converter.convert import Conversion, Options
from converter.mould import Fit, Opened, Own
from converter.mould_marks import moment_at, slot_of
from schemas.custody import Judgement
from schemas.evidence import Missing, Resource

_MOST_DIGESTS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A row that may be sealed.

    Attributes:
        badge: the row, taken apart; None where it goes the long way.
        id: of the document.
        raw: the document, out of what it was wrapped in.
        url: where it is hosted; empty where it is not.
        learner: of the row.
        judgement: why it may be sealed.
        answered: what the web said; None where it was more than its class can share.
        examined: the row as it was read; None where its verdict was cast.
    """

    badge: Opened | None
    id: str
    raw: bytes
    url: str
    learner: Learner
    judgement: Judgement
    answered: Answered | None
    examined: Examined | None = None


def cast_or_made(
    judged: Judged,
    now: datetime,
    kept: Reservation,
    warm: Warm,
    long_way: Callable[[], Conversion],
) -> Conversion:
    """Cast what is to be sealed where badges of its class were converted before, else go the long way.

    Args:
        judged: the row.
        now: the moment of sealing.
        kept: its place.
        warm: what the worker has.
        long_way: converts it.

    Raises:
        DocumentError: as the conversion says.
    """
    moulds, badge = warm.moulds, judged.badge
    own = _own(judged, now, kept, warm) if badge is not None else None
    if moulds is None or badge is None or own is None:
        return long_way()
    badge, cast = moulds.cast(badge, own)
    return cast if cast is not None else moulds.learn(badge, long_way())


def _own(judged: Judged, now: datetime, kept: Reservation, warm: Warm) -> Own | None:
    """Say what is this one's own; None where more of the web answered for it than one copy of its own."""
    answered, judgement = judged.answered, judged.judgement
    if answered is None:
        return None
    slots = {"at": slot_of(now), "judged": judgement.report, "place": str(kept.place)}
    if answered.hosted is not None:
        slots["hosted"] = hashlib.sha256(answered.hosted).hexdigest()
    digest = hashlib.sha256()
    for url, answer in sorted(answered.shared.items()):
        digest.update(f"{url} {_digest(answer, warm)}\n".encode())
    answers = {url: answer for url, answer in answered.shared.items() if isinstance(answer, Resource)}
    shared = (kept.list_id, judgement.verdict, judgement.policy, judgement.override, digest.hexdigest())
    own = own_of(judged.learner)
    return replace(
        own, shared=(*own.shared, *shared), slots=slots, answers=answers, hosted=answered.hosted or b""
    )


def _digest(answer: Resource | Missing, warm: Warm) -> str:
    """Digest an answer; one that many rows share is the same object, and is digested once."""
    if isinstance(answer, Missing):
        return "missing"
    known = warm.answered.get(id(answer))
    if known is None or known[0] is not answer:
        body = hashlib.sha256(answer.body).hexdigest()
        known = answer, f"{answer.status} {answer.content_type} {answer.location} {body}"
        if len(warm.answered) >= _MOST_DIGESTS:
            warm.answered.clear()
        warm.answered[id(answer)] = known
    return known[1]


def sealed_by(sealer: Sealer) -> Fit:
    """Say how a badge of a mould is converted that a tenant seals."""

    def fit(options: Options, own: Own) -> Options:
        list_id, verdict, policy, override, _ = own.shared[SHARED:]
        now = moment_at(own.slots["at"])
        judgement = Judgement(
            report=own.slots["judged"],
            at=f"{own.slots['at']}Z",
            verdict=verdict,
            policy=policy,
            override=override,
        )
        kept = Reservation(id="", tenant=sealer.tenant.name, list_id=list_id, place=int(own.slots["place"]))
        return with_place(fitted(options, own), judgement, sealer, kept, now)

    return fit
