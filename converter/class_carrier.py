"""A carrier whose page shows what a whole class shares: set once, and each original put into it as it is.

The page, its fonts and all else stand first; the file attached and its description come last, unpacked. So
one PDF differs from the next in its last two objects, in where they are (ISO 32000-2 §7.5.4), and in its own
identifier (§14.4).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import pairwise

_START = re.compile(rb"startxref\n(\d{1,10})\n%%EOF\n$")
_TABLE = re.compile(rb"xref\n0 (\d{1,10})\n((?:\d{10} \d{5} [nf] \n)+)trailer << (.*?) >>\n", re.DOTALL)
_ID = re.compile(rb"/ID \[<((?:[0-9a-f]{2})+)><[0-9a-f]{32}>\]")
_SPEC, _FILE = b" /Type /Filespec ", b" /Type /EmbeddedFile "
_STREAM = b"\nstream\n"
_DESCRIBED = re.compile(rb" /Desc \(([^()\\]*)\)")
_HELD = re.compile(rb" /Type /EmbeddedFile /Length (\d{1,10}) >>\nstream\n")
_PARAMS = re.compile(rb"/CheckSum <[0-9a-f]{32}>(.*?)/Size \d+ ", re.DOTALL)
_PLAIN = re.compile(r"[\w.:/~?&=%+,;@!$*'#-]*", re.ASCII)
_LINE = 20
"""So long is a line of the table that tells where objects are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCarrier:
    """A PDF without the file it is to hold.

    Attributes:
        head: all objects but the last two.
        spec: the description of the file, before and after what says where the original came from.
        file: the file's own facts, around its checksum, and its size, told twice.
        table: where the objects are, around the last two; the description of the file is the first of them.
        first: the identifier that the class shares.
        trailer: what else stands at the end.
    """

    head: bytes
    spec: tuple[bytes, bytes]
    file: tuple[bytes, bytes, bytes]
    table: tuple[bytes, bytes, bytes]
    trailer: bytes
    first: bytes

    def holding(self, data: bytes, source_url: bytes) -> bytes:
        """Put a file in.

        Args:
            data: as it is.
            source_url: where it came from, empty where it has no address; no bracket, no backslash.
        """
        before, after = self.spec
        said = b" /Desc (" + source_url + b")" if source_url else b""
        spec = before + said + after
        checksum = hashlib.md5(data, usedforsecurity=False).hexdigest().encode()
        kind, dates, rest = self.file
        size = b"%d" % len(data)
        head = kind + checksum + dates + size + rest + size + b" >>\nstream\n"
        file = head + data + b"\nendstream\nendobj\n"
        at = len(self.head)
        own = hashlib.md5(spec + file, usedforsecurity=False).hexdigest().encode()
        start, between, end = self.table
        return b"".join(
            (
                *(self.head, spec, file),
                *(start, b"%010d" % at, between, b"%010d" % (at + len(spec)), end),
                *(self.trailer, b" /ID [<", self.first, b"><", own, b">] >>\n"),
                b"startxref\n%d\n%%%%EOF\n" % (at + len(spec) + len(file)),
            )
        )


def may_come_from(source_url: str) -> bool:
    """Tell an address that stands in a PDF as it is."""
    return _PLAIN.fullmatch(source_url) is not None


def arranged(pdf: bytes) -> ClassCarrier | None:
    """Take the file out of a carrier and keep the rest; None for a PDF that is not laid out as ours are."""
    found = _taken_apart(pdf)
    return found[0] if found is not None else None


def parted(pdf: bytes) -> tuple[ClassCarrier, bytes, bytes] | None:
    """Take a carrier that was put together here apart: the rest, the file, and where it came from."""
    found = _taken_apart(pdf)
    return found if found is not None and found[0].holding(*found[1:]) == pdf else None


def _taken_apart(pdf: bytes) -> tuple[ClassCarrier, bytes, bytes] | None:
    start = _START.search(pdf)
    table = _TABLE.fullmatch(pdf, int(start[1]), start.start()) if start else None
    identifier = _ID.search(table[3]) if table else None
    if start is None or table is None or identifier is None:
        return None
    lines = [table[2][at : at + _LINE] for at in range(0, len(table[2]), _LINE)]
    places = {number: int(line[:10]) for number, line in enumerate(lines) if line[17:18] == b"n"}
    ends = dict(pairwise([*sorted(set(places.values())), int(start[1])]))
    objects = {number: pdf[at : ends[at]] for number, at in places.items()}
    facts = {number: one.partition(_STREAM)[0] for number, one in objects.items()}
    specs = [number for number, one in facts.items() if _SPEC in one]
    files = [number for number, one in facts.items() if _FILE in one]
    if len(specs) != 1 or len(files) != 1 or specs[0] > files[0]:
        return None
    return _put_together(pdf[: min(places.values())], objects, (specs[0], files[0]), table[3], identifier)


def _put_together(
    header: bytes,
    objects: dict[int, bytes],
    own: tuple[int, int],
    trailer: bytes,
    identifier: re.Match[bytes],
) -> tuple[ClassCarrier, bytes, bytes] | None:
    spec, file = (objects[number] for number in own)
    described, held, params = _DESCRIBED.search(spec), _HELD.search(file), _PARAMS.search(file)
    if held is None or params is None or b" /EF " not in spec or len(file) < held.end() + int(held[1]):
        return None
    data = file[held.end() : held.end() + int(held[1])]
    at = described.span() if described else (spec.index(b" /EF "),) * 2
    offsets, place = {}, len(header)
    for number, one in objects.items():
        if number not in own:
            offsets[number] = place
            place += len(one)
    lines = [
        b"0000000000 65535 f \n",
        *(b"%010d 00000 n \n" % offsets.get(number, 0) for number in sorted(objects)),
    ]
    whole = b"xref\n0 %d\n" % len(lines) + b"".join(lines)
    first, second = (len(whole) - _LINE * (len(lines) - number) for number in own)
    rest = (trailer[: identifier.start()] + trailer[identifier.end() :]).strip()
    carrier = ClassCarrier(
        head=header + b"".join(one for number, one in objects.items() if number not in own),
        spec=(spec[: at[0]], spec[at[1] :]),
        file=(
            file[: params.start()] + b"/CheckSum <",
            b">" + params[1] + b"/Size ",
            file[params.end() - 1 : held.start(1)],
        ),
        table=(whole[:first], whole[first + 10 : second], whole[second + 10 :]),
        trailer=b"trailer << " + rest,
        first=identifier[1],
    )
    return carrier, data, described[1] if described else b""
