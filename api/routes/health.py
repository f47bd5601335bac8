"""`/health`: for whoever watches over the service."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from api.doctor.conditions import SOURCES, conditions, older
from api.gateway.checklist import checklist
from api.gateway.tables import summarised
from api.models import HealthBody, ReadyBody
from api.settings import service
from schemas.document import Format

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
def ready(request: Request) -> JSONResponse:
    """Say whether every table a request may need can be loaded, and what is older than it should be.

    What is old still serves: whether that is acceptable is for whoever watches to say.
    """
    running = service(request)
    try:
        checklist()
        for fmt in Format:
            summarised(fmt)
        found = conditions(running.clock(), (*SOURCES, *running.settings.aging))
    except (OSError, ValueError) as error:
        _LOG.error("not ready: %s", type(error).__name__)
        return JSONResponse(ReadyBody(status="not-ready").model_dump(), status_code=503)
    ages = {one.name: one.days for one in found if one.days is not None}
    told = ReadyBody(status="ok", older=[one.name for one in older(found)], ages=ages)
    return JSONResponse(told.model_dump())
