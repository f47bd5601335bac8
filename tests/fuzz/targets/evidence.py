"""An evidence bundle, opened and replayed."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path

from bundles import badge_web
from samples import badges

from schemas.errors import BadgepassError
from schemas.evidence import Missing, Resource
from verifier.bundle import BundleFetcher
from verifier.fetch import MAX_BODY

_FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-evidence-"))
_ASKED = (badges.ASSERTION, badges.BADGE_CLASS, badges.ISSUER, "https://a.example/")
WORDS = (
    b'"resources"',
    b'"status"',
    b'"location"',
    b'"body_base64"',
    b'"file"',
    b'"../',
    b'"accept"',
    badges.ISSUER.encode(),
    b'"https://a.example/"',
)


def seeds() -> tuple[bytes, ...]:
    moved = {"status": 302, "location": "https://a.example/", "content_type": ""}
    lists = [{"accept": "image/png", "body_base64": ""}, {"accept": "*/*;q=x", "file": "../../etc/hostname"}]
    return (
        json.dumps({"resources": badge_web()}).encode(),
        json.dumps({"resources": {badges.ISSUER: moved, "https://a.example/": lists}}).encode(),
        json.dumps({"resources": {"https://a.example/": {"status": "x", "file": "bundle"}}}).encode(),
    )


def run(data: bytes) -> None:
    path = _FOLDER / "bundle"
    path.write_bytes(data)
    with contextlib.suppress(BadgepassError):
        fetcher = BundleFetcher.from_file(path)
        for url in _ASKED:
            for accept in ("application/json", "image/png, */*", ""):
                answer = fetcher.fetch(url, accept=accept)
                assert isinstance(answer, Resource | Missing)
                assert isinstance(answer, Missing) or len(answer.body) <= MAX_BODY
                assert isinstance(answer, Missing) or answer.body in data or path.read_bytes() == data
