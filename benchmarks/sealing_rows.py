"""Sealing beside the operation that cannot be left out: the raw signature, and the two tokens of level LTA.

Ours also reads the document, writes the seal, and examines what it made before it is given out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from samples.sealing import means

from benchmarks import documents
from benchmarks.rows import Row
from converter.read import read
from schemas.document import Document
from schemas.stamper import Level
from verifier.sealing import examine
from verifier.sealing.making import Means, seal_edci, seal_elm
from verifier.trust.times import seal_times

_Seal = Callable[[bytes, Means, Level], bytes]


def sealing_rows() -> Iterator[Row]:
    """Make the rows: both forms, by an elliptic curve and by RSA, at the lowest and the highest level."""
    forms: tuple[tuple[str, _Seal, bytes], ...] = (
        ("JAdES", seal_elm, documents.elm(5_000)),
        ("JAdES", seal_elm, documents.elm(130_000)),
        ("XAdES", seal_edci, documents.edci(5_000)),
    )
    for (name, seal, document), algorithm, level in itertools.product(
        forms, ("ES256", "RS256"), (Level.B, Level.LTA)
    ):
        yield _row(name, seal, document, algorithm, level)


def _row(name: str, seal: _Seal, document: bytes, algorithm: str, level: Level) -> Row:
    asked = means(algorithm)
    size = len(seal(document, asked, level))
    return Row(
        work=f"seal {name} {level}, {algorithm}, {len(document) / 1000:.0f} kB",
        ours=lambda: seal(document, means(algorithm), level),
        floor=lambda: _floor(document, means(algorithm), level),
        said=_holds,
        floor_said=lambda made: made,
        note=f"{(size - len(document)) / 1000:.1f} kB more; floor: the key alone, and two tokens at LTA",
    )


def _floor(document: bytes, asked: Means, level: Level) -> tuple[bool, int]:
    assert asked.stamper is not None
    value = asked.key.sign(document)
    stamped = [asked.stamper.stamp(one) for one in (value, document)] if level is Level.LTA else []
    return bool(value), len(stamped)


def _holds(sealed: bytes) -> tuple[bool, int]:
    document = read(sealed)
    assert isinstance(document, Document)
    examined = examine(document)
    assert examined is not None
    return examined.intact is True, len(seal_times(document))
