"""Exports as they really exist, read as a stream: one row at a time, and never more than one row of them."""

from __future__ import annotations

import contextlib
import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import zstandard

from api.bulk.frames import refuse_cut_off
from api.bulk.listings import LISTING, listed
from api.bulk.rows import Row
from api.bulk.spread import array_items, is_array, is_one_document, one_document
from api.gateway.asking import not_understood
from converter.strict import MAX_BYTES
from schemas.errors import Problem

PEEK = 64 * 1024
_BLOCK = 1024 * 1024
GZIP, ZSTD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"
_LINK_COLUMNS = frozenset({"url", "link", "links", "assertion", "assertion_id", "id", "address"})
_MAX_WINDOW = 128 * 1024 * 1024  # zstd frames may ask for any window; memory stays flat

EDUBADGES = "https://api.edubadges.nl"


def rows_of(source: Path, *, host: str = EDUBADGES) -> Iterator[Row]:
    """Read an export row by row; what is wrong with a row stands in the row.

    It is a folder, a ZIP, or lines: of JSON, of tokens, of links (CSV); or a listing of edubadges in JSON; or
    one document on several lines, or a JSON array of badges.
    All but a folder and a ZIP may be compressed with gzip or zstd.

    Args:
        source: a file or folder.
        host: where the assertions lie that a listing only names by edubadges' own id.

    Raises:
        NotUnderstood: the input cannot be read at all, or ends in the middle.
    """
    try:
        if source.is_dir():
            yield from _folder(source)
            return
        with source.open("rb") as file:
            start = file.read(4)
            file.seek(0)
            if start == ZIP:
                yield from _zipped(file)
                return
            with _unpacked(file, start) as stream:
                yield from _streamed(stream, host)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError, zipfile.BadZipFile) as error:
        reason = getattr(error, "strerror", None) or "it is damaged or cut off"
        raise not_understood("request.source", f"The input cannot be read: {reason}.", source.name) from None


def _folder(folder: Path) -> Iterator[Row]:
    """Read every file below a folder, in the order of their names; links that lead out are left alone."""
    inside = folder.resolve()
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    for place, path in enumerate(found, start=1):
        name = path.relative_to(folder).as_posix()
        if not path.resolve().is_relative_to(inside):
            yield _faulty(place, name, "bulk.outside", "The file is a link that leads out of the folder.")
        elif path.stat().st_size > MAX_BYTES:
            yield _too_large(place, name)
        else:
            try:
                yield Row(place=place, name=name, data=path.read_bytes())
            except OSError as error:
                yield _faulty(place, name, "bulk.unreadable", f"The file cannot be read: {error.strerror}.")


def _zipped(file: IO[bytes]) -> Iterator[Row]:
    with zipfile.ZipFile(file) as bag:
        names = [one for one in bag.infolist() if not one.is_dir()]
        for place, one in enumerate(names, start=1):
            if one.file_size > MAX_BYTES:
                yield _too_large(place, one.filename)
                continue
            try:
                with bag.open(one) as member:
                    data = member.read(MAX_BYTES + 1)
            except (RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error, EOFError):
                message = "This file of the ZIP is locked, damaged or packed in a way that is not read."
                yield _faulty(place, one.filename, "bulk.unreadable", message)
                continue
            # The size in the directory is only what the maker of the ZIP says.
            yield (
                _too_large(place, one.filename)
                if len(data) > MAX_BYTES
                else Row(place=place, name=one.filename, data=data)
            )


@contextlib.contextmanager
def _unpacked(file: IO[bytes], start: bytes) -> Iterator[IO[bytes]]:
    if start[:2] == GZIP:
        with gzip.open(file) as stream:
            yield cast("IO[bytes]", stream)
    elif start == ZSTD:
        refuse_cut_off(file)
        reading = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
        with reading.stream_reader(file, read_across_frames=True) as unpacked:
            yield unpacked
    else:
        yield file


def _streamed(stream: IO[bytes], host: str) -> Iterator[Row]:
    start = _filled(stream)
    if LISTING.search(start) and not _is_assertion(start):
        yield from listed(start, stream, host)
        return
    if is_array(start):
        yield from array_items(start, stream)
        return
    if is_one_document(start):
        yield from one_document(start, stream)
        return
    lines = _lines(start, stream)
    first = next(lines, None)
    if first is None:
        return
    place, line = first
    header = _cells(line)
    at = next((at for at, cell in enumerate(header) if cell.lower() in _LINK_COLUMNS), None)
    is_csv = at is not None or _is_link(header[0] if header else "")
    if at is None or not is_csv:
        yield _row(place, line, at=0 if is_csv else None)
    for place, line in lines:
        yield _row(place, line, at=(at or 0) if is_csv else None)


def _row(place: int, line: bytes | None, *, at: int | None) -> Row:
    """Make the row of a line; `at` is the column of the link where the lines are CSV."""
    name = f"line {place}"
    if line is None:
        return _too_large(place, name)
    if at is None:
        return Row(place=place, name=name, data=line)
    cells = _cells(line)
    if at >= len(cells) or not _is_link(cells[at]):
        return _faulty(place, name, "bulk.link", "The line holds no web address in its column.")
    return Row(place=place, name=name, data=cells[at].encode())


def _lines(start: bytes, stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines that are not blank with their numbers; None for one longer than any document."""
    rest, place, skipping = start, 0, False
    while True:
        *whole, rest = rest.split(b"\n")
        for line in whole:
            place += 1
            if skipping or len(line) > MAX_BYTES:
                skipping = False
                yield place, None
            elif bare := _bare(line, place):
                yield place, bare
        if len(rest) > MAX_BYTES:
            rest, skipping = b"", True
        block = stream.read(_BLOCK)
        if not block:
            break
        rest += block
    if skipping:
        yield place + 1, None
    elif bare := _bare(rest, place + 1):
        yield place + 1, bare


def _bare(line: bytes, place: int) -> bytes:
    return (line.removeprefix(b"\xef\xbb\xbf") if place == 1 else line).strip(b" \t\r")


def _filled(stream: IO[bytes]) -> bytes:
    parts, size = [], 0
    while size < PEEK:
        block = stream.read(PEEK - size)
        if not block:
            break
        parts.append(block)
        size += len(block)
    return b"".join(parts)


def _is_assertion(start: bytes) -> bool:
    return b'"recipient"' in start.split(b"\n", 1)[0]


def _cells(line: bytes | None) -> list[str]:
    """Split a line of links; addresses hold neither quotes nor these separators."""
    text = (line or b"")[:PEEK].decode("utf-8", "replace")
    return [cell.strip().strip('"') for cell in re.split(r"[;,\t]", text)] if text[:1] not in "{[" else []


def _is_link(text: str) -> bool:
    return text.lower().startswith(("https://", "http://"))


def _too_large(place: int, name: str) -> Row:
    message = f"The row is larger than {MAX_BYTES // 1024 // 1024} MB."
    return _faulty(place, name, "bulk.row-size", message)


def _faulty(place: int, name: str, code: str, message: str) -> Row:
    return Row(place=place, name=name, problem=Problem(code=code, message=message))
