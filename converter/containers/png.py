"""Open Badges 2.0 baking, PNG: the badge stands in a text chunk called `openbadges`."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from converter.containers.enclosed import Enclosed, malformed, unbaked
from schemas.errors import Problem

SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"openbadges"
KEYWORD_OB3 = b"openbadgecredential"
CITE = "Open Badges 2.0 Baking, PNGs"
MAX_INFLATED = 4 * 1024 * 1024
_LENGTH_TYPE_CRC = 12


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the type and content of every chunk up to IEND, each with its CRC checked.

    Raises:
        Malformed: the file is cut off or a chunk was changed (PNG, third edition, §5.3).
    """
    at = len(SIGNATURE)
    while True:
        if at + _LENGTH_TYPE_CRC > len(data):
            malformed("The PNG is cut off: it ends before its IEND chunk.", f"byte {at}", CITE)
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            malformed("The PNG is cut off inside a chunk.", f"byte {at}", CITE)
        if zlib.crc32(data[at + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            malformed("The PNG is damaged: a chunk does not match its checksum.", f"byte {at}", CITE)
        kind = data[at + 4 : at + 8]
        yield kind, data[at + 8 : end]
        if kind == b"IEND":
            return
        at = end + 4


def unbake_png(data: bytes) -> Enclosed:
    """Take the badge out of a baked PNG; the first chunk counts when there are several.

    Raises:
        Malformed: the PNG or its badge chunk cannot be taken apart.
        NotRecognised: a sound PNG that holds no badge.
    """
    texts = [(kind, content) for kind, content in chunks(data) if kind in {b"iTXt", b"tEXt"}]
    baked = [text for text in texts if text[1].partition(b"\0")[0] == KEYWORD]
    if not baked:
        if any(content.partition(b"\0")[0] == KEYWORD_OB3 for _, content in texts):
            unbaked("The PNG holds an Open Badges 3.0 credential, which is not read yet.", CITE)
        unbaked("The PNG image is sound but holds no badge: no chunk named openbadges was found.", CITE)
    kind, content = baked[0]
    enclosed = _international(content) if kind == b"iTXt" else _legacy(content)
    if len(baked) == 1:
        return enclosed
    twice = Problem(
        code="format.data",
        message=f"The PNG holds {len(baked)} badge chunks where one is allowed; the first was read.",
        cite=CITE,
    )
    return Enclosed(data=enclosed.data, problems=(*enclosed.problems, twice))


def _legacy(content: bytes) -> Enclosed:
    """Read tEXt, which the first baked badges used to hold a URL, and some bakers UTF-8 all the same."""
    text = content.partition(b"\0")[2]
    try:
        text.decode()
    except UnicodeDecodeError:
        text = text.decode("latin-1").encode()  # what the PNG specification says tEXt is
    return Enclosed(data=text)


def _international(content: bytes) -> Enclosed:
    """Read iTXt: keyword, 0, compression flag, method, language, 0, translated keyword, 0, UTF-8 text."""
    rest = content[len(KEYWORD) + 1 :]
    fields = rest[2:].split(b"\0", 2)
    if len(rest) < 2 or len(fields) != 3:  # noqa: PLR2004 - two flag bytes; language, keyword, text
        malformed("The badge chunk of the PNG lacks one of its fields.", "iTXt", CITE)
    if rest[0] == 0:
        return Enclosed(data=fields[2])
    squeezed = Problem(
        code="format.read",
        message="The badge chunk of the PNG is compressed, which baking forbids.",
        cite=CITE,
    )
    return Enclosed(data=_inflate(fields[2]), problems=(squeezed,))


def _inflate(squeezed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(squeezed, MAX_INFLATED)
    except zlib.error:
        malformed("The compressed badge chunk of the PNG cannot be unpacked.", "iTXt", CITE)
    if inflater.unconsumed_tail:
        malformed("The compressed badge chunk of the PNG unpacks to more than 4 MB.", "iTXt", CITE)
    if not inflater.eof:
        malformed("The compressed badge chunk of the PNG is cut off.", "iTXt", CITE)
    return text
