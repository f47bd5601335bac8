"""The socket that is served on: nobody waits for the acknowledgement of an answer's own headers."""

from __future__ import annotations

import socket

import pytest

from api.cli.serve import bound


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_who_is_accepted_is_answered_without_delay(host: str) -> None:
    with bound(host, 0) as listening:
        address = listening.getsockname()[:2]
        with socket.create_connection(address), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
