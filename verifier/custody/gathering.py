"""What the verdict on a conversion rests on: its record, its originals, and what their addresses answer."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from converter.custody_reading import read_record
from converter.formats.ob2_assemble import assemble, bare_id, reference
from converter.originals import FoundRecord, Original, carried, records
from converter.read import read
from schemas.custody import CustodyEvidence, EnclosedOriginal, Record
from schemas.document import Document, Format, Tree
from schemas.errors import DocumentError
from schemas.evidence import Evidence, Resource
from verifier.asked import ANYTHING, OK, Asked, is_web
from verifier.badge import link, truth
from verifier.custody.enclosing import digest, is_of
from verifier.fetch import JSON

DEEPEST = 2
"""So many conversions one after another are followed: a badge that went through both Europass formats."""
MOST = 8
"""Originals of one document that are asked about; a credential of more badges is judged no further."""
_MOST_RECORDS = 20
_MOST_PARTS = 6
"""A badge is put together from its own answer, its class's and its issuer's, and the same expanded."""
_CHANGED = "The record is not the one whose digest stands beside it."
_UNREAD = "What should be the record cannot be read as one."


def gather_custody(evidence: Evidence, asked: Asked, depth: int) -> Evidence:
    """Find the record and the originals, and gather about each original as about a document of its own.

    Args:
        evidence: about the document that encloses them, all else gathered.
        asked: what every URL answered so far.
        depth: conversions around this document.
    """
    document = counting(evidence)
    found = list(islice(records(document), _MOST_RECORDS))[-1:]  # of an earlier conversion come before
    record, fault = _read(found)
    originals = _wanted(carried(document), record)
    if not found and not originals:
        return evidence
    sources = _sources(record, asked)
    enclosed = tuple(_enclosed(one, evidence, asked, depth) for one in originals[:MOST])
    enclosed += tuple(_from_source(record, enclosed, sources, found, evidence, asked, depth))
    custody = CustodyEvidence(
        document=document,
        record=record,
        fault=fault,
        where=found[0].where if found else "",
        originals=enclosed,
        more=len(originals) > MOST,
        sources=sources,
    )
    return replace(evidence, custody=custody, resources=asked.resources())


def counting(evidence: Evidence) -> Document:
    """Return what counts of a document: what its seal covers, or what its host answers; else itself."""
    if evidence.document.format is Format.OB2:
        return replace(evidence.document, tree=_badge_whole(dict(truth(evidence)), evidence))
    return evidence.signed_document or evidence.document


def _badge_whole(tree: Tree, evidence: Evidence) -> Tree:
    """Put class and issuer into a badge that only names them; what it says of them itself is its own word."""
    said = {bare_id(link(tree.get("id")))}
    badge_class = tree.get("badge")
    for node in (badge_class, badge_class.get("issuer") if isinstance(badge_class, dict) else None):
        if isinstance(node, dict) and node.get("name"):
            said.add(reference(node))
    resources = {url: answer for url, answer in evidence.resources.items() if bare_id(url) not in said}
    whole, _ = assemble(tree, resources)
    return whole


def _read(found: list[FoundRecord]) -> tuple[Record | None, str]:
    for one in found:
        if not one.whole:
            return None, _CHANGED
        try:
            return read_record(one.data), ""
        except DocumentError as error:
            return None, f"{_UNREAD} {error}"
    return None, ""


def _wanted(found: tuple[Original, ...], record: Record | None) -> list[Original]:
    """Choose the originals of this conversion: the record's, and without one those we put there.

    A document may have been given other files, and may hold what an earlier conversion carried.
    """
    if record is None:
        return [one for one in found if one.name]
    digests = {origin.sha256 for origin in record.origins}
    mine = [one for one in found if digest(one.data) in digests]
    return mine or [one for one in found if one.name]


def _enclosed(one: Original, around: Evidence, asked: Asked, depth: int) -> EnclosedOriginal:
    document = _document(one.data)
    evidence = _about(document, around, asked, depth) if document is not None else None
    return EnclosedOriginal(where=one.where, sha256=digest(one.data), document=document, evidence=evidence)


def _about(document: Document, around: Evidence, asked: Asked, depth: int) -> Evidence | None:
    from verifier.gather import gather  # noqa: PLC0415 - the two gather for each other

    if depth >= DEEPEST:
        return None
    return gather(
        document,
        fetcher=asked,
        now=around.now,
        recipients=around.recipients,
        trust=around.trust,
        conversions=depth + 1,
    )


def _sources(record: Record | None, asked: Asked) -> dict[str, Document | None]:
    """Ask the addresses that the record names for its originals, and for what they were completed from."""
    origins = record.origins[:MOST] if record is not None else ()
    places = [origin.url for origin in origins if is_web(origin.url)]
    asked.ask_all([(place, ANYTHING) for place in places])
    asked.ask_all([(part.url, JSON) for origin in origins for part in origin.parts[:_MOST_PARTS]])
    found: dict[str, Document | None] = {}
    for place in places:
        answer = asked.ask(place, accept=ANYTHING)
        good = isinstance(answer, Resource) and answer.status == OK
        found[place] = _document(answer.body) if good and isinstance(answer, Resource) else None
    return found


def _from_source(  # noqa: PLR0917 - all that was found so far
    record: Record | None,
    enclosed: tuple[EnclosedOriginal, ...],
    sources: dict[str, Document | None],
    found: list[FoundRecord],
    around: Evidence,
    asked: Asked,
    depth: int,
) -> list[EnclosedOriginal]:
    """Take an original that does not travel along from its address, where that answers the very bytes."""
    if enclosed or record is None:
        return []
    return [
        EnclosedOriginal(
            where=found[0].where,
            sha256=origin.sha256,
            document=document,
            evidence=_about(document, around, asked, depth),
        )
        for origin in record.origins[:MOST]
        if (document := sources.get(origin.url)) is not None and is_of(origin, document)
    ]


def _document(data: bytes) -> Document | None:
    try:
        found = read(data)
    except DocumentError:
        return None
    return found if isinstance(found, Document) else None
