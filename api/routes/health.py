"""`/health`: for whoever watches over the service."""

from __future__ import annotations

import logging

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.doctor.conditions import SOURCES, conditions, older
from api.gateway.checklist import checklist
from api.gateway.tables import summarised
from api.models import HealthBody, ReadyBody, TrustListsBody
from api.routes.verify import Running
from api.trust.telling import freshness
from schemas.document import FORMATS

router = APIRouter(prefix="/health", tags=["health"])
_LOG = logging.getLogger(__name__)


@router.get("/live", summary="The process answers")
def live() -> HealthBody:
    """Say that the process answers."""
    return HealthBody(status="ok")


@router.get(
    "/ready",
    summary="The tables are loaded",
    responses={200: {"model": ReadyBody}, 503: {"model": ReadyBody, "description": "Not ready."}},
)
def ready(running: Running) -> JSONResponse:
    """Say whether every table a request may need can be loaded, and what is older than it should be.

    What is old still serves: whether that is acceptable is for whoever watches to say. Where trusted lists
    are overdue, verdicts say that nothing is known of what they would tell.
    """
    try:
        checklist()
        for fmt in FORMATS:
            summarised(fmt)
        found = conditions(running.clock(), (*SOURCES, *running.settings.aging))
    except (OSError, ValueError) as error:
        _LOG.error("not ready: %s", type(error).__name__)
        return JSONResponse(ReadyBody(status="not-ready").model_dump(), status_code=503)
    ages = {one.name: one.days for one in found if one.days is not None}
    store = running.settings.trust_lists
    told = ReadyBody(
        status="ok",
        older=[one.name for one in older(found)],
        ages=ages,
        trust_lists=TrustListsBody(**freshness(store, running.clock())) if store is not None else None,
    )
    return JSONResponse(told.model_dump())
