"""What a caller hands in: a raw body, or a form with parts."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from api.gateway.asking import NotUnderstood, not_understood
from api.gateway.conversion import MAX_SOURCES
from api.whole_form import WholeForm
from schemas.errors import Problem

_MAX_FIELDS = 20
_MAX_FIELD = 1024 * 1024
_PARTS = ("document", "profile", "recipient", "identity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What was handed in.

    Attributes:
        documents: one, or several for a conversion.
        profile: the institution profile file, if there is one.
        recipients: `kind=value` texts.
        identity: the JSON of the learner's identity, if there is one.
    """

    documents: tuple[bytes, ...]
    profile: bytes | None = None
    recipients: tuple[str, ...] = ()
    identity: bytes | None = field(default=None, repr=False)

    def only(self) -> bytes:
        """Return the one document.

        Raises:
            NotUnderstood: there are several.
        """
        if len(self.documents) != 1:
            message = f"One document at a time, please; these are {len(self.documents)}."
            raise not_understood("request.document", message, "document")
        return self.documents[0]


async def submitted(request: Request) -> Submission:
    """Read a request's body; the guard around the service has bounded it.

    Any media type is taken as the document itself, for content tells and not a label; only a multipart form
    is opened. Its parts are `document` (several for a conversion), `profile`, `recipient` and `identity`.

    Raises:
        NotUnderstood: the form is broken, has a part that is not known, or has no document.
    """
    if not is_form(request):
        return Submission(documents=(await request.body(),))
    parts = await parts_of(request, _PARTS)
    documents = tuple(value for name, value in parts if name == "document" and value.strip())
    if not documents:
        message = "The form has no part named document, or it is empty."
        raise not_understood("request.document", message, "document")
    profiles = [value for name, value in parts if name == "profile" and value.strip()]
    if len(profiles) > 1:
        raise not_understood("request.part", "There can be one institution profile only.", "profile")
    identities = [value for name, value in parts if name == "identity"]
    if len(identities) > 1:
        raise not_understood("request.part", "There can be one identity only.", "identity")
    return Submission(
        documents=documents,
        profile=profiles[0] if profiles else None,
        identity=identities[0] if identities else None,
        recipients=tuple(value.decode("utf-8", "replace") for name, value in parts if name == "recipient"),
    )


def is_form(request: Request) -> bool:
    """Tell whether a request's body is a multipart form."""
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


async def parts_of(request: Request, known: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """Read the parts of a multipart form, in their order.

    Raises:
        NotUnderstood: the form is broken, or has a part that is not known.
    """
    parts = await _form(request, await request.body())
    unknown = sorted({name for name, _ in parts} - set(known))
    if unknown:
        message = f"There is no such part; there are: {', '.join(known)}."
        problems = (Problem(code="request.part", message=message, where=name[:60]) for name in unknown)
        raise NotUnderstood(*problems)
    return parts


async def _form(request: Request, body: bytes) -> list[tuple[str, bytes]]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = WholeForm(
        request.headers,
        stream(),
        max_files=MAX_SOURCES + 1,
        max_fields=_MAX_FIELDS + MAX_SOURCES,
        max_part_size=_MAX_FIELD,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, ValueError, LookupError):
        raise not_understood("request.form", "The multipart form is broken or has too many parts.") from None
    parts: list[tuple[str, bytes]] = []
    for name, value in form.multi_items():
        parts.append((name, await value.read() if isinstance(value, UploadFile) else value.encode()))
    await form.close()
    return parts
