"""`/v1/verify`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.documentation import Responses, body, errors, example
from api.gateway.asking import asked_address, asked_recipients
from api.gateway.verification import Question, verified
from api.models import ReportBody
from api.settings import Service, service
from api.submission import Submission, submitted

router = APIRouter(prefix="/v1", tags=["verify"])

Running = Annotated[Service, Depends(service)]
Recipients = list[Annotated[str, StringConstraints(max_length=2100)]]
RECIPIENT = (
    "Whom it should be about, `kind=value` (email, id, url, telephone); any may match. Personal data: "
    "prefer the form's field, for addresses are kept in many places."
)


class VerifyQuery(BaseModel):
    """What is asked about a document; a name that is not known is an error, not a wish ignored."""

    model_config = ConfigDict(extra="forbid")

    recipient: Recipients = Field(default=[], description=RECIPIENT)
    policy: str = Field(
        default="auto", max_length=40, description="What to require; `GET /v1/checks` lists the policies."
    )


class AddressQuery(VerifyQuery):
    """The same, with the address of the document."""

    url: str = Field(max_length=2048, description="The address of a badge or credential.")


_REPORT: Responses = {
    200: {
        "model": ReportBody,
        "description": "The report; a failed verification is an answer, not an error.",
        "content": {"application/json": {"example": example("report")}},
    }
}


@router.post(
    "/verify",
    summary="Verify a document",
    responses={**_REPORT, **errors(400, 413, 415, 422, 500)},
    openapi_extra=body(several=False, profile=False),
)
def verify_document(
    running: Running,
    submission: Annotated[Submission, Depends(submitted)],
    query: Annotated[VerifyQuery, Query()],
) -> JSONResponse:
    """Verify what is handed in, whatever it is wrapped in, and tell every finding with its reason."""
    return _answered(running, submission.only(), query, submission.recipients)


@router.get(
    "/verify",
    summary="Verify what an address holds",
    responses={**_REPORT, **errors(400, 415, 422, 500)},
)
def verify_address(
    running: Running,
    query: Annotated[AddressQuery, Query()],
) -> JSONResponse:
    """Verify a badge or credential by its address; a link to this can be shared."""
    return _answered(running, asked_address(query.url, "url"), query)


def _answered(
    running: Service, data: bytes, query: VerifyQuery, recipients: tuple[str, ...] = ()
) -> JSONResponse:
    question = Question(
        policy=query.policy,
        recipients=asked_recipients([*query.recipient, *recipients], "recipient"),
        trust=running.trust,
        official=running.settings.official,
    )
    report = verified(data, question, fetcher=running.fetcher, now=running.clock())
    return JSONResponse(report.to_dict())
