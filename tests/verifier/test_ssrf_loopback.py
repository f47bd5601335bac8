"""The guarded client against servers that misbehave on the wire: no answer, in time, and few bytes taken."""

from __future__ import annotations

import gc
import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import hostile_web
import pytest
from hostile_web import Behaviour, Wire, behaving, drips, moved, says, silent, whole
from samples import tls

from schemas.evidence import Missing, Resource
from verifier.fetch import HttpFetcher

SECONDS = 0.4
MARGIN = 2.6  # the machine does other things too; every server would go on for longer
BODY = 40_000
WIRE = 2 * BODY + 512 * 1024
IN_FLIGHT = 8 * 1024 * 1024  # what the kernel takes on a connection before anybody reads it
MEMORY = 4 * 1024 * 1024

FETCHER = HttpFetcher(allow_loopback=True, max_body=BODY, total_seconds=SECONDS)
PATIENT = HttpFetcher(allow_loopback=True, max_body=BODY, total_seconds=5.0)
TRUSTING = HttpFetcher(allow_loopback=True, max_body=BODY, total_seconds=5.0, tls=tls.trusting())


@contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def missed(url: str, fetcher: HttpFetcher = FETCHER) -> Missing:
    with within(SECONDS + MARGIN):
        answer = fetcher.fetch(url)
    assert isinstance(answer, Missing), answer
    assert answer.why.endswith(".")
    return answer


def test_a_server_that_behaves_is_answered() -> None:
    with behaving(says(whole(b"{}"))) as web:
        answer = PATIENT.fetch(f"http://127.0.0.1:{web.port}/")
    assert isinstance(answer, Resource)
    assert answer.body == b"{}"


@pytest.mark.parametrize("name", hostile_web.SLOW)
def test_what_drips_ends_with_the_time_allowed(name: str) -> None:
    with behaving(hostile_web.SLOW[name]) as web:
        assert "in time" in missed(f"http://127.0.0.1:{web.port}/").why
    assert web.calls == 1


@pytest.mark.parametrize("name", hostile_web.FLOODS)
def test_what_pours_ends_with_the_bytes_and_the_time_allowed(name: str) -> None:
    with behaving(hostile_web.FLOODS[name]) as web:
        missed(f"http://127.0.0.1:{web.port}/")
    assert 0 < web.sent < WIRE + IN_FLIGHT < hostile_web.ENDLESS / 8


@pytest.mark.parametrize(
    "name", [name for name in hostile_web.FLOODS if "bomb" in name or "squeezed" in name or "body" in name]
)
def test_what_pours_takes_little_memory(name: str) -> None:
    with behaving(hostile_web.FLOODS[name]) as web:
        gc.collect()
        tracemalloc.start()
        try:
            assert isinstance(FETCHER.fetch(f"http://127.0.0.1:{web.port}/"), Missing)
            assert tracemalloc.get_traced_memory()[1] < MEMORY
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("name", hostile_web.ODD)
def test_what_is_no_sound_answer_is_none(name: str) -> None:
    with behaving(hostile_web.ODD[name]) as web:
        answer = missed(f"http://127.0.0.1:{web.port}/", PATIENT)
    assert not answer.refused
    assert "in time" not in answer.why


def test_more_than_was_said_is_not_read() -> None:
    with behaving(says(whole(b"{}") + b"HTTP/1.1 200 OK\r\n\r\nanother")) as web:
        answer = PATIENT.fetch(f"http://127.0.0.1:{web.port}/")
    assert isinstance(answer, Resource)
    assert answer.body == b"{}"


def test_both_a_length_and_chunks_are_read_as_chunks() -> None:
    both = hostile_web.OK + b"Content-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
    with behaving(says(both)) as web:
        answer = PATIENT.fetch(f"http://127.0.0.1:{web.port}/")
    assert isinstance(answer, Resource)
    assert answer.body == b"{}"


def test_long_cookies_cost_nothing() -> None:
    cookie = whole(b"{}", b"Set-Cookie: q=r", b"Set-Cookie2: " + b",a=b" * 20_000)
    with behaving(says(cookie)) as web, within(1.0):
        assert isinstance(PATIENT.fetch(f"http://127.0.0.1:{web.port}/"), Resource)


def test_slow_redirects_share_one_deadline() -> None:
    def behaviour(wire: Wire) -> None:
        time.sleep(0.15)
        wire.say(moved(f"http://127.0.0.1:{wire.port}/on"))

    with behaving(behaviour) as web:
        assert "in time" in missed(f"http://127.0.0.1:{web.port}/").why
    assert web.calls <= 3


def test_redirects_without_end_are_few() -> None:
    def behaviour(wire: Wire) -> None:
        wire.say(moved(f"http://127.0.0.1:{wire.port}/{time.monotonic_ns()}"))

    with behaving(behaviour) as web:
        assert "redirects" in missed(f"http://127.0.0.1:{web.port}/", PATIENT).why
    assert web.calls == 6


def test_the_body_of_a_redirect_is_not_read() -> None:
    endless = b"HTTP/1.1 302 Found\r\nLocation: https://issuer.example:1/\r\n\r\n"
    with behaving(hostile_web.pours(endless, b"x")) as web:
        assert missed(f"http://127.0.0.1:{web.port}/", PATIENT).refused
    assert 0 < web.sent < IN_FLIGHT


INWARD = [
    "https://127.0.0.2:1/",  # allowed for trials, but nobody is there
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.100.100.200/",
    "https://224.0.0.251/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:0:10.0.0.1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
    "https://[fd00:ec2::254]/",
    "https://[5f00::1]/",
    "https://167772161/",
    "https://0xa000001/",
    "https://012.0.0.1/",
    "https://10.1/",
    "https://10.0.0.1./",
    "https://10.0.0.1。/",
    "https://\uff11\uff10.0.0.1/",
    "https://10\u30020\uff0e0\uff611/",
    "https://\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3/",
    "https://db.\u24d8nternal/",
    "https://metadata.google.internal./",
    "https://issuer.example@10.0.0.1/",
    "https://10.0.0.1#@issuer.example/",
    "https://issuer.example:22/",
    "https://10%2e0.0.1/",
    "https://db%2einternal/",
    "https://10.0.0.1%00.issuer.example/",
    "https://a..example/",
    "//10.0.0.1/",
    "http://issuer.example/",
    "ftp://issuer.example/",
    "file:///etc/hostname",
    "gopher://10.0.0.1:70/_x",
    "data:application/json,{}",
    "jar:https://issuer.example/!/x",
    "https://issuer.example/\\@10.0.0.1",
    "\\\\10.0.0.1\\share",
    "https:\\\\10.0.0.1",
    "https:///10.0.0.1/",
    "https:10.0.0.1/",
]


@pytest.mark.parametrize("place", INWARD)
def test_a_redirect_leads_nowhere_else(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _only_this_machine)
    with behaving(says(moved(place))) as web:
        missed(f"http://127.0.0.1:{web.port}/", PATIENT)
    assert web.calls <= 1 + _RELATIVE_CALLS * (place.startswith(("https:10", "\\\\", "https:\\\\")))


_RELATIVE_CALLS = 5  # such an address is a path on the same server, which redirects again
_REAL = socket.getaddrinfo


def _only_this_machine(host: str, *others: Any, **named: Any) -> Any:
    assert host.startswith("127."), f"{host} was looked up"
    return _REAL(host, *others, **named)


@pytest.mark.parametrize(
    ("behaviour", "heard"),
    [(silent, False), (drips(hostile_web.FLIGHT, b"\0"), False), (says(b"HTTP/1.1 200 OK\r\n\r\n{}"), False)],
    ids=["no handshake", "a handshake that drips", "no TLS at all"],
)
def test_a_handshake_that_never_ends(behaviour: Behaviour, heard: bool) -> None:  # noqa: FBT001 - a case
    with behaving(behaviour, heard=heard) as web:
        missed(f"https://localhost:{web.port}/")


def test_a_certificate_of_the_host_is_answered() -> None:
    with behaving(says(whole(b"{}")), tls=tls.serving("localhost", "127.0.0.1")) as web:
        for host in ("localhost", "127.0.0.1"):
            assert isinstance(TRUSTING.fetch(f"https://{host}:{web.port}/"), Resource)


@pytest.mark.parametrize(
    "server",
    [
        lambda: tls.serving("issuer.example"),
        lambda: tls.serving("*.example", "127.0.0.2"),
        lambda: tls.serving("localhost", self_signed=True),
        lambda: tls.serving("localhost", expired=True),
        lambda: tls.serving("localhost", oldest=True),
    ],
    ids=["another host's", "other names'", "self-signed", "expired", "TLS 1.0"],
)
def test_a_certificate_that_proves_nothing(server: Any) -> None:
    with behaving(says(whole(b"{}")), tls=server()) as web:
        assert "reached" in missed(f"https://localhost:{web.port}/", TRUSTING).why
    assert web.sent == 0


def test_a_name_server_that_never_answers_ends_with_the_time_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def resolve(*_args: Any, **_named: Any) -> Any:
        released.wait(10)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert "in time" in missed("https://issuer.example/").why
    released.set()


@pytest.mark.parametrize("trouble", [socket.gaierror(8, "x"), UnicodeError("x"), ValueError("embedded null")])
def test_a_name_that_cannot_be_looked_up(monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    def resolve(*_args: Any, **_named: Any) -> Any:
        raise trouble

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert "reached" in missed("https://issuer.example/", PATIENT).why


def test_a_name_with_very_many_addresses_is_tried_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def resolve(*_args: Any, **_named: Any) -> Any:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"8.8.{i // 256}.{i % 256}", 443))
            for i in range(4096)
        ]

    def connect(address: tuple[str, int], *_args: Any, **_named: Any) -> Any:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    missed("https://issuer.example/", PATIENT)
    assert tried == ["8.8.0.0", "8.8.0.1", "8.8.0.2"]
