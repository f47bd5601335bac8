"""`badgepass verify`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from api.cli import world
from api.cli.files import source_bytes, write_files
from api.cli.reading import report_lines
from api.cli.terminal import as_json, print_json, print_lines
from api.gateway.verification import Question, verified
from verifier import Verdict
from verifier.bundle import RecordingFetcher

_EXIT = {Verdict.TOTAL_PASSED: 0, Verdict.TOTAL_FAILED: 1, Verdict.INDETERMINATE: 3}


def run(asked: Namespace) -> int:
    """Verify one source; the exit code is the verdict."""
    recording = RecordingFetcher(world.fetcher(asked))
    question = Question(
        policy=asked.policy,
        recipients=world.recipients(asked),
        trust=world.accredited(world.trust(asked), asked, recording),
        official=world.official_cache(asked).at_hand(),
    )
    now = world.moment(asked)
    report = verified(source_bytes(asked.source), question, fetcher=recording, now=now)
    if asked.save_evidence is not None:
        write_files({Path(asked.save_evidence): f"{as_json(recording.bundle())}\n".encode()})
    if asked.json:
        print_json(report.to_dict())
    else:
        print_lines(*report_lines(report, now))
    return _EXIT[report.verdict]
