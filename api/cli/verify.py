"""`badgepass verify`."""

from __future__ import annotations

import os
from argparse import Namespace
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from api.cli import world
from api.cli.files import source_bytes, write_files
from api.cli.reading import report_lines
from api.cli.terminal import as_json, print_json, print_lines
from api.gateway.asking import not_understood
from api.gateway.verification import Question, verified
from schemas.evidence import Fetcher, Trust
from verifier import Report, Verdict
from verifier.bundle import RecordingFetcher
from verifier.receipt import SubjectAs, is_receipt

_EXIT = {Verdict.TOTAL_PASSED: 0, Verdict.TOTAL_FAILED: 1, Verdict.INDETERMINATE: 3}


def run(asked: Namespace) -> int:
    """Verify one source; the exit code is the verdict."""
    recording = RecordingFetcher(world.fetcher(asked))
    question = _question(asked, recording)
    now = world.moment(asked)
    data = source_bytes(asked.source)
    report = (_receipt if is_receipt(data) else _document)(asked, data, question, recording, now)
    if asked.json:
        print_json(report.to_dict())
    else:
        print_lines(*report_lines(report, now))
    return _EXIT[report.verdict]


def _question(asked: Namespace, fetcher: Fetcher) -> Question:
    return Question(
        policy=asked.policy,
        recipients=world.recipients(asked),
        trust=world.accredited(world.trust(asked), asked, fetcher),
        official=world.official_cache(asked).at_hand(),
    )


def _document(
    asked: Namespace, data: bytes, question: Question, recording: RecordingFetcher, now: datetime
) -> Report:
    """Verify a document; write what was asked for, all of it or nothing."""
    if asked.document is not None:
        message = "Only a receipt takes a document along; this source is none."
        raise not_understood("request.document", message, "--document")
    key = None
    if asked.receipt is not None:
        from api.gateway.receipts import asked_key  # noqa: PLC0415 - only what is needed is loaded

        named = asked.receipt_key or os.environ.get("BADGEPASS_RECEIPT_KEY", "")
        key = asked_key(named, "--receipt-key")
    trust = recording.trust(question.trust or Trust())
    question = replace(question, trust=trust)
    report = verified(data, question, fetcher=recording, now=now)
    bundle = recording.bundle(trust)
    files: dict[Path, bytes] = {}
    if asked.save_evidence is not None:
        files[Path(asked.save_evidence)] = f"{as_json(bundle)}\n".encode()
    if key is not None:
        from api.gateway.receipts import receipted  # noqa: PLC0415 - as above

        subject = SubjectAs(asked.receipt_subject)
        report, token = receipted(data, question, bundle, at=now, key=key, subject=subject)
        files[Path(asked.receipt)] = token + b"\n"
    write_files(files)
    return report


def _receipt(
    asked: Namespace, data: bytes, question: Question, recording: RecordingFetcher, now: datetime
) -> Report:
    """Check a receipt, with the document and the evidence if they are given along."""
    from api.gateway.receipts import Along, receipt_verified  # noqa: PLC0415 - as above

    del recording  # a receipt is never checked by asking the web
    for given, name in ((asked.receipt, "--receipt"), (asked.save_evidence, "--save-evidence")):
        if given is not None:
            message = "The source is a receipt itself; there is nothing to write about it."
            raise not_understood("request.receipt", message, name)
    along = Along(
        document=source_bytes(asked.document) if asked.document is not None else None,
        evidence=Path(asked.evidence) if asked.evidence is not None else None,
    )
    return receipt_verified(data, question, along, now=now)
