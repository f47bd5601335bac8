"""Around every route: the size limit, the security headers, and a last net."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import TooLarge, answer, internal

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",  # what is answered is about somebody
}


Refuse = Callable[[Scope, TooLarge], Response]


class Guard:
    """Limits what comes in, and what goes out carries the headers unless a route set its own."""

    def __init__(
        self,
        app: ASGIApp,
        max_body: int,
        refuse: Refuse | None = None,
        wider: Mapping[str, int] | None = None,
    ) -> None:
        """Stand around an application.

        Args:
            app: what is guarded.
            max_body: bytes of a request.
            refuse: words the answer to a request that is too large.
            wider: other limits, by the address that is posted to.
        """
        self._app = app
        self._max_body = max_body
        self._wider = wider or {}
        self._refuse: Refuse = refuse or (lambda _, error: answer(error))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, bounded."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False
        posted = scope["method"] == "POST"
        limit = self._wider.get(scope["path"], self._max_body) if posted else self._max_body

        async def sent(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if _announced(Headers(scope=scope)) > limit:
            await self._refuse(scope, TooLarge(limit))(scope, receive, sent)
            return
        try:
            await self._app(scope, _counted(receive, limit), sent)
        except ClientDisconnect:  # nobody is there to be answered
            return
        except Exception as error:  # noqa: BLE001 - the last net; what the server would log may be personal
            if started:
                raise ConnectionAbortedError("the answer broke off") from None
            made = self._refuse(scope, error) if isinstance(error, TooLarge) else internal(error)
            await made(scope, receive, sent)


def _announced(headers: Headers) -> int:
    length = headers.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else 0


def _counted(receive: Receive, limit: int) -> Receive:
    """Count the body as it streams in: a length that is not announced is limited all the same."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooLarge(limit)
        return message

    return counted
