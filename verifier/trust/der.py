"""The few shapes of DER that certificates, CRLs and OCSP answers are made of, read one level at a time.

Our own reader, for two reasons: certificates of authorities that EC seals lead to hold extensions which the
strict reader refuses as a whole, and the lenient reader takes the square of the length of an identifier. This
one looks at each byte a constant number of times, and identifiers are compared as the bytes they are.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_ID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
ENUMERATED, SEQUENCE, SET = 0x0A, 0x30, 0x31
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18

MOST_ELEMENTS = 512
"""Of one sequence: no certificate has more extensions, names or policies than this."""
_LONG = 0x80
_TAG_NUMBER = 0x1F


class Element(NamedTuple):
    """One value: its tag, what is in it, and all of it with tag and length."""

    tag: int
    content: bytes
    whole: bytes


def elements(data: bytes, most: int = MOST_ELEMENTS) -> list[Element]:
    """Split bytes into the values that stand in them side by side.

    Raises:
        ValueError: they are not DER values, or more than `most`.
    """
    found: list[Element] = []
    place, end = 0, len(data)
    while place < end:
        if len(found) == most:
            raise ValueError("more values than any such structure needs")
        tag, start, stop = _header(data, place)
        found.append(Element(tag, data[start:stop], data[place:stop]))
        place = stop
    return found


def _header(data: bytes, place: int) -> tuple[int, int, int]:
    """Read tag and length: where the content starts and stops."""
    if place + 2 > len(data) or data[place] & _TAG_NUMBER == _TAG_NUMBER:
        raise ValueError("not a DER value")
    size, start = data[place + 1], place + 2
    if size & _LONG:
        count = size & ~_LONG
        if not 1 <= count <= 4:  # noqa: PLR2004 - no indefinite length, nothing beyond 4 GB
            raise ValueError("not a DER length")
        size, start = int.from_bytes(data[start : start + count]), start + count
    if start + size > len(data):
        raise ValueError("the value is cut short")
    return data[place], start, start + size


def only(data: bytes, tag: int) -> bytes:
    """Give the content of the one value that the bytes are.

    Raises:
        ValueError: they are something else.
    """
    found = elements(data, 1)
    if not found or found[0].tag != tag:
        raise ValueError("another value was expected")
    return found[0].content


def optional(found: list[Element], tag: int) -> bytes | None:
    """Give the content of the one value with a tag; None where it is left out."""
    return next((one.content for one in found if one.tag == tag), None)


def truth(content: bytes) -> bool:
    """Read the content of a BOOLEAN."""
    return content != b"\x00"


def number(content: bytes) -> int:
    """Read the content of an INTEGER, which must be one of those that are counted with."""
    if not 1 <= len(content) <= 64:  # noqa: PLR2004 - octets
        raise ValueError("not a number to count with")
    return int.from_bytes(content, signed=True)


def bits(content: bytes) -> frozenset[int]:
    """Read the content of a BIT STRING of named bits: the numbers of those that are set."""
    if not 1 <= len(content) <= 9:  # noqa: PLR2004 - unused bits, then octets
        raise ValueError("not a set of named bits")
    return frozenset(
        place * 8 + bit
        for place, octet in enumerate(content[1:])
        for bit in range(8)
        if octet & (_LONG >> bit)
    )


def moment(element: Element) -> datetime:
    """Read a UTCTime or GeneralizedTime as RFC 5280 §4.1.2.5 has them: in UTC, with seconds.

    Raises:
        ValueError: it is neither.
    """
    text = element.content.decode("ascii")
    if element.tag == UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    elif element.tag != GENERALIZED_TIME:
        raise ValueError("not a time")
    whole = text.partition(".")[0] + "Z" if "." in text and text.endswith("Z") else text
    if len(whole) != 15 or not whole[:14].isdigit():  # noqa: PLR2004 - YYYYMMDDHHMMSSZ
        raise ValueError("not a time in UTC with seconds")
    return datetime.strptime(whole, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)


def object_id(dotted: str) -> bytes:
    """Write the content of an OBJECT IDENTIFIER, to compare with."""
    first, second, *arcs = map(int, dotted.split("."))
    content = bytearray()
    for arc in (first * 40 + second, *arcs):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | _LONG)
        content += bytes(reversed(groups))
    return bytes(content)
