"""A server on this machine that publishes files of one's choosing, and misbehaves when told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from shared_files import SHARED


@dataclass
class Published:
    """What stands where: bytes, a status, or a text.

    `moved:` and another name; `cut:` and how much of it is sent; `slow:` and after how many seconds.
    """

    base: str = ""
    files: dict[str, bytes | int | str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@contextmanager
def publishing(files: dict[str, bytes | int | str]) -> Iterator[Published]:
    """Publish files until the block ends."""
    published = Published(files=dict(files))
    stopping = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.removeprefix("/")
            published.asked.append(name)
            found = published.files.get(name, 404)
            if isinstance(found, bytes):
                self._send(200, found)
            elif isinstance(found, int):
                self._send(found, b"no")
            elif found.startswith("moved:"):
                self._send(303, b"", location=found.removeprefix("moved:"))
            elif found.startswith("slow:"):
                stopping.wait(float(found.removeprefix("slow:")))
            else:
                self._send(200, b"x" * int(found.removeprefix("cut:")), length=10_000)

        def _send(self, status: int, body: bytes, *, location: str = "", length: int = -1) -> None:
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", str(len(body) if length < 0 else length))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    published.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield published
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def official_files() -> dict[str, bytes]:
    """Read the official files in place, by the names the pins give them."""
    assert SHARED is not None, "guard the test with the `shared` marker"
    folder = SHARED / "official"
    found = {path.name: path for path in (*folder.glob("edci-xml/*.xsd"), *folder.glob("elm-v3/shacl/*.ttl"))}
    found["edc-ap.jsonld"] = folder / "elm-v3" / "contexts" / "edc-ap-context-repo.jsonld"
    found["credentials-v1.jsonld"] = folder / "elm-v3" / "contexts" / "credentials-v1.jsonld"
    return {name: Path(path).read_bytes() for name, path in found.items() if not name.startswith("shared")}
