"""Timing in turns."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

ROUNDS = 11


def timed(
    works: tuple[Callable[[], Any], ...], seconds: float, *, clock: Callable[[], float] = time.perf_counter
) -> tuple[float, ...]:
    """Time several works in turns.

    Args:
        works: what to time.
        seconds: for all of them together, roughly.
        clock: gives seconds.

    Returns:
        The median of each, in microseconds.
    """
    counts = [max(1, int(seconds / ROUNDS / len(works) / _once(work, clock))) for work in works]
    found: list[list[float]] = [[] for _ in works]
    gc.collect()
    for _ in range(ROUNDS):
        for work, count, times in zip(works, counts, found, strict=True):
            start = clock()
            for _ in range(count):
                work()
            times.append((clock() - start) / count * 1e6)
    return tuple(statistics.median(times) for times in found)


def _once(work: Callable[[], Any], clock: Callable[[], float]) -> float:
    """Time one call, the second: the first fills what is kept."""
    work()
    start = clock()
    work()
    return max(clock() - start, 1e-7)
