"""`badgepass trust`: refresh, show, import."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.cli.files import file_bytes
from api.cli.terminal import plain, print_json, print_lines
from api.cli.world import list_store, own_machine
from api.gateway.asking import asked_moment, not_understood
from api.trust.bringing import LOTL_ADDRESS, SECONDS, Outcome, imported, refreshed
from api.trust.telling import lists_told
from verifier.fetch import HttpFetcher
from verifier.trust.lists import MAX_BYTES, ListRefusal, Publication, publications
from verifier.trust.lists.journal import BadPublications

_REFUSED, _UNREACHABLE = 1, 3


def run(asked: Namespace) -> int:
    """Do one of the tasks; 1 where a list is not believed, else 3 where one could not be had."""
    tasks: dict[str, Callable[[Namespace], int]] = {"refresh": _refresh, "show": _show, "import": _import}
    try:
        return tasks[asked.task](asked)
    except ListRefusal as refusal:
        print(f"badgepass: trust.{refusal.code}: {plain(refusal.sentence)}", file=sys.stderr)
        print("badgepass: The list of lists is not believed, so nothing was changed.", file=sys.stderr)
        return _REFUSED


def _refresh(asked: Namespace) -> int:
    address = asked.lotl or LOTL_ADDRESS
    fetcher = HttpFetcher(
        allow_loopback=own_machine(address, "--lotl"), max_body=MAX_BYTES, total_seconds=SECONDS, secured=True
    )
    known = _signers(asked)
    return _ended(asked, refreshed(list_store(asked), fetcher, known=known, now=_now(asked), address=address))


def _import(asked: Namespace) -> int:
    known = _signers(asked)
    return _ended(asked, imported(list_store(asked), Path(asked.folder), known=known, now=_now(asked)))


def _show(asked: Namespace) -> int:
    told = lists_told(list_store(asked), _now(asked))
    if asked.json:
        print_json(told)
    else:
        print_lines(*_shown(told))
    return 0


def _now(asked: Namespace) -> datetime:
    if asked.at is not None:
        return asked_moment(asked.at, "--at")
    return datetime.now(UTC).replace(microsecond=0)


def _signers(asked: Namespace) -> tuple[Publication, ...]:
    if asked.signers is None:
        return publications()
    try:
        return publications(file_bytes(asked.signers, "request.signers").decode())
    except UnicodeDecodeError:
        raise not_understood("request.signers", "The file of signers is not UTF-8.", asked.signers) from None
    except BadPublications as error:
        raise not_understood("request.signers", str(error), asked.signers) from None


def _ended(asked: Namespace, outcome: Outcome) -> int:
    if asked.json:
        print_json(
            {
                "new": outcome.new,
                "lotl": outcome.snapshot.lotl.sequence,
                "lists": {one.territory: one.sequence for one in outcome.snapshot.lists},
                "refused": dict(outcome.refused),
                "missing": dict(outcome.missing),
            }
        )
    else:
        print_lines(*_lines(outcome))
    return _REFUSED if outcome.refused else _UNREACHABLE if outcome.missing else 0


def _lines(outcome: Outcome) -> Iterator[str]:
    snapshot = outcome.snapshot
    lists = ", ".join(f"{one.territory} {one.sequence}" for one in snapshot.lists) or "no national list"
    yield f"List of lists {snapshot.lotl.sequence} of {snapshot.lotl.issued:%Y-%m-%d}: {lists}."
    if not outcome.new:
        yield "Nothing new: the same lists were at hand."
    yield from (f"refused      {one}: {why}" for one, why in outcome.refused.items())
    yield from (f"not had      {one}: {why}" for one, why in outcome.missing.items())
    if outcome.refused or outcome.missing:
        yield "What was at hand of these stays in use, as far as it reaches."


def _shown(told: dict[str, Any]) -> Iterator[str]:
    if not told["lists"]:
        yield f"No trusted list is at hand in {told['folder']} (badgepass trust refresh)."
    else:
        days = told["age_days"]
        yield f"{told['snapshots']} snapshots in {told['folder']}, the last checked {days} days ago:"
    for one in told["lists"]:
        due = one["next_update"][:10] if one["next_update"] else "closed"
        late = "  overdue" if one["overdue"] else ""
        yield (
            f"  {one['territory']}  number {one['sequence']:<5} issued {one['issued'][:10]}  "
            f"next update {due}  {one['services']} services{late}"
        )
    yield from (f"  {one}  not used: {why}" for one, why in told["faults"].items())
    yield from (f"  damaged, not used: {one}" for one in told["damaged"])
