"""`/match`: is this the person a credential names? An answer that discloses nothing, and nothing is kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.gateway.asking import not_understood
from api.gateway.matching import asked_person, person_matched
from api.pages.form import Filled, filled
from api.pages.rendering import PageRoute, carried, page
from api.routes.identity_browser import comparing
from api.routes.match import client_of
from api.settings import Service, service

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/match")
def match(
    request: Request,
    running: Annotated[Service, Depends(service)],
    form: Annotated[Filled, Depends(filled)],
) -> Response:
    """Compare a typed name and date of birth with the credential's subject."""
    if not form.document:
        raise not_understood("request.document", "There is no document to compare with.", "document")
    told = person_matched(
        form.document,
        asked_person(form.texts.get("match_name", ""), form.texts.get("match_birthdate", "")),
        client=client_of(request),
        attempts=running.attempts,
        fetcher=running.fetcher,
        now=running.clock(),
        trust=running.trust,
    )
    fields = carried(form, running.settings.max_body)
    wallets = bool(comparing(running))
    return page(request, "match.html", hidden_fields=fields, told=told, asked=None, wallets=wallets)


@router.get("/match")
def begin_again() -> RedirectResponse:
    """Lead back to the start: nothing is kept to show."""
    return RedirectResponse("/", status_code=303)
