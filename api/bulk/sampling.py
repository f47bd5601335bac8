"""One document of so many, held against the official schema files: ours are fast, theirs have the word.

Which ones depends on the row alone, so whoever resumes a run or has other workers samples the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from api.bulk.rows import Order, Outcome, Row
from api.bulk.warm import Warm
from api.gateway.asking import not_understood
from api.official.cache import Cache, known_pins
from converter.read import read
from schemas.document import Document
from schemas.errors import BadgepassError
from schemas.official import Official

AGREES, OBJECTS, UNDECIDED = "agrees", "objects", "undecided"


def official_of(order: Order) -> Official:
    """Open the official files that rows are sampled against.

    Raises:
        NotUnderstood: none is at hand.
    """
    at_hand = Cache(Path(order.official), known_pins(order.pins or None)).at_hand()
    if at_hand is None:
        message = "No official schema file is at hand; `badgepass schemas fetch` brings them."
        raise not_understood("request.official", message, "--sample-official")
    return at_hand


def sampled(outcome: Outcome, row: Row, order: Order, warm: Warm) -> Outcome:
    """Hold what was made of a row against the official files, where it is one of the sample."""
    if warm.official is None or outcome.text is None or not _is_of_sample(row.data, order.sampled):
        return outcome
    return replace(outcome, official=_said(outcome.document or b"", warm.official))


def _is_of_sample(data: bytes, one_of: int) -> bool:
    return int.from_bytes(hashlib.sha256(data).digest()[:8]) % one_of == 0


def _said(data: bytes, official: Official) -> str:
    """Say in a word what the official files say of a document; `undecided` where they cannot be asked."""
    try:
        document = read(data)
    except BadgepassError:
        return UNDECIDED
    opinion = official.opinion(document) if isinstance(document, Document) else None
    if opinion is None or opinion.conforms is None:
        return UNDECIDED
    return AGREES if opinion.conforms else OBJECTS
