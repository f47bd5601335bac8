"""A small web of our own: what each URL answers, as an evidence bundle."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

from samples import badges

from schemas.evidence import Recipient
from verifier import Report, verify
from verifier.bundle import BundleFetcher
from verifier.finding import Outcome

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PNG = badges.png()
LEARNER = (Recipient(kind="id", value=badges.LEARNER),)


def answer(body: object, *, status: int = 200, media: str = "application/ld+json") -> dict[str, Any]:
    """Build one answer: JSON from a tree, or bytes as they are."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return {"status": status, "content_type": media, "body_base64": base64.b64encode(raw).decode()}


def badge_web(**changes: Any) -> dict[str, Any]:
    """Build the web around the sample badge: assertion, class, issuer, image; by URL or by these names.

    A name (`assertion`, `badge_class`, `issuer`, `key`) replaces a node; None takes it off the web.
    """
    web: dict[str, Any] = {
        badges.ASSERTION: changes.get("assertion", badges.assertion()),
        badges.BADGE_CLASS: changes.get("badge_class", badges.badge_class()),
        badges.ISSUER: changes.get("issuer", badges.issuer(publicKey=badges.KEY)),
        badges.KEY: changes.get("key", badges.key_document()),
        f"{badges.BADGE_CLASS}/image": answer(PNG, media="image/png"),
        f"{badges.ASSERTION}/image": answer(b"", media="image/png"),  # edubadges answers an empty file
        **{url: value for url, value in changes.items() if url.startswith("http")},
    }
    return {
        url: value if isinstance(value, (dict, list)) and _is_answer(value) else answer(value)
        for url, value in web.items()
        if value is not None
    }


def _is_answer(value: Any) -> bool:
    first = value[0] if isinstance(value, list) else value
    return isinstance(first, dict) and bool({"body_base64", "file", "location"} & first.keys())


def verified(
    data: object, web: dict[str, Any] | None = None, *, recipients: tuple[Recipient, ...] = ()
) -> Report:
    """Verify a tree or bytes against a web."""
    raw = data if isinstance(data, bytes) else badges.dumped(data)
    fetcher = BundleFetcher(badge_web() if web is None else web)
    return verify(raw, fetcher=fetcher, now=NOW, recipients=recipients)


def outcomes(report: Report, code: str) -> set[Outcome]:
    """Return every outcome told under exactly this code."""
    return {finding.outcome for finding in report.findings if finding.check == code}
