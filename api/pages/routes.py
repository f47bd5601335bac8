"""`/`: hand in, see the verdict, convert, download. Nothing stays on the server between two pages."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from api.gateway.asking import asked_target, not_understood
from api.gateway.conversion import Order, converted
from api.gateway.inspection import inspected
from api.gateway.verification import Question, verified
from api.pages.facts import fields_for, grouped, profile_of
from api.pages.form import Filled, filled, linked
from api.pages.rendering import ASSETS, PageRoute, asset, carried, lang_words, largest, page
from api.pages.views import KNOWN_TYPES, converted_view, result_view
from api.routes.convert import attachment
from api.routes.identity_browser import comparing
from api.settings import Service, service
from converter.read import read
from schemas.document import Bundle
from schemas.errors import Incomplete, Malformed

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Running = Annotated[Service, Depends(service)]
Form = Annotated[Filled, Depends(filled)]


@router.get("/")
def start(request: Request, running: Running) -> Response:
    """Show the start page, or the verdict on `?url=`."""
    form = linked(request)
    if form.document:
        return _verdict(request, running, form, [("url", form.document.decode())])
    return page(request, "start.html", missing=False, limit=largest(running.settings.max_body))


@router.post("/")
def check(request: Request, running: Running, form: Form) -> Response:
    """Verify what was handed in."""
    if not form.document:
        limit = largest(running.settings.max_body)
        return page(request, "start.html", status=400, missing=True, limit=limit)
    return _verdict(request, running, form)


@router.post("/convert")
def convert(request: Request, running: Running, form: Form) -> Response:
    """Convert; where facts are missing, ask for exactly those."""
    target = asked_target(form.to, "to")
    said = lang_words(request)
    limit = running.settings.max_body
    try:
        order = Order(
            target=target,
            profile=profile_of(form.facts, form.profile, said),
            recipients=form.recipients(),
            trust=running.trust,
        )
        made = converted([form.document], order, fetcher=running.fetcher, now=running.clock())[0]
    except (Incomplete, Malformed) as error:
        asked, beyond = fields_for(error.problems, form.facts, said)
        if not asked:
            raise
        without = frozenset(one.key for one in asked)
        return page(
            request,
            "facts.html",
            status=422,
            state=[*carried(form, limit), ("to", form.to)],
            hidden_fields=[*carried(form, limit, without=without), ("to", form.to)],
            target=said(f"targets.{target}"),
            groups=grouped(asked),
            beyond=beyond,
        )
    document = base64.b64encode(made.conversion.document).decode()
    state = carried(form, limit)
    return page(
        request,
        "converted.html",
        state=[*state, ("to", form.to)],
        hidden_fields=state,
        view=converted_view(made, said),
        document=document if len(document) < limit else "",
    )


@router.post("/download")
def download(request: Request, form: Form) -> Response:
    """Hand back, as a file, the bytes that a result page holds.

    Raises:
        NotUnderstood: the form was not sent by a page of ours; a stranger's page must not make a download
            that seems to come from here.
    """
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise not_understood("request.origin", "A download can only be asked for from this page itself.")
    media_type = form.texts.get("media_type", "")
    return Response(
        form.document,
        headers={
            "content-type": media_type if media_type in KNOWN_TYPES else "application/octet-stream",
            "content-disposition": attachment(form.texts.get("name", "")),
            "content-security-policy": "default-src 'none'; sandbox",
        },
    )


@router.get("/convert")
@router.get("/download")
def begin_again() -> Response:
    """Lead somebody who reloads or bookmarks a result back to the start: there is nothing kept to show."""
    return RedirectResponse("/", status_code=303)


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Answer the style sheet, the script or the icon; their addresses change with their content."""
    if name not in ASSETS:
        raise HTTPException(404, "Not Found")
    headers = {"cache-control": "public, max-age=31536000, immutable", "content-type": ASSETS[name]}
    return Response(asset(name), headers=headers)


def _verdict(
    request: Request, running: Service, form: Filled, link: list[tuple[str, str]] | None = None
) -> Response:
    """Verify one document; of several in a ZIP or PDF, let the visitor choose."""
    found = read(form.document)
    state = carried(form, running.settings.max_body)
    while isinstance(found, Bundle) and len(found.parts) > 1:
        if form.part is None:
            return _parts(request, running, form, found, state)
        if form.part >= len(found.parts):
            raise not_understood("request.part", "There is no such part in this document.", "part")
        form = replace(form, document=found.parts[form.part][1], part=None)
        state = carried(form, running.settings.max_body)
        found = read(form.document)
    asked = form.recipients()
    question = Question(recipients=asked, trust=running.trust)
    now = running.clock()
    report = verified(form.document, question, fetcher=running.fetcher, now=now)
    return page(
        request,
        "result.html",
        state=link or state,
        hidden_fields=state,
        view=result_view(report, lang_words(request), asked=bool(asked)),
        asked=bool(asked),
        identity=bool(running.settings.sign_ins),
        wallets=bool(comparing(running)),
        now=re.sub(r"\.\d+", "", now.isoformat()),
    )


def _parts(
    request: Request, running: Service, form: Filled, found: Bundle, state: list[tuple[str, str]]
) -> Response:
    seen = inspected(form.document, fetcher=running.fetcher, now=running.clock())
    return page(
        request,
        "parts.html",
        state=state,
        hidden_fields=state,
        container=str(found.container).upper(),
        parts=seen["parts"],
    )
