"""The guarded client: the only code that asks the web."""

from __future__ import annotations

import ssl
import time
import zlib
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace

import httpcore
import httpx

from schemas.evidence import Missing, Resource
from schemas.exchange import Outgoing
from verifier.address import SIGNED_IN_ITSELF, redirected, refusal, without_fragment
from verifier.connection import STEPS, Backend, Deadline, Refused, TooMuch, Transport

JSON = "application/ld+json, application/json"
MAX_BODY = 5 * 1024 * 1024
MAX_REDIRECTS = 5
TOTAL_SECONDS = 20.0
AGENT = "badgepass/0.1 (credential verifier)"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class OfflineFetcher:
    """Answers nothing, and says so."""

    at_hand = True

    def fetch(self, url: str, *, accept: str = JSON) -> Resource | Missing:
        """Return Missing for every URL; a URL we would never ask is told apart."""
        why = refusal(url, accept=accept)
        if why:
            return Missing(url=url, why=why, refused=True)
        return Missing(url=url, why="Nothing was asked: this verification runs offline.")


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
        deadline = Deadline(time.monotonic() + self._total_seconds)
        here = self._addressed(url, accept)
        for _ in range(MAX_REDIRECTS + 1):
            why = refusal(here, allow_loopback=self._allow_loopback, accept=accept)
            if why:
                return Missing(url=url, why=why, refused=True)
            answer = self._ask(url, here, accept, deadline)
            if isinstance(answer, Missing) or answer.status not in _REDIRECTS or not answer.location:
                return answer
            here = self._addressed(redirected(here, answer.location), accept)
        return Missing(url=url, why=f"The address redirects more than {MAX_REDIRECTS} times.")

    def _addressed(self, url: str, accept: str = JSON) -> str:
        """Return the address that is really asked."""
        place = without_fragment(url)
        if accept in SIGNED_IN_ITSELF:
            return place
        if self._secured and place.lower().startswith("http://") and not self._stays(place):
            return f"https{place[4:]}"
        return place

    def _stays(self, place: str) -> bool:
        return self._allow_loopback and not refusal(place, allow_loopback=True)

    def _ask(self, url: str, here: str, accept: str, deadline: Deadline) -> Resource | Missing:
        backend = Backend(deadline, allow_loopback=self._allow_loopback, max_body=self._max_body)
        request = Outgoing(method="GET", url=here, headers={"accept": accept})
        answer = send_once(request, backend=backend, tls=self._tls, max_body=self._max_body)
        if isinstance(answer, Resource) and not answer.location and here != self._addressed(url, accept):
            return replace(answer, url=url, location=here)
        return replace(answer, url=url)


def send_once(
    outgoing: Outgoing, *, backend: Backend, tls: ssl.SSLContext, max_body: int
) -> Resource | Missing:
    """Send one request over a guarded connection; never raises for what the world does.

    A redirect is answered with its target for the location and without a body; it is not followed.
    """
    url = outgoing.url
    headers = {"accept-encoding": "gzip, identity", "user-agent": AGENT, **outgoing.headers}
    try:
        # No client around the transport: it would read cookies, and long ones in quadratic time.
        request = httpx.Request(
            outgoing.method, url, headers=headers, content=outgoing.body or None, extensions=STEPS
        )
        with (
            closing(Transport(backend, tls)) as transport,
            closing(transport.handle_request(request)) as response,
        ):
            return _taken(url, response, max_body)
    except Refused:
        return Missing(url=url, why="The address is not on the public internet.", refused=True)
    except TooMuch:
        return Missing(url=url, why=f"The answer is larger than {max_body} bytes.")
    except (httpx.TimeoutException, httpcore.TimeoutException):
        return Missing(url=url, why="The address did not answer in time.")
    except (httpx.HTTPError, httpcore.NetworkError, httpcore.ProtocolError, httpx.InvalidURL):
        return Missing(url=url, why="The address could not be reached.")
    except (OSError, ValueError, UnicodeError):
        return Missing(url=url, why="The address could not be asked.")


def _taken(url: str, response: httpx.Response, max_body: int) -> Resource | Missing:
    status, target = response.status_code, response.headers.get("location", "")
    media = response.headers.get("content-type", "")
    if status in _REDIRECTS and target:
        return Resource(url=url, status=status, content_type=media, body=b"", location=target)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    body = _bounded(response.iter_raw(), encoding, max_body)
    if body is None:
        why = f"The answer is larger than {max_body} bytes or encoded in a way not asked for."
        return Missing(url=url, why=why)
    return Resource(url=url, status=status, content_type=media, body=body)


def _bounded(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes | None:
    """Collect at most `limit` bytes after decoding; None when there is more or it cannot be decoded."""
    if encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        return None
    inflate = zlib.decompressobj(wbits=47) if encoding not in {"", "identity"} else None
    body = bytearray()
    for chunk in chunks:
        if inflate and inflate.eof and chunk:
            return None  # zlib would gather what follows the end, in quadratic time
        try:
            body += inflate.decompress(chunk, limit + 1 - len(body)) if inflate else chunk
        except zlib.error:
            return None
        if len(body) > limit or (inflate and (inflate.unconsumed_tail or inflate.unused_data)):
            return None
    if inflate and not inflate.eof and body:
        return None
    return bytes(body)
