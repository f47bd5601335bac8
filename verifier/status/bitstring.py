"""The bits of a status list (W3C Bitstring Status List v1.0 §3.3, §3.4, §7.1; StatusList2021 §5)."""

from __future__ import annotations

import base64
import re
import zlib

MAX_BYTES = 16 * 1024 * 1024
"""Of an expanded list: 134 million places. What expands to more is refused before it is expanded."""
MIN_PLACES = 131_072
"""Statuses a list must have room for, so that asking it does not tell whom one asks about (§2.2, §3.2)."""
_BASE64 = re.compile(r"[A-Za-z0-9_-]*={0,2}|[A-Za-z0-9+/]*={0,2}", re.ASCII)
_GZIP = 31  # zlib's way to ask for the gzip format and no other


class UnreadableList(ValueError):  # noqa: N818 - reads as a sentence
    """The list cannot be expanded, or has no such place; the message says why, in one sentence."""


def expanded(encoded: str) -> bytes:
    """Expand a list as it stands in `encodedList`: base64url, with or without the multibase `u`, of gzip.

    A gzip stream begins with the octets 1F 8B and so never with `u` in base64.

    Raises:
        UnreadableList: another encoding, a damaged or unfinished stream, something behind it, or too large.
    """
    text = encoded.removeprefix("u")
    if not _BASE64.fullmatch(text):
        raise UnreadableList("The status list is not written in base64url.")
    plain = text.rstrip("=").translate(str.maketrans("+/", "-_"))
    try:
        packed = base64.urlsafe_b64decode(plain + "=" * (-len(plain) % 4))
    except ValueError:
        raise UnreadableList("The status list is not written in base64url.") from None
    inflate = zlib.decompressobj(wbits=_GZIP)
    try:
        bits = inflate.decompress(packed, MAX_BYTES + 1)
    except zlib.error:
        raise UnreadableList("The status list is not compressed with gzip, or is damaged.") from None
    if len(bits) > MAX_BYTES:
        raise UnreadableList(f"The status list is larger than {MAX_BYTES >> 20} MB when expanded.")
    if not inflate.eof or inflate.unused_data:
        raise UnreadableList("The status list breaks off, or something stands behind it.")
    return bits


def encoded_list(bits: bytes) -> str:
    """Write a list as `expanded` reads it, with the multibase `u`; the same bits give the same text."""
    deflate = zlib.compressobj(9, wbits=_GZIP)
    packed = deflate.compress(bits) + deflate.flush()
    return "u" + base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def status_at(bits: bytes, index: int, size: int = 1) -> int:
    """Return the status at a place: the first place is the left-most bit (§2.2, encodedList).

    Args:
        bits: the expanded list.
        index: from zero.
        size: bits of one status.

    Raises:
        UnreadableList: the list has fewer than `MIN_PLACES` places, or not this one.
    """
    length = len(bits) * 8
    if length // size < MIN_PLACES:
        raise UnreadableList(f"The status list is shorter than the {MIN_PLACES} places it must have.")
    start = index * size
    if index < 0 or start + size > length:
        raise UnreadableList("The status list has no place of this number.")
    first, last = start // 8, (start + size - 1) // 8
    window = int.from_bytes(bits[first : last + 1])
    return (window >> ((last + 1) * 8 - start - size)) & ((1 << size) - 1)
