"""A ZIP file as a bag of named parts, within bounds."""

from __future__ import annotations

import io
import zipfile
from typing import IO

from converter.containers.enclosed import malformed
from converter.strict import MAX_BYTES
from schemas.errors import DocumentError

MAX_PARTS = 1000
MAX_TOTAL = 100 * 1024 * 1024
MAX_RATIO = 200
_CHUNK = 1024 * 1024
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The others are unpacked without a bound by the library, and nobody uses them for this."""


def unpack_zip(data: bytes) -> tuple[tuple[str, bytes], ...]:
    """Unpack the entries of a ZIP in memory; nothing is ever written to disk.

    Raises:
        Malformed: not a sound ZIP, encrypted, or beyond the bounds for entries, sizes or ratio.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            if len(entries) > MAX_PARTS:
                malformed(f"The ZIP holds more than {MAX_PARTS} files.")
            if any(entry.compress_type not in _METHODS for entry in entries):
                malformed("The ZIP is packed in a way that is not read.")
            return _unpack(archive, entries, len(data))
    except DocumentError:
        raise
    except Exception:  # noqa: BLE001 - a foreign parser over hostile bytes raises a dozen kinds
        malformed("The ZIP cannot be unpacked: it is damaged, encrypted or uses an unknown method.")


def _unpack(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], packed: int
) -> tuple[tuple[str, bytes], ...]:
    room = min(MAX_TOTAL, MAX_RATIO * packed)
    parts = []
    for entry in entries:
        with archive.open(entry) as stream:
            content = _read(stream, min(room, MAX_BYTES))
        room -= len(content)
        parts.append((entry.filename, content))
    return tuple(parts)


def _read(stream: IO[bytes], limit: int) -> bytes:
    """Read by what really comes out, since the sizes an archive states are its maker's word."""
    content = bytearray()
    while block := stream.read(_CHUNK):
        content += block
        if len(content) > limit:
            malformed("The ZIP unpacks to more than is accepted.")
    return bytes(content)
