"""`/v1/checks` and `/v1/mappings`: what the gateway knows, without a document."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from api.documentation import errors
from api.gateway.checklist import checklist
from api.gateway.explaining import explanation
from api.gateway.tables import shown
from api.models import ChecksBody, ExplanationBody, FormatName, MappingBody
from schemas.document import Format

router = APIRouter(prefix="/v1", tags=["catalogue"])


@router.get("/checks", summary="Every check there is", responses=errors(500))
def checks() -> ChecksBody:
    """List every code a report may hold, what passing it means, and its clause."""
    return ChecksBody.model_validate(checklist())


@router.get("/checks/{code}", summary="What a check is about", responses=errors(400, 404, 500))
def check(
    code: Annotated[str, Path(max_length=100, description="A code as reports give it.")],
) -> ExplanationBody:
    """Explain a code: the rule, its clause, what each outcome means, and how to mend it.

    A code below a known one is explained by that one; `note` says so.
    """
    return ExplanationBody.model_validate(explanation(code))


@router.get("/mappings/{format}", summary="How a format is mapped", responses=errors(400, 500))
def mapping_table(
    fmt: Annotated[FormatName, Path(alias="format", description="The format.")],
) -> MappingBody:
    """Show the rows, one-ways and gaps between a format and the pivot."""
    table: dict[str, Any] = shown(Format(fmt))
    return MappingBody.model_validate(table)
