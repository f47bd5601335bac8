"""The record of a conversion that travels along with it: made here, written in one spelling, read strictly.

It names places and rules and never what stands there, so that it adds no personal data to the document.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import metadata

from converter.conversion import Source
from converter.enrich.draft import Request
from converter.formats.ob2_assemble import assemble, bare_id, reference
from converter.report import Addition, Entry, MappingReport
from converter.table_versions import current
from schemas.canonical import canonical
from schemas.custody import VERSION, Custody, Known, Line, Origin, Part, Record
from schemas.document import Format
from schemas.evidence import Resource

PROFILE_ISSUER = "profile [issuer]"
_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How a document is being made, as the record will tell it.

    Attributes:
        sources: what is converted, in order.
        languages: that the bare texts of each were taken to be in.
        way, claim, issuer: see `Record`.
    """

    sources: tuple[Source, ...]
    languages: tuple[str, ...]
    way: str = "convert"
    claim: int = -1
    issuer: str = "document"

    def by(self, additions: Iterable[Addition]) -> Making:
        """Note, from what was put on the draft, whose word the issuer is."""
        named = any(one.pivot == "/issuer" and one.rule == PROFILE_ISSUER for one in additions)
        return replace(self, issuer="profile" if named else "document")


@functools.cache
def this_tool() -> tuple[str, str]:
    """Return name and version of this software, as a record names what converted."""
    try:
        return "badgepass", metadata.version("badgepass")
    except metadata.PackageNotFoundError:  # run from a folder, not installed
        return "badgepass", "unknown"


def record_of(making: Making, request: Request, report: MappingReport, custody: Custody) -> Record:
    """Put the record of a conversion together.

    Args:
        making: of what, and how.
        request: as enrichment had it; its enclosures are the bytes that travel along.
        report: the four lists.
        custody: what the asker knows.
    """
    sources = making.sources
    formats = dict.fromkeys((*(source.document.format for source in sources), request.target))
    known = (*custody.sources, *(Known() for _ in sources))
    return Record(
        tool=custody.tool,
        at=request.moment,
        target=request.target,
        way=making.way,
        claim=making.claim,
        eqf_as=request.profile.eqf_as,
        issuer=making.issuer,
        tables=tuple(current(fmt) for fmt in formats),
        origins=tuple(
            _origin(source, one, language, request)
            for source, one, language in zip(sources, known, making.languages, strict=False)
        ),
        approximated=_lines(report.approximated),
        left_out=_lines(report.left_out),
        added=_lines(report.added),
    )


def _origin(source: Source, known: Known, language: str, request: Request) -> Origin:
    document = source.document
    enclosed = next(
        (one for one in request.enclosures if one.data in (document.raw, document.original)), None
    )
    data, media_type = (
        (enclosed.data, enclosed.media_type) if enclosed else (document.raw, document.media_type)
    )
    return Origin(
        format=document.format,
        version=document.version,
        media_type=media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        url=known.url or document.source_url,
        language=language,
        parts=tuple(_parts(source)) if document.format is Format.OB2 else (),
        judgement=known.judgement,
    )


def _parts(source: Source) -> Iterable[Part]:
    """List the answers a badge was assembled from: its own, its class's and its issuer's."""
    whole, _ = assemble(source.document.tree, source.resources)
    badge_class = whole.get("badge")
    issuer = badge_class.get("issuer") if isinstance(badge_class, dict) else None
    about = {reference(node) for node in (whole, badge_class, issuer)} - {""}
    for url, answer in sorted(source.resources.items()):
        if bare_id(url) in about and isinstance(answer, Resource) and answer.status == _OK:
            yield Part(url=url, sha256=hashlib.sha256(answer.body).hexdigest())


def _lines(entries: Iterable[Entry]) -> tuple[Line, ...]:
    """Take each place and rule once; the notes are sentences for people and stay in the report."""
    return tuple(dict.fromkeys(Line(source=one.source, target=one.target, rule=one.rule) for one in entries))


def written_record(record: Record) -> bytes:
    """Write a record in its one spelling (RFC 8785)."""
    return canonical(
        {
            "custody": VERSION,
            "tool": {"name": record.tool[0], "version": record.tool[1]},
            "at": record.at,
            "target": str(record.target),
            "way": record.way,
            "claim": record.claim,
            "eqf_as": record.eqf_as,
            "issuer": record.issuer,
            "tables": [
                {"format": str(one.format), "number": one.number, "sha256": one.sha256}
                for one in record.tables
            ],
            "origins": [_origin_tree(one) for one in record.origins],
            "approximated": [_line_tree(one) for one in record.approximated],
            "left_out": [_line_tree(one) for one in record.left_out],
            "added": [_line_tree(one) for one in record.added],
        }
    )


def _origin_tree(origin: Origin) -> dict[str, object]:
    said = origin.judgement
    judged = {
        name: getattr(said, name)
        for name in ("report", "at", "verdict", "policy", "override")
        if said is not None
    }
    return {
        "format": str(origin.format),
        "version": origin.version,
        "media_type": origin.media_type,
        "sha256": origin.sha256,
        "url": origin.url,
        "language": origin.language,
        "parts": [{"url": one.url, "sha256": one.sha256} for one in origin.parts],
        "verification": judged or None,
    }


def _line_tree(line: Line) -> dict[str, str]:
    said = {"source": line.source, "target": line.target, "rule": line.rule}
    return {name: value for name, value in said.items() if value}
