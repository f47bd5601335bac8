"""A register by the contract of docs/identity.md, as a server: `python tests/register_stub.py [PORT]`.

It knows one token and the persons of a table, and demands what the contract demands.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "token-of-the-register"  # noqa: S105 - of a server that lives for one test
NOOR = {
    "given_name": "Noor",
    "family_name": "de Wit",
    "birthdate": "1999-02-03",
    "place_of_birth": {"country": "NL", "locality": "Zierikzee"},
    "nationalities": ["NL"],
}
Body = dict[str, Any]


@dataclass
class RegisterStub:
    """What it knows, and how it misbehaves.

    Attributes:
        persons: by reference.
        bent: changes an answer.
        raw: is answered instead of one.
        status: likewise.
        asked: every body that came.
    """

    persons: dict[str, Body] = field(default_factory=lambda: {"D-2026-0042": NOOR})
    bent: Callable[[Body], Body] = lambda body: body
    raw: bytes | None = None
    status: int = 200
    asked: list[Body] = field(default_factory=list)
    address: str = ""

    def answer(self, token: str, content: bytes) -> tuple[int, bytes]:
        """Answer one request."""
        if token != f"Bearer {TOKEN}":
            return 401, b"{}"
        said = json.loads(content)
        assert said.keys() == {"reference", "fields"}
        self.asked.append(said)
        if self.raw is not None or self.status != 200:
            return self.status, self.raw or b"{}"
        person = self.persons.get(said["reference"])
        if person is None:
            return 404, b"{}"
        known = {name: person[name] for name in said["fields"] if name in person}
        body = {"reference": said["reference"], "person": known, "at": "2026-11-20T10:00:00Z"}
        return 200, json.dumps(self.bent(body)).encode()


@contextmanager
def register_stub(stub: RegisterStub, port: int = 0) -> Iterator[RegisterStub]:
    """Serve it until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            status, body = stub.answer(self.headers.get("authorization", ""), self.rfile.read(length))
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    stub.address = f"http://127.0.0.1:{server.server_address[1]}/persons"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    with register_stub(RegisterStub(), int(sys.argv[1]) if len(sys.argv) > 1 else 0) as running:
        sys.stdout.write(f"{running.address}\n")
        sys.stdout.flush()
        threading.Event().wait()
