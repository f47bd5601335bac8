"""The EDCI XML reader."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from fuzz_targets import repeatable
from samples import edci_documents

from converter.formats.edci2 import read_edci
from schemas.errors import DocumentError

_GOLDEN = Path(__file__).parents[2] / "golden" / "edci"
WORDS = (
    b"idref=",
    b"<text ",
    b'content-type="text/plain"',
    b"<hasPart ",
    b"<organization ",
    b"<verifiableCredential",
    b"<childCredential",
    b'xsi:type="',
    b'xsi:schemaLocation="',
)
LONGEST = 24_000


def seeds() -> tuple[bytes, ...]:
    own = edci_documents.credential(
        subject=f"<achievements>{edci_documents.achievement(1, 's')}</achievements>",
        organisations=edci_documents.organisation(1, extra='<hasUnit idref="urn:epass:org:2"/>')
        + edci_documents.organisation(2),
    )
    return (own, *(path.read_bytes() for path in sorted(_GOLDEN.glob("*/input.xml"))))


def run(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        json.dumps(repeatable(data, read_edci).tree)
