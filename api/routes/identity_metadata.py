"""`/identity/metadata`: what a node must know of this gateway."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.identity.sources.saml import SamlSignIn
from api.identity.sources.saml_metadata import MEDIA_TYPE, metadata
from api.problems import NotFound
from api.routes.identity_browser import Running, back_address

router = APIRouter(include_in_schema=False)


@router.get("/identity/metadata/{source}")
def show(request: Request, running: Running, source: str) -> Response:
    """Give the metadata of one source that speaks SAML."""
    for one in running.settings.sign_ins:
        if isinstance(one, SamlSignIn) and one.name == source:
            own = one.node.key.certificates if one.node.key is not None else ()
            back = back_address(request, running, source)
            return Response(metadata(one.node, back, own), media_type=MEDIA_TYPE)
    raise NotFound("There is no such source that speaks SAML.")
