"""`/health`: for whoever watches over the service."""

from __future__ import annotations

import logging

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.gateway.checklist import checklist
from api.gateway.tables import summarised
from api.models import HealthBody
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
    responses={200: {"model": HealthBody}, 503: {"model": HealthBody, "description": "Not ready."}},
)
def ready() -> JSONResponse:
    """Say whether every table a request may need can be loaded."""
    try:
        checklist()
        for fmt in FORMATS:
            summarised(fmt)
    except (OSError, ValueError) as error:
        _LOG.error("not ready: %s", type(error).__name__)
        return JSONResponse({"status": "not-ready"}, status_code=503)
    return JSONResponse({"status": "ok"})
