"""The HTTP service: routes, guard and errors put together, and nothing else."""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from api import pages, problems
from api.access_tokens import AccessTokens
from api.clock import system_clock
from api.documentation import with_problem_details
from api.exchange import OperatorExchange
from api.gateway.sealers import Sealers
from api.guarding import Guard
from api.identity.sessions import Sessions
from api.jobs.limits import Calls
from api.jobs.running import Runner
from api.jobs.service import Jobs
from api.routes import (
    catalogue,
    convert,
    credentials,
    deliveries,
    extension,
    health,
    identity,
    identity_metadata,
    identity_sign_in,
    jobs,
    match,
    public,
    verify,
)
from api.settings import Service, Settings
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
        access_tokens=_access_tokens(chosen, clock or system_clock),
        jobs=_jobs(chosen, records),
    )
    problems.install(app)
    for module in (
        verify,
        match,
        convert,
        credentials,
        deliveries,
        jobs,
        public,
        catalogue,
        health,
        extension,
        pages,
        identity_metadata,
        identity,
        identity_sign_in,
    ):
        app.include_router(module.router)
    if chosen.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=chosen.origins,
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=("content-type", "authorization"),
            expose_headers=("repr-digest", "content-disposition", "badgepass-report", "badgepass-source"),
        )
    app.add_middleware(
        Guard, max_body=chosen.max_body, refuse=pages.too_large, wider=_wider(chosen)
    )  # added last, so it stands outermost
    return app


def _wider(settings: Settings) -> dict[str, int]:
    """Name the one address where more is taken: what comes there goes straight onto the disk."""
    return {jobs.PATH: settings.jobs.max_bytes} if settings.jobs is not None else {}


@asynccontextmanager
async def _watching(app: FastAPI) -> AsyncGenerator[None, None]:
    """Look after what was sealed as long as the service runs."""
    running: Service = app.state.service
    watcher = None
    if running.sealing is not None:
        watcher = Watcher(running.sealing, running.fetcher, running.trust, running.clock)
        watcher.start()
    runner = None
    if running.jobs is not None:
        taken = running.jobs
        runner = Runner(taken.store, running.settings, taken.bounds, running.clock)
        app.state.runner = runner
        runner.start()
    yield
    if runner is not None:
        runner.stop()
    if watcher is not None:
        watcher.stop()
    running.identities.clear()


def _records(settings: Settings) -> Store | None:
    """Open the records where somebody seals, signs in or hands in jobs; else a gateway keeps none."""
    needed = len(settings.tenants) or settings.sign_ins or settings.jobs is not None
    return Store.open(settings.database) if needed else None


def _jobs(settings: Settings, records: Store | None) -> Jobs | None:
    if settings.jobs is None or records is None:
        return None
    return Jobs(store=records, bounds=settings.jobs, calls=Calls(settings.jobs.calls))


def _access_tokens(settings: Settings, clock: Callable[[], datetime]) -> AccessTokens | None:
    if not any(one.authorization for one in settings.tenants):
        return None
    exchange = functools.cache(lambda: OperatorExchange(settings.tenants.services))
    return AccessTokens(settings.tenants, exchange, clock)


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
