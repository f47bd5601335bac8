"""Whether a zstd file is all there: its library reads one that is cut off as if it ended so."""

from __future__ import annotations

from typing import IO

import zstandard

_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPED = range(0x184D2A50, 0x184D2A60)
_CHECKSUM = 4
_BLOCK_HEADER = 3
_RLE, _RESERVED = 1, 3
_WHERE_SIZE = 4


def refuse_cut_off(file: IO[bytes]) -> None:
    """Walk the frames and blocks of a file by their headers alone (RFC 8878 §3.1), and rewind it.

    Raises:
        EOFError: it ends within one.
        ZstdError: what stands there is no frame.
    """
    size = file.seek(0, 2)
    at = 0
    while at < size:
        at = _after_frame(file, at)
    if at > size:
        raise EOFError
    file.seek(0)


def _after_frame(file: IO[bytes], at: int) -> int:
    file.seek(at)
    start = file.read(18)  # the longest header
    if len(start) >= 2 * _WHERE_SIZE and int.from_bytes(start[:4], "little") in _SKIPPED:
        return at + 2 * _WHERE_SIZE + int.from_bytes(start[4:8], "little")
    if start[:4] != _MAGIC:
        raise zstandard.ZstdError
    known = zstandard.get_frame_parameters(start)
    at += zstandard.frame_header_size(start)
    last = False
    while not last:
        file.seek(at)
        header = file.read(_BLOCK_HEADER)
        if len(header) < _BLOCK_HEADER:
            raise EOFError
        told = int.from_bytes(header, "little")
        last, kind, size = bool(told & 1), told >> 1 & 3, told >> 3
        if kind == _RESERVED:
            raise zstandard.ZstdError
        at += _BLOCK_HEADER + (1 if kind == _RLE else size)
    return at + (_CHECKSUM if known.has_checksum else 0)
