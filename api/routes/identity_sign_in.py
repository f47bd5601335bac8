"""`/identity/…/sign-in` and `/identity/back`: away to a source, and back from it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

import segno
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from markupsafe import Markup

from api.gateway.asking import not_understood
from api.gateway.matching import person_matched, person_of
from api.identity.auditing import described
from api.identity.sessions import NoSession
from api.identity.source import SignIn
from api.pages.rendering import PageRoute, lang_words, page
from api.problems import NotFound
from api.routes.identity_browser import (
    Held,
    Running,
    back_address,
    comparing,
    forgotten,
    held,
    logged,
    returned,
)
from api.routes.match import client_of
from api.settings import Service
from schemas.errors import DocumentError
from schemas.identity import Identity

router = APIRouter(route_class=PageRoute, include_in_schema=False)

REQUEST_TYPE = "application/oauth-authz-req+jwt"
_FORM = "application/x-www-form-urlencoded"
_LONGEST, _MOST_FIELDS = 512 * 1024, 20
_CODE = "response_code"


@router.get("/identity/{session}/sign-in/{source}")
def sign_in(
    request: Request, running: Running, source: str, mine: Annotated[Held, Depends(held)]
) -> Response:
    """Send the browser to a source; a wallet is asked from a page of ours."""
    one = _sign_in(running, source)
    if mine.session.matching and one not in comparing(running):
        raise NotFound("Nobody is compared by that.")
    begun = one.begin(back_address(request, running, source), now=running.clock())
    running.identities.begin(mine.session.name, mine.key, source, begun, now=running.clock())
    if begun.address.startswith(("https://", "http://")):
        return RedirectResponse(begun.address, status_code=303)
    return RedirectResponse(f"/identity/back/{source}?lang={lang_words(request).lang}", status_code=303)


@router.get("/identity/back/{source}")
def back(
    request: Request, running: Running, source: str, mine: Annotated[Held, Depends(returned)]
) -> Response:
    """Take what a source sent the browser back with; it is used once."""
    code = request.query_params.get(_CODE, "")
    session = mine.session
    if session.begun is None or session.source != source:
        raise NotFound("No sign-in is under way here.")
    if not session.answered(code):
        return _waiting(request, mine, source)
    session = running.identities.take(session.name, mine.key, now=running.clock())
    if session.begun is None or session.source != source or not session.answered(code):
        raise NotFound("No sign-in is under way here.")  # another page of this browser was faster
    said = {**request.query_params, **(session.letter.fields if session.letter is not None else {})}
    one = _sign_in(running, source)
    try:
        identity = one.finish(
            session.begun, back_address(request, running, source), said, now=running.clock()
        )
    except DocumentError as error:
        logged(running, session, "identity.refused", codes=sorted({one.code for one in error.problems}))
        raise
    if session.matching:
        return _compared(request, running, mine, identity)
    running.identities.fill(session.name, mine.key, identity, now=running.clock())
    logged(running, session, "identity.received", source=source, fields=described(identity))
    return RedirectResponse(mine.path, status_code=303)


async def _fields(request: Request) -> dict[str, str]:
    """Read a form that a source or a wallet posts.

    Raises:
        NotUnderstood: it is none, too large, or says a thing twice.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise not_understood("request.form", "An answer comes as a form.")
    body = await request.body()
    if len(body) > _LONGEST:
        raise not_understood("request.form", "The answer is too large.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError:
        raise not_understood("request.form", "The answer cannot be read.") from None
    if len(pairs) != len(dict(pairs)):
        raise not_understood("request.form", "The answer says a thing twice.")
    return dict(pairs)


Fields = Annotated[dict[str, str], Depends(_fields)]


@router.post("/identity/back/{source}/answer")
def answered_by_form(request: Request, running: Running, source: str, fields: Fields) -> Response:
    """Take the form that a source has the browser post (SAML 2.0 bindings §3.5).

    The browser's key does not come along from another site, so the answer waits until the browser, sent on,
    asks for it itself.
    """
    code = _left(running, source, fields.get("RelayState", ""), fields)
    return RedirectResponse(_onwards(request, running, source, code), status_code=303)


@router.post("/identity/back/{source}/answer/{letter}")
def answered_by_wallet(
    request: Request, running: Running, source: str, letter: str, fields: Fields
) -> Response:
    """Take a wallet's own call (OpenID4VP 1.0 §8.2), and tell it where to send the browser."""
    code = _left(running, source, letter, fields)
    return JSONResponse({"redirect_uri": _onwards(request, running, source, code)})


@router.get("/identity/back/{source}/request/{letter}")
def requested(running: Running, source: str, letter: str) -> Response:
    """Give a wallet the signed request (RFC 9101 §5.2.3)."""
    try:
        told = running.identities.asked(source, letter, now=running.clock())
    except NoSession:
        raise NotFound("Nothing is asked here, or not any more.") from None
    return Response(told, media_type=REQUEST_TYPE, headers={"cache-control": "no-store"})


def _left(running: Service, source: str, letter: str, fields: dict[str, str]) -> str:
    try:
        return running.identities.leave(source, letter, fields, now=running.clock())
    except NoSession:
        raise NotFound("Nobody waits for this answer, or not any more.") from None


def _onwards(request: Request, running: Service, source: str, code: str) -> str:
    return f"{back_address(request, running, source)}?{urlencode({_CODE: code})}"


def _waiting(request: Request, mine: Held, source: str) -> Response:
    """Show how to reach the wallet, and look again in a moment whether it has answered."""
    begun = mine.session.begun
    if begun is None or begun.address.startswith(("https://", "http://")):
        raise NotFound("The source has not answered for this browser.")
    return page(
        request,
        "identity_wallet.html",
        begun=begun,
        again=f"/identity/back/{source}?lang={lang_words(request).lang}",
        picture=_picture(begun.address) if begun.elsewhere else "",
        path=mine.path,
    )


def _compared(request: Request, running: Service, mine: Held, identity: Identity) -> Response:
    """Tell whether whoever signed in is the person the document names, and forget everything."""
    session = running.identities.erase(mine.session.name, mine.key, now=running.clock())
    person = person_of(identity)
    logged(running, session, "identity.compared", source=session.source)
    told = person_matched(
        session.document,
        person,
        client=client_of(request),
        attempts=running.attempts,
        fetcher=running.fetcher,
        now=running.clock(),
        trust=running.trust,
    )
    origin = identity.origin("birthdate")
    shown = page(request, "match.html", once=True, hidden_fields=[], told=told, asked=origin, wallets=False)
    return forgotten(shown)


def _picture(address: str) -> Markup:
    """Draw an address as a QR code."""
    return Markup(segno.make_qr(address, error="l").svg_inline(scale=4, border=4))  # noqa: S704 - drawn here


def _sign_in(running: Service, name: str) -> SignIn:
    found = next((one for one in running.settings.sign_ins if one.name == name), None)
    if found is None:
        raise NotFound("Nobody can sign in there.")
    return found
