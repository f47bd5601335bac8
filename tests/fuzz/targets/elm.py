"""The ELM JSON-LD reader."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from fuzz_targets import repeatable

from converter.formats.elm3 import read_elm
from schemas.errors import DocumentError

_GOLDEN = Path(__file__).parents[2] / "golden" / "elm"
WORDS = (b'"@context"', b'"@graph"', b'"@id"', b'"@type"', b'"@value"', b'"@list"', b'"@reverse"', b'"type"')
LONGEST = 24_000


def seeds() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(_GOLDEN.glob("*/input.jsonld")))


def run(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        json.dumps(repeatable(data, read_elm).tree)
