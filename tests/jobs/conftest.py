"""Gateways that take jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from conftest import skip_or_fail
from postgres_server import binaries, database, server
from serving import Serve, Serving, serving


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start gateways with a database and a folder of the test's own."""
    with ExitStack() as stack:

        def started(**settings: str) -> Serving:
            own = {
                "BADGEPASS_DATABASE": f"sqlite:///{tmp_path / 'gateway.db'}",
                "BADGEPASS_JOBS": str(tmp_path / "jobs"),
                "BADGEPASS_JOBS_WORKERS": "1",
                "BADGEPASS_OFFLINE": "1",
            }
            return stack.enter_context(serving(own | settings))

        yield started


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server; gives the URL of its maintenance database."""
    if binaries() is None:
        skip_or_fail("postgres", "there is no PostgreSQL server here")
    with server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """A database of the test's own on it."""
    with database(postgres) as url:
        yield url
