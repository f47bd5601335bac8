"""`/v1/match`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from api.documentation import DOCUMENT, errors, example
from api.gateway.asking import not_understood
from api.gateway.matching import asked_person, person_matched
from api.models import MatchBody
from api.routes.verify import Running
from api.submission import is_form, parts_of

router = APIRouter(prefix="/v1", tags=["match"])

PARTS = ("document", "name", "birthdate")
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "document": DOCUMENT,
                        "name": {"type": "string", "maxLength": 200, "description": "The whole name."},
                        "birthdate": {"type": "string", "format": "date"},
                    },
                    "required": list(PARTS),
                    "additionalProperties": False,
                }
            }
        },
    }
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": MatchBody,
        "description": "The answer; it says nothing of the person but this.",
        "content": {"application/json": {"example": example("match")}},
    }
}


async def _parts(request: Request) -> dict[str, bytes]:
    """Read the three parts; personal values never stand in an address.

    Raises:
        NotUnderstood: no form, a part too many, or one that misses.
    """
    if not is_form(request):
        message = "Document, name and date of birth come as the parts of a multipart form."
        raise not_understood("request.form", message)
    parts = await parts_of(request, PARTS)
    said = dict(parts)
    if len(parts) != len(said):
        raise not_understood("request.part", "Each part comes once.")
    for name in PARTS:
        if not said.get(name, b"").strip():
            raise not_understood("request.part", f"The part {name} is missing or empty.", name)
    return said


@router.post(
    "/match",
    summary="Match a person with a credential",
    responses={**_RESPONSES, **errors(400, 409, 413, 415, 422, 429, 500)},
    openapi_extra=_BODY,
)
def match_person(
    request: Request, running: Running, parts: Annotated[dict[str, bytes], Depends(_parts)]
) -> JSONResponse:
    """Tell whether a name and a date of birth are those of the person a credential names.

    Only of a document that did not fail its verification. Nothing is stored, and the number of attempts for
    each credential and client is bounded.
    """
    person = asked_person(
        parts["name"].decode("utf-8", "replace"), parts["birthdate"].decode("utf-8", "replace")
    )
    told = person_matched(
        parts["document"],
        person,
        client=client_of(request),
        attempts=running.attempts,
        fetcher=running.fetcher,
        now=running.clock(),
        trust=running.trust,
    )
    return JSONResponse(told.to_dict())


def client_of(request: Request) -> str:
    """Return who asks, as far as the network tells; it is counted by a keyed digest and never kept."""
    return request.client.host if request.client is not None else ""
