"""Gateways that take jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from postgres_server import database
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


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    """A database of the test's own on it."""
    with database(postgres) as url:
        yield url
