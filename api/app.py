"""The HTTP service: routes, guard and errors put together, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from api import pages, problems
from api.documentation import with_problem_details
from api.exchange import OperatorExchange
from api.gateway.sealers import Sealers
from api.guarding import Guard
from api.identity.sessions import Sessions
from api.routes import (
    catalogue,
    convert,
    credentials,
    deliveries,
    extension,
    health,
    identity,
    match,
    public,
    verify,
)
from api.settings import Service, Settings, system_clock
from api.storage import Store
from api.watching import Watcher
from schemas.evidence import Fetcher
from verifier.fetch import HttpFetcher, OfflineFetcher

_DESCRIPTION = (
    "The open gateway between edubadges (Open Badges 2.0) and Europass digital credentials "
    "(EDCI XML and ELM v3): any badge or credential in, a verdict with reasons and a converted "
    "credential out. Nothing handed in is kept or logged."
)


def create_app(
    settings: Settings | None = None,
    *,
    fetcher: Fetcher | None = None,
    clock: Callable[[], datetime] | None = None,
) -> FastAPI:
    """Put the service together.

    Args:
        settings: what the operator set; the defaults are safe.
        fetcher: the only way to the world; the guarded client unless a test brings its own.
        clock: returns the time, timezone-aware.
    """
    chosen = settings or Settings()
    app = _Application(
        lifespan=_watching,
        title="badgepass",
        version="0.1.0",
        description=_DESCRIPTION,
        docs_url=None,  # the framework's pages load scripts from elsewhere
        redoc_url=None,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    asking = fetcher or (OfflineFetcher() if chosen.offline else HttpFetcher())
    records = _records(chosen)
    app.state.service = Service(
        settings=chosen,
        fetcher=asking,
        clock=clock or system_clock,
        sealing=_sealers(chosen, asking, records),
        identities=Sessions(chosen.identity_minutes),
        records=records,
    )
    problems.install(app)
    for module in (
        verify,
        match,
        convert,
        credentials,
        deliveries,
        public,
        catalogue,
        health,
        extension,
        pages,
        identity,
    ):
        app.include_router(module.router)
    if chosen.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=chosen.origins,
            allow_methods=("GET", "POST"),
            allow_headers=("content-type", "authorization"),
            expose_headers=("repr-digest", "content-disposition", "badgepass-report", "badgepass-source"),
        )
    app.add_middleware(
        Guard, max_body=chosen.max_body, refuse=pages.too_large
    )  # added last, so it stands outermost
    return app


@asynccontextmanager
async def _watching(app: FastAPI) -> AsyncGenerator[None, None]:
    """Look after what was sealed as long as the service runs."""
    running: Service = app.state.service
    watcher = None
    if running.sealing is not None:
        watcher = Watcher(running.sealing, running.fetcher, running.trust, running.clock)
        watcher.start()
    yield
    if watcher is not None:
        watcher.stop()
    running.identities.clear()


def _records(settings: Settings) -> Store | None:
    """Open the records where somebody seals or signs in; a gateway that only verifies keeps none."""
    return Store.open(settings.database) if len(settings.tenants) or settings.sign_ins else None


def _sealers(settings: Settings, fetcher: Fetcher, records: Store | None) -> Sealers | None:
    if not len(settings.tenants) or records is None:
        return None
    return Sealers(
        settings.tenants,
        records,
        environment=settings.secrets,
        exchange=OperatorExchange(settings.tenants.services),
        fetcher=fetcher,
        trust=settings.trust,
    )


class _Application(FastAPI):
    """A FastAPI application whose description tells its errors as they really are."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = with_problem_details(super().openapi())
        return self.openapi_schema
