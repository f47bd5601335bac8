"""The guarded client: the only code that asks the web."""

from __future__ import annotations

import functools
import ssl
import time
from dataclasses import replace

from schemas.evidence import Missing, Resource
from schemas.exchange import Outgoing
from verifier.address import SIGNED_IN_ITSELF, redirected, refusal, without_fragment

JSON = "application/ld+json, application/json"
MAX_BODY = 5 * 1024 * 1024
MAX_REDIRECTS = 5
TOTAL_SECONDS = 20.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})


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
        self._tls = tls

    def fetch(self, url: str, *, accept: str = JSON) -> Resource | Missing:
        """Ask one URL, following redirects; every failure is a Missing with its reason."""
        until = time.monotonic() + self._total_seconds
        here = self._addressed(url, accept)
        for _ in range(MAX_REDIRECTS + 1):
            why = refusal(here, allow_loopback=self._allow_loopback, accept=accept)
            if why:
                return Missing(url=url, why=why, refused=True)
            answer = self._ask(url, here, accept, until)
            if isinstance(answer, Missing) or answer.status not in REDIRECTS or not answer.location:
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

    def _ask(self, url: str, here: str, accept: str, until: float) -> Resource | Missing:
        from verifier.connection import Backend, Deadline  # noqa: PLC0415 - dear, and not every run asks
        from verifier.sending import send_once  # noqa: PLC0415

        backend = Backend(Deadline(until), allow_loopback=self._allow_loopback, max_body=self._max_body)
        request = Outgoing(method="GET", url=here, headers={"accept": accept})
        tls = self._tls or _system_authorities()
        answer = send_once(request, backend=backend, tls=tls, max_body=self._max_body)
        if isinstance(answer, Resource) and not answer.location and here != self._addressed(url, accept):
            return replace(answer, url=url, location=here)
        return replace(answer, url=url)


@functools.cache
def _system_authorities() -> ssl.SSLContext:
    """Read whom the system trusts, once and when it is first needed: it takes longer than a verdict."""
    return ssl.create_default_context()
