"""A Europass wallet of ours, by the documented contract: a real server that refuses what one refuses."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from converter.read import read
from schemas.document import Document, Format
from schemas.errors import DocumentError
from verifier.sealing import examine
from verifier.trust.times import seal_times

_PATH = re.compile(r"/api/v1/wallets/(?:email/)?([^/]+)/credentials")


@dataclass(kw_only=True)
class WalletStub:
    """A running wallet.

    Attributes:
        base: its address, before `/v1/wallets`.
        key: the bearer token it wants.
        users: whose wallets there are; any mail address gets a temporary one.
        least: timestamps a seal must carry, a signature's and an archive's at level LTA.
        trouble: statuses it answers with before it does what it should.
        mails: to whom it would have written.
    """

    base: str
    key: str = "wallet key"
    users: set[str] = field(default_factory=lambda: {"noor"})
    least: int = 2
    trouble: list[int] = field(default_factory=list)
    held: dict[str, set[str]] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        """Take a deposit."""
        self.asked.append(path)
        if self.trouble:
            return self.trouble.pop(0), {}
        parts = urlsplit(path)
        found = _PATH.fullmatch(parts.path)
        if found is None:
            return 404, {}
        if headers.get("authorization") != f"Bearer {self.key}":
            return 401, {}
        owner = unquote(found[1])
        if "/email/" not in parts.path and owner not in self.users:
            return 404, {"code": "WALLET_NOT_FOUND"}
        status, told = self._deposit(owner, headers.get("content-type", ""), body)
        if status == 200 and parse_qs(parts.query).get("sendEmail", ["true"]) == ["true"]:
            self.mails.append(owner)
        return status, told

    def _deposit(  # noqa: PLR0911 - each refusal is one of the contract's
        self, owner: str, content_type: str, body: bytes
    ) -> tuple[int, dict[str, str]]:
        whole = b"content-type: " + content_type.encode() + b"\r\n\r\n" + body
        message = BytesParser(policy=HTTP).parsebytes(whole)
        parts = {one.get_param("name", header="content-disposition"): one for one in message.iter_parts()}
        part = parts.get("_credential")
        if part is None:
            return 400, {"code": "NO_CREDENTIAL"}
        name, data = part.get_filename() or "", bytes(part.get_payload(decode=True))
        try:
            document = read(data)
        except DocumentError:
            return 400, {"code": "CREDENTIAL_INVALID"}
        if not isinstance(document, Document) or name.endswith(".xml") is (document.format is Format.ELM):
            return 400, {"code": "CREDENTIAL_INVALID"}
        seal = examine(document)
        if seal is None:
            return 400, {"code": "CREDENTIAL_UNSIGNED"}
        if not seal.intact or len([one for one in seal_times(document) if one.imprint_holds]) < self.least:
            return 400, {"code": "CREDENTIAL_SEAL"}
        identifier = str(document.tree.get("id") or document.tree.get("@id") or "")
        if not identifier:
            return 400, {"code": "CREDENTIAL_ID"}
        if identifier in self.held.setdefault(owner, set()):
            return 409, {"code": "DUPLICATE"}
        self.held[owner].add(identifier)
        return 200, {"viewerURL": "https://wallet.example/view/1", "title": "credential"}


@contextmanager
def wallet_stub() -> Iterator[WalletStub]:
    """Run a wallet on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, told = stub.answer(self.path, headers, self.rfile.read(length))
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub = WalletStub(base=f"http://127.0.0.1:{server.server_port}/api")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
