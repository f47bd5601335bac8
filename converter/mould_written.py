"""Documents of a class are written alike: where they are cut, what stands in between, how they are found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import AnyStr

Rest = tuple[tuple[str, bytes, bytes], ...]
"""For each place its name, the byte behind it, and the bytes up to the next."""
_SIZES = (512, 256, 128, 64)
"""So many bytes from where a class begins are by what its shapes are found; the most that hold no place."""


def cut_at(text: AnyStr, marks: Iterable[AnyStr]) -> list[AnyStr]:
    """Cut a text at marks, the longest first: a full name is not two names.

    Returns:
        What stands before, between and behind the marks, and each of them in its place: every second part.
    """
    parts = [text]
    for mark in sorted(marks, key=len, reverse=True):
        if mark and mark in text:
            parts = [
                one for at, part in enumerate(parts) for one in ((part,) if at % 2 else _around(part, mark))
            ]
    return parts


def _around(text: AnyStr, mark: AnyStr) -> Iterator[AnyStr]:
    pieces: list[AnyStr] = text.split(mark)
    yield pieces[0]
    for piece in pieces[1:]:
        yield mark
        yield piece


def values_between(
    data: bytes, first: bytes, rest: Rest, names: Iterable[str], forms: re.Pattern[str]
) -> dict[str, str] | None:
    """Take out of a document what stands in its places; None where it is written otherwise.

    Args:
        data: the document.
        first: the bytes up to the first place.
        rest: the places, and what is behind each; one that is there twice says the same twice.
        names: of the places, each once.
        forms: what may stand in them, one to a line.
    """
    if not data.startswith(first):
        return None
    found: dict[str, bytes] = {}
    at = len(first)
    for name, stop, piece in rest:
        value = found.get(name)
        if value is None:
            end = data.find(stop, at)
            found[name] = data[at:end]
            at = end
        elif data.startswith(value, at):
            at += len(value)
        else:
            return None
        if at < 0 or not data.startswith(piece, at):
            return None
        at += len(piece)
    if at != len(data):
        return None
    try:
        lines = b"\n".join([found[name] for name in names]).decode()
    except UnicodeDecodeError:
        return None
    return dict(zip(names, lines.split("\n"), strict=True)) if forms.fullmatch(lines) is not None else None


def beginnings(data: bytes, here: bytes) -> Iterator[bytes]:
    """Yield by what the shape of a document may be known: how its class begins, the longest first."""
    at = data.find(here)
    if at >= 0:
        for size in _SIZES:
            yield data[at : at + size]


def beginning(data: bytes, here: bytes, free: int) -> bytes:
    """Return by what a shape is found, as far as it holds no place; empty where that is too short.

    Args:
        data: the document.
        here: with what its class begins.
        free: up to where no place stands behind that.
    """
    at = data.find(here)
    size = next((size for size in _SIZES if at + size <= free), 0) if at >= 0 else 0
    return data[at : at + size]
