"""The conversion made again and held against the document; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from converter.conversion import Source
from converter.enrich.carrying import EXTENSION, digest
from converter.enrich.sealing import MANDATED
from converter.recalled import DERIVED, FREE, IDENTITY, may_be_added
from converter.recalled_profile import PROFILE, SUBJECT
from converter.replaying import NotReplayed, Replayed, Side, leaves, replay
from converter.report import MappingReport
from schemas.custody import CustodyEvidence, Line, Origin, Part, Record
from schemas.document import Document, Format
from schemas.evidence import Missing, Resource
from verifier.parties import PRESENTATION

Answers = Mapping[str, Resource | Missing]
MOST = 20
"""Differences that are told; of more it is told that there are."""
_ISSUER = "/issuer"
_MOMENTS = ("/issued", "/issuance_date")
"""When a document was sealed is the seal's to say: whatever seals it may set this anew."""
_BY_HOST = re.compile(
    r"/(id|uid|recipient|verification|image|@context)(/|$)"
    r"|/badge/(id|image)(/|$)|/badge/issuer/(id|image|publicKey|revocationList)(/|$)"
)
"""Where a badge lies, how it is proven and how its holder is hashed: whoever hosts or signs it says that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A place where document and original part.

    Attributes:
        where: JSON pointer into the document.
        kind: `other`, `more` (the document alone says it) or `less` (only the original does).
    """

    where: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What comparing came to.

    Attributes:
        why_not: why the two could not be compared, one sentence; empty where they were.
        whole: everything the original was completed from then was at hand again.
        differences: of what is said; one more than `MOST` where there are more.
        lists: names of the record's lists that are not those of the conversion.
    """

    why_not: str = ""
    whole: bool = True
    differences: tuple[Difference, ...] = ()
    lists: tuple[str, ...] = ()


def compare(custody: CustodyEvidence, record: Record, answers: Answers) -> Compared:
    """Make the conversion again from its enclosed originals, and compare the two on the pivot.

    Args:
        custody: what was found out.
        record: of the conversion.
        answers: what every URL that was asked answered.
    """
    by_digest = {one.sha256: one for one in custody.originals}
    found = [by_digest.get(origin.sha256) for origin in record.origins]
    sources: list[Source] = []
    whole = True
    for origin, one in zip(record.origins, found, strict=True):
        if one is None or one.document is None:
            return Compared(why_not="The original is not at hand, so nothing can be compared with it.")
        if one.document.format is not origin.format:
            return Compared(why_not="The original is of another format than the record says.")
        source, complete = _source(origin, one.document, answers)
        sources.append(source)
        whole = whole and complete
    try:
        made = replay(record, tuple(sources), custody.document)
    except NotReplayed as reason:
        return Compared(why_not=str(reason), whole=whole)
    differences = _differences(made, _by_others(record), hosted=record.target is Format.OB2)
    return Compared(
        whole=whole,
        differences=tuple(islice(differences, MOST + 1)),
        lists=tuple(_lists(record, made)),
    )


def _source(origin: Origin, document: Document, answers: Answers) -> tuple[Source, bool]:
    """Give an original the answers it was completed from, as they are now; tell whether all are the same."""
    now = {part.url: answer for part in origin.parts if (answer := answers.get(part.url)) is not None}
    same = all(_is(now.get(part.url), part) for part in origin.parts)
    return Source(document=replace(document, source_url=origin.url), resources=now), same


def _is(answer: Resource | Missing | None, part: Part) -> bool:
    return isinstance(answer, Resource) and digest(answer.body) == part.sha256


def _by_others(record: Record) -> tuple[str, ...]:
    """Name what whoever seals may say anew: itself, unless it seals for the one who awarded, and when."""
    school = any((line.target, line.rule) == (_ISSUER, MANDATED) for line in record.added)
    return _MOMENTS if school else (_ISSUER, *_MOMENTS)


def _differences(made: Replayed, by_others: tuple[str, ...], *, hosted: bool) -> Iterator[Difference]:
    again, there = dict(leaves(made.again.tree)), dict(leaves(made.there.tree))
    told: set[str] = set()
    for pointer in (*there, *(one for one in again if one not in there)):
        if pointer.startswith(by_others) or again.get(pointer) == there.get(pointer):
            continue
        kind = "more" if pointer not in again else "less" if pointer not in there else "other"
        where = _place(pointer, made.there if pointer in there else made.again)
        if where and where not in told and not (hosted and _BY_HOST.match(where)):
            told.add(where)
            yield Difference(where=where, kind=kind)
    for where in sorted(made.there.unread - made.again.unread):
        if not where.startswith(_AROUND) and not (hosted and _BY_HOST.match(where)):
            yield Difference(where=where, kind="more")


def _place(pointer: str, side: Side) -> str:
    """Say where a value of the pivot stands in the document; what kind a node is of, where the node does."""
    if pointer in side.places:
        return side.places[pointer]
    above = pointer
    while above:
        if above in side.places:
            return side.places[above]
        above = above.rpartition("/")[0]
    if pointer.endswith("/type"):
        node = pointer.removesuffix("type")
        inside = next((place for one, place in side.places.items() if one.startswith(node)), "")
        return inside.rpartition("/")[0]
    return pointer


def _lists(record: Record, made: Replayed) -> Iterator[str]:
    """Name the lists that are not the conversion's; what only its maker could add is not in question."""
    report = made.report
    if report is None:
        return
    for name in ("approximated", "left_out"):
        if set(getattr(record, name)) != set(_now(report, name)):
            yield name
    covered = _covered(record, made.there)
    mine = [line for line in record.added if _is_given(line, covered.get(line.target, []))]
    given = {line.target for line in mine}
    then = {line for line in record.added if line not in mine}
    now = {line for line in _now(report, "added") if not _below(line.target, given)}
    if then != now or any(not _fair(line, covered.get(line.target, [])) for line in mine):
        yield "added"


_GIVEN = FREE | {"presentation", "picture at hand", "request recipient"}
_AROUND = (f"/{EXTENSION}", f"/{PRESENTATION}")
_OF_CARRIERS = ("/evidence/", "/attachmentList/", *_AROUND)


def _covered(record: Record, there: Side) -> dict[str, list[str]]:
    """Find, for each recorded place, the pivot's values that stand at or below it."""
    found: dict[str, list[str]] = {line.target: [] for line in record.added if line.target}
    for pointer, place in there.places.items():
        above = place
        while above:
            if above in found:
                found[above].append(pointer)
            above = above.rpartition("/")[0]
    return found


def _is_given(line: Line, covered: list[str]) -> bool:
    """Tell a line about what only the maker of the conversion could add: facts, pictures, an identity."""
    if line.rule.startswith(PROFILE) or line.rule in _GIVEN:
        return True
    return bool(covered) and line.rule not in DERIVED and all(map(_of_identity, covered))


def _of_identity(pointer: str) -> bool:
    return pointer.startswith(SUBJECT) and pointer.removeprefix(SUBJECT).partition("/")[0] in IDENTITY


def _fair(line: Line, covered: list[str]) -> bool:
    """Tell whether a line of what was added covers something, and only what may be added by its rule."""
    if line.target.startswith(_OF_CARRIERS):
        return True  # what is carried is looked at by itself
    return bool(covered) and all(may_be_added(pointer, line.rule) for pointer in covered)


def _now(report: MappingReport, name: str) -> list[Line]:
    return [Line(source=one.source, target=one.target, rule=one.rule) for one in getattr(report, name)]


def _below(place: str, places: set[str]) -> bool:
    while place:
        if place in places:
            return True
        place = place.rpartition("/")[0]
    return False
