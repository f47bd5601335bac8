"""The verdict of our XSDs: libxml2 with them compiled and kept, beside xmlschema with the same files.

Neither side is a floor. The official schema stands for ours in one row, to show that ours is no quicker
because it says less.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import xmlschema
from lxml import etree
from shared_files import SHARED

from benchmarks import documents
from benchmarks.rows import Absent, Row
from converter.formats.edci2_schema import _compiled, holds
from converter.strict import parse_xml
from schemas.edci.files import entry

_OURS = str(resources.files("schemas.edci") / "xsd" / entry())


def schema_rows() -> Iterator[Row | Absent]:
    """Make the rows, on our own documents."""
    kept = xmlschema.XMLSchema(_OURS)
    for size in (57_000, 150_000):
        data = documents.edci(size)
        yield Row(
            work=f"EDCI XSD, {len(data) / 1000:.0f} kB, against xmlschema",
            ours=lambda data=data: _holds(data),
            floor=lambda data=data: kept.is_valid(parse_xml(data)),
            said=bool,
            floor_said=bool,
            note="no floor: xmlschema with the same files, kept",
        )
    data = documents.edci(57_000)
    yield Row(
        work="EDCI XSD cold, against xmlschema",
        ours=lambda: _compiled.cache_clear() or _holds(data),
        floor=lambda: xmlschema.XMLSchema(_OURS).is_valid(parse_xml(data)),
        said=bool,
        floor_said=bool,
        note="both compile the same files",
    )
    if SHARED is None:
        yield Absent(work="EDCI XSD, against the official one")
        return
    official = etree.XMLSchema(etree.parse(str(SHARED / "official/edci-xml/genericschema_1.2.xsd")))
    data = documents.edci(150_000)
    yield Row(
        work="EDCI XSD, against the official one",
        ours=lambda: _holds(data),
        floor=lambda: official.validate(parse_xml(data)),
        said=bool,
        floor_said=bool,
        note="libxml2 on both sides; ours parses twice, so that many faults take no longer",
    )


def _holds(data: bytes) -> bool:
    return holds(parse_xml(data).getroot(), entry(), data)
