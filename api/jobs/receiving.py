"""An export on its way in: streamed onto the disk as it comes, bounded, and never whole in memory."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterable
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.gateway.asking import not_understood
from api.jobs.folder import JobFolder
from api.problems import TooLarge

PARTS = ("input", "people", "profile")
_MAX_PROFILE = 1024 * 1024


async def receive(
    stream: AsyncIterable[bytes], content_type: str, folder: JobFolder, most: int
) -> dict[str, str]:
    """Write what is handed in into a job's folder.

    A form has the parts `input`, `people` and `profile`; any other body is the input itself.

    Args:
        stream: the body.
        content_type: of the request.
        folder: of the job; made here.
        most: bytes in all.

    Returns:
        The SHA-256 of each part that came.

    Raises:
        NotUnderstood: the form is broken, has a part that is not known or twice, or has no input.
        TooLarge: it is more.
    """
    folder.path.mkdir(parents=True)
    kind, options = parse_options_header(content_type)
    writing = _Parts(folder)
    try:
        if kind == b"multipart/form-data":
            boundary = options.get(b"boundary")
            if not boundary:
                raise not_understood("request.form", "The form names no boundary.", "content-type")
            await _form(stream, boundary, writing, most)
        else:
            writing.begin("input")
            await _whole(stream, writing, most)
        writing.end()
    finally:
        writing.close()
    if not folder.input.exists() or not folder.input.stat().st_size:
        raise not_understood("request.document", "Nothing was handed in.", "input")
    return writing.digests


async def _whole(stream: AsyncIterable[bytes], writing: _Parts, most: int) -> None:
    taken = 0
    async for chunk in stream:
        taken = _within(taken + len(chunk), most)
        writing.write(chunk, 0, len(chunk))


async def _form(stream: AsyncIterable[bytes], boundary: bytes, writing: _Parts, most: int) -> None:
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": writing.clear,
            "on_header_field": writing.header_name,
            "on_header_value": writing.header_value,
            "on_header_end": writing.header_end,
            "on_headers_finished": writing.headers_end,
            "on_part_data": writing.write,
            "on_part_end": writing.end,
            "on_end": writing.finish,
        },
    )
    taken = 0
    try:
        async for chunk in stream:
            taken = _within(taken + len(chunk), most)
            parser.write(chunk)
        parser.finalize()
    except MultipartParseError:
        raise not_understood("request.form", "The form is broken.") from None
    if not writing.whole:
        raise not_understood("request.form", "The form ends in the middle.")


def _within(taken: int, most: int) -> int:
    if taken > most:
        raise TooLarge(most)
    return taken


class _Parts:
    """Takes the parts of a form as the parser finds them."""

    def __init__(self, folder: JobFolder) -> None:
        self.digests: dict[str, str] = {}
        self.whole = False
        self._folder = folder
        self._file: BinaryIO | None = None
        self._name = ""
        self._digest = hashlib.sha256()
        self._taken = 0
        self.clear()

    def clear(self) -> None:
        self._headers: dict[bytes, bytes] = {}
        self._field = self._value = b""

    def header_name(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header_end(self) -> None:
        self._headers[self._field.lower()] = self._value
        self._field = self._value = b""

    def headers_end(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self.begin(options.get(b"name", b"").decode("utf-8", "replace"))

    def begin(self, name: str) -> None:
        """Open the file of a part."""
        if name not in PARTS:
            message = f"There is no such part; there are: {', '.join(PARTS)}."
            raise not_understood("request.part", message, name[:60])
        if name in self.digests:
            raise not_understood("request.part", "This part can be there once only.", name)
        self._name, self._digest, self._taken = name, hashlib.sha256(), 0
        self.digests[name] = ""
        self._file = self._place(name).open("xb")

    def write(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            return
        self._taken += end - start
        if self._name == "profile" and self._taken > _MAX_PROFILE:
            raise TooLarge(_MAX_PROFILE)
        piece = data[start:end]
        self._file.write(piece)
        self._digest.update(piece)

    def end(self) -> None:
        """Close the file of a part."""
        if self._file is not None:
            self._file.close()
            self._file = None
            self.digests[self._name] = self._digest.hexdigest()

    def finish(self) -> None:
        self.whole = True

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _place(self, name: str) -> Path:
        places = {"input": self._folder.input, "people": self._folder.people, "profile": self._folder.profile}
        return places[name]
