"""`badgepass seal`: a finished credential gets its seal, or a seal is renewed."""

from __future__ import annotations

import hashlib
import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from api.cli.files import file_bytes, write_out
from api.cli.sealers import sealers as sealers_of
from api.cli.terminal import plain, print_lines
from api.gateway.seal_orders import SealOrder
from api.gateway.sealing import seal_own
from api.storage.credentials import due_for_renewal, note_renewal
from api.storage.records import Sealed
from verifier.fetch import HttpFetcher, OfflineFetcher
from verifier.sealing.making import renew, renew_by


def run(asked: Namespace) -> int:
    """Do one of the tasks; 0 when it was done."""
    tasks: dict[str, Callable[[Namespace], int]] = {"document": _document, "renew": _renew, "due": _due}
    return tasks[asked.task](asked)


def _document(asked: Namespace) -> int:
    now = datetime.now(UTC).replace(microsecond=0)
    sealer = sealers_of(asked, _fetcher(asked)).of(asked.tenant, "--tenant")
    made, told = seal_own(file_bytes(asked.source, "request.source"), SealOrder(sealer=sealer), now)
    write_out(asked.output, made)
    print(f"badgepass: sealed at level {told.level}; its record is {told.id}", file=sys.stderr)
    return 0


def _renew(asked: Namespace) -> int:
    """Renew a seal, whoever made it; where it was made here, its record says so too."""
    now = datetime.now(UTC).replace(microsecond=0)
    sealer = sealers_of(asked, _fetcher(asked)).of(asked.tenant, "--tenant")
    before = file_bytes(asked.source, "request.source")
    made = renew(before, sealer.means(now))
    until = renew_by(made)
    known = note_renewal(
        sealer.store,
        asked.tenant,
        hashlib.sha256(before).hexdigest(),
        Sealed(sha256=hashlib.sha256(made).hexdigest(), certificate_sha256="", renew_by=until),
        now=now,
    )
    write_out(asked.output, made)
    where = "" if known else "; no record here knows it"
    print(f"badgepass: renewed; again before {until:%Y-%m-%d}{where}", file=sys.stderr)
    return 0


def _due(asked: Namespace) -> int:
    found = due_for_renewal(
        sealers_of(asked, OfflineFetcher()).store,
        now=datetime.now(UTC),
        within=timedelta(days=asked.days),
    )
    print_lines(*(f"{one.renew_by:%Y-%m-%d}  {plain(one.tenant)}  {one.id}  {one.sha256}" for one in found))
    return 0


def _fetcher(asked: Namespace) -> HttpFetcher | OfflineFetcher:
    return OfflineFetcher() if asked.offline else HttpFetcher()
