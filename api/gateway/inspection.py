"""Look at what something is, without judging it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from converter.read import read
from schemas.document import Bundle, Container, Document, Pointer
from schemas.errors import DocumentError, Problem
from schemas.evidence import Evidence, Fetcher
from verifier.asked import Asked
from verifier.describe import described_issuer, described_subject
from verifier.verify import located

_MAX_DEPTH = 3


def inspected(data: bytes, *, fetcher: Fetcher, now: datetime) -> dict[str, Any]:
    """Say what an input is: format, version, wrappings, seal, title, issuer; or the parts it holds.

    Only what an input points at is fetched; nothing is verified.

    Raises:
        NotRecognised, Malformed: it is nothing known.
    """
    return _seen(data, fetcher, now, _MAX_DEPTH, ())


def _seen(
    data: bytes, fetcher: Fetcher, now: datetime, depth: int, outside: tuple[Container, ...]
) -> dict[str, Any]:
    found = read(data)
    if isinstance(found, Bundle):
        inside = (*outside, found.container)
        parts = [_part(name, part, fetcher, now, depth - 1) for name, part in found.parts]
        return {"kind": "bundle", "containers": [str(one) for one in inside], "parts": parts}
    if isinstance(found, Document):
        return _described(found, now, outside)
    return _pointed(data, found, fetcher, now, outside)


def _part(name: str, data: bytes, fetcher: Fetcher, now: datetime, depth: int) -> dict[str, Any]:
    """Tell what one part is; a damaged one is told with its problem and does not hide the others."""
    if depth <= 0:
        return {"name": name, "kind": "unopened"}
    try:
        return {"name": name, **_seen(data, fetcher, now, depth, ())}
    except DocumentError as error:
        return {"name": name, "kind": "damaged", "problems": [_said(one) for one in error.problems]}


def _pointed(
    data: bytes, pointer: Pointer, fetcher: Fetcher, now: datetime, outside: tuple[Container, ...]
) -> dict[str, Any]:
    document, _ = located(data, Asked(fetcher))
    if document.raw:
        return {"url": pointer.url, **_described(document, now, outside)}
    containers = [str(one) for one in (*outside, *pointer.containers)]
    return {"kind": "pointer", "url": pointer.url, "containers": containers, "answered": False}


def _described(document: Document, now: datetime, outside: tuple[Container, ...]) -> dict[str, Any]:
    evidence = Evidence(document=document, now=now)
    subject = described_subject(evidence)
    return {
        "kind": "document",
        "format": str(document.format),
        "version": document.version,
        "variant": document.variant,
        "containers": [str(one) for one in (*outside, *document.containers)],
        "media_type": document.media_type,
        "seal": str(document.seal.kind) if document.seal else None,
        "id": subject.get("id", ""),
        "title": subject.get("title", ""),
        "issuer": described_issuer(evidence),
        "problems": [_said(one) for one in document.problems],
    }


def _said(problem: Problem) -> dict[str, str]:
    return {"code": problem.code, "message": problem.message, "where": problem.where, "cite": problem.cite}
