"""The badge extension that carries a Europass credential: its context and its schema."""

from __future__ import annotations

from importlib.resources import files
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import Response

router = APIRouter(prefix="/extensions/EuropassCredentialExtension", tags=["extension"])

_TYPES = {"context.json": "application/ld+json", "schema.json": "application/schema+json"}


@router.get(
    "/{file}",
    summary="The context and schema of the carrier extension",
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {one: {"schema": {"type": "object"}} for one in _TYPES.values()},
        }
    },
)
def extension_file(file: Literal["context.json", "schema.json"]) -> Response:
    """Answer a file that badge validators everywhere may read, also from within a browser."""
    return Response(
        (files("api") / "extension" / file).read_bytes(),
        media_type=_TYPES[file],
        headers={"access-control-allow-origin": "*", "cache-control": "public, max-age=86400"},
    )
