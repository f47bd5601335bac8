"""The one function every engine runs: a batch of rows becomes a batch of outcomes. Never a traceback.

What a worker keeps between batches comes in by argument; equal rows, order and answers of the web give equal
outcomes, whichever worker makes them and in whichever batch they stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import orjson

from api.bulk.learners import Learner, own_of, recipients_of, standing, with_learner
from api.bulk.rows import Order, Outcome, Person, Row, target_of, within_json
from api.bulk.sampling import sampled
from api.bulk.warm import Warm
from api.gateway.asking import NotUnderstood
from api.gateway.conversion import Order as Conversions
from api.gateway.conversion import examine
from converter.convert import Conversion, Source, convert
from converter.mould import Quoted
from schemas.document import Document, Format
from schemas.errors import DocumentError, Problem, Refused, Unavailable
from schemas.evidence import Evidence
from verifier import verify
from verifier.asked import Asked
from verifier.badge import truth
from verifier.fetch import OfflineFetcher
from verifier.verify import located

_JSON = "application/json"


def done(rows: Iterable[Row], order: Order, warm: Warm) -> list[Outcome]:
    """Do what is ordered with every row; a row that fails says why, and the others go on."""
    return [outcome(row, order, warm) for row in rows]


def outcome(row: Row, order: Order, warm: Warm) -> Outcome:
    """Do what is ordered with one row."""
    if row.problem is not None:
        return Outcome(place=row.place, name=row.name, problems=(row.problem,))
    try:
        if order.target is None:
            return _verified(row, order, warm)
        return sampled(_converted(row, order, warm), row, order, warm)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is this row's alone
        return Outcome(place=row.place, name=row.name, problems=problems_of(error))


def problems_of(error: Exception) -> tuple[Problem, ...]:
    """Say in problems what an error means; of a fault of ours its kind and place, never its words."""
    if isinstance(error, (DocumentError, NotUnderstood)):
        return error.problems
    if isinstance(error, Unavailable):
        return (Problem(code="source.unavailable", message=error.why),)
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" in {trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}" if trace else ""
    message = f"badgepass itself broke down ({type(error).__name__}{place}); nothing is decided."
    return (Problem(code="internal.error", message=message),)


def _verified(row: Row, order: Order, warm: Warm) -> Outcome:
    person = row.person
    report = verify(
        row.data,
        fetcher=warm.fetcher,
        now=order.now,
        policy=order.policy,
        recipients=recipients_of(person) if person else (),
        trust=warm.trust,
    )
    told = report.to_dict()
    document = orjson.dumps(told)
    return Outcome(
        place=row.place,
        name=str((told.get("subject") or {}).get("id") or row.name),
        media_type=_JSON,
        text=within_json(document),
        size=len(document),
        verdict=str(report.verdict),
        problems=tuple(
            Problem(code=one.check, message=one.message, where=one.where, cite=one.cite)
            for one in report.findings
            if one.outcome == "failed"
        ),
        unasked=not warm.asks,
    )


def _converted(row: Row, order: Order, warm: Warm) -> Outcome:
    """Convert a row: cast where badges of its class were converted before, else the long way."""
    moulds = warm.back or warm.moulds
    badge = moulds.opened(row.data) if moulds is not None else None
    if badge is None or moulds is None:
        source, evidence = _gathered(row, order, warm)
        learner = learner_of(row, warm, source, evidence)
        options = with_learner(warm.options(order), learner, source, evidence, at=order.now)
        made = convert(source, target_of(order), options)
        return outcome_of(row, id_of(source.document), made, learner, warm)
    learner = standing(badge.recipient, person_of(row, badge.id, warm))
    badge, cast = moulds.quoted(badge, own_of(learner))
    if cast is not None:
        return _told(row, badge.id, cast, learner, warm)
    source, evidence = _gathered(row, order, warm)
    options = with_learner(warm.options(order), learner, source, evidence, at=order.now)
    made = moulds.learn(badge, convert(source, target_of(order), options))
    return outcome_of(row, badge.id, made, learner, warm)


def learner_of(row: Row, warm: Warm, source: Source, evidence: Evidence) -> Learner:
    """Say who a row is about, and on whose word.

    Raises:
        Refused: see `standing`.
    """
    document = source.document
    recipient = truth(evidence).get("recipient") if document.format is Format.OB2 else None
    person = person_of(row, id_of(document), warm)
    return standing(recipient if isinstance(recipient, dict) else None, person)


def outcome_of(row: Row, identity: str, made: Conversion, learner: Learner, warm: Warm) -> Outcome:
    """Say what was made of a row."""
    return _told(row, identity, Quoted(within_json(made.document), len(made.document), made), learner, warm)


def _told(row: Row, identity: str, made: Quoted, learner: Learner, warm: Warm) -> Outcome:
    lists, counts = warm.listed(made.like.report)
    return Outcome(
        place=row.place,
        name=identity or row.name,
        media_type=made.like.media_type,
        text=made.text,
        size=made.size,
        learner=learner.word,
        lists=lists,
        counts=counts,
        unasked=not warm.asks,
    )


def _gathered(row: Row, order: Order, warm: Warm) -> tuple[Source, Evidence]:
    """Read a row; where somebody answers, ask whether it is revoked and for what it only refers to."""
    if warm.asks:
        asking = Conversions(target=target_of(order), trust=warm.trust)
        examined = examine(row.data, asking, fetcher=warm.fetcher, now=order.now)
        return examined.source, examined.evidence
    document, _ = located(row.data, Asked(OfflineFetcher()))
    if not document.raw:
        raise Unavailable(document.source_url, "The row is an address, and no address is asked.")
    return Source(document=document), Evidence(document=document, now=order.now)


def person_of(row: Row, identity: str, warm: Warm) -> Person | None:
    """Find whom a row is about: the names by its id, what proves them also from the input itself."""
    known = None
    if warm.people is not None:
        known = warm.people.of(identity) or warm.people.of(row.name)
    if known is not None and known.twice:
        message = "The file of people tells this assertion more than once."
        raise Refused(Problem(code="people.twice", message=message))
    if known is None or row.person is None:
        return known or row.person
    return replace(known, eduid=known.eduid or row.person.eduid, email=known.email or row.person.email)


def id_of(document: Document) -> str:
    """Return the document's own id, empty where it has none."""
    said = document.tree.get("id" if document.format is not Format.EDCI else "@id")
    return said if isinstance(said, str) else ""
