"""`/v1/verify`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.documentation import Responses, body, errors, example
from api.gateway.asking import asked_address, asked_recipients, not_understood
from api.gateway.receipts import Along, receipt_verified, receipted
from api.gateway.verification import Question, verified
from api.models import ReportBody
from api.settings import Service, service
from api.submission import Submission, submitted
from verifier.bundle import RecordingFetcher
from verifier.receipt import is_receipt

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
    receipt: bool = Field(
        default=False,
        description="Sign the report: it comes with `receipt`, a JWS, and `evidence`, what it rests on. "
        "Only where the service has a key for it. A receipt can itself be handed in as the document.",
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
    now = running.clock()
    if is_receipt(data):
        return JSONResponse(receipt_verified(data, question, Along(), now=now).to_dict())
    if query.receipt:
        return JSONResponse(_signed(running, data, question, now))
    return JSONResponse(verified(data, question, fetcher=running.fetcher, now=now).to_dict())


def _signed(running: Service, data: bytes, question: Question, now: datetime) -> dict[str, Any]:
    """Verify, and answer the report with its receipt and the evidence that the receipt is about."""
    key = running.settings.receipt_key
    if key is None:
        raise not_understood("request.receipt", "This service has no key to sign receipts with.", "receipt")
    recording = RecordingFetcher(running.fetcher)
    verified(data, question, fetcher=recording, now=now)
    bundle = recording.bundle(question.trust)
    report, token = receipted(data, question, bundle, at=now, key=key)
    return {**report.to_dict(), "receipt": token.decode(), "evidence": bundle}
