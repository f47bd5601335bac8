"""The whole verdict: no check breaks down, and without anybody trusted no seal is ever valid."""

from __future__ import annotations

import contextlib
import json

from bundles import LEARNER, NOW, badge_web
from fuzz_targets import first
from samples import badges, edci_documents, elm_cases, seals, timestamps

from schemas.document import Format
from schemas.errors import DocumentError
from verifier import verify
from verifier.bundle import BundleFetcher

_WEB = BundleFetcher(badge_web())
WORDS = (
    b'"verification"',
    b'"recipient"',
    b'"hosted"',
    b'"SignedBadge"',
    b'"expires"',
    b'"credentialStatus"',
)
LONGEST = 16_000


def seeds() -> tuple[bytes, ...]:
    return first("verdict", _made)


def _made() -> tuple[bytes, ...]:
    return (
        badges.dumped(badges.assertion()),
        badges.dumped(badges.expanded()),
        badges.dumped(badges.revoked()),
        badges.signed(badges.signed_assertion()),
        badges.ASSERTION.encode(),
        edci_documents.credential(
            subject=f"<achievements>{edci_documents.achievement(1, 's')}</achievements>"
        ),
        elm_cases.made("references"),
        elm_cases.made("status-and-terms"),
        timestamps.over_everything(seals.seal_xml()),
        timestamps.over_json_everything(seals.seal_json(elm_cases.made("dates"))),
    )


def run(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        report = verify(data, fetcher=_WEB, now=NOW, recipients=LEARNER)
        broken = [finding for finding in report.findings if finding.check == "internal.error"]
        assert not broken, broken
        told = json.dumps(report.to_dict())
        sealed = report.format in {str(Format.EDCI), str(Format.ELM)}
        assert not (sealed and "TOTAL-PASSED" in told), "a seal nobody trusts was called valid"
