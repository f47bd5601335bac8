"""The originals that a converted document carries, given back byte for byte."""

from __future__ import annotations

from dataclasses import replace

from converter.conversion import Conversion
from converter.enrich.carrying import RULE as CARRIER
from converter.lists import EXTENSIONS, MEDIA_TYPES
from converter.originals import originals
from converter.report import Entry, MappingReport
from schemas.document import Document, Format

GIVEN_BACK = "The enclosed original, byte for byte."


def given_back(document: Document, target: Format) -> Conversion | None:
    """Return the first original a converted document carries in the format asked for; tell of the others."""
    first, *others = given_back_all(document, target) or (None,)
    if first is None or not others:
        return first
    note = "Another enclosed original; converting with one document for each gives it back."
    left_out = tuple(
        Entry(source=one.report.mapped[0].source, rule=CARRIER, note=note) for one in others if one
    )
    return replace(first, report=replace(first.report, left_out=left_out))


def given_back_all(document: Document, target: Format) -> tuple[Conversion, ...]:
    """Return every original a converted document carries in the format asked for."""
    return tuple(
        Conversion(
            format=target,
            document=original.data,
            media_type=original.media_type or MEDIA_TYPES[target],
            file_name=original.name or f"original.{EXTENSIONS[target]}",
            report=MappingReport(mapped=(Entry(source=original.where, rule=CARRIER, note=GIVEN_BACK),)),
            given_back=True,
        )
        for original in originals(document, target)
    )
