"""The recogniser and every reader behind it: a document, a pointer, a bundle, or a named error."""

from __future__ import annotations

import contextlib

from fuzz_targets import repeatable
from samples import badges, edci_documents, elm_cases, seals

from converter.read import read
from schemas.document import Bundle, Document, Pointer
from schemas.errors import DocumentError

WORDS = (b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"%PDF-1.7", b"\xef\xbb\xbf", b"\xff\xfe", b"<svg", b"@context")


def seeds() -> tuple[bytes, ...]:
    badge = badges.dumped(badges.expanded())
    token = badges.signed(badges.signed_assertion())
    return (
        badge,
        badges.dumped(badges.assertion_1_0()),
        badges.dumped(badges.assertion_1_1()),
        token,
        badges.baked_png(token),
        badges.baked_svg(badge),
        badges.zipped({"a.json": badge, "b.txt": token}),
        badges.ASSERTION.encode(),
        edci_documents.credential(
            subject=f"<achievements>{edci_documents.achievement(1, 's')}</achievements>"
        ),
        elm_cases.made("references"),
        seals.CREDENTIAL,
    )


def run(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        found = repeatable(data, read)
        assert isinstance(found, Document | Pointer | Bundle)
        if isinstance(found, Document):
            assert found.original == data
            assert isinstance(found.tree, dict)
