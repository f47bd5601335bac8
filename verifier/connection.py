"""One guarded connection: to the address that was looked at, within a time and a number of bytes."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from queue import Empty, SimpleQueue

import httpcore
import httpx

from verifier.address import literal, loopback, public

STEP_SECONDS = 6.0
STEPS = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), STEP_SECONDS)}
"""What a request says of its own patience; the deadline may be nearer."""
_WRAPPING = 512 * 1024
"""Headers and the frames of chunks, beside a body: a connection that brings more than both is cut off."""

_LOOKED_AT, _TRIED = 32, 3
"""Of the addresses of one name, which may have thousands."""


class Refused(httpcore.ConnectError):
    """The name resolved to an address we do not ask."""


class TooMuch(httpcore.ReadError):
    """More came over the wire than any answer within the limits needs."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment by which one fetch, redirects and all, must be over."""

    at: float

    def left(self, step: float | None) -> float:
        """Return the seconds that one step may take, at most those that are left.

        Raises:
            ReadTimeout: none are.
        """
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time allowed for one answer is over")
        return min(left, STEP_SECONDS if step is None else step)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step counts against the deadline, so that dripping bytes ends too.

    And whose every byte counts, so that headers, interim answers or trailers without end do as well.
    """

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline, most: int) -> None:
        self._inner = inner
        self._deadline = deadline
        self._left = most

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._inner.read(max_bytes, self._deadline.left(timeout))
        self._left -= len(data)
        if self._left < 0:
            raise TooMuch("more bytes than an answer needs")
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline, self._left)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Resolves a name once, looks at every address, and connects to the very address it looked at."""

    def __init__(self, deadline: Deadline, *, allow_loopback: bool, max_body: int) -> None:
        self.deadline = deadline
        self._allow_loopback = allow_loopback
        self._most = 2 * max_body + _WRAPPING
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a name that answers.

        Raises:
            Refused: one of its addresses is not on the public internet; none is asked then.
            ConnectError, ConnectTimeout: the name has no address, or none answers.
        """
        problem: Exception = httpcore.ConnectError("the name has no address")
        for address in self._addresses(host, port):
            try:
                stream = self._inner.connect_tcp(
                    address, port, self.deadline.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return _Stream(stream, self.deadline, self._most)
        raise problem

    def _addresses(self, host: str, port: int) -> list[str]:
        addresses = _resolved(host, port, self.deadline.left(None))[:_LOOKED_AT]
        for address in addresses:
            if not self.admits(host, address):
                raise Refused("the name points at an address that is not on the public internet")
        return addresses[:_TRIED]

    def admits(self, host: str, address: str) -> bool:
        """Tell whether an address that a host name points at may be asked."""
        known = literal(address)
        allowed = self._allow_loopback and loopback(host) and loopback(address)
        return known is not None and (public(known) or allowed)


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    """Look up a name; the system's resolver knows no deadline, so another thread waits for it."""
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, ValueError) as error:
            answers.put(error)
        else:
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))

    threading.Thread(target=look_up, name="look up a name", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise httpcore.ConnectTimeout("the name was not resolved in time") from None
    if isinstance(answer, Exception):
        raise httpcore.ConnectError("the name cannot be resolved") from answer
    return answer


class Transport(httpx.BaseTransport):
    """Carries one httpx request over the guarded backend; keeps no connection and no cookie."""

    def __init__(self, backend: Backend, tls: ssl.SSLContext) -> None:
        self._deadline = backend.deadline
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, network_backend=backend, http2=False, max_keepalive_connections=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Ask, and return as soon as the headers are there; raises what httpcore raises."""
        inner = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.read(),
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(inner)
        assert isinstance(answer.stream, Iterable)  # noqa: S101 - a synchronous pool answers so
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer, self._deadline))

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The answer's bytes as they arrive, still encoded; one read may hold very many chunks."""

    def __init__(self, answer: httpcore.Response, deadline: Deadline) -> None:
        self._answer = answer
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._answer.iter_stream():
            self._deadline.left(None)
            yield piece

    def close(self) -> None:
        self._answer.close()
