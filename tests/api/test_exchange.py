"""Services that the operator named: they alone are asked, as asked for, and never in the open."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import hostile_web
import pytest
from hostile_web import Wire, behaving, says, silent, whole
from samples import tls

from api.exchange import OperatorExchange, Origin, named_origin
from api.gateway.asking import NotUnderstood
from schemas.evidence import Missing, Resource
from schemas.exchange import Outgoing

SECRET = "Bearer not-to-be-seen"  # noqa: S105 - of nothing


def post(url: str, **changes: Any) -> Outgoing:
    return Outgoing(
        **{"method": "POST", "url": url, "headers": {"authorization": SECRET}, "body": b"{}", **changes}
    )


@contextmanager
def hearing(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Serve one answer, and keep what was asked."""
    heard: list[bytes] = []

    def behaviour(wire: Wire) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked or not asked.endswith(b"}"):
            asked += wire.socket.recv(4096)
        heard.append(asked)
        wire.say(answer)

    with behaving(behaviour, heard=False) as web:
        yield f"http://127.0.0.1:{web.port}", heard


def test_a_named_service_is_sent_what_was_asked_for() -> None:
    with hearing(whole(b"done")) as (base, heard):
        answer = OperatorExchange([base]).send(post(f"{base}/a?b=c"))
    assert isinstance(answer, Resource)
    assert (answer.status, answer.body, answer.url) == (200, b"done", f"{base}/a?b=c")
    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a?b=c HTTP/1.1")
    assert b"content-length: 2" in head.lower()
    assert SECRET.encode() in head
    assert body == b"{}"


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_every_method_that_services_have_is_sent(method: str) -> None:
    with behaving(says(whole(b""))) as web:
        base = f"http://127.0.0.1:{web.port}"
        answer = OperatorExchange([base]).send(Outgoing(method=method, url=f"{base}/x"))
    assert isinstance(answer, Resource)


def test_another_origin_is_never_asked() -> None:
    with behaving(says(whole(b"{}"))) as web:
        named = OperatorExchange([f"http://127.0.0.1:{web.port}/tsa"])
        for url in (
            f"http://localhost:{web.port}/",
            f"https://127.0.0.1:{web.port}/",
            f"http://127.0.0.1:{web.port + 1}/",
            f"http://user@127.0.0.1:{web.port}/",
            f"http://127.0.0.1:{web.port}@elsewhere.example/",
            f"http://127.0.0.1:{web.port}\\@elsewhere.example/",
            "ftp://127.0.0.1/",
            "http://[::1/",
            "",
        ):
            answer = named.send(post(url))
            assert isinstance(answer, Missing), url
            assert answer.refused, url
    assert web.calls == 0


@pytest.mark.parametrize("header", ["Host", "content-length", "Transfer-Encoding", "connection"])
def test_headers_that_say_whom_and_how_much_are_ours(header: str) -> None:
    answer = OperatorExchange(["http://127.0.0.1:9"]).send(post("http://127.0.0.1:9/", headers={header: "1"}))
    assert isinstance(answer, Missing)
    assert answer.refused


@pytest.mark.parametrize("header", ["a\r\nb", "\N{SNOWMAN}"])
def test_a_header_that_is_none_is_the_worlds_fault_and_raises_nothing(header: str) -> None:
    with behaving(silent) as web:
        base = f"http://127.0.0.1:{web.port}"
        assert isinstance(OperatorExchange([base]).send(post(base, headers={"x": header})), Missing)


def test_over_plain_http_elsewhere_nothing_goes_but_timestamps(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []

    def nowhere(host: str, *_: object, **__: object) -> list[Any]:
        looked_up.append(host)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    named = OperatorExchange(["http://tsa.example/tsr"])
    query = {"content-type": "application/timestamp-query", "accept": "application/timestamp-reply"}
    for headers in ({}, {"content-type": "application/json"}, {**query, "authorization": SECRET}):
        answer = named.send(post("http://tsa.example/tsr", headers=headers))
        assert isinstance(answer, Missing)
        assert answer.refused
    assert looked_up == []
    answer = named.send(post("http://tsa.example/tsr", headers=query))
    assert isinstance(answer, Missing)
    assert not answer.refused
    assert looked_up == ["tsa.example"]


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with behaving(says(hostile_web.moved("/elsewhere"))) as web:
        base = f"http://127.0.0.1:{web.port}"
        answer = OperatorExchange([base]).send(post(base))
    assert isinstance(answer, Resource)
    assert (answer.status, answer.location, answer.body) == (302, "/elsewhere", b"")
    assert web.calls == 1


@pytest.mark.parametrize("name", hostile_web.SLOW)
def test_what_drips_ends_with_the_time_allowed(name: str) -> None:
    with behaving(hostile_web.SLOW[name]) as web:
        base = f"http://127.0.0.1:{web.port}"
        answer = OperatorExchange([base], total_seconds=0.4).send(post(base))
    assert isinstance(answer, Missing)
    assert "in time" in answer.why


def test_a_large_answer_is_none() -> None:
    with behaving(says(whole(b"x" * 2000))) as web:
        base = f"http://127.0.0.1:{web.port}"
        answer = OperatorExchange([base], max_body=1000).send(post(base))
    assert isinstance(answer, Missing)
    assert "larger" in answer.why


def test_over_tls_the_name_must_be_the_services() -> None:
    trusting = tls.trusting()
    with behaving(says(whole(b"{}")), tls=tls.serving("localhost", "127.0.0.1")) as web:
        base = f"https://localhost:{web.port}"
        assert isinstance(OperatorExchange([base], tls=trusting).send(post(base)), Resource)
        assert isinstance(OperatorExchange([base]).send(post(base)), Missing)
    with behaving(says(whole(b"{}")), tls=tls.serving("another.example")) as web:
        base = f"https://localhost:{web.port}"
        assert isinstance(OperatorExchange([base], tls=trusting).send(post(base)), Missing)


@pytest.mark.parametrize(
    ("host", "address", "asked"),
    [
        ("csc.intranet.example", "10.0.0.5", True),
        ("csc.example.org", "127.0.0.1", True),
        ("csc.example.org", "169.254.169.254", False),
        ("csc.example.org", "::ffff:169.254.169.254", False),
        ("csc.example.org", "0.0.0.0", False),  # noqa: S104 - never asked
        ("csc.example.org", "224.0.0.1", False),
        ("localhost", "10.0.0.5", False),
        ("csc.example.org", "no address", False),
    ],
)
def test_a_service_may_stand_behind_the_wall(
    host: str,
    address: str,
    asked: bool,  # noqa: FBT001 - a case
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[str] = []

    def connect(_: object, host: str, *__: object, **___: object) -> None:
        tried.append(host)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (address, 443))])
    monkeypatch.setattr("httpcore.SyncBackend.connect_tcp", connect)
    answer = OperatorExchange([f"https://{host}/"]).send(post(f"https://{host}/x"))
    assert isinstance(answer, Missing)
    assert answer.refused is not asked
    assert tried == ([address] if asked else [])


def test_no_secret_is_ever_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with hearing(whole(b"done")) as (base, _):
        request = post(base)
        assert isinstance(OperatorExchange([base]).send(request), Resource)
    assert "not-to-be-seen" not in caplog.text
    assert "not-to-be-seen" not in repr(request)


def test_origins_are_read_as_the_client_reads_them() -> None:
    assert named_origin("HTTPS://CSC.Example./v2") == Origin("https", "csc.example", 443)
    assert named_origin("http://[::1]:8080/") == Origin("http", "::1", 8080)
    assert named_origin("http://localhost:1").local
    assert not named_origin("http://tsa.example").local
    for url in (
        "tsa.example",
        "ldap://a.example",
        "https://",
        "https://a:b@c.example/",
        "https://a.example:x/",
    ):
        with pytest.raises(NotUnderstood) as told:
            named_origin(url, "tenant/tsa")
        assert told.value.problems[0].where == "tenant/tsa"
