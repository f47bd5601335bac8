"""Documents spread over lines: one of JSON or XML, or a JSON array of them, which is read item by item."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any

from api.bulk.rows import Row
from converter.strict import MAX_BYTES
from schemas.errors import Problem

BLOCK = 256 * 1024
_SPACE = b" \t\r\n"
_BETWEEN = re.compile(r"[ \t\r\n,]*")


def is_array(start: bytes) -> bool:
    """Tell whether an input begins as a JSON array."""
    return start.removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE)[:1] == b"["


def is_one_document(start: bytes) -> bool:
    """Tell whether an input is one document on several lines: no row begins with a brace alone."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE)
    first = text.split(b"\n", 1)[0].strip(_SPACE)
    return first == b"{" or text[:5] == b"<?xml"


def one_document(start: bytes, stream: IO[bytes]) -> Iterator[Row]:
    """Yield the whole input as one row."""
    parts, size = [start], len(start)
    while size <= MAX_BYTES and (block := stream.read(BLOCK)):
        parts.append(block)
        size += len(block)
    if size > MAX_BYTES:
        message = f"The row is larger than {MAX_BYTES // 1024 // 1024} MB."
        yield _faulty(1, "bulk.row-size", message)
    else:
        yield Row(place=1, name="item 1", data=b"".join(parts))


def array_items(start: bytes, stream: IO[bytes]) -> Iterator[Row]:
    """Yield each item of an array as it stands there; where one is broken, the rest cannot be told apart."""
    reading, place, at = json.JSONDecoder(), 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")  # what is no UTF-8 stays what it is
    text = decoder.decode(start.removeprefix(b"\xef\xbb\xbf").lstrip(_SPACE)[1:])
    while True:
        begun = _BETWEEN.match(text, at)
        at = begun.end() if begun is not None else at
        if text[at : at + 1] == "]":
            return
        item, end = _item(reading, text, at)
        if end > at:
            place += 1
            if isinstance(item, dict):
                data = text[at:end].encode("utf-8", "surrogateescape")
                yield Row(place=place, name=f"item {place}", data=data)
            else:
                yield _faulty(place, "bulk.item", "This item of the array is no JSON object.")
            at = end
            continue
        block = stream.read(BLOCK) if len(text) - at <= MAX_BYTES else b""
        if not block:
            message = "The array is broken here or an item is too large; the rest cannot be told apart."
            yield _faulty(place + 1, "bulk.item", message)
            return
        text, at = text[at:] + decoder.decode(block), 0


def _item(reading: json.JSONDecoder, text: str, at: int) -> tuple[Any, int]:
    """Read one JSON value; where it is not all there, it ends where it begins."""
    try:
        item, end = reading.raw_decode(text, at)
    except (ValueError, RecursionError):
        return None, at
    # A number at the end may go on in what was not read yet.
    return item, at if end == len(text) and not isinstance(item, (dict, list, str)) else end


def _faulty(place: int, code: str, message: str) -> Row:
    return Row(place=place, name=f"item {place}", problem=Problem(code=code, message=message))
