"""The benchmark cannot rot: each row runs once, and ours and the floor tell the same facts."""

from __future__ import annotations

import pytest

from benchmarks.rows import Absent, Row, rows
from benchmarks.timing import timed

_ROWS = list(rows())


@pytest.mark.parametrize("row", [row for row in _ROWS if isinstance(row, Row)], ids=lambda row: row.work)
def test_ours_and_the_floor_agree(row: Row) -> None:
    ours, floor = row.said(row.ours()), row.floor_said(row.floor())
    assert ours == floor


def test_rows_without_their_files_say_so() -> None:
    assert all(isinstance(row, (Row, Absent)) for row in _ROWS)
    assert len({row.work for row in _ROWS}) == len(_ROWS)


def test_a_timing_is_the_median_in_microseconds() -> None:
    now = 0.0
    hiccups = iter([5.0])

    def short() -> None:
        nonlocal now
        now += 0.001 + next(hiccups, 0.0)

    def long() -> None:
        nonlocal now
        now += 0.25

    assert timed((short, long), 1.0, clock=lambda: now) == pytest.approx((1000.0, 250_000.0))
