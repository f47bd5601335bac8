"""A gateway as a process of its own, as talkative as can be: `python tests/identity_process.py FOLDER`.

Two tenants seal, a holder can sign in, a wallet is compared with, and one source breaks down with a holder's
name in its words.
"""

# ruff: noqa: E402 - run as a script, it must find the packages first

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import uvicorn
from cryptography import x509
from identity_planted import GIVEN, PLANTED, RECIPIENT
from saml_node import ENTITY, ISSUER
from sealing_gateway import sealing_gateway
from sign_in_stub import StubSignIn

from api.identity.source import Begun
from api.identity.sources.saml import Node, SamlSignIn
from api.identity.sources.saml_response import SamlKeys
from schemas.identity import Identity


class Broken(StubSignIn):
    """Breaks down in the middle of it."""

    def finish(self, begun: Begun, back: str, said: Mapping[str, str], *, now: datetime) -> Identity:
        del begun, back, said, now
        raise RuntimeError(f"cannot bind parameter {GIVEN!r}")


def main(folder: Path) -> None:
    """Serve until the process is ended."""
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    with sealing_gateway(folder) as running:
        app = running.caller.app
        service = app.state.service
        stub = StubSignIn(said=PLANTED, recipient=RECIPIENT)
        broken = Broken(name="broken", said=PLANTED, recipient=RECIPIENT)
        wallet = StubSignIn(name="wallet", source="pid", said=PLANTED, recipient=RECIPIENT)
        given = (folder / "node.der").read_bytes()  # of a key that the test has
        keys = SamlKeys(node=(x509.load_der_x509_certificate(given),), encrypted=False)
        node = Node(name="node", issuer=ISSUER, entity=ENTITY, address="https://node.example/sso", keys=keys)
        settings = replace(service.settings, sign_ins=(stub, broken, wallet, SamlSignIn(node)))
        app.state.service = replace(service, settings=settings)
        listening = socket.create_server(("127.0.0.1", 0))
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        config = uvicorn.Config(app, log_level="trace", access_log=True, ws="none")
        with listening:
            uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
