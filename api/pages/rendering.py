"""Templates to responses: escaping, languages, headers, and errors as pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine, Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Scope

from api.cli.terminal import plain
from api.pages.form import Filled
from api.pages.words import LANGUAGES, Words, preferred, words
from api.problems import TooLarge, answer, internal
from api.settings import service
from converter.strict import MAX_BYTES
from schemas.errors import BadgepassError

ASSETS = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'none'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "vary": "accept-language",
}
PATHS = ("/", "/convert", "/download", "/match")
State = Iterable[tuple[str, str]]
_ROOM = 256 * 1024  # what a form holds beside the document: fields, facts, boundaries


def lang_words(request: Request) -> Words:
    """Return the words of the language the visitor chose, or the browser prefers."""
    chosen = getattr(request.state, "lang", "") or request.query_params.get("lang", "")
    return words(preferred(chosen, request.headers.get("accept-language", "")))


def carried(form: Filled, max_body: int, *, without: frozenset[str] = frozenset()) -> list[tuple[str, str]]:
    """Return the hidden fields a page carries the form along in; none where they would be too large."""
    fits = (len(form.document) + len(form.profile)) * 4 // 3 + _ROOM <= max_body
    return list(form.state(without=without)) if fits else []


def largest(max_body: int) -> int:
    """Return how many bytes a document may have to be handed in here."""
    return min(max_body - _ROOM, MAX_BYTES)


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    state: State = (),
    once: bool = False,
    **context: object,
) -> HTMLResponse:
    """Render a page.

    Args:
        request: that it answers.
        template: of the page.
        status: of the answer.
        state: the hidden fields by which the language switch asks for it again.
        once: whether it cannot be asked for again, in no language.
        context: what the template shows.
    """
    said = lang_words(request)
    made = _environment().get_template(template)
    posted = request.method == "POST"
    own = posted or request.url.path.startswith("/identity/")
    switch = {
        "method": "post" if posted else "get",
        "action": request.url.path if own else "/",
        "state": list(state),
        "whole": not once and (bool(list(state)) or not posted),
    }
    text = made.render(w=said, languages=LANGUAGES, switch=switch, **context)
    return HTMLResponse(text, status_code=status, headers={**HEADERS, "content-language": said.lang})


class PageRoute(APIRoute):
    """A route whose errors are pages, with the status that every other door gives them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler, its form reading included."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except BadgepassError as error:
                return problem_page(request, answer(error))
            except (HTTPException, ClientDisconnect):
                raise
            except Exception as error:  # noqa: BLE001 - a person gets a page, whatever broke
                return problem_page(request, internal(error))

        return handled


def problem_page(request: Request, told: Response) -> HTMLResponse:
    """Show problem details (RFC 9457) to a person."""
    details = json.loads(bytes(told.body))
    name = str(details["type"]).rpartition("#")[2]
    form = getattr(request.state, "filled", None)
    state: list[tuple[str, str]] = []
    if isinstance(form, Filled):
        state = [*carried(form, service(request).settings.max_body), ("to", form.to)]
    elif url := request.query_params.get("url"):
        state = [("url", url)]
    return page(
        request,
        "problem.html",
        status=told.status_code,
        state=state,
        name=name,
        problems=details["problems"],
    )


def too_large(scope: Scope, error: TooLarge) -> Response:
    """Refuse a request for its size: a person gets a page, everybody else problem details."""
    told = answer(error)
    return problem_page(Request(scope), told) if scope["path"] in PATHS else told


def shown(text: object) -> str:
    """Make a text from a document fit to be shown: on one line, and nothing in it reorders the page."""
    return plain(" ".join(str(text).split()))


@cache
def asset(name: str) -> bytes:
    """Return a static file.

    Raises:
        KeyError: there is no such file.
    """
    if name not in ASSETS:
        raise KeyError(name)
    return (files("api.pages") / "static" / name).read_bytes()


def asset_address(name: str) -> str:
    """Return a static file's address, which changes with its content."""
    return f"/static/{name}?v={hashlib.sha256(asset(name)).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown"] = shown
    environment.globals["asset"] = asset_address
    return environment
