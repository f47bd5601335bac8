"""Of what kind a value is: the part of a compiled rule that looks at one value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from converter.formats.elm3_index import Literal, Seen, Value
from converter.formats.elm3_lexical import is_date_only, is_iri, well_formed
from converter.formats.elm3_nodes import Place, pointer_to
from schemas.elm.profile import Rule
from schemas.errors import Problem

PROFILE = "format.profile"
DATA = "format.data"
_CLAIMS = frozenset({"LearningAchievement", "LearningActivity", "LearningAssessment", "LearningEntitlement"})

Told = list[Problem]
Judge = Callable[[Value, Place, Told], None]
"""Looks at one value, standing there."""
NodeJudge = Callable[[Seen, Place, Told], None]
"""Holds one node, standing there, against a shape."""


def of_kind(rule: Rule, places: Mapping[str, NodeJudge]) -> Judge | None:
    """Make what looks at one value of a property: its kind, and the list it is from.

    Args:
        rule: a row of the profile.
        places: what a node must have because of where it stands, by place; judged there.
    """
    row = rule.row
    if row.holds_nodes:
        return _node(rule, places)
    if row.ranges == ("any",):
        return None
    misplaced = _misplaced(rule)
    plain: Callable[[Literal, Place, Told], None] | None = None
    if row.ranges == ("iri",):
        plain = _no_iri(rule)
    elif row.ranges != ("literal",):
        plain = _plain(rule)

    def judge(value: Value, place: Place, told: Told) -> None:
        if isinstance(value, Seen):
            misplaced(value, place, told)
        elif plain is not None:
            plain(value, place, told)

    return judge


def _no_iri(rule: Rule) -> Callable[[Literal, Place, Told], None]:
    message = f"The {rule.row.term} is not an IRI."

    def judge(_value: Literal, place: Place, told: Told) -> None:
        told.append(Problem(code=PROFILE, message=message, where=pointer_to(place), cite=rule.clause))

    return judge


def _misplaced(rule: Rule) -> Callable[[Seen, Place, Told], None]:
    """A node where the table has none: fine for an IRI; dropped by a processor where it is no IRI."""
    term, iri, cite = rule.row.term, rule.row.ranges == ("iri",), rule.clause

    def judge(value: Seen, place: Place, told: Told) -> None:
        code, message = PROFILE, f"The {term} is a node; a plain value is asked."
        if value.id and not is_iri(value.id):
            code = DATA
            message = f"The context takes the {term} for an IRI, which it is not; a processor drops it."
        elif iri and value.named:
            return
        told.append(Problem(code=code, message=message, where=pointer_to(place), cite=cite))

    return judge


def _plain(rule: Rule) -> Callable[[Literal, Place, Told], None]:
    term, asked, highest, cite = (
        rule.row.term,
        rule.row.ranges[0],
        rule.row.highest,
        rule.clause,
    )
    needs = "a text in a language" if asked == "text" else f"an {asked}"

    def judge(value: Literal, place: Place, told: Told) -> None:
        text, datatype, _ = value
        code, message = PROFILE, ""
        if datatype != asked:
            message = f"The {term} is not {needs}."
        elif not well_formed(asked, text):
            code, message = PROFILE, f"The {term} is not written as an {asked}."
            if asked == "xsd:anyURI":
                code = DATA
            elif asked == "xsd:dateTime" and is_date_only(text):
                code, message = DATA, f"The {term} is a day; a day and a time are asked ({asked})."
        elif highest is not None and int(text) > highest:
            message = f"The {term} is more than {highest}."
        if message:
            told.append(Problem(code=code, message=message, where=pointer_to(place), cite=cite))

    return judge


def _node(rule: Rule, places: Mapping[str, NodeJudge]) -> Judge:
    term, wanted, cite = rule.row.term, frozenset(rule.row.ranges), rule.clause
    kinds = " or ".join(rule.row.ranges)
    listed = _listed(rule) if rule.listing is not None else None
    issuer = places.get("issuer") if term == "issuer" else None
    claim = places.get("claim") if wanted > _CLAIMS else None
    code = PROFILE if claim is None else DATA  # the shape of a claim accepts what says enough, whatever it is

    def judge(value: Value, place: Place, told: Told) -> None:
        if not isinstance(value, Seen):
            message = f"The {term} is a plain value; a node is asked."
            told.append(Problem(code=PROFILE, message=message, where=pointer_to(place), cite=cite))
            return
        if issuer is not None:
            issuer(value, place, told)
        if claim is not None and _CLAIMS.isdisjoint(value.types):
            claim(value, place, told)
        if wanted.isdisjoint(value.types):
            message = f"The {term} is not of type {kinds}."
            told.append(Problem(code=code, message=message, where=pointer_to(place), cite=cite))
        if listed is not None:
            listed(value, place, told)

    return judge


def _listed(rule: Rule) -> Callable[[Seen, Place, Told], None]:
    wanted = rule.listing
    assert wanted is not None  # noqa: S101 - the caller asked
    scheme, typed, cite = wanted.scheme, wanted.typed, rule.list_clause
    message = f"The {rule.row.term} does not say that it comes from the controlled list {wanted.name}."

    def judge(value: Seen, place: Place, told: Told) -> None:
        found = False
        for one in value.values.get("inScheme", ()):
            if not isinstance(one, Seen) or not one.named or (typed and "ConceptScheme" not in one.types):
                found = False
                break
            found = found or one.id == scheme
        if not found or not value.named:
            told.append(Problem(code=PROFILE, message=message, where=pointer_to(place), cite=cite))

    return judge
