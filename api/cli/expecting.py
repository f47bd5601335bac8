"""How many rows an input will have, as far as that can be told before it is read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from api.bulk.inputs import GZIP, ZIP, ZSTD
from api.bulk.rows import Row


class Expecting:
    """Passes rows on, and judges by those that came how many there will be."""

    def __init__(self, source: Path, rows: Iterator[Row]) -> None:
        """Take an input and its rows."""
        self._size, self._files = _measured(source)
        self._rows = rows
        self._came = self._bytes = 0
        self._ended = False

    def __iter__(self) -> Iterator[Row]:
        """Yield each row."""
        for row in self._rows:
            self._came += 1
            self._bytes += len(row.data) + 1
            yield row
        self._ended = True

    @property
    def total(self) -> int | None:
        """How many rows there will be: known once all came, else judged by the size; or None."""
        if self._ended:
            return self._came
        if self._files:
            return self._files
        return max(self._came, self._size * self._came // self._bytes) if self._size and self._bytes else None


def _measured(source: Path) -> tuple[int, int]:
    """Return the size of an input in bytes, or its number of files; zeros where that says nothing."""
    try:
        if source.is_dir():
            return 0, 0
        with source.open("rb") as file:
            start = file.read(4)
            if start.startswith((GZIP, ZSTD)):
                return 0, 0
            if start != ZIP:
                return source.stat().st_size, 0
            with zipfile.ZipFile(file) as bag:
                return 0, sum(not one.is_dir() for one in bag.infolist())
    except (OSError, zipfile.BadZipFile):
        return 0, 0  # whoever reads it says what is wrong
