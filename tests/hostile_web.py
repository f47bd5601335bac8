"""Servers on one's own address that misbehave on the wire: one behaviour each, bounded, and counted."""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

PATIENCE = 6.0
"""No behaviour goes on for longer, whoever listens."""
ENDLESS = 256 * 1024 * 1024
"""Bytes after which even the endless ends."""


@dataclass
class Wire:
    """One connection, from the server's side."""

    socket: socket.socket
    port: int
    began: float = field(default_factory=time.monotonic)
    sent: int = 0

    def say(self, data: bytes) -> None:
        self.socket.sendall(data)
        self.sent += len(data)

    def drip(self, data: bytes, pause: float = 0.04) -> None:
        """Say a piece again and again, slowly."""
        while time.monotonic() - self.began < PATIENCE:
            self.say(data)
            time.sleep(pause)

    def pour(self, data: bytes) -> None:
        """Say a piece again and again, as fast as it is taken."""
        while self.sent < ENDLESS and time.monotonic() - self.began < PATIENCE:
            self.say(data)

    def reset(self) -> None:
        """Break the connection off, so that the other side sees a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


Behaviour = Callable[[Wire], None]


@dataclass
class Web:
    """A server that runs: where it is, how often it was called on, and how much it said."""

    port: int
    calls: int = 0
    sent: int = 0


@contextlib.contextmanager
def behaving(
    behaviour: Behaviour,
    *,
    tls: ssl.SSLContext | None = None,
    address: tuple[str, int] = ("127.0.0.1", 0),
    heard: bool = True,
) -> Iterator[Web]:
    """Serve one behaviour until the block ends.

    Args:
        behaviour: what is done with a connection, after its request was read.
        tls: speak TLS with this.
        address: where to listen.
        heard: read the request before; else the behaviour begins at once, before any handshake.
    """
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    door = socket.create_server(address, family=family, backlog=16)
    door.settimeout(0.05)
    web = Web(port=door.getsockname()[1])
    ended = threading.Event()
    lines: list[threading.Thread] = []

    def serve() -> None:
        while not ended.is_set():
            with contextlib.suppress(TimeoutError):
                line, _ = door.accept()
                lines.append(threading.Thread(target=one, args=(line,), daemon=True))
                lines[-1].start()

    def one(line: socket.socket) -> None:
        web.calls += 1
        line.settimeout(PATIENCE)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * 1024)
        wire = Wire(socket=line, port=web.port)
        with contextlib.suppress(OSError):
            if tls and heard:
                wire.socket = tls.wrap_socket(line, server_side=True)
            if heard:
                _hear(wire.socket)
            behaviour(wire)
        web.sent += wire.sent
        with contextlib.suppress(OSError):
            wire.socket.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        ended.set()
        thread.join()
        door.close()
        for one_line in lines:
            one_line.join(PATIENCE)


def _hear(line: socket.socket) -> None:
    """Read a request with its body: who hangs up on what is still coming resets the line, answer and all."""
    asked = b""
    while b"\r\n\r\n" not in asked and len(asked) < 16_384:
        piece = line.recv(4096)
        if not piece:
            return
        asked += piece
    head, _, body = asked.partition(b"\r\n\r\n")
    said = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    left = min(int(said[1]), 1_000_000) - len(body) if said else 0
    while left > 0 and (piece := line.recv(4096)):
        left -= len(piece)


def says(*data: bytes) -> Behaviour:
    """Say something and hang up."""
    return lambda wire: [wire.say(piece) for piece in data] and None


def drips(before: bytes, piece: bytes) -> Behaviour:
    """Say something, and then a piece forever, slowly."""

    def behaviour(wire: Wire) -> None:
        wire.say(before)
        wire.drip(piece)

    return behaviour


def pours(before: bytes, piece: bytes) -> Behaviour:
    """Say something, and then a piece forever, fast."""

    def behaviour(wire: Wire) -> None:
        wire.say(before)
        wire.pour(piece * max(1, 65_536 // len(piece)))

    return behaviour


def silent(wire: Wire) -> None:
    """Say nothing at all, until the other side hangs up."""
    while wire.socket.recv(4096):
        pass


def then_silent(before: bytes) -> Behaviour:
    """Say something, and nothing more."""

    def behaviour(wire: Wire) -> None:
        wire.say(before)
        silent(wire)

    return behaviour


def breaks_off(before: bytes) -> Behaviour:
    """Say something and reset the connection."""

    def behaviour(wire: Wire) -> None:
        wire.say(before)
        time.sleep(0.05)
        wire.reset()

    return behaviour


OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
FLIGHT = b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03"
"""How a TLS record begins that holds the largest ServerHello there can be."""


def whole(body: bytes, *headers: bytes, status: bytes = b"200 OK") -> bytes:
    """Write an answer with its length."""
    lines = b"".join(header + b"\r\n" for header in headers)
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n%s\r\n%s" % (status, len(body), lines, body)


def moved(place: str) -> bytes:
    """Write a redirect."""
    return whole(b"", b"Location: " + place.encode("utf-8"), status=b"302 Found")


ZEROS = b"0" * 4_000_000
SLOW: dict[str, Behaviour] = {
    "a status line that drips": drips(b"HTTP/1.1 200 ", b"O"),
    "headers that drip": drips(OK, b"X: y\r\n"),
    "one header that drips": drips(OK + b"X: ", b"y"),
    "a body that drips": drips(OK + b"Content-Length: 10000\r\n\r\n", b"."),
    "chunks that drip": drips(CHUNKED, b"1\r\n.\r\n"),
    "a chunk's size that drips": drips(CHUNKED, b"0"),
    "a body without a length that drips": drips(OK + b"\r\n", b"."),
    "nothing after the request": silent,
    "nothing after the headers": then_silent(OK + b"Content-Length: 5\r\n\r\n"),
    "interim answers that drip": drips(b"", b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"),
    "squeezed bytes that drip": drips(
        OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\0", b"\0\0\0\xff\xff"
    ),
}
FLOODS: dict[str, Behaviour] = {
    "a body without end": pours(OK + b"\r\n", b"x"),
    "a body far longer than allowed": pours(OK + b"Content-Length: 99999999999\r\n\r\n", b"x"),
    "chunks without end": pours(CHUNKED, b"8\r\nxxxxxxxx\r\n"),
    "the smallest chunks without end": pours(CHUNKED, b"1\r\nx\r\n"),
    "a chunk extension without end": pours(CHUNKED + b"1;", b"x"),
    "trailers without end": pours(CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n"),
    "headers without end": pours(OK, b"X: y\r\n"),
    "one header without end": pours(OK + b"X: ", b"y"),
    "a status line without end": pours(b"HTTP/1.1 200 ", b"O"),
    "interim answers without end": pours(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "empty lines without end": pours(b"", b"\r\n"),
    "a gzip bomb": says(whole(gzip.compress(ZEROS), b"Content-Encoding: gzip")),
    "a deflate bomb": says(whole(zlib.compress(ZEROS), b"Content-Encoding: deflate")),
    "a bomb inside a bomb": says(whole(gzip.compress(gzip.compress(ZEROS)), b"Content-Encoding: gzip, gzip")),
    "encodings on two lines": says(
        whole(gzip.compress(gzip.compress(b"{}")), b"Content-Encoding: gzip", b"Content-Encoding: gzip")
    ),
    "bytes without end after the squeezed ones": pours(
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"{}"), b"x"
    ),
    "squeezed parts without end": pours(OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"")),
    "squeezed nothing without end": pours(
        OK + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\0", b"\0\0\0\xff\xff"
    ),
}
ODD: dict[str, Behaviour] = {
    "less than it said": says(OK + b"Content-Length: 50\r\n\r\n{}"),
    "a length below zero": says(OK + b"Content-Length: -1\r\n\r\n{}"),
    "a length that is no number": says(OK + b"Content-Length: 0x2\r\n\r\n{}"),
    "a length of a thousand digits": says(OK + b"Content-Length: " + b"9" * 1000 + b"\r\n\r\n{}"),
    "two lengths": says(OK + b"Content-Length: 2\r\nContent-Length: 1\r\n\r\n{}"),
    "a chunk of a size below zero": says(CHUNKED + b"-1\r\n{}\r\n0\r\n\r\n"),
    "a chunk of a size that is no number": says(CHUNKED + b"xyz\r\n{}\r\n0\r\n\r\n"),
    "a chunk of a size beyond all numbers": says(CHUNKED + b"f" * 40 + b"\r\n{}\r\n0\r\n\r\n"),
    "a chunk longer than its size": says(CHUNKED + b"1\r\n{}\r\n0\r\n\r\n"),
    "chunks without the last one": says(CHUNKED + b"2\r\n{}\r\n"),
    "an unknown transfer": says(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    "a header without a colon": says(OK + b"nonsense\r\n\r\n{}"),
    "a header with a zero": says(OK + b"X: a\0b\r\n\r\n{}"),
    "a status of four digits": says(b"HTTP/1.1 2000 OK\r\n\r\n{}"),
    "HTTP before there were headers": says(b"{}\r\n"),
    "the beginning of HTTP/2": says(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\0\0\0\x04\0\0\0\0\0"),
    "settings of HTTP/2": says(b"\0\0\x12\x04\0\0\0\0\0" + bytes(18)),
    "another protocol": says(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n{}"
    ),
    "another protocol altogether": says(b"220 mail.example ESMTP\r\n"),
    "nothing": says(b""),
    "a reset at once": breaks_off(b""),
    "a reset in the headers": breaks_off(OK),
    "a reset in the body": breaks_off(OK + b"Content-Length: 50\r\n\r\n{"),
    "gzip that is none": says(whole(b"{}", b"Content-Encoding: gzip")),
    "gzip that is cut off": says(whole(gzip.compress(b"{}")[:-6], b"Content-Encoding: gzip")),
    "brotli": says(whole(b"{}", b"Content-Encoding: br")),
}
