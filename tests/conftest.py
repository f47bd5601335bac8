"""Fixtures every test may ask for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can share `shared_files` without packages

from postgres_server import binaries, server
from shared_files import SHARED, WHY_NOT

# How long an example takes depends on who else uses the machine; what it shows does not.
settings.register_profile("shared machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared machine")


def required(what: str) -> bool:
    """Tell whether BADGEPASS_REQUIRE names this, so that absence is a failure and not a skip."""
    return what in os.environ.get("BADGEPASS_REQUIRE", "").replace(",", " ").split()


def skip_or_fail(what: str, why: str) -> None:
    """Skip with a stated reason, or fail where the environment says it must be there."""
    if required(what):
        pytest.fail(f"BADGEPASS_REQUIRE names {what!r}, but {why}")
    pytest.skip(why)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared samples, or a skip with its reason."""
    if SHARED is None:
        skip_or_fail("shared", WHY_NOT)
    assert SHARED is not None
    return SHARED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip `shared` tests, with the reason, where the folder is absent."""
    if SHARED is not None:
        return
    for item in items:
        if "shared" in item.keywords and not required("shared"):
            item.add_marker(pytest.mark.skip(reason=WHY_NOT))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A real PostgreSQL server; gives the URL of its maintenance database."""
    if binaries() is None:
        skip_or_fail("postgres", "there is no PostgreSQL server here")
    with server() as url:
        yield url
