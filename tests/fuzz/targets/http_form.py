"""The multipart door: whatever the form, an answer or a problem of the asker's; never a breakdown."""

from __future__ import annotations

from bundles import NOW
from gateway_web import PROFILE, Caller, web_of_badges
from samples import badges

from api.app import create_app
from verifier.bundle import BundleFetcher

_CALLER = Caller(create_app(fetcher=BundleFetcher(web_of_badges()), clock=lambda: NOW))
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
    path = _PATHS[data[0] % len(_PATHS)] if data else _PATHS[0]
    headers = {"content-type": "multipart/form-data; boundary=b"}
    got = _CALLER.post(path, content=data[1:], headers=headers)
    assert got.status_code < 500, got.text
