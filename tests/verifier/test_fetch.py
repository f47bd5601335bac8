"""The guarded client against a server that misbehaves."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import httpcore
import pytest

from schemas.evidence import Missing, Resource
from verifier.address import CERTIFICATE, OCSP_ANSWER, REVOCATION_LIST, refusal
from verifier.connection import Backend, Deadline, Refused
from verifier.fetch import HttpFetcher, OfflineFetcher


class Misbehaving(BaseHTTPRequestHandler):
    """Answers by path; remembers the headers it was asked with."""

    seen: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        self.seen.append({name.lower(): value for name, value in self.headers.items()})
        name = self.path.strip("/").partition("/")[0]
        getattr(self, f"_{name}", self._missing)()

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def _json(self) -> None:
        self._send(200, b'{"a": 1}', Content_Type="application/json", Set_Cookie="a=b")

    def _missing(self) -> None:
        self._send(404, b"{}", Content_Type="application/json")

    def _moved(self) -> None:
        self._send(302, Location="/json")

    def _loop(self) -> None:
        self._send(302, Location="/loop")

    def _inward(self) -> None:
        self._send(302, Location="https://192.168.0.1/secret")

    def _plain(self) -> None:
        self._send(302, Location="http://issuer.example/")

    def _file(self) -> None:
        self._send(302, Location="file:///etc/passwd")

    def _bracketed(self) -> None:
        self._send(302, Location="https://a.example]/")

    def _large(self) -> None:
        self._send(200, b"x" * 50_000)

    def _bomb(self) -> None:
        self._send(200, gzip.compress(b"0" * 10_000_000), Content_Encoding="gzip")

    def _zipped(self) -> None:
        self._send(200, gzip.compress(b'{"b": 2}'), Content_Encoding="gzip")

    def _strange(self) -> None:
        self._send(200, b"?", Content_Encoding="br")

    def _broken(self) -> None:
        self._send(200, b"not gzip at all", Content_Encoding="gzip")

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(100):
            try:
                self.wfile.write(b".")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.05)

    def _rude(self) -> None:
        self.wfile.write(b"this is not HTTP\r\n\r\n")

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    web = ThreadingHTTPServer(("127.0.0.1", 0), Misbehaving)
    web.daemon_threads = True
    thread = threading.Thread(target=web.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{web.server_address[1]}"
    web.shutdown()
    web.server_close()
    thread.join()


FETCHER = HttpFetcher(allow_loopback=True, max_body=40_000, total_seconds=1.0)


def fetched(url: str) -> Resource:
    answer = FETCHER.fetch(url)
    assert isinstance(answer, Resource), answer
    return answer


def missed(url: str) -> Missing:
    answer = FETCHER.fetch(url)
    assert isinstance(answer, Missing), answer
    return answer


def test_an_answer_is_taken_as_it_is(server: str) -> None:
    answer = fetched(f"{server}/json")
    assert (answer.status, answer.body, answer.content_type) == (200, b'{"a": 1}', "application/json")
    assert answer.location == ""


def test_a_status_other_than_200_is_an_answer_too(server: str) -> None:
    assert fetched(f"{server}/nothing").status == 404


def test_a_redirect_is_followed_and_told(server: str) -> None:
    answer = fetched(f"{server}/moved")
    assert answer.status == 200
    assert answer.url == f"{server}/moved"
    assert answer.location == f"{server}/json"


def test_redirects_end(server: str) -> None:
    assert "redirects" in missed(f"{server}/loop").why


@pytest.mark.parametrize("path", ["inward", "plain", "file", "bracketed"])
def test_a_redirect_to_where_we_never_ask_is_refused(server: str, path: str) -> None:
    assert missed(f"{server}/{path}").refused


@pytest.mark.parametrize("path", ["large", "bomb", "strange", "broken"])
def test_an_answer_beyond_the_limits_is_no_answer(server: str, path: str) -> None:
    assert not missed(f"{server}/{path}").refused


def test_gzip_is_taken_off(server: str) -> None:
    assert fetched(f"{server}/zipped").body == b'{"b": 2}'


def test_dripping_bytes_end_with_the_time_allowed(server: str) -> None:
    start = time.monotonic()
    assert "in time" in missed(f"{server}/drip").why
    assert time.monotonic() - start < 2.5


def test_an_answer_that_is_not_http_is_no_answer(server: str) -> None:
    assert missed(f"{server}/rude")


def test_a_closed_port_is_no_answer() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert missed(f"http://127.0.0.1:{port}/")


def test_no_cookie_comes_back_and_nothing_is_told_but_who_asks(server: str) -> None:
    Misbehaving.seen.clear()
    fetched(f"{server}/json")
    fetched(f"{server}/json")
    for headers in Misbehaving.seen:
        assert set(headers) <= {"host", "accept", "accept-encoding", "user-agent", "connection"}
        assert headers["user-agent"].startswith("badgepass/")


def test_nothing_of_this_machine_is_asked_unless_allowed(server: str) -> None:
    answer = HttpFetcher().fetch(f"{server}/json")
    assert isinstance(answer, Missing)
    assert answer.refused


def _resolves_to(*addresses: str) -> Any:
    def resolve(*_args: Any, **_kwargs: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    return resolve


@pytest.mark.parametrize("addresses", [("10.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("fe80::1%eth0",)])
def test_a_public_name_with_an_inner_address_is_refused(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolves_to(*addresses))
    answer = HttpFetcher().fetch("https://issuer.example/a")
    assert isinstance(answer, Missing)
    assert answer.refused


def test_the_address_looked_at_is_the_address_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    looked_up: list[str] = []

    def resolve(host: str, *_args: Any, **_kwargs: Any) -> list[Any]:
        looked_up.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 443))]

    def connect(_self: object, host: str, *_args: Any, **_kwargs: Any) -> httpcore.NetworkStream:
        asked.append(host)
        return httpcore.MockStream([])

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    backend = Backend(Deadline(time.monotonic() + 5), allow_loopback=False, max_body=1)
    backend.connect_tcp("issuer.example", 443)
    assert (looked_up, asked) == (["issuer.example"], ["8.8.8.8"])


def test_localhost_that_resolves_elsewhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", _resolves_to("10.0.0.1"))
    backend = Backend(Deadline(time.monotonic() + 5), allow_loopback=True, max_body=1)
    with pytest.raises(Refused):
        backend.connect_tcp("localhost", 80)


def test_offline_nothing_is_asked() -> None:
    answer = OfflineFetcher().fetch("https://issuer.example/a")
    assert isinstance(answer, Missing)
    assert not answer.refused
    refused = OfflineFetcher().fetch("http://127.0.0.1/")
    assert isinstance(refused, Missing)
    assert refused.refused


SIGNED = [OCSP_ANSWER, REVOCATION_LIST, CERTIFICATE]


@pytest.fixture
def public_web(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Let every name be a public address that answers by the book; remembers what was connected to."""
    asked: list[tuple[str, int]] = []

    def connect(_self: object, host: str, port: int, *_args: Any, **_kwargs: Any) -> httpcore.NetworkStream:
        asked.append((host, port))
        answers = {
            "8.8.8.8": [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"],
            "8.8.4.4": [b"HTTP/1.1 302 Found\r\nLocation: http://192.168.0.1/\r\nContent-Length: 0\r\n\r\n"],
        }
        return httpcore.MockStream(answers[host])

    def resolve(host: str, *_args: Any, **_kwargs: Any) -> list[Any]:
        address = {"moved.example": "8.8.4.4", "inner.example": "10.0.0.1"}.get(host, "8.8.8.8")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return asked


@pytest.mark.parametrize("accept", SIGNED)
@pytest.mark.parametrize("secured", [True, False])
def test_what_is_signed_in_itself_is_asked_over_plain_http(
    public_web: list[tuple[str, int]],
    accept: str,
    secured: bool,  # noqa: FBT001
) -> None:
    answer = HttpFetcher(secured=secured).fetch("http://ca.example/a#b", accept=accept)
    assert isinstance(answer, Resource)
    assert (answer.body, answer.location) == (b"ok", "")
    assert public_web == [("8.8.8.8", 80)]


@pytest.mark.parametrize(
    "accept", ["application/json", f"{OCSP_ANSWER}, */*", "application/pkix-crl;q=1", "*/*", ""]
)
def test_nothing_else_is_asked_over_plain_http(public_web: list[tuple[str, int]], accept: str) -> None:
    answer = HttpFetcher().fetch("http://ca.example/a", accept=accept)
    assert isinstance(answer, Missing)
    assert answer.refused
    assert public_web == []


@pytest.mark.parametrize("accept", SIGNED)
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://192.168.0.1/",
        "http://[::1]/",
        "http://0x7f000001/",
        "http://[::ffff:10.0.0.1]/",
        "http://169.254.169.254/latest/",
        "http://intranet/",
        "http://ca.internal/",
        "http://a:b@ca.example/",
        "http://ca.example:8080/",
        "http://ca.example:443/",
        "https://ca.example:80/",
        "ldap://ca.example/",
        "file:///etc/passwd",
        "ftp://ca.example/",
    ],
)
def test_plain_http_goes_nowhere_else(public_web: list[tuple[str, int]], accept: str, url: str) -> None:
    assert refusal(url, accept=accept)
    answer = HttpFetcher().fetch(url, accept=accept)
    assert isinstance(answer, Missing)
    assert answer.refused
    assert public_web == []


@pytest.mark.parametrize("accept", SIGNED)
def test_plain_http_to_a_name_or_by_a_redirect_inside_is_refused(
    public_web: list[tuple[str, int]], accept: str
) -> None:
    for host in ("moved.example", "inner.example"):
        answer = HttpFetcher().fetch(f"http://{host}/", accept=accept)
        assert isinstance(answer, Missing)
        assert answer.refused
    assert public_web == [("8.8.4.4", 80)]


@pytest.mark.parametrize("path", ["large", "bomb", "drip", "loop", "inward", "file"])
def test_what_is_signed_in_itself_has_the_same_limits(server: str, path: str) -> None:
    assert isinstance(FETCHER.fetch(f"{server}/{path}", accept=REVOCATION_LIST), Missing)


def test_offline_what_is_signed_in_itself_is_missing_and_not_refused() -> None:
    answer = OfflineFetcher().fetch("http://ca.example/a", accept=REVOCATION_LIST)
    assert isinstance(answer, Missing)
    assert not answer.refused
