"""The guarded client: the only code that asks the web."""

from __future__ import annotations

import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import httpcore
import httpx

from schemas.evidence import Missing, Resource
from verifier.address import SIGNED_IN_ITSELF, literal, loopback, public, refusal, without_fragment

JSON = "application/ld+json, application/json"
MAX_BODY = 5 * 1024 * 1024
MAX_REDIRECTS = 5
TOTAL_SECONDS = 20.0
STEP_SECONDS = 6.0
AGENT = "badgepass/0.1 (credential verifier)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class _Refused(httpcore.ConnectError):
    """The name resolved to an address we do not ask."""


class OfflineFetcher:
    """Answers nothing, and says so."""

    at_hand = True

    def fetch(self, url: str, *, accept: str = JSON) -> Resource | Missing:
        """Return Missing for every URL; a URL we would never ask is told apart."""
        why = refusal(url, accept=accept)
        if why:
            return Missing(url=url, why=why, refused=True)
        return Missing(url=url, why="Nothing was asked: this verification runs offline.")


@dataclass(frozen=True, slots=True)
class _Deadline:
    """The moment by which one fetch, redirects and all, must be over."""

    at: float

    def left(self, step: float | None) -> float:
        left = self.at - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time allowed for one answer is over")
        return min(left, STEP_SECONDS if step is None else step)


class _Stream(httpcore.NetworkStream):
    """A connection whose every step counts against the deadline, so that dripping bytes ends too."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Resolves a name once, looks at every address, and connects to the very address it looked at."""

    def __init__(self, deadline: _Deadline, *, allow_loopback: bool) -> None:
        self._deadline = deadline
        self._allow_loopback = allow_loopback
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        problem: Exception = httpcore.ConnectError("the name has no address")
        for address in self._addresses(host, port):
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._deadline.left(timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return _Stream(stream, self._deadline)
        raise problem

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the name cannot be resolved") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            known = literal(address)
            allowed = self._allow_loopback and loopback(host) and loopback(address)
            if known is None or not (public(known) or allowed):
                raise _Refused("the name points at an address that is not on the public internet")
        return addresses[:3]


class _Transport(httpx.BaseTransport):
    """Carries one httpx request over the guarded backend; keeps no connection and no cookie."""

    def __init__(self, backend: _Backend, tls: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, network_backend=backend, http2=False, max_keepalive_connections=0
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        inner = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            extensions=request.extensions,
        )
        answer = self._pool.handle_request(inner)
        assert isinstance(answer.stream, Iterable)  # noqa: S101 - a synchronous pool answers so
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    """The answer's bytes as they arrive, still encoded."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class HttpFetcher:
    """Asks the web within limits; never raises for what the world does.

    https to public addresses only, the address checked being the address connected to; at most five
    redirects, each looked at like a first request; at most 5 MB and twenty seconds; no cookies, no
    credentials, no proxy from the environment. Plain http is let through for what is signed in itself,
    and for nothing else; the other limits stay.
    """

    def __init__(
        self,
        *,
        allow_loopback: bool = False,
        max_body: int = MAX_BODY,
        total_seconds: float = TOTAL_SECONDS,
        secured: bool = False,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Configure the limits.

        Args:
            allow_loopback: for tests and trials on one machine.
            max_body: bytes of one answer.
            total_seconds: for one answer, redirects and all.
            secured: ask every http address, also one redirected to, by https instead of refusing it.
            tls: whom to trust; the system's authorities by default.
        """
        self._allow_loopback = allow_loopback
        self._max_body = max_body
        self._total_seconds = total_seconds
        self._secured = secured
        self._tls = tls or ssl.create_default_context()

    def fetch(self, url: str, *, accept: str = JSON) -> Resource | Missing:
        """Ask one URL, following redirects; every failure is a Missing with its reason."""
        deadline = _Deadline(time.monotonic() + self._total_seconds)
        here = self._addressed(url, accept)
        for _ in range(MAX_REDIRECTS + 1):
            why = refusal(here, allow_loopback=self._allow_loopback, accept=accept)
            if why:
                return Missing(url=url, why=why, refused=True)
            answer = self._ask(url, here, accept, deadline)
            if isinstance(answer, Missing) or answer.status not in _REDIRECTS or not answer.location:
                return answer
            here = self._addressed(urljoin(here, answer.location), accept)
        return Missing(url=url, why=f"The address redirects more than {MAX_REDIRECTS} times.")

    def _addressed(self, url: str, accept: str) -> str:
        """Return the address that is really asked."""
        place = without_fragment(url)
        if accept in SIGNED_IN_ITSELF:
            return place
        if self._secured and place.lower().startswith("http://") and not self._stays(place):
            return f"https{place[4:]}"
        return place

    def _stays(self, place: str) -> bool:
        return self._allow_loopback and not refusal(place, allow_loopback=True)

    def _ask(self, url: str, here: str, accept: str, deadline: _Deadline) -> Resource | Missing:
        transport = _Transport(_Backend(deadline, allow_loopback=self._allow_loopback), self._tls)
        headers = {"accept": accept, "accept-encoding": "gzip, identity", "user-agent": AGENT}
        try:
            with (
                httpx.Client(transport=transport, trust_env=False, follow_redirects=False) as client,
                client.stream("GET", here, headers=headers) as response,
            ):
                return self._taken(url, here, response, moved=here != self._addressed(url, accept))
        except _Refused:
            return Missing(url=url, why="The address is not on the public internet.", refused=True)
        except (httpx.TimeoutException, httpcore.TimeoutException):
            return Missing(url=url, why="The address did not answer in time.")
        except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, httpx.InvalidURL):
            return Missing(url=url, why="The address could not be reached.")
        except (OSError, ValueError, UnicodeError):
            return Missing(url=url, why="The address could not be asked.")

    def _taken(self, url: str, here: str, response: httpx.Response, *, moved: bool) -> Resource | Missing:
        status, target = response.status_code, response.headers.get("location", "")
        media = response.headers.get("content-type", "")
        if status in _REDIRECTS and target:
            return Resource(url=url, status=status, content_type=media, body=b"", location=target)
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        body = _bounded(response.iter_raw(), encoding, self._max_body)
        if body is None:
            why = f"The answer is larger than {self._max_body} bytes or encoded in a way not asked for."
            return Missing(url=url, why=why)
        final = here if moved else ""
        return Resource(url=url, status=status, content_type=media, body=body, location=final)


def _bounded(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes | None:
    """Collect at most `limit` bytes after decoding; None when there is more or it cannot be decoded."""
    if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        return None
    inflate = zlib.decompressobj(wbits=47) if encoding not in {"", "identity"} else None
    body = bytearray()
    for chunk in chunks:
        try:
            body += inflate.decompress(chunk, limit + 1 - len(body)) if inflate else chunk
        except zlib.error:
            return None
        if len(body) > limit or (inflate and inflate.unconsumed_tail):
            return None
    if inflate and not inflate.eof and body:
        return None
    return bytes(body)
