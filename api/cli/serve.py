"""`badgepass serve`: the only command that loads a web framework."""

from __future__ import annotations

import os
import socket
import sys
from argparse import Namespace

import uvicorn

from api.app import create_app
from api.gateway.asking import not_understood
from api.settings import Settings

_HIGHEST_PORT = 65535


def run(asked: Namespace) -> int:
    """Serve until interrupted."""
    listening = bound(asked.host, asked.port)
    host, port = listening.getsockname()[:2]
    print(f"badgepass: http://{f'[{host}]' if ':' in host else host}:{port}", file=sys.stderr)
    config = uvicorn.Config(
        create_app(Settings.from_environment(os.environ)),
        access_log=False,  # a line of it would hold the address of somebody's badge
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=10,
    )
    with listening:
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def bound(host: str, port: int) -> socket.socket:
    """Take the port before anything else starts, so that a taken one is one sentence.

    Raises:
        NotUnderstood: the address or port cannot be had.
    """
    if not 0 <= port <= _HIGHEST_PORT:
        raise not_understood("request.port", f"There is no port {port}.", "--port")
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except (socket.gaierror, UnicodeError):
        raise not_understood("request.host", "There is no such address.", host) from None
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise not_understood("request.port", f"Cannot listen there: {reason}.", f"{host}:{port}") from None
    # Whoever is accepted inherits it. The server sets it only on sockets that it made itself, and without it
    # an answer waits some 40 ms for the acknowledgement of its own headers.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening
