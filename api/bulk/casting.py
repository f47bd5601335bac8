"""Documents that are to be sealed, cast: when, by which verdict and at which place are a learner's own."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from api.bulk.learners import SHARED, Learner, fitted, own_of, with_learner
from api.bulk.warm import Warm
from api.gateway.conversion import Examined
from api.gateway.sealers import Sealer
from api.gateway.sealing import sealing_facts
from api.storage.records import Reservation
from converter.convert import Conversion, Options, convert
from converter.custody import this_tool
from converter.mould import Fit, Own
from schemas.custody import Custody, Judgement, Known
from schemas.document import Format
from schemas.evidence import Missing, Resource

_MOST_DIGESTS = 4096


def cast_or_made(  # noqa: PLR0917 - one row, and all that is known of it
    data: bytes,
    target: Format,
    asked: Options,
    learner: Learner,
    examined: Examined,
    kept: Reservation,
    warm: Warm,
    *,
    said_at: datetime,
) -> Conversion:
    """Cast what is to be sealed where badges of its class were converted before, else go the long way.

    Args:
        data: the row.
        target: the format wanted.
        asked: with what sealing says of this one, and of nobody's learner.
        learner: of the row.
        examined: the row, with the verdict on it.
        kept: its place.
        warm: what the worker has.
        said_at: when the institution said who the learner is.

    Raises:
        DocumentError: as the conversion says.
    """
    moulds, own = warm.moulds, _own(learner, asked, examined, kept, warm)
    badge = moulds.opened(data) if moulds is not None and own is not None else None
    if moulds is not None and badge is not None and own is not None:
        badge, cast = moulds.cast(badge, own)
        if cast is not None:
            return cast
    options = with_learner(asked, learner, examined.source, examined.evidence, at=said_at)
    made = convert(examined.source, target, options)
    if moulds is not None and badge is not None:
        moulds.learn(badge, made)
    return made


def _own(learner: Learner, asked: Options, examined: Examined, kept: Reservation, warm: Warm) -> Own | None:
    """Say what is this one's own; None where more of the web answered for it than one copy of its own."""
    judgement = asked.custody.sources[0].judgement if asked.custody is not None else None
    name = examined.source.document.tree.get("id")
    if judgement is None or not isinstance(name, str):
        return None
    slots = {"at": f"{asked.now:%Y-%m-%dT%H:%M:%S}", "judged": judgement.report, "place": str(kept.place)}
    hosted, answers, digest = b"", {}, hashlib.sha256()
    for url, answer in sorted(examined.source.resources.items()):
        if not url.startswith(name):
            digest.update(f"{url} {_digest(answer, warm)}\n".encode())
            if isinstance(answer, Resource):
                answers[url] = answer
        elif isinstance(answer, Resource) and (url == name or answer.body):  # edubadges has empty pictures
            if url != name:
                return None
            hosted, slots["hosted"] = answer.body, hashlib.sha256(answer.body).hexdigest()
    shared = (kept.list_id, judgement.verdict, judgement.policy, judgement.override, digest.hexdigest())
    own = own_of(learner)
    return replace(own, shared=(*own.shared, *shared), slots=slots, answers=answers, hosted=hosted)


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
        now = datetime.fromisoformat(f"{own.slots['at']}+00:00")
        judgement = Judgement(
            report=own.slots["judged"],
            at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
            verdict=verdict,
            policy=policy,
            override=override,
        )
        kept = Reservation(id="", tenant=sealer.tenant.name, list_id=list_id, place=int(own.slots["place"]))
        return replace(
            fitted(options, own),
            now=now,
            custody=Custody(tool=this_tool(), sources=(Known(judgement=judgement),)),
            sealing=sealing_facts(sealer, kept, now),
        )

    return fit
