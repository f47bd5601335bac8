"""A shard whose rows are sealed: places are kept in one step, and all records completed in one.

The files of the shard are whole on the disk before its records are completed, and what was made is given to
nobody before that. A worker killed before has sealed nothing that counts; one killed after has done it all,
and the next finds the note that says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from api.bulk.answers import answered_of
from api.bulk.batch import id_of, learner_of, outcome_of, person_of, problems_of
from api.bulk.casting import Judged, cast_or_made
from api.bulk.learners import standing, with_learner
from api.bulk.ledger import Counts
from api.bulk.outputs import shard_file, write_shard
from api.bulk.rows import Order, Outcome, Row, target_of
from api.bulk.sampling import sampled
from api.bulk.warm import Warm
from api.gateway.asking import not_understood
from api.gateway.conversion import Examined, examine
from api.gateway.conversion import Order as Conversions
from api.gateway.seal_orders import SealOrder
from api.gateway.sealing import hosted_at, judgement_of, origin_of, sealed_made, with_place
from api.replacing import replaced
from api.storage.batches import Completion, all_completed, complete_many, reserve_many
from api.storage.records import Origin, Reservation
from converter.convert import Conversion, convert

_NOTE = "sealed"


def sealed_shard(
    number: int,
    digest: str,
    rows: Iterator[Row] | tuple[Row, ...],
    order: Order,
    warm: Warm,
    folder: Path,
    *,
    zstd: bool,
    clock: Callable[[], datetime],
) -> Counts:
    """Seal the rows of one shard, and write its files.

    Raises:
        Refused: its places were given up meanwhile: it took longer than any sealing may.
        Unavailable: the database does not answer.
        OSError: the disk is full, or gone.
    """
    seal = _seal(order, warm)
    store = seal.sealer.store
    note = shard_file(folder, number, _NOTE)
    if (known := _known(note, digest)) is not None and all_completed(store, known[0]):
        return known[1]
    note.unlink(missing_ok=True)
    whole = tuple(rows)
    wanted = sum(row.problem is None for row in whole)
    origin = Origin(tenant=seal.sealer.tenant.name, target=str(target_of(order)))
    places = iter(reserve_many(store, origin, wanted, now=clock(), actor=seal.actor) if wanted else ())
    completions: list[Completion] = []
    unused: list[Reservation] = []

    def outcomes() -> Iterator[Outcome]:
        for row in whole:
            if row.problem is not None:
                yield Outcome(place=row.place, name=row.name, problems=(row.problem,))
                continue
            kept = next(places)
            try:
                now = clock().replace(microsecond=0)  # nothing tells a moment of sealing any closer
                outcome, completion = _sealed(row, kept, order, seal, warm, now)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is this row's alone
                unused.append(kept)
                yield Outcome(place=row.place, name=row.name, problems=problems_of(error))
            else:
                completions.append(completion)
                yield outcome

    packer = warm.packer if zstd else None
    counts = write_shard(folder, number, outcomes(), warm.taken, packer=packer)
    said = {"digest": digest, "ids": [one.kept.id for one in completions], "counts": counts.to_dict()}
    replaced(note, json.dumps(said).encode())
    complete_many(store, completions, unused, now=clock(), actor=seal.actor)
    return counts


def _sealed(
    row: Row, kept: Reservation, order: Order, seal: SealOrder, warm: Warm, now: datetime
) -> tuple[Outcome, Completion]:
    def examined() -> Examined:
        asking = Conversions(target=target_of(order), trust=seal.sealer.trust, seal=seal)
        return examine(row.data, asking, fetcher=warm.fetcher, now=now)

    judged = _judged(row, seal, warm, now, examined)

    def long_way() -> Conversion:
        found = judged.examined or examined()
        options = with_place(warm.options(order), judged.judgement, seal.sealer, kept, now)
        asked = with_learner(options, judged.learner, found.source, found.evidence, at=order.now)
        return convert(found.source, target_of(order), asked)

    made = cast_or_made(judged, now, kept, warm, long_way)
    made, sealed, _, hosting = sealed_made(made, kept, seal, now=now, recipient=None)
    origin = origin_of(judged.judgement, judged.raw, judged.url, target_of(order), seal)
    outcome = replace(outcome_of(row, judged.id, made, judged.learner, warm), seal=kept.id, unasked=False)
    outcome = sampled(outcome, row, order, warm)
    documents = hosting.documents if hosting is not None else ()
    return outcome, Completion(kept=kept, origin=origin, sealed=sealed, documents=documents)


def _judged(row: Row, seal: SealOrder, warm: Warm, now: datetime, examine: Callable[[], Examined]) -> Judged:
    """Say why a row may be sealed, and who it is about.

    Raises:
        DocumentError: it may not be, or is no document.
    """
    badge = warm.moulds.opened(row.data) if warm.moulds is not None else None
    cast = None
    if warm.verdicts is not None and badge is not None:
        cast = warm.verdicts.cast(badge, now, warm.fetcher if warm.asks else None, examine)
    if badge is not None and cast is not None:
        judgement, answered = cast
        return Judged(
            badge=badge,
            id=badge.id,
            raw=row.data,
            url=badge.id if badge.id.startswith("https://") else "",
            learner=standing(badge.recipient, person_of(row, badge.id, warm)),
            judgement=judgement,
            answered=answered,
        )
    examined = examine()
    source = examined.source
    judgement = judgement_of(examined.report, seal, now)
    if warm.verdicts is not None and badge is not None:
        warm.verdicts.learn(badge, examined, judgement, now)
    identity = id_of(source.document)
    return Judged(
        badge=badge,
        id=identity,
        raw=source.document.raw,
        url=hosted_at(source),
        learner=learner_of(row, warm, source, examined.evidence),
        judgement=judgement,
        answered=answered_of(source.resources, identity) if identity else None,
        examined=examined,
    )


def _seal(order: Order, warm: Warm) -> SealOrder:
    if warm.sealer is None:
        raise not_understood("tenant.unknown", "No tenant seals through this gateway.", "seal")
    return SealOrder(sealer=warm.sealer, override=order.override, actor=order.actor or "operator")


def _known(note: Path, digest: str) -> tuple[list[str], Counts] | None:
    """Read what a worker noted that was lost before it could say that the shard is done."""
    if not note.exists():
        return None
    said = json.loads(note.read_bytes())
    return (said["ids"], Counts.from_dict(said["counts"])) if said["digest"] == digest else None
