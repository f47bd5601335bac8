"""`/identity`: a holder signs in, sees each field, agrees to some, and downloads; nothing of it stays."""

from __future__ import annotations

import base64
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.gateway.asking import asked_target, not_understood
from api.gateway.conversion import Order, converted
from api.identity.auditing import described
from api.identity.consenting import TICK, agreed_to, consented, purpose_named, rows_of
from api.pages.facts import fields_for, grouped, profile_of
from api.pages.form import Filled, filled
from api.pages.rendering import PageRoute, lang_words, page
from api.pages.views import converted_view
from api.problems import NotFound
from api.routes.identity_browser import (
    Held,
    Running,
    comparing,
    forgotten,
    given_key,
    held,
    logged,
)
from api.settings import Service
from converter.purposes import Purpose, purposes
from converter.read import read
from schemas.document import Bundle, Document, Format
from schemas.errors import Incomplete, Malformed, Refused

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_MOST = 4 * 1024 * 1024  # bytes of a document that is held with an identity
Form = Annotated[Filled, Depends(filled)]


@router.post("/identity")
def begin(request: Request, running: Running, form: Form) -> Response:
    """Begin a session for a document, and give this browser its key."""
    if not running.settings.sign_ins:
        raise NotFound("Nobody can sign in here.")
    if not form.document:
        raise not_understood("request.document", "There is no document to put anything into.", "document")
    if len(form.document) > _MOST:
        raise not_understood("request.document", "This document is too large for that.", "document")
    found = read(form.document)
    if isinstance(found, Bundle) and len(found.parts) > 1:
        raise not_understood("request.document", "One document at a time, please.", "document")
    matching = form.texts.get("aim") == "match"
    if matching and not comparing(running):
        raise NotFound("No wallet is asked here.")
    session, key = running.identities.open(form.document, now=running.clock(), matching=matching)
    logged(running, session, "identity.opened")
    made = RedirectResponse(f"/identity/{session.name}?lang={lang_words(request).lang}", status_code=303)
    given_key(made, request, running, session, key)
    return made


@router.get("/identity/{session}")
def show(request: Request, running: Running, mine: Annotated[Held, Depends(held)]) -> Response:
    """Show where to sign in; or each field, where it came from and what it is for."""
    return _shown(request, running, mine, purpose_named(request.query_params.get("purpose", "")))


@router.post("/identity/{session}")
def agree(request: Request, running: Running, form: Form, mine: Annotated[Held, Depends(held)]) -> Response:
    """Write what the holder agreed to, if it is proven to be the learner's; else write nothing."""
    session = mine.session
    if session.identity is None:
        return _shown(request, running, mine, purpose_named(""))
    purpose = purpose_named(form.texts.get("purpose", ""))
    agreed = agreed_to(form.texts, purpose)
    if not agreed:
        return _shown(request, running, mine, purpose, notice="nothing")
    recipients = form.recipients()
    handed = consented(session.identity, purpose, agreed, recipients[0] if recipients else None)
    target = asked_target(form.to, "to")
    said = lang_words(request)
    try:
        order = Order(
            target=target,
            profile=profile_of(form.facts, form.profile, said),
            trust=running.trust,
            identity=handed,
        )
        made = converted([session.document], order, fetcher=running.fetcher, now=running.clock())[0]
    except (Incomplete, Malformed) as error:
        return _asked(request, mine, form, error, target, agreed)
    except Refused as error:
        logged(running, session, "identity.refused", codes=sorted({one.code for one in error.problems}))
        raise
    went_in = [name for name in session.identity.said() if name in agreed]
    logged(
        running,
        session,
        "identity.consented",
        purpose=purpose.name,
        target=str(target),
        fields=described(handed.identity, went_in),
    )
    document = base64.b64encode(made.conversion.document).decode()
    return page(
        request,
        "identity_done.html",
        view=converted_view(made, said),
        document=document if len(document) < running.settings.max_body else "",
        went_in=went_in,
        proof=made.proof,
        path=mine.path,
        purpose=purpose,
        minutes=running.identities.minutes,
    )


@router.delete("/identity/{session}")
def erase(running: Running, mine: Annotated[Held, Depends(held)]) -> Response:
    """Forget everything at once."""
    _erase(running, mine)
    return forgotten(Response(status_code=204))


@router.post("/identity/{session}/erase")
def erase_by_form(
    request: Request, running: Running, mine: Annotated[Held, Depends(held)], form: Form
) -> Response:
    """Forget everything at once, asked by a page."""
    del form  # read for its language alone
    _erase(running, mine)
    return forgotten(RedirectResponse(f"/?lang={lang_words(request).lang}", status_code=303))


def _shown(request: Request, running: Service, mine: Held, purpose: Purpose, *, notice: str = "") -> Response:
    said = lang_words(request)
    identity = mine.session.identity
    found = read(mine.session.document)
    fmt = found.format if isinstance(found, Document) else Format.OB2
    return page(
        request,
        "identity.html",
        status=422 if notice else 200,
        state=[("purpose", purpose.name)],
        notice=notice,
        minutes=running.identities.minutes,
        path=mine.path,
        sign_ins=comparing(running) if mine.session.matching else running.settings.sign_ins,
        matching=mine.session.matching,
        rows=rows_of(identity, purpose, said) if identity is not None else (),
        purpose=purpose,
        purposes=tuple(purposes().values()),
        targets=[str(one) for one in (Format.EDCI, Format.ELM) if one is not fmt],
    )


def _asked(
    request: Request,
    mine: Held,
    form: Filled,
    error: Incomplete | Malformed,
    target: Format,
    agreed: frozenset[str],
) -> Response:
    """Ask for the facts that the target demands and nobody has given; the page keeps the holder's answer.

    Raises:
        Incomplete, Malformed: nothing that a form could ask for misses.
    """
    said = lang_words(request)
    asked, beyond = fields_for(error.problems, form.facts, said)
    if not asked:
        raise error
    answer = [("purpose", form.texts.get("purpose", "")), *((TICK + name, "yes") for name in sorted(agreed))]
    without = frozenset(one.key for one in asked)
    fields = [field for field in form.state(without=without) if field[0] != "carried"]
    return page(
        request,
        "facts.html",
        status=422,
        hidden_fields=[*fields, *answer, ("to", form.to)],
        target=said(f"targets.{target}"),
        groups=grouped(asked),
        beyond=beyond,
        action=mine.path,
    )


def _erase(running: Service, mine: Held) -> None:
    session = running.identities.erase(mine.session.name, mine.key, now=running.clock())
    logged(running, session, "identity.erased")
