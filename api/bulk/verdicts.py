"""Verdicts on badges of one class: judged for a badge of marks, held against real ones, and then cast.

A verdict rests on a badge's bytes, on the moment, and on what the web answers. Badges whose verdict is cast
say the same but for what is a learner's own, were answered the same but for that, and stand in time as the
first did. Whatever is odd in any of it is judged the long way. What may not be sealed is never learnt from.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import orjson

from api.bulk.answers import Answered, Recalled, answered_of
from api.gateway.conversion import Examined, examine
from api.gateway.conversion import Order as Conversions
from converter.mould import Moulds, Opened, Own
from converter.mould_cutting import Held, Pieces
from converter.mould_marks import MOMENTS, marks_of, moment_at, moment_of, order_of, slot_of, with_values
from schemas.canonical import canonical, canonical_digest
from schemas.custody import Judgement
from schemas.errors import BadgepassError
from schemas.evidence import Fetcher

_MOST_CLASSES = 4096
_TOLD = MOMENTS[:2]
"""Of these moments a report says the day alone, too."""


@dataclass(slots=True, kw_only=True)
class _Cast(Held):
    """A verdict that a class of badges shares.

    Attributes:
        report: the canonical report, cut where a learner's own stands.
        recalled: what was asked, and what answered the first of the class.
    """

    report: Pieces
    judgement: Judgement
    recalled: Recalled


@dataclass(slots=True, kw_only=True)
class Verdicts:
    """The verdicts of one tenant's order. They live as long as a worker and are bounded.

    Attributes:
        moulds: know how badges are taken apart.
        asking: how each row is judged.
    """

    moulds: Moulds
    asking: Conversions
    _known: OrderedDict[bytes, _Cast | None] = field(default_factory=OrderedDict)

    def cast(
        self, badge: Opened, now: datetime, fetcher: Fetcher | None, judge: Callable[[], Examined]
    ) -> tuple[Judgement, Answered] | None:
        """Cast the verdict on a badge, with what the web answered; None where it must be judged.

        Args:
            badge: the badge.
            now: the moment the verdict is about.
            fetcher: what is asked of the web; None where nothing answers, and so nobody is asked.
            judge: goes the long way.
        """
        badge = self._keyed(badge, now)
        known = self._known.get(badge.key)
        if known is None:
            return None
        self._known.move_to_end(badge.key)
        answered = known.recalled.again(badge, fetcher)
        if answered is None:
            return None
        report = hashlib.sha256(known.report.filled(_forms(badge.values, answered))).hexdigest()
        if known.is_due() and report != _judged(judge):
            self._known[badge.key] = None
            return None
        return replace(known.judgement, report=report, at=f"{slot_of(now)}Z"), answered

    def learn(self, badge: Opened, examined: Examined, judgement: Judgement, now: datetime) -> None:
        """Keep the verdict on the first badge of a class that may be sealed."""
        badge = self._keyed(badge, now)
        if badge.key and badge.key not in self._known:
            self._known[badge.key] = self._made(badge, examined, judgement, now)
            while len(self._known) > _MOST_CLASSES:
                self._known.popitem(last=False)

    def _keyed(self, badge: Opened, now: datetime) -> Opened:
        return self.moulds.keyed(badge, Own(slots={"at": slot_of(now)}))

    def _made(self, badge: Opened, examined: Examined, judgement: Judgement, now: datetime) -> _Cast | None:
        """Judge a badge of marks, answered as the first was; hold the verdict against the first's."""
        marks = _marks_of(badge.values, now)
        recalled = Recalled.of(badge, examined.source.resources)
        if marks is None or recalled is None:
            return None
        data = orjson.dumps(with_values(orjson.loads(badge.data), dict(marks)))
        answers = recalled.answering(marks)
        try:
            again = examine(data, self.asking, fetcher=answers, now=moment_at(marks["at"]))
        except BadgepassError:
            return None
        told = recalled.as_asked(answers)
        answered = answered_of(again.source.resources, marks["prefix"] + marks["id"])
        if told is None or answered is None or again.report.policy != examined.report.policy:
            return None
        named = {form.decode(): name for name, form in _forms(marks, answered).items()}
        report = Pieces.of(canonical(again.report.to_dict()).decode(), named)
        first = told.again(badge, None)
        if first is None or report.filled(_forms(badge.values, first)) != canonical(
            examined.report.to_dict()
        ):
            return None
        return _Cast(report=report, judgement=judgement, recalled=told, due=1)


def _judged(judge: Callable[[], Examined]) -> str:
    """Return the digest of the report of the long way; empty where that refuses the badge."""
    try:
        return canonical_digest(judge().report.to_dict())
    except BadgepassError:
        return ""


def _marks_of(values: Mapping[str, str], now: datetime) -> dict[str, str] | None:
    """Make up a learner of marks whose moments are of other days; None where they would stand otherwise."""
    marks = marks_of(values)
    if marks is None:
        return None
    for name, days in zip(_TOLD, (-1, 1), strict=True):
        moment = moment_of(marks.get(name))
        if moment is not None:
            marks[name] = f"{moment + timedelta(days=days):%Y-%m-%d}{marks[name][10:]}"
    stood, stand = (
        order_of([moment_of(one.get(name)) for name in _TOLD], at)
        for one, at in ((values, now), (marks, moment_at(marks["at"])))
    )
    return marks if stood == stand else None


def _forms(values: Mapping[str, str], answered: Answered) -> dict[str, bytes]:
    """Return the forms in which a learner's own stands in a report."""
    forms = {name: text.encode() for name, text in values.items() if name not in ("prefix", "at")}
    days = {f"{name} day": values[name][:10].encode() for name in _TOLD if name in values}
    if answered.hosted is not None:
        forms["hosted"] = hashlib.sha256(answered.hosted).hexdigest().encode()
    return forms | days
