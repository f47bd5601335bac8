"""The client for services that the operator named: a time-stamping authority, a signing service, a wallet."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import NamedTuple

import httpx

from api.gateway.asking import not_understood
from schemas.evidence import Missing, Resource
from schemas.exchange import Outgoing
from verifier.address import embedded, literal, loopback
from verifier.connection import Backend, Deadline
from verifier.sending import send_once

MAX_BODY = 5 * 1024 * 1024
TOTAL_SECONDS = 30.0
TIMESTAMP_QUERY = "application/timestamp-query"
_METHODS = frozenset({"GET", "POST", "PUT", "DELETE"})
_OURS = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_IN_THE_OPEN = frozenset({"accept", "content-type"})
_PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """Scheme, host and port (RFC 6454 §4)."""

    scheme: str
    host: str
    port: int

    @property
    def local(self) -> bool:
        """Tell whether it is on this machine."""
        return loopback(self.host)


class OperatorExchange:
    """Asks the origins that the operator named, and no other; satisfies `schemas.exchange.Exchange`.

    Such a service may stand behind the wall, where nothing that a document names is ever asked. It is asked
    over https; over plain http only on this machine, and where the origin was named so, for timestamps alone:
    a token is signed in itself, holds nothing but a digest, and many authorities offer it no other way
    (RFC 3161 §3.4). No redirect is followed, no cookie kept, no header logged.
    """

    def __init__(
        self,
        urls: Iterable[str],
        *,
        max_body: int = MAX_BODY,
        total_seconds: float = TOTAL_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Take the addresses of the services; of each the origin counts.

        Args:
            urls: as the configuration has them.
            max_body: bytes of one answer.
            total_seconds: for one answer.
            tls: whom to trust; the system's authorities by default.

        Raises:
            NotUnderstood: one of them is no http or https address.
        """
        self._origins = frozenset(map(named_origin, urls))
        self._max_body = max_body
        self._total_seconds = total_seconds
        self._tls = tls or ssl.create_default_context()

    def send(self, request: Outgoing) -> Resource | Missing:
        """Send one request to one of the origins."""
        origin = _origin(request.url)
        why = (
            _refusal(request, origin)
            if origin in self._origins
            else "The operator did not name this service."
        )
        if why or origin is None:
            return Missing(url=request.url, why=why, refused=True)
        backend = _Backend(Deadline(time.monotonic() + self._total_seconds), max_body=self._max_body)
        return send_once(request, backend=backend, tls=self._tls, max_body=self._max_body)


class _Backend(Backend):
    """Connects also behind the wall, and on this machine under a name of its own."""

    def __init__(self, deadline: Deadline, *, max_body: int) -> None:
        super().__init__(deadline, allow_loopback=True, max_body=max_body)

    def admits(self, host: str, address: str) -> bool:
        """Refuse what is no service's address, and `localhost` that is elsewhere."""
        known = literal(address)
        if known is None:
            return False
        inner = embedded(known)
        if inner.is_link_local or inner.is_multicast or inner.is_unspecified:
            return False
        return inner.is_loopback or not loopback(host)


def named_origin(url: str, where: str = "") -> Origin:
    """Read the origin of a service out of its address.

    Raises:
        NotUnderstood: not an http or https address, or one that carries user information.
    """
    found = _origin(url)
    if found is None:
        message = "A service is named by an http or https address without user information."
        raise not_understood("tenant.address", message, where)
    return found


def _origin(url: str) -> Origin | None:
    """Read as the client that connects reads it, so that the two cannot differ."""
    try:
        parsed = httpx.URL(url)
        host, port = parsed.host, parsed.port
    except (httpx.InvalidURL, ValueError, UnicodeError, TypeError):
        return None
    if parsed.scheme not in _PORTS or not host or parsed.userinfo:
        return None
    return Origin(parsed.scheme, host.rstrip(".").lower(), port or _PORTS[parsed.scheme])


def _refusal(request: Outgoing, origin: Origin | None) -> str:
    """Say why a request to a named origin is not sent; empty where it is."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    if request.method not in _METHODS or headers.keys() & _OURS:
        return "The request is not one that is sent to a service."
    if origin and origin.scheme == "http" and not origin.local:
        timestamps = headers.get("content-type") == TIMESTAMP_QUERY and headers.keys() <= _IN_THE_OPEN
        if not timestamps:
            return "The service is named by plain http, so nothing but a timestamp is asked of it."
    return ""
