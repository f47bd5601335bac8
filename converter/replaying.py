"""A conversion made again from its originals, by the tables it was made with, to hold the document against.

What only the first conversion could know is taken from the document at hand, and only where the record names
it as added and it is of a kind that may be added: the institution's facts, the learner's identity, pictures,
the recipient, who seals and when, what is carried. Everything else must come out again by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from converter.arranging import arranged, place_of
from converter.codecs import Context
from converter.conversion import Lifted, Source
from converter.convert import lift, lowered_with_account
from converter.enrich import complete_again
from converter.enrich.draft import Draft, Enclosure, Request
from converter.formats.edci2_upgrade import upgrade_edci
from converter.mapping import Mapping
from converter.originals import carried, records
from converter.presenting import presenter_again
from converter.read import read
from converter.recalled import Recalled
from converter.report import MappingReport
from converter.stacking import alone, bundled
from converter.table_versions import mapping_of
from converter.writing import written
from schemas.custody import Record
from schemas.document import Document, Format, Tree
from schemas.errors import DocumentError, Problem, Unmappable
from schemas.institution import InstitutionProfile

_CODE = "custody.faithful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two documents, on the pivot.

    Attributes:
        tree: the pivot tree.
        places: where each value of the tree stands in the document, by its pivot pointer.
        unread: places of what no table reads.
    """

    tree: Tree
    places: dict[str, str]
    unread: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """A conversion made again, beside the document that is to be the outcome of it.

    Attributes:
        again: the outcome now.
        there: the document at hand.
        report: the four lists now; None for an upgrade, which has other ones.
    """

    again: Side
    there: Side
    report: MappingReport | None


class NotReplayed(Exception):  # noqa: N818 - reads as a sentence
    """The conversion cannot be made again; the message says why, in one sentence."""


def replay(record: Record, sources: tuple[Source, ...], document: Document) -> Replayed:
    """Make a conversion again.

    Args:
        record: of the conversion.
        sources: its originals in the record's order, each with the answers it was completed from then.
        document: the outcome, as it is now.

    Raises:
        NotReplayed: a table of that version is not kept, or the original cannot be converted any more.
    """
    tables = {version.format: mapping_of(version) for version in record.tables}
    wanted = {record.target, *(origin.format for origin in record.origins)}
    if any(tables.get(fmt) is None for fmt in wanted):
        raise NotReplayed("The conversion was made with a version of a mapping table that is not kept here.")
    known = {fmt: found for fmt, found in tables.items() if found is not None}
    try:
        there = _side(document, known[record.target], record.origins[0].language)
        if record.way == "upgrade":
            return _upgraded(record, sources[0], document, there, known[Format.EDCI])
        return _converted(record, sources, document, there, known)
    except DocumentError as error:
        raise NotReplayed(f"The enclosed original cannot be converted again: {error}") from error
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise NotReplayed("The conversion cannot be made again with what the record says of it.") from error


def _side(document: Document, by: Mapping, language: str) -> Side:
    """Lift a converted document, and remember where each value stands in it."""
    fmt, tree = document.format, document.tree
    arrangement = arranged(fmt, tree)
    moved = by.lift(arrangement, Context(language=language))

    def place(pointer: str) -> str:
        return place_of(fmt, pointer, tree, arrangement)

    places = {move.target: place(move.source) for move in moved.moves}
    return Side(tree=moved.tree, places=places, unread=frozenset(place(one.source) for one in moved.residue))


def _converted(
    record: Record,
    sources: tuple[Source, ...],
    document: Document,
    there: Side,
    tables: dict[Format, Mapping],
) -> Replayed:
    recalled = Recalled.of(record, there.tree, there.places, presenter_again(document))
    lifts = [
        lift(
            source,
            InstitutionProfile(language=origin.language, eqf_as=record.eqf_as),
            by=tables[source.document.format],
        )
        for source, origin in zip(sources, record.origins, strict=True)
    ]
    lifted, draft = _draft(record, lifts, recalled.profile)
    recalled.put_on(draft)
    request = Request(
        target=record.target,
        now=datetime.fromisoformat(record.at),
        profile=recalled.profile,
        language=lifts[0].language,
        source=sources[0].document.format,
        enclosures=_enclosures(sources) if recalled.carries else (),
        sealing=recalled.sealing,
    )
    complete_again(draft, request)
    recalled.carry(draft, _carried_at(document))
    tree, report = lowered_with_account(lifted, draft, request, tables[record.target])
    again = _written_and_read(record.target, tree)
    side = _side(again, tables[record.target], record.origins[0].language)
    return Replayed(again=side, there=there, report=report)


def _draft(record: Record, lifts: list[Lifted], profile: InstitutionProfile) -> tuple[Lifted, Draft]:
    if record.way == "bundle":
        return bundled(lifts, profile)
    if record.way == "split":
        return alone(lifts[0], record.claim)
    return lifts[0], Draft.of(lifts[0].moved.tree)


def _upgraded(record: Record, source: Source, document: Document, there: Side, by: Mapping) -> Replayed:
    """An upgrade does not go over the pivot; its outcome is compared on it all the same."""
    tree, _ = upgrade_edci(source.document.tree, source.document.version)
    carriers = [
        item
        for index, item in enumerate(document.tree.get("attachmentList") or [])
        if f"/attachmentList/{index}" in _carried_at(document)
    ]
    if carriers:
        tree = {**tree, "attachmentList": [*(tree.get("attachmentList") or []), *carriers]}
    side = _side(_written_and_read(Format.EDCI, tree), by, record.origins[0].language)
    return Replayed(again=side, there=there, report=None)


def _written_and_read(fmt: Format, tree: Tree) -> Document:
    """Take the tree through bytes and back, as the document at hand went."""
    found = read(written(fmt, tree).data)
    if not isinstance(found, Document):
        raise Unmappable(Problem(code=_CODE, message="What comes out is no document."))
    return found


def _carried_at(document: Document) -> frozenset[str]:
    """Name the places of what the document carries of its own conversion: originals and the record."""
    originals = {one.where for one in carried(document)}
    return frozenset(originals | {one.where for one in records(document)})


def _enclosures(sources: tuple[Source, ...]) -> tuple[Enclosure, ...]:
    return tuple(
        Enclosure(data=one.document.raw, media_type=one.document.media_type, name="original")
        for one in sources
    )


def leaves(tree: Any, where: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - any tree
    """Yield each value of a pivot tree with its pointer; numbers that hold within one document are alike."""
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield from leaves(value, f"{where}/{name}")
    elif isinstance(tree, list):
        for index, item in enumerate(tree):
            yield from leaves(item, f"{where}/{index}")
    elif tree is not None and not (where.endswith("/id") and str(tree).startswith("urn:epass:")):
        yield where, tree
