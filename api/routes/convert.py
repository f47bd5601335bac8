"""`/v1/convert`."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.accepting import wants_bare
from api.authorising import Caller, PerhapsCalled
from api.documentation import body, errors, example
from api.gateway.asking import asked_recipients, not_understood
from api.gateway.conversion import Converted, Order, converted
from api.gateway.seal_orders import SealOrder
from api.identity.auditing import asked_register
from api.identity.handing import handed_identity
from api.identity.sources.register import Register
from api.models import ConvertedBody, FormatName, SeveralConvertedBody
from api.problems import Forbidden, NotAcceptable, Unauthorised
from api.routes.verify import RECIPIENT, Recipients, Running
from api.settings import Service
from api.submission import Submission, submitted
from api.tenants import Scope
from converter.identity_reading import Handed
from converter.lists import MEDIA_TYPES
from converter.profile import read_profile
from schemas.document import Format
from schemas.institution import InstitutionProfile

router = APIRouter(prefix="/v1", tags=["convert"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": ConvertedBody | SeveralConvertedBody,
        "description": "The document with its report (a list of them where several were made); or, with an "
        "`Accept` that names its media type, the bare bytes, with `Repr-Digest`, the counts of the four "
        "lists in `Badgepass-Report` and the verdict on the source in `Badgepass-Source`.",
        "content": {
            "application/json": {"example": example("converted")},
            **dict.fromkeys(sorted(set(MEDIA_TYPES.values())), _BINARY),
        },
    }
}


class ConvertQuery(BaseModel):
    """What is asked of a conversion; a name that is not known is an error, not a wish ignored."""

    model_config = ConfigDict(extra="forbid")

    to: FormatName = Field(description="The format wanted.")
    recipient: Recipients = Field(default=[], description=RECIPIENT)
    strict: bool = Field(default=False, description="Refuse when something would be left out.")
    bundle: bool = Field(default=False, description="Make one credential of all documents.")
    split: bool = Field(default=False, description="Make one badge for each achievement.")
    enclose: Literal["document", "original", "nothing"] = Field(
        default="document", description="What travels along: the document, the whole file, or nothing."
    )
    seal: str = Field(default="", max_length=100, description="The tenant whose seal the result gets.")
    override: Literal["", "indeterminate"] = Field(
        default="", description="Seal a source that is not proven; recorded, and only where the tenant may."
    )
    form: Literal["signed", "hosted"] = Field(
        default="signed", description="Of a sealed badge: signed with the tenant's key, or hosted here."
    )


@router.post(
    "/convert",
    summary="Convert documents",
    responses={**_RESPONSES, **errors(400, 401, 403, 406, 409, 413, 415, 422, 500, 502)},
    openapi_extra=body(several=True, profile=True),
)
def convert_documents(
    running: Running,
    submission: Annotated[Submission, Depends(submitted)],
    query: Annotated[ConvertQuery, Query()],
    called: PerhapsCalled,
    accept: Annotated[str, Header(description="Which representation is wanted.")] = "",
) -> Response:
    """Convert one document or several; a source known to be revoked is refused.

    An `identity` goes in only where it is proven to be the learner's: its `recipient` is the badge's, or the
    institution vouches. Else the answer is a problem with the code `identity.mismatch`.

    With `seal` the result is sealed too: the caller has that tenant's token with the scope `seal`, and each
    source passed its verification.
    """
    now = running.clock()
    seal = _seal(running, query, called)
    own = seal.sealer.profile if seal is not None else InstitutionProfile()
    order = Order(
        target=Format(query.to),
        profile=read_profile(submission.profile) if submission.profile else own,
        recipients=asked_recipients([*query.recipient, *submission.recipients], "recipient"),
        trust=seal.sealer.trust if seal is not None else running.trust,
        strict=query.strict,
        bundle=query.bundle,
        split=query.split,
        enclose=query.enclose,
        seal=seal,
        identity=_identity(running, submission.identity, called, now),
    )
    made = converted(submission.documents, order, fetcher=running.fetcher, now=now)
    types = {MEDIA_TYPES[order.target], *(one.conversion.media_type for one in made)}
    if not wants_bare(accept, types):
        bodies = [enveloped(one) for one in made]
        return JSONResponse(bodies[0] if len(bodies) == 1 else {"documents": bodies})
    if len(made) > 1:
        raise NotAcceptable(f"These are {len(made)} documents, which only application/json can answer.")
    return bare(made[0])


def _identity(running: Service, said: bytes | None, called: Caller | None, now: datetime) -> Handed | None:
    """Read the identity that was handed in; a register is asked for a tenant that may ask it, and logged.

    Raises:
        Unauthorised, Forbidden: the caller may not ask that register.
        Malformed, Refused, Unavailable: see `handed_identity`.
    """
    if said is None:
        return None

    def allowed(register: Register) -> None:
        if called is None:
            raise Unauthorised("A register is asked for a tenant: `Authorization: Bearer …`.")
        called.may(Scope.CONVERT)
        if called.tenant.name not in register.tenants:
            raise Forbidden("This tenant may not have that register asked.")
        if running.records is not None:
            asked_register(running.records, register.name, called.tenant.name, called.name, at=now)

    return handed_identity(said, running.settings.registers, allowed, now=now)


def _seal(running: Service, query: ConvertQuery, called: Caller | None) -> SealOrder | None:
    """Return whose seal is asked for, if the caller may.

    Raises:
        Unauthorised, Forbidden: the caller may not.
        NotUnderstood: an override of nothing, or no such tenant.
    """
    if not query.seal:
        if query.override:
            raise not_understood(
                "request.options", "Without a seal there is nothing to override.", "override"
            )
        return None
    if called is None:
        raise Unauthorised("Sealing needs the tenant's token: `Authorization: Bearer …`.")
    called.may(Scope.SEAL, query.seal)
    sealer = running.sealers.of(query.seal, "seal")
    return SealOrder(sealer=sealer, override=query.override, actor=called.name, form=query.form)


def enveloped(one: Converted) -> dict[str, Any]:
    """Put a converted document and its report into JSON."""
    made = one.conversion
    try:
        text, encoding = made.document.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = base64.b64encode(made.document).decode(), "base64"
    return {
        "document": text,
        "encoding": encoding,
        "media_type": made.media_type,
        "file_name": made.file_name,
        "sha256": made.sha256,
        "report": one.report(),
    }


def bare(one: Converted) -> Response:
    """Answer a converted document by itself; what must be known about it stands in headers."""
    made = one.conversion
    report = made.report
    lists = (report.mapped, report.approximated, report.left_out, report.added)
    names = ("mapped", "approximated", "left-out", "added")
    digest = base64.b64encode(hashlib.sha256(made.document).digest()).decode()
    return Response(
        made.document,
        headers={
            "content-type": made.media_type,
            "content-disposition": attachment(made.file_name),
            "repr-digest": f"sha-256=:{digest}:",  # RFC 9530 §3
            "badgepass-report": ", ".join(f"{n}={len(v)}" for n, v in zip(names, lists, strict=True)),
            "badgepass-source": ", ".join(str(source.verdict) for source in one.sources),
            "vary": "accept",
        },
    )


def attachment(file_name: str) -> str:
    """Name a download (RFC 6266 §4), whatever a hostile original calls itself."""
    simple = re.sub(r"[^A-Za-z0-9._-]+", "_", file_name)[:100] or "document"
    full = quote(file_name[:100].encode("utf-8", "replace"), safe="")
    return f"attachment; filename=\"{simple}\"; filename*=UTF-8''{full}"
