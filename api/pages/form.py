"""What a visitor filled in, and how it travels from page to page: in the page, never on the server."""

from __future__ import annotations

import base64
import binascii
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException

from api.gateway.asking import asked_address, asked_recipients, not_understood
from api.pages.words import preferred
from api.settings import service
from api.whole_form import WholeForm
from schemas.evidence import Recipient

_MAX_PARTS = 400  # a credential of twenty organisations lacks some sixty facts, each with its key
_MAX_TEXT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A form as it was sent.

    Attributes:
        document: the input, whatever it is; empty where there was none.
        recipient: an e-mail address, an eduID, a web address or a telephone number; empty if not asked.
        to: the format to convert to.
        part: which document of a ZIP or PDF, counted from 0.
        facts: what the institution filled in, by the key the converter asked for.
        profile: the institution profile file.
        texts: every other field, by name.
    """

    document: bytes = b""
    recipient: str = ""
    to: str = ""
    part: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    profile: bytes = b""
    texts: Mapping[str, str] = field(default_factory=dict)

    def recipients(self) -> tuple[Recipient, ...]:
        """Return whom the document should be about.

        Raises:
            NotUnderstood: the value is too long.
        """
        said = self.recipient.strip()
        return asked_recipients([f"{_kind(said)}={said}"], "recipient") if said else ()

    def state(self, *, without: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
        """Yield the hidden fields that say all of this again.

        Args:
            without: fields and keys of facts that the page itself asks for.
        """
        yield "carried", base64.b64encode(self.document).decode()
        if self.recipient and "recipient" not in without:
            yield "recipient", self.recipient
        if self.profile:
            yield "profile_carried", base64.b64encode(self.profile).decode()
        for key, value in self.facts.items():
            if key not in without:
                yield "fact_key", key
                yield "fact_value", value


def _kind(said: str) -> str:
    """Tell what kind of identity a person typed; edubadges tells recipients by eduID, which has no form."""
    if said.lower().startswith(("http://", "https://")):
        return "url"
    if said.startswith(("+", "tel:")):
        return "telephone"
    return "email" if "@" in said else "id"


async def filled(request: Request) -> Filled:
    """Read the form, and leave the language on the request for whatever page comes of it.

    Raises:
        NotUnderstood: the form is broken.
    """
    form = await _form(request)
    if (lang := form.get("lang")) and isinstance(lang, str):
        request.state.lang = preferred(lang, request.headers.get("accept-language", ""))
    texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    files = {name: await value.read() for name, value in form.multi_items() if isinstance(value, UploadFile)}
    await form.close()
    made = Filled(
        document=_document(texts, files),
        recipient=texts.get("recipient", "")[: _MAX_TEXT * 4],
        to=texts.get("to", "")[:40],
        part=int(texts["part"]) if texts.get("part", "").isdecimal() else None,
        facts=_facts(form),
        profile=files.get("profile", b"") or _decoded(texts.get("profile_carried", "")),
        texts=texts,
    )
    request.state.filled = made
    return made


def linked(request: Request) -> Filled:
    """Read the deep link `/?url=`; empty where there is none.

    Raises:
        NotUnderstood: it is no web address.
    """
    url = request.query_params.get("url", "")
    return Filled(document=asked_address(url[:2048], "url")) if url.strip() else Filled()


def _document(texts: Mapping[str, str], files: Mapping[str, bytes]) -> bytes:
    if carried := texts.get("carried", ""):
        return _decoded(carried)
    # A browser writes every line end of a text field as CRLF (HTML, constructing the entry list).
    pasted = texts.get("text", "").replace("\r\n", "\n").strip().encode("utf-8", "replace")
    chosen = files.get("document", b"")
    if pasted and chosen:
        message = "A file was chosen and a text was pasted; hand in one of them."
        raise not_understood("request.document", message, "text")
    return chosen or pasted


def _facts(form: FormData) -> dict[str, str]:
    keys = [str(key) for key in form.getlist("fact_key")]
    values = [str(value).strip()[:_MAX_TEXT] for value in form.getlist("fact_value")]
    if len(keys) != len(values):
        raise not_understood("request.form", "The facts of the form do not match their keys.")
    return {key: value for key, value in zip(keys, values, strict=True) if value}


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise not_understood("request.form", "What the page carried along is damaged.") from None


async def _form(request: Request) -> FormData:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise not_understood("request.form", "The page sends its form as multipart/form-data.")
    body = await request.body()

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    parser = WholeForm(
        request.headers,
        stream(),
        max_files=2,
        max_fields=_MAX_PARTS,
        max_part_size=service(request).settings.max_body,
    )
    try:
        return await parser.parse()
    except (MultiPartException, KeyError, ValueError, LookupError):
        raise not_understood("request.form", "The form is broken or has too many parts.") from None
