"""What anybody may ask without a token: status lists and badges."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path
from fastapi.responses import Response

from api.badges import served
from api.badges.serving import NOT_FOUND
from api.problems import NotFound
from api.routes.verify import Running
from api.status.publishing import MAX_AGE, MEDIA_TYPE

router = APIRouter(tags=["public"])

_NOTHING = "There is nothing here."
_OPEN = {"access-control-allow-origin": "*"}
"""Validators in a browser may read all of it: it is public by purpose and answers everybody alike."""
_CACHED = f"public, max-age={int(MAX_AGE.total_seconds())}"
_ANY: dict[int | str, dict[str, Any]] = {
    200: {"description": "The document.", "content": {"application/ld+json": {}}},
    304: {"description": "What the caller has is still right."},
    404: {"description": "There is nothing here."},
}


@router.get(
    "/status/{name}/{purpose}",
    summary="A status list",
    response_class=Response,
    responses={**_ANY, 200: {"description": "A signed status list.", "content": {MEDIA_TYPE: {}}}},
)
def status_list(
    running: Running,
    name: Annotated[str, Path(max_length=64)],
    purpose: Literal["revocation", "suspension"],
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """Answer a signed list of the statuses of what a tenant sealed (W3C Bitstring Status List v1.0)."""
    if running.sealing is None:
        raise NotFound(_NOTHING)
    tenant = running.sealing.lists.tenant_of(name)
    if not tenant:
        raise NotFound(_NOTHING)
    sealer = running.sealing.of(tenant)
    made = running.sealing.lists.published(name, purpose, sealer.signing(), now=running.clock())
    return _answer(made.body, made.etag, MEDIA_TYPE, if_none_match)


@router.get(
    "/badges/{path:path}",
    summary="A badge that is hosted here, its class, picture, issuer, key or revocations",
    response_class=Response,
    responses={**_ANY, 410: {"description": "The badge was taken back; the body says so."}},
)
def badge(
    running: Running,
    path: Annotated[str, Path(max_length=200)],
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """Answer a public document of a badge (Open Badges 2.0, §Hosted badges)."""
    if running.sealing is None:
        raise NotFound(_NOTHING)
    bases = {one.name: one.base_url for one in running.sealing.tenants}
    found = served(running.sealing.store, bases, path)
    if found.status == NOT_FOUND:
        raise NotFound(_NOTHING)
    return _answer(found.body, found.etag, found.media_type, if_none_match, status=found.status)


def _answer(body: bytes, etag: str, media_type: str, known: str, *, status: int = 200) -> Response:
    """Answer a document, or that the one the caller knows is still right (RFC 9110 §13.1.2)."""
    headers = {**_OPEN, "etag": etag, "cache-control": _CACHED}
    if etag in known:
        return Response(status_code=304, headers=headers)
    return Response(body, status_code=status, media_type=media_type, headers=headers)
