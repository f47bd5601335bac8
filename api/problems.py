"""Domain errors become problem details (RFC 9457): one table, and every place that is wrong."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.gateway.asking import NotUnderstood
from api.gateway.explaining import NoSuchCheck
from api.identity.attempts import TooOften
from api.jobs.limits import TooMany
from schemas.errors import (
    BadgepassError,
    DocumentError,
    Incomplete,
    Malformed,
    NotRecognised,
    Problem,
    Refused,
    Unavailable,
    Unmappable,
)

MEDIA_TYPE = "application/problem+json"
TYPES = "https://w3id.org/badgepass/problems#"
_LOG = logging.getLogger(__name__)


class TooLarge(BadgepassError):  # noqa: N818 - reads as a sentence
    """The request is larger than the service reads."""

    def __init__(self, limit: int) -> None:
        """Name the limit, in bytes."""
        super().__init__(f"The request is larger than {limit} bytes.")


class Unauthorised(BadgepassError):  # noqa: N818 - reads as a sentence
    """No token that is known here came with the request."""


class Forbidden(BadgepassError):  # noqa: N818
    """The token is known, and may not do this."""


class NotFound(BadgepassError):  # noqa: N818
    """There is nothing at that address, for this caller."""


class NotAcceptable(BadgepassError):  # noqa: N818
    """The answer has no representation that the caller accepts; the message names those there are."""


_TABLE: tuple[tuple[type[BadgepassError], int, str, str], ...] = (
    (Unauthorised, 401, "unauthorised", "Who calls is not known"),
    (Forbidden, 403, "forbidden", "Not for this caller"),
    (NotFound, 404, "not-found", "There is nothing by that name"),
    (NoSuchCheck, 404, "not-found", "There is nothing by that name"),
    (NotUnderstood, 400, "not-understood", "The request was not understood"),
    (NotAcceptable, 406, "not-acceptable", "There is no such representation"),
    (Refused, 409, "refused", "Possible, but not allowed"),
    (TooMany, 429, "too-many", "More than is given"),
    (TooOften, 429, "too-often", "The attempts are spent"),
    (TooLarge, 413, "too-large", "The request is too large"),
    (NotRecognised, 415, "not-recognised", "None of the known formats"),
    (Malformed, 422, "malformed", "The document cannot be taken apart"),
    (Incomplete, 422, "incomplete", "The target format demands more than there is"),
    (Unmappable, 422, "unmappable", "The document cannot be carried over"),
    (DocumentError, 422, "document", "The document is at fault"),
    (Unavailable, 502, "unavailable", "The source's address gave nothing"),
)
_CODES = {
    Unauthorised: "request.token",
    Forbidden: "request.scope",
    NotFound: "request.path",
    TooLarge: "request.size",
    TooOften: "match.attempts",
    NotAcceptable: "request.accept",
    Unavailable: "source.unavailable",
}


def install(app: FastAPI) -> None:
    """Answer every error as problem details."""
    app.add_exception_handler(BadgepassError, _domain)
    app.add_exception_handler(RequestValidationError, _parameters)
    app.add_exception_handler(HTTPException, _http)


def answer(error: BadgepassError) -> JSONResponse:
    """Put a domain error into words and a status."""
    for kind, status, name, title in _TABLE:
        if isinstance(error, kind):
            code = _CODES.get(kind, "") or getattr(error, "code", "")
            problems = getattr(error, "problems", None) or (Problem(code=code, message=str(error)),)
            made = problem_details(status, name, title, str(error), problems)
            if isinstance(error, Unauthorised):
                made.headers["www-authenticate"] = "Bearer"  # RFC 6750 §3
            if isinstance(error, TooOften | TooMany):
                made.headers["retry-after"] = str(error.wait)  # RFC 6585 §4
            return made
    return internal(error)


def internal(error: Exception) -> JSONResponse:
    """Answer for a fault of ours; its own words may hold a learner's data, so only its kind is logged."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "nowhere"
    _LOG.error("internal.error: %s in %s", type(error).__name__, place)
    message = "The service itself broke down; nothing is decided."
    problem = Problem(code="internal.error", message=message)
    return problem_details(500, "internal", "The service broke down", message, (problem,))


def problem_details(
    status: int, name: str, title: str, detail: str, problems: Iterable[Problem]
) -> JSONResponse:
    """Build problem details with all places."""
    body: dict[str, Any] = {
        "type": TYPES + name,
        "title": title,
        "status": status,
        "detail": detail,
        "problems": [
            {"code": one.code, "message": one.message, "where": one.where, "cite": one.cite}
            for one in problems
        ],
    }
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


def _domain(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BadgepassError)  # noqa: S101 - registered for it
    return answer(error)


def _parameters(_: Request, error: Exception) -> JSONResponse:
    """Name every parameter that is wrong, without repeating what was in it."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    problems = [
        Problem(
            code="request.parameter",
            message=f"The parameter {fault['loc'][-1]!r} is wrong: {fault['msg']}.",
            where=str(fault["loc"][-1]),
        )
        for fault in error.errors()
    ]
    return answer(NotUnderstood(*problems))


def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    sentence = f"{error.detail}."
    problem = Problem(code=f"http.{error.status_code}", message=sentence)
    name = f"http-{error.status_code}"
    made = problem_details(error.status_code, name, str(error.detail), sentence, (problem,))
    made.headers.update(error.headers or {})
    return made
