"""The multipart door: whatever the form, an answer or a problem of the asker's; never a breakdown."""

from __future__ import annotations

import asyncio
import contextlib
import zlib

from bundles import NOW
from fastapi import Request
from gateway_web import PROFILE, Caller, web_of_badges
from samples import badges

from api.app import create_app
from api.gateway.asking import NotUnderstood
from api.pages.form import filled
from api.submission import submitted
from schemas.errors import DocumentError
from verifier.bundle import BundleFetcher

_APP = create_app(fetcher=BundleFetcher(web_of_badges()), clock=lambda: NOW)
_CALLER = Caller(_APP)
_LOOP = asyncio.new_event_loop()
_TYPE = "multipart/form-data; boundary=b"
_PATHS = ("/v1/verify", "/v1/convert?to=elm-json", "/", "/convert", "/download")
WORDS = (
    b"--b\r\n",
    b"--b--\r\n",
    b'Content-Disposition: form-data; name="document"',
    b'; filename="x"',
    b"\r\n\r\n",
    b'name="profile"',
    b'name="recipient"',
    b"filename*=UTF-8''",
    b"Content-Type: text/plain; charset=x",
    b'name="fact_key"',
)


def seeds() -> tuple[bytes, ...]:
    badge = badges.dumped(badges.assertion())
    whole = _part("document", badge) + _part("profile", PROFILE) + b"--b--\r\n"
    page = _part("text", badge, named=False) + _part("lang", b"nl", named=False) + b"--b--\r\n"
    twice = _part("document", badge) + _part("document", b"{}") + _part("recipient", b"id=x", named=False)
    return (b"0" + whole, b"1" + whole, b"2" + page, b"1" + twice + b"--b--\r\n", b"0--b--\r\n")


def _part(name: str, value: bytes, *, named: bool = True) -> bytes:
    file = '; filename="f"' if named else ""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + value + b"\r\n"


def run(data: bytes) -> None:
    if zlib.crc32(data) % 16 == 0:
        _through_the_door(data)
    for form in (submitted, filled):
        with contextlib.suppress(NotUnderstood, DocumentError):
            _LOOP.run_until_complete(form(_request(data[1:])))


def _through_the_door(data: bytes) -> None:
    path = _PATHS[data[0] % len(_PATHS)] if data else _PATHS[0]
    got = _CALLER.post(path, content=data[1:], headers={"content-type": _TYPE})
    assert got.status_code < 500, got.text


def _request(body: bytes) -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", _TYPE.encode())]
    return Request(
        {"type": "http", "method": "POST", "path": "/", "headers": headers, "app": _APP, "state": {}}, receive
    )
