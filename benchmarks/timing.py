"""Timing in turns."""

from __future__ import annotations

import gc
import resource
import statistics
from collections.abc import Callable
from typing import Any

ROUNDS = 11


def processor_seconds() -> float:
    """Return the processor time used so far, children's too: what others do on the machine counts not."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def timed(
    works: tuple[Callable[[], Any], ...], seconds: float, *, clock: Callable[[], float] = processor_seconds
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


def alone(work: Callable[[], Any], seconds: float) -> float:
    """Time one work by itself, for roughly so many seconds; microseconds, the median of its rounds."""
    (found,) = timed((work,), seconds)
    return found


def _once(work: Callable[[], Any], clock: Callable[[], float]) -> float:
    """Time one call, the second: the first fills what is kept."""
    work()
    start = clock()
    work()
    return max(clock() - start, 1e-7)
