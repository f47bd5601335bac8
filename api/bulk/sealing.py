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

from api.bulk.batch import id_of, learner_of, outcome_of, problems_of, target_of
from api.bulk.casting import cast_or_made
from api.bulk.ledger import Counts
from api.bulk.outputs import shard_file, write_shard
from api.bulk.rows import Order, Outcome, Row
from api.bulk.warm import Warm
from api.gateway.asking import not_understood
from api.gateway.conversion import Order as Conversions
from api.gateway.conversion import examine
from api.gateway.seal_orders import SealOrder
from api.gateway.sealing import prepared, sealed_for
from api.replacing import replaced
from api.storage.batches import Completion, all_completed, complete_many, reserve_many
from api.storage.records import Origin, Reservation
from converter.convert import Conversion, Options

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
    target = target_of(order)
    asking = Conversions(target=target, trust=seal.sealer.trust, seal=seal)
    examined = examine(row.data, asking, fetcher=warm.fetcher, now=now)
    learner = learner_of(row, warm, examined.source, examined.evidence)
    options = replace(warm.options(order), now=now)
    origin, ready = prepared(examined.source, examined.report, target, seal, options)

    def made_by(asked: Options) -> Conversion:
        return cast_or_made(row.data, target, asked, learner, examined, kept, warm, said_at=order.now)

    made, sealed, _, hosting = sealed_for(kept, ready, seal, made_by)
    outcome = replace(
        outcome_of(row, id_of(examined.source.document), made, learner, warm), seal=kept.id, unasked=False
    )
    documents = hosting.documents if hosting is not None else ()
    return outcome, Completion(kept=kept, origin=origin, sealed=sealed, documents=documents)


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
