"""`/health`: for whoever watches over the service."""

from __future__ import annotations

import logging

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.gateway.checklist import checklist
from api.gateway.tables import summarised
from api.models import HealthBody, ReadyBody
from api.routes.verify import Running
from api.trust.telling import freshness
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
    responses={200: {"model": ReadyBody}, 503: {"model": HealthBody, "description": "Not ready."}},
)
def ready(running: Running) -> JSONResponse:
    """Say whether every table a request may need can be loaded, and how new the trusted lists are.

    Overdue lists are told and do not make the service unready: it then answers that nothing is known.
    """
    try:
        checklist()
        for fmt in Format:
            summarised(fmt)
    except (OSError, ValueError) as error:
        _LOG.error("not ready: %s", type(error).__name__)
        return JSONResponse({"status": "not-ready"}, status_code=503)
    store = running.settings.trust_lists
    told = {} if store is None else {"trust_lists": freshness(store, running.clock())}
    return JSONResponse({"status": "ok", **told})
