"""`badgepass bulk`."""

from __future__ import annotations

import hashlib
import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.bulk.inputs import rows_of
from api.bulk.ledger import Counts
from api.bulk.local import Engine, LocalEngine, Run, fingerprint, run_by
from api.bulk.outputs import Output
from api.bulk.rows import Order
from api.bulk.sampling import OBJECTS
from api.bulk.shards import SHARD_ROWS, Progress
from api.bulk.warm import Warm, spare_cores
from api.cli import world
from api.cli.expecting import Expecting
from api.cli.files import file_bytes
from api.cli.terminal import plain
from api.gateway.asking import not_understood
from api.tenants import read_tenants, tenants_of
from converter.profile import read_profile
from schemas.document import Format
from schemas.institution import InstitutionProfile
from verifier import Verdict

_SHOWN = 10
DONE, FAILED, UNPROVEN = 0, 1, 3
_UNPROVEN_CODES = frozenset({"source.unavailable", "internal.error", "bulk.worker-lost"})


def run(asked: Namespace) -> int:
    """Do every row of an input; 0 when all came out, 1 when one failed, 3 when some are only not proven."""
    source = Path(asked.input)
    if asked.seal and not asked.to:
        raise not_understood("request.options", "What is only verified is not sealed.", "--seal")
    if min(asked.workers, asked.shard_rows, asked.sample_official) < 0:
        raise not_understood("request.workers", "A number of workers or rows is not below none.", "--workers")
    if asked.sample_official and not asked.to:
        raise not_understood("request.options", "Only what is converted is sampled.", "--sample-official")
    if not source.exists():
        raise not_understood("request.source", "There is no such file or folder.", asked.input)
    output = Output.of(asked.output)
    if output.path.resolve() == source.resolve():
        raise not_understood("request.output", "The output would replace what is being read.", "--output")
    order = _order(asked)
    Warm.of(order)  # what cannot be used is told before any worker begins
    plan = Run(
        order=order,
        output=output,
        people=Path(asked.people) if asked.people is not None else None,
        asked=_fingerprint(asked, order),
        workers=asked.workers or spare_cores(),
        resume=asked.resume,
        shard_rows=asked.shard_rows or SHARD_ROWS,
    )
    rows = Expecting(source, rows_of(source))
    with _shown(rows) as progress:
        counts = run_by(_engine(asked.engine), iter(rows), plan, progress)
    _tell(counts, output)
    return _code(counts)


def _engine(name: str) -> type[Engine]:
    if name == "ray":
        from api.bulk.cluster import RayEngine  # noqa: PLC0415 - its library is optional

        return RayEngine
    return LocalEngine


def _order(asked: Namespace) -> Order:
    trust = world.list_store(asked)
    return Order(
        target=Format(asked.to) if asked.to is not None else None,
        now=world.moment(asked),
        profile=_profile(asked),
        seal=asked.seal or "",
        override=asked.override or "",
        tenants=str(Path(asked.tenants).resolve()) if asked.tenants is not None else "",
        database=asked.database or "",
        enclose="document" if asked.carrier else "nothing",
        individual=asked.individual_pages,
        strict=asked.strict,
        evidence=str(Path(asked.evidence).resolve()) if asked.evidence is not None else "",
        offline=asked.offline,
        trust=str(Path(asked.trust).resolve()) if asked.trust is not None else "",
        trust_lists=str(trust.folder.resolve()) if trust.archive().snapshots else "",
        sampled=asked.sample_official,
        official=str(world.official_cache(asked).folder.resolve()) if asked.sample_official else "",
        pins=str(Path(asked.pins).resolve()) if asked.pins is not None else "",
    )


def _profile(asked: Namespace) -> InstitutionProfile:
    """Read the profile; one learner's names cannot be those of every row.

    Raises:
        NotUnderstood: the profile names a learner.
    """
    if asked.profile_file is None:
        return _tenants_own(asked) if asked.seal else InstitutionProfile()
    profile = read_profile(file_bytes(asked.profile_file, "request.profile"))
    if profile.given_name or profile.family_name:
        message = "The profile names one learner, and the rows are about many; --people gives each its own."
        raise not_understood("request.profile", message, "[learner]")
    return profile


def _tenants_own(asked: Namespace) -> InstitutionProfile:
    known = read_tenants(Path(asked.tenants)) if asked.tenants is not None else tenants_of(os.environ)
    return known.of(asked.seal, "--seal").profile


def _fingerprint(asked: Namespace, order: Order) -> str:
    """Tell runs apart by all that their output depends on but the rows, which the ledger knows by digest."""
    said: dict[str, Any] = {
        "target": order.target,
        "profile": repr(order.profile),
        "enclose": order.enclose,
        "individual": order.individual,
        "strict": order.strict,
        "offline": order.offline,
        "at": asked.at,
        "shard_rows": asked.shard_rows,
        "trust": order.trust,
        "seal": order.seal,
        "override": order.override,
        "sampled": order.sampled,
    }
    for name in ("people", "evidence"):
        path = getattr(asked, name)
        said[name] = _digest(path) if path is not None else ""
    return fingerprint(said)


def _digest(name: str) -> str:
    try:
        with Path(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        message = f"The file cannot be read: {error.strerror}."
        raise not_understood("request.source", message, name) from None


@contextmanager
def _shown(rows: Expecting) -> Iterator[Progress]:
    """Show how far it is on standard error, where a person looks at it."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415 - only for a terminal
    from rich.progress import Progress as Bar  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.completed:,.0f} rows"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failures]}"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("rows", total=None, rate="", failures="")

        def show(counts: Counts) -> None:
            shown = bar.tasks[0]
            rate = f"{shown.speed:,.0f}/s" if shown.speed else ""
            bar.update(task, completed=counts.rows, total=rows.total, rate=rate, failures=_causes(counts))

        yield show


def _causes(counts: Counts) -> str:
    return "  ".join(f"{code}: {number:,}" for code, number in counts.failures.most_common(3))


def _tell(counts: Counts, output: Output) -> None:
    _note(f"{counts.rows:,} rows: {counts.made:,} made, {counts.failed:,} failed.")
    for code, number in counts.failures.most_common(_SHOWN):
        _note(f"failed: {code}: {number:,}")
    for verdict, number in sorted(counts.verdicts.items()):
        _note(f"verdict: {verdict}: {number:,}")
    if vouched := counts.learners.get("vouched", 0):
        _note(f"{vouched:,} learners are named on the institution's word alone.")
    for said, number in sorted(counts.official.items()):
        _note(f"the official schemas, asked about a sample: {said}: {number:,}")
    if counts.unasked:
        _note(f"{counts.unasked:,} sources were not asked about: whether they are revoked is not known.")
    _note(f"{output.path}, {output.named('report.ndjson').name}, {output.named('summary.json').name}")


def _code(counts: Counts) -> int:
    refused = sum(number for code, number in counts.failures.items() if code not in _UNPROVEN_CODES)
    if refused or counts.official.get(OBJECTS, 0) or counts.verdicts.get(Verdict.TOTAL_FAILED, 0):
        return FAILED
    return UNPROVEN if counts.failed or counts.verdicts.get(Verdict.INDETERMINATE, 0) else DONE


def _note(text: str) -> None:
    print(f"badgepass: {plain(text)}", file=sys.stderr)
