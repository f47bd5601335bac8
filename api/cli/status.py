"""`badgepass status`: lists are published, and the records looked after."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from api.cli.files import write_files
from api.cli.sealers import sealers as sealers_of
from api.cli.terminal import print_lines
from api.gateway.asking import not_understood
from api.gateway.sealers import Sealers
from api.status.entries import PURPOSES
from api.storage.audit import chain_fault
from api.storage.backup import back_up, restored
from verifier.fetch import OfflineFetcher

_BROKEN = 1


def run(asked: Namespace) -> int:
    """Do one of the tasks; 1 where the log is not whole."""
    tasks: dict[str, Callable[[Namespace, Sealers], int]] = {
        "publish": _publish,
        "backup": _backup,
        "restored": _restored,
        "audit": _audit,
    }
    return tasks[asked.task](asked, sealers_of(asked, OfflineFetcher()))


def _publish(asked: Namespace, sealers: Sealers) -> int:
    """Write each list under the name it has below the tenant's address."""
    folder, now = Path(asked.output), datetime.now(UTC).replace(microsecond=0)
    if not folder.is_dir():
        raise not_understood("request.output", "The output must be a folder that is there.", asked.output)
    sealer = sealers.of(asked.tenant, "--tenant")
    files: dict[Path, bytes] = {}
    for name in sealers.lists.of_tenant(asked.tenant):
        (folder / "status" / name).mkdir(parents=True, exist_ok=True)
        for purpose in PURPOSES:
            made = sealers.lists.published(name, purpose, sealer.signing(), now=now)
            files[folder / "status" / name / purpose] = made.body
    write_files(files)
    print_lines(*(str(path) for path in files))
    return 0


def _backup(asked: Namespace, sealers: Sealers) -> int:
    back_up(sealers.store, Path(asked.output))
    return 0


def _restored(_: Namespace, sealers: Sealers) -> int:
    lists = restored(sealers.store, now=datetime.now(UTC))
    message = f"{len(lists)} lists are closed; places that no record is about count as suspended."
    print(f"badgepass: {message}", file=sys.stderr)
    return 0


def _audit(_: Namespace, sealers: Sealers) -> int:
    fault = chain_fault(sealers.store)
    print_lines(fault or "The log is whole.")
    return _BROKEN if fault else 0
