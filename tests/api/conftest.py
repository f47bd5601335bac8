"""The gateway's doors, opened on a small web of our own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bundles import NOW
from gateway_web import PROFILE, Caller, web_of_badges
from postgres_server import database
from samples import badges

from api.app import create_app
from api.settings import Settings
from api.storage import Store
from verifier.bundle import BundleFetcher


@pytest.fixture(autouse=True)
def _no_cache_of_ones_own(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the official schemas that a developer may have fetched out of the tests."""
    monkeypatch.setenv("BADGEPASS_CACHE", str(tmp_path_factory.getbasetemp() / "no-cache"))


@pytest.fixture
def gateway() -> Callable[..., Caller]:
    """Open the HTTP door on a web; the sample badge's unless another is given."""

    def opened(web: dict[str, Any] | None = None, **settings: Any) -> Caller:
        fetcher = BundleFetcher(web_of_badges() if web is None else web)
        return Caller(create_app(Settings(**settings), fetcher=fetcher, clock=lambda: NOW))

    return opened


@pytest.fixture
def caller(gateway: Callable[..., Caller]) -> Caller:
    """The HTTP door on the web of the sample badge."""
    return gateway()


@pytest.fixture
def evidence(tmp_path: Path) -> Callable[..., str]:
    """Write an evidence bundle to a file and name it."""

    def written(**changes: Any) -> str:
        path = tmp_path / "evidence.json"
        path.write_text(json.dumps({"resources": web_of_badges(**changes)}))
        return str(path)

    return written


@pytest.fixture
def badge_file(tmp_path: Path) -> str:
    """Write the sample badge, baked, to a file whose name says nothing."""
    path = tmp_path / "thing.bin"
    path.write_bytes(badges.baked_png(badges.dumped(badges.assertion())))
    return str(path)


@pytest.fixture
def profile_file(tmp_path: Path) -> str:
    """Write an institution profile to a file."""
    path = tmp_path / "profile.toml"
    path.write_bytes(PROFILE)
    return str(path)


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that is the test's own, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'gateway.db'}"
        return
    with database(request.getfixturevalue("postgres")) as url:
        yield url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store of each kind."""
    opened = Store.open(store_url)
    yield opened
    opened.close()
