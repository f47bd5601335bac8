"""The rules of a profile, compiled: what the table says of a property becomes one function, made once.

A function gets the property's distinct values and tells what is wrong; nothing of the table is read any more
while a credential is judged.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from converter.formats.elm3_index import Seen, Value
from converter.formats.elm3_kinds import DATA, PROFILE, NodeJudge, Told, of_kind
from converter.formats.elm3_nodes import Place, pointer_to
from schemas.elm.profile import PLACES, Rule, rules
from schemas.errors import Problem

Counting = Callable[[Mapping[Value, Place], Place, Told], None]
"""Looks at all values of a property of the node at that place."""


@dataclass(frozen=True, slots=True)
class Shape:
    """All rules of one class, or of one place.

    Attributes:
        needed: what must stand: the term, and how to say that it does not.
        judges: by term, what looks at the values that stand.
        few: text properties of which only so many may stand.
    """

    needed: tuple[tuple[str, Callable[[Place], Problem]], ...]
    judges: Mapping[str, Counting]
    few: Mapping[str, tuple[int, Callable[[int, Place], Problem]]]

    def judge(self, seen: Seen, where: Place, told: Told) -> None:
        """Hold one node, standing there, against every rule."""
        values, texts = seen.values, seen.texts
        for term, missing in self.needed:
            if term not in texts and not values.get(term):
                told.append(missing(where))
        judges = self.judges
        for term, found in values.items():
            if term in judges:
                judges[term](found, where, told)
        for term, (most, too_many) in self.few.items():
            if term in texts and len(texts[term]) > most:
                told.append(too_many(len(texts[term]), (where, term)))


@functools.cache
def compiled(profile: str) -> Mapping[str, Shape]:
    """Compile a profile: the shape of every class that has one, by name."""
    by_owner: dict[str, list[Rule]] = {}
    for rule in rules(profile):
        by_owner.setdefault(rule.owner, []).append(rule)
    places = {place: _shape(by_owner.pop(place), {}).judge for place in PLACES}
    return {name: _shape(owned, places) for name, owned in by_owner.items()}


def _shape(owned: Iterable[Rule], places: Mapping[str, NodeJudge]) -> Shape:
    owned = tuple(owned)
    judges: dict[str, Counting] = {}
    for term in dict.fromkeys(rule.row.term for rule in owned):
        several = [_counting(rule, places) for rule in owned if rule.row.term == term]
        judges[term] = several[0] if len(several) == 1 else _each(several)
    return Shape(
        needed=tuple((rule.row.term, _missing(rule)) for rule in owned if rule.row.least),
        judges=judges,
        few={
            rule.row.term: (rule.row.most, _too_many(rule))
            for rule in owned
            if rule.row.is_text and rule.row.most is not None
        },
    )


def _each(several: Iterable[Counting]) -> Counting:
    several = tuple(several)

    def judge(values: Mapping[Value, Place], where: Place, told: Told) -> None:
        for one in several:
            one(values, where, told)

    return judge


# --- how often --------------------------------------------------------------------------------------------


def _code(rule: Rule) -> str:
    """A shape whose path no context term gives is satisfied by anything; what it asks is told as data."""
    return DATA if rule.row.unreached else PROFILE


def _missing(rule: Rule) -> Callable[[Place], Problem]:
    message = f"The {rule.row.term} of {_name(rule)} is missing."
    code, cite, term = _code(rule), rule.clause, rule.row.term
    return lambda where: Problem(code=code, message=message, where=pointer_to((where, term)), cite=cite)


def _too_many(rule: Rule) -> Callable[[int, Place], Problem]:
    what = f"The {rule.row.term} of {_name(rule)} may stand {rule.row.most} time only, not"
    code, cite = _code(rule), rule.clause
    return lambda count, where: Problem(
        code=code, message=f"{what} {count} times.", where=pointer_to(where), cite=cite
    )


def _name(rule: Rule) -> str:
    return f"the {rule.owner}" if rule.owner in PLACES else rule.owner


def _counting(rule: Rule, places: Mapping[str, NodeJudge]) -> Counting:
    most = rule.row.most
    too_many, unique = _too_many(rule), _one_for_each_language(rule) if rule.row.unique else None
    judge = None if rule.row.unreached else of_kind(rule, places)

    def counting(values: Mapping[Value, Place], where: Place, told: Told) -> None:
        if most is not None and len(values) > most:
            told.append(too_many(len(values), list(values.values())[most]))
        if unique is not None:
            unique(values, where, told)
        if judge is not None:
            for value, place in values.items():
                judge(value, place, told)

    return counting


def _one_for_each_language(rule: Rule) -> Counting:
    term, cite = rule.row.term, rule.clause
    what = f"The {term} of {_name(rule)} says several things in one language"

    def judge(values: Mapping[Value, Place], where: Place, told: Told) -> None:
        tags = Counter(value[2] for value in values if isinstance(value, tuple) and value[2])
        for tag in sorted(tag for tag, count in tags.items() if count > 1):
            message, place = f"{what} ({tag[:20]}).", pointer_to((where, term))
            told.append(Problem(code=PROFILE, message=message, where=place, cite=cite))

    return judge
