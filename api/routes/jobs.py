"""`/v1/jobs`: a whole export handed in, watched, fetched and erased."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from api.authorising import PerhapsCalled
from api.documentation import errors
from api.gateway.asking import not_understood
from api.jobs.asked import Asked, order_of
from api.jobs.folder import MEDIA_TYPES, JobFolder
from api.jobs.limits import TooMany
from api.jobs.receiving import receive
from api.jobs.running import tenant_of
from api.jobs.service import Jobs
from api.models import FormatName
from api.problems import NotFound, Unauthorised
from api.routes.verify import Running
from api.settings import Service
from api.storage.jobs import (
    JobRecord,
    JobState,
    KeyTaken,
    by_key,
    cancel,
    create,
    find,
    listed,
    new_job_id,
    waiting,
)
from api.storage.messages import again, of_job
from api.tenants import Scope
from schemas.errors import Problem, Refused

PATH = "/v1/jobs"
router = APIRouter(prefix=PATH, tags=["jobs"])

_MOST, _MOST_ROWS = 200, 1000
_SOON = "5"
_ANYBODY = "anybody"
_WATCH_SECONDS, _WATCH_MOST = 0.5, 3600.0
_ERRORS = errors(400, 401, 403, 404, 429, 500, 502)
Name = Annotated[str, Path(pattern=r"^job_[0-9a-f]{28}$", description="The id that handing in answered.")]


class JobQuery(BaseModel):
    """What is done with each row; a name that is not known is an error."""

    model_config = ConfigDict(extra="forbid")

    to: FormatName | Literal[""] = Field(default="", description="The format wanted; without it a verdict.")
    verify: bool = Field(default=False, description="Make a report of each row instead of converting it.")
    carrier: bool = Field(default=False, description="The original travels along with what is made of it.")
    individual_pages: bool = Field(default=False, description="A page for each learner, not one for a class.")
    strict: bool = Field(default=False, description="Refuse a row that would lose something.")
    offline: bool = Field(default=False, description="Ask no web address.")
    seal: bool = Field(default=False, description="Verify each row, and seal what is made of it.")
    override: Literal["", "indeterminate"] = Field(
        default="", description="Seal also what is not proven; recorded, and only where the tenant may."
    )
    output: Literal["ndjson", "ndjson.zst", "zip", "zip.zst"] = Field(
        default="ndjson", description="In what the documents lie."
    )


class JobBody(BaseModel):
    """A job."""

    id: str
    state: JobState
    asked: dict[str, Any]
    counts: dict[str, Any] = Field(description="Rows, those that made something, failures by code, …")
    code: str = Field(description="Why it failed; empty else.")
    why: str
    made: datetime
    changed: datetime
    ended: datetime | None

    @classmethod
    def of(cls, record: JobRecord) -> JobBody:
        """Show a record."""
        return cls(**{name: getattr(record, name) for name in cls.model_fields})


class JobsBody(BaseModel):
    """A page of jobs, the latest first; `next` continues, and is empty at the end."""

    jobs: list[JobBody]
    next: str


class RowsBody(BaseModel):
    """A page of rows; `next` continues, and is 0 at the end."""

    rows: list[dict[str, Any]]
    next: int


class MessageBody(BaseModel):
    """A message about a job, and what became of it."""

    id: str
    state: str
    attempts: int
    next: datetime
    made: datetime


class _Caller:
    """Whose jobs these are: a tenant's, or anybody's where nobody configured tenants."""

    def __init__(self, running: Running, called: PerhapsCalled) -> None:
        if running.jobs is None:
            raise NotFound("No jobs are taken here.")
        if called is None and len(running.settings.tenants):
            raise Unauthorised("This needs a tenant's token: `Authorization: Bearer …`.")
        if called is not None:
            called.may(Scope.CONVERT)
        self.jobs: Jobs = running.jobs
        self.running: Service = running
        self._called = called
        self.tenant = called.tenant.name if called is not None else ""
        self.name = called.name if called is not None else _ANYBODY
        self.jobs.calls.spend(f"{self.tenant} {self.name}", time.monotonic())

    def may_seal(self) -> None:
        """Let only a tenant's own caller have anything sealed.

        Raises:
            NotUnderstood: nobody seals here.
            Forbidden: the caller may not.
        """
        if self._called is None:
            raise not_understood("tenant.unknown", "No tenant seals through this gateway.", "seal")
        self._called.may(Scope.SEAL)

    def own(self, name: str) -> JobRecord:
        """Return a job of the caller's tenant; another's is nobody's here."""
        found = find(self.jobs.store, name)
        if found is None or found.tenant != self.tenant:
            raise NotFound("There is no job of that id.")
        return found

    def folder(self, name: str) -> JobFolder:
        """Return where a job lies."""
        return JobFolder(self.jobs.bounds.folder / name)


Calling = Annotated[_Caller, Depends(_Caller)]
_BODY = {
    "requestBody": {
        "required": True,
        "description": "The export itself (NDJSON, CSV of links, a ZIP, a listing of edubadges; gzip and "
        "zstd too); or a form, with who each assertion is about and the institution profile.",
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "input": {"type": "string", "format": "binary"},
                        "people": {"type": "string", "format": "binary", "description": "CSV."},
                        "profile": {"type": "string", "format": "binary", "description": "TOML."},
                    },
                    "required": ["input"],
                    "additionalProperties": False,
                }
            },
        },
    }
}


@router.post(
    "",
    status_code=202,
    summary="Hand in a whole export",
    response_model=JobBody,
    responses=errors(400, 401, 403, 404, 409, 413, 422, 429, 500, 502),
    openapi_extra=_BODY,
)
async def hand_in(
    request: Request,
    calling: Calling,
    query: Annotated[JobQuery, Query()],
    idempotency_key: Annotated[
        str, Header(max_length=200, description="Sent twice with the same content, it begins one job.")
    ] = "",
) -> Response:
    """Take an export, bounded and streamed onto the disk, and queue it. `Location` says where to look."""
    if query.verify == bool(query.to):
        raise not_understood("request.target", "A job has a format, `to`, or it verifies: one of both.", "to")
    asked = Asked(**query.model_dump(exclude={"verify"}))
    if asked.seal:
        calling.may_seal()
    jobs, now = calling.jobs, calling.running.clock()
    await run_in_threadpool(_refuse_more, calling)
    name = new_job_id(now)
    folder = calling.folder(name)
    try:
        kind = request.headers.get("content-type", "")
        digests = await receive(request.stream(), kind, folder, jobs.bounds.max_bytes)
        parts = [f"{part}={digest}" for part, digest in sorted(digests.items())]
        record = JobRecord(
            id=name,
            tenant=calling.tenant,
            actor=calling.name,
            state=JobState.QUEUED,
            asked=asked.to_dict(),
            key=idempotency_key or None,
            asked_sha256=asked.digest(*parts),
            made=now,
            changed=now,
        )
        kept = await run_in_threadpool(_queued, calling, asked, record, folder)
    except BaseException:
        folder.erase()
        raise
    if kept.id != name:
        folder.erase()
    elif runner := getattr(request.app.state, "runner", None):
        runner.wake()
    return JSONResponse(
        JobBody.of(kept).model_dump(mode="json"),
        status_code=202,
        headers={"location": f"{PATH}/{kept.id}", "retry-after": _SOON},
    )


def _refuse_more(calling: _Caller) -> None:
    if waiting(calling.jobs.store, calling.tenant) >= calling.jobs.bounds.max_waiting:
        raise TooMany("There are as many jobs waiting as there may be.", code="job.quota", wait=60)


def _queued(calling: _Caller, asked: Asked, record: JobRecord, folder: JobFolder) -> JobRecord:
    """Look at what can be looked at now, and queue the job; where it was asked before, find that one."""
    settings = calling.running.settings
    order_of(asked, folder, settings, tenant_of(settings, calling.tenant), record.made)
    store = calling.jobs.store
    known = by_key(store, record.tenant, record.key) if record.key is not None else None
    if known is None:
        try:
            create(store, record)
        except KeyTaken as taken:
            known = taken.record
        else:
            return record
    if known.asked_sha256 != record.asked_sha256:
        message = "This Idempotency-Key began another job, with other content."
        raise Refused(Problem(code="job.key", message=message, where="idempotency-key"))
    return known


@router.get("", summary="Jobs", responses=_ERRORS)
def jobs_listed(
    calling: Calling,
    before: Annotated[str, Query(max_length=64, description="`next` of the page before.")] = "",
    limit: Annotated[int, Query(ge=1, le=_MOST)] = 50,
) -> JobsBody:
    """List the caller's jobs, the latest first."""
    found = listed(calling.jobs.store, calling.tenant, before=before, most=limit)
    end = found[-1].id if len(found) == limit else ""
    return JobsBody(jobs=[JobBody.of(one) for one in found], next=end)


@router.get("/{name}", summary="How far a job is", responses=_ERRORS)
def job(calling: Calling, name: Name, response: Response) -> JobBody:
    """Tell how far a job is; `Retry-After` while it is not over."""
    found = calling.own(name)
    if not found.over:
        response.headers["retry-after"] = _SOON
    return JobBody.of(found)


@router.delete("/{name}", status_code=204, summary="Cancel and erase a job", responses=_ERRORS)
def erase(calling: Calling, name: Name) -> None:
    """Stop a job and erase all that was handed in and made; its record says who did, and no more."""
    calling.own(name)
    cancel(calling.jobs.store, name, now=calling.running.clock(), actor=calling.name)
    calling.folder(name).erase()


@router.get(
    "/{name}/events",
    summary="Watch a job",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}, **_ERRORS},
)
async def events(request: Request, calling: Calling, name: Name) -> StreamingResponse:
    """Send each change of a job as a server-sent event, and `end` when it is over."""
    await run_in_threadpool(calling.own, name)
    return StreamingResponse(
        _changes(request, calling, name), media_type="text/event-stream", headers={"x-accel-buffering": "no"}
    )


async def _changes(request: Request, calling: _Caller, name: str) -> AsyncGenerator[bytes, None]:
    last = None
    until = time.monotonic() + _WATCH_MOST
    while time.monotonic() < until and not await request.is_disconnected():
        found = await run_in_threadpool(find, calling.jobs.store, name)
        if found is None:
            return
        body = JobBody.of(found)
        if body != last:
            last = body
            kind = "end" if found.over else "progress"
            yield f"event: {kind}\ndata: {body.model_dump_json()}\n\n".encode()
        if found.over:
            return
        await asyncio.sleep(_WATCH_SECONDS)


@router.get("/{name}/rows", summary="What became of the rows", responses=errors(400, 404, 409, 429))
def rows(
    calling: Calling,
    name: Name,
    outcome: Annotated[Literal["", "made", "failed"], Query(description="Only these.")] = "",
    after: Annotated[int, Query(ge=0, description="`next` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST_ROWS)] = 100,
) -> RowsBody:
    """Tell row by row what became of a finished job, each with its place and why it failed."""
    found = _finished(calling, name)
    path = calling.folder(name).part(Asked(**found.asked).output, "report")
    if not path.exists():
        raise NotFound("What this job made is not kept any more.")
    page: list[dict[str, Any]] = []
    with path.open("rb") as report:
        for row in _wanted(report, outcome, after):
            if len(page) == limit:
                return RowsBody(rows=page, next=int(page[-1]["row"]))
            page.append(row)
    return RowsBody(rows=page, next=0)


def _wanted(report: Any, outcome: str, after: int) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - an open file
    for line in report:
        row = orjson.loads(line)
        if row["row"] > after and outcome in ("", row["outcome"]):
            yield row


@router.get("/{name}/messages", summary="Messages about a job", responses=_ERRORS)
def messages(calling: Calling, name: Name) -> list[MessageBody]:
    """List what the tenant's own service was told of a job."""
    calling.own(name)
    found = of_job(calling.jobs.store, name)
    fields = MessageBody.model_fields
    return [MessageBody(**{field: getattr(one, field) for field in fields}) for one in found]


@router.post("/{name}/messages", status_code=202, summary="Send them again", responses=_ERRORS)
def replay(calling: Calling, name: Name) -> dict[str, int]:
    """Send every message about a job once more, under the id it had."""
    calling.own(name)
    return {"messages": again(calling.jobs.store, name, now=calling.running.clock())}


@router.get(
    "/{name}/{what}",
    summary="What came out",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
        206: {"description": "A part of it, as `Range` asked."},
        **errors(400, 401, 403, 404, 409, 429, 500, 502),
    },
)
def result(
    calling: Calling, name: Name, what: Literal["documents", "report", "lists", "summary"]
) -> FileResponse:
    """Give a file of a finished job, whole or in parts (`Range`, `ETag`)."""
    found = _finished(calling, name)
    kind = Asked(**found.asked).output
    path = calling.folder(name).part(kind, what)
    if not path.exists():
        raise NotFound("What this job made is not kept any more.")
    media = MEDIA_TYPES[kind] if what == "documents" else "application/x-ndjson"
    return FileResponse(
        path, media_type="application/json" if what == "summary" else media, filename=path.name
    )


def _finished(calling: _Caller, name: str) -> JobRecord:
    found = calling.own(name)
    if found.state is not JobState.DONE:
        message = f"The job is {found.state}, so there is nothing to fetch."
        raise Refused(Problem(code="job.state", message=message))
    return found
