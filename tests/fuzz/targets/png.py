"""A baked PNG; checksums are also set right, so that what lies behind them is reached."""

from __future__ import annotations

import contextlib
import struct
import zlib

from fuzz_targets import repeatable
from samples import badges

from converter.containers.png import MAX_INFLATED, SIGNATURE, unbake_png
from schemas.errors import DocumentError

WORDS = (b"iTXt", b"tEXt", b"IEND", b"openbadges\0", b"openbadgecredential\0")


def seeds() -> tuple[bytes, ...]:
    badge = badges.dumped(badges.assertion())
    return (
        badges.png(),
        badges.baked_png(badge),
        badges.png(badges.itxt(badge, compressed=True)),
        badges.png(badges.itxt(badge, keyword=b"openbadgecredential")),
        badges.png(badges.text_chunk(badges.ASSERTION.encode())),
        badges.png(badges.itxt(badge), badges.text_chunk(b"\xff")),
    )


def run(data: bytes) -> None:
    for image in (data, _set_right(data)):
        with contextlib.suppress(DocumentError):
            enclosed = repeatable(image, unbake_png)
            assert len(enclosed.data) <= max(MAX_INFLATED, 2 * len(image))
            assert not enclosed.problems or all(problem.message for problem in enclosed.problems)


def _set_right(data: bytes) -> bytes:
    made, at = [SIGNATURE], len(SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        length = min(length, len(data) - at - 12)
        body = data[at + 4 : at + 8 + length]
        made.append(struct.pack(">I", length) + body + struct.pack(">I", zlib.crc32(body)))
        at += 12 + length
    return b"".join(made)
