"""One request over a guarded connection: what comes back, within its bounds."""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterable
from contextlib import closing

import httpcore
import httpx

from schemas.evidence import Missing, Resource
from schemas.exchange import Outgoing
from verifier.connection import STEPS, Backend, Refused, TooMuch, Transport
from verifier.fetch import REDIRECTS

AGENT = "badgepass/0.1 (credential verifier)"


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
    if status in REDIRECTS and target:
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
