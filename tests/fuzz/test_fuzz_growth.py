"""Nothing takes the square of its length: seeds of every target with a piece of them repeated more and more.

Processor time is held against length, so that a busy machine does not matter.
"""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from conftest import skip_or_fail
from fuzz_targets import names, target, why_not

pytestmark = pytest.mark.slow

SMALL, LARGE = 100_000, 400_000
SECONDS = 0.5
"""Below which a time says nothing."""
TIMES = 9
"""Four times the length may take that many times as long; its square would take sixteen."""
PIECES = 40
_AFTER = (b">", b",", b"{", b"\n", b'"', b"\0", b" ", b"/", b".", b"[")


def _pieces(data: bytes, chance: random.Random) -> tuple[int, int]:
    """Choose a piece, mostly one that begins and ends where something does."""
    start = chance.randrange(len(data) + 1)
    end = min(len(data), start + chance.choice((1, 1, 2, 4, 16, 64, 300)))
    if chance.random() < 0.7:
        sign = chance.choice(_AFTER)
        start = data.find(sign, start) + 1 or start
        end = data.find(sign, start + chance.choice((0, 0, 20, 200))) + 1 or end
    return start, max(start, end)


def _stretched(data: bytes, piece: tuple[int, int], size: int) -> bytes:
    start, end = piece
    middle = data[start:end] or b"0"
    return data[:start] + middle * (size // len(middle)) + data[end:]


def _took(module: Any, data: bytes) -> float:
    began = time.process_time()
    module.run(data)
    return time.process_time() - began


@pytest.mark.parametrize("name", names())
def test_time_goes_with_length(name: str) -> None:
    if reason := why_not(name):
        skip_or_fail("atheris", reason)
    module = target(name)
    seeds = module.seeds()
    for seed in seeds:
        module.run(seed)  # what is read once and kept
    chance = random.Random(name)  # noqa: S311 - the same pieces each time
    for _ in range(PIECES):
        seed = chance.choice(seeds)
        piece = _pieces(seed, chance)
        large = _took(module, _stretched(seed, piece, LARGE))
        if large < SECONDS:
            continue
        small = _took(module, _stretched(seed, piece, SMALL))
        again = min(large, _took(module, _stretched(seed, piece, LARGE)))
        assert again < max(SECONDS, TIMES * small), (small, again, seed[piece[0] : piece[1]])
