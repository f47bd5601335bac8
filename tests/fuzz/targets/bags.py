"""ZIP and PDF: at most so many parts of so many bytes, whatever the bag says of itself."""

from __future__ import annotations

import contextlib
import io

import pikepdf
from fuzz_targets import repeatable
from samples import badges

from converter.containers.pdf import unpack_pdf
from converter.containers.zip import unpack_zip
from schemas.errors import DocumentError

WORDS = (
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"/EmbeddedFiles",
    b"/FlateDecode",
    b"/Filter",
    b"endobj",
    b"/Kids",
)


def seeds() -> tuple[bytes, ...]:
    badge = badges.dumped(badges.assertion())
    return (
        badges.zipped({"a.json": badge, "b/c.png": badges.baked_png(badge)}),
        badges.zipped({"../d": b"x", "e": b"0" * 4000}),
        _pdf(badge),
    )


def _pdf(badge: bytes) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["badge.json"] = badge
        made = io.BytesIO()
        pdf.save(made, deterministic_id=True)
    return made.getvalue()


def run(data: bytes) -> None:
    for unpack in (unpack_zip, unpack_pdf):
        with contextlib.suppress(DocumentError):
            parts = repeatable(data, unpack)
            assert all(isinstance(name, str) and isinstance(part, bytes) for name, part in parts)
