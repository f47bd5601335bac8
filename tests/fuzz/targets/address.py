"""The guard and the client mean the same host: what is let through leads nowhere else."""

from __future__ import annotations

import contextlib
from urllib.parse import urljoin

import httpx

from verifier.address import literal, origin, public, refusal, without_fragment

WORDS = (
    b"https://",
    b"//",
    b"@",
    b"[::ffff:",
    b"]",
    b"%2e",
    b"%00",
    b"127.0.0.1",
    b"0x7f",
    b"017700000001",
    b"localhost",
    b"\xe3\x80\x82",
    b"\xe2\x91\xa0",
    b"xn--",
    b":443",
    b"\\",
    b"\t",
    b"#",
    b"?",
)


def seeds() -> tuple[bytes, ...]:
    return tuple(
        text.encode()
        for text in (
            "https://issuer.example/a?b=c#d",
            "https://issuer.example:443/a",
            "https://127.0.0.1/",
            "https://[::ffff:10.0.0.1]/",
            "https://user@issuer.example/",
            "https://\uff11\uff12\uff17\u3002\uff10\u3002\uff10\u3002\uff11/",
            "https://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3./",
            "https://xn--bcher-kva.example/",
            "//issuer.example/a",
            "https://0x7f.1/",
        )
    )


def run(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for url in (without_fragment(text), without_fragment(urljoin_safe(text))):
        why = refusal(url)
        origin(url)
        if not why:
            _leads_out(url)


def urljoin_safe(location: str) -> str:
    """Follow a redirect as the client does."""
    with contextlib.suppress(ValueError):
        return urljoin("https://issuer.example/a/b", location)
    return ""


def _leads_out(url: str) -> None:
    try:
        asked = httpx.URL(url)
    except (httpx.InvalidURL, ValueError, UnicodeError):
        return  # the client says no
    assert asked.scheme == "https", url
    assert asked.port in {None, 443}, url
    assert not asked.userinfo, url
    host = asked.raw_host.decode("ascii")
    address = literal(host)
    assert address is None or public(address), url
    assert host.rstrip(".").lower() not in {"", "localhost"}, url
