"""What a handful of bytes is, by content alone and without taking more apart than that needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from converter.containers.jws import looks_like_jws, take_apart
from converter.containers.png import SIGNATURE as PNG
from converter.formats.ob2 import looks_like_ob2
from converter.opening import SPACE, UTF8_BOM, opens_json, plain_text, root_name, url_in
from converter.strict import MAX_BYTES, load_json
from schemas.document import Container, Format, Tree
from schemas.errors import Malformed, NotRecognised, Problem

LOOKED_FOR = (
    "an Open Badges 2.0 assertion (JSON, signed JWS, baked PNG or SVG, or a URL), "
    "a Europass EDCI XML credential or presentation, an ELM v3 credential (JSON-LD, sealed or not), "
    "or a ZIP or PDF holding one of these"
)
_PDF_HEADER_WITHIN = 1024  # ISO 32000-1 annex H: readers accept the header this far into the file
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_EDCI_ROOTS = {b"europassCredential": Container.PLAIN, b"verifiablePresentation": Container.PRESENTATION}
_ELM_TYPE = "EuropeanDigitalCredential"
_ELM_CONTEXT = re.compile(
    r"https?://data\.europa\.eu/snb/|[/.]edc-ap\b|/credential-data-model|everisdx\.io/datamodel"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What the bytes look like from outside.

    Attributes:
        container: the outermost wrapping; PLAIN for a document that stands by itself.
        format: None where the container must be opened first.
    """

    container: Container
    format: Format | None = None


def recognise(data: bytes) -> Guess:
    """Tell what the bytes are by their content, never by a file name.

    Raises:
        NotRecognised: none of what is looked for; the message names it.
        Malformed: it starts as one of them, but is not well-formed, holds a DOCTYPE, or is too large.
    """
    check_size(data)
    magic = by_magic(data)
    if magic is not None:
        return magic
    text = plain_text(data)
    if text[:1] == b"<":
        return _xml(text)
    if opens_json(text):
        return recognise_json(parse_json(data))
    return recognise_text(text)


def by_magic(data: bytes) -> Guess | None:
    """Tell a PNG, ZIP or PDF by its first bytes."""
    if data.startswith(PNG):
        return Guess(container=Container.PNG)
    if data.startswith(_ZIPS):
        return Guess(container=Container.ZIP)
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN]:
        text = plain_text(data)
        return None if text[:1] == b"<" or opens_json(text) else Guess(container=Container.PDF)
    return None


def check_size(data: bytes) -> None:
    """Refuse what is empty or too large, before anything looks inside.

    Raises:
        NotRecognised: nothing but white space.
        Malformed: more than the limit.
    """
    if not data.strip():
        raise NotRecognised(Problem(code="format.read.empty", message="The document is empty."))
    if len(data) > MAX_BYTES:
        message = f"The document is larger than {MAX_BYTES // 1024 // 1024} MB."
        raise Malformed(Problem(code="format.read", message=message))


def unknown(why: str = "") -> NotRecognised:
    """Build the error that names what was looked for."""
    message = f"{why or 'This is none of the known formats.'} Looked for {LOOKED_FOR}."
    return NotRecognised(Problem(code="format.read.unknown", message=message))


def parse_json(data: bytes) -> Any:  # noqa: ANN401 - JSON is any value
    """Parse JSON, and say so where several documents stand in one file.

    Raises:
        Malformed: not well-formed.
    """
    try:
        return load_json(data)
    except Malformed:
        first, _, rest = data.removeprefix(UTF8_BOM).strip(SPACE).partition(b"\n")
        if rest.lstrip(SPACE)[:1] != b"{" or first.rstrip(SPACE)[-1:] != b"}":
            raise
        message = "These are several JSON documents, one a line; hand them in one by one or in a ZIP."
        raise Malformed(Problem(code="format.read", message=message, where="line 2")) from None


def recognise_json(value: Any) -> Guess:  # noqa: ANN401 - JSON is any value
    """Tell what parsed JSON is.

    Raises:
        NotRecognised: JSON of another kind.
        Malformed: a string that holds a JWS that cannot be taken apart.
    """
    if isinstance(value, str):
        recognise_text(string_bytes(value))
        return Guess(container=Container.JSON_STRING)
    if not isinstance(value, dict):
        raise unknown("This is JSON, but not a JSON object.")
    if isinstance(value.get("payload"), str) and ("signatures" in value or "signature" in value):
        return Guess(container=Container.JADES, format=Format.ELM)
    inner = value.get("credential")
    if isinstance(inner, dict) and looks_like_elm(inner):
        return Guess(container=Container.UPLOAD, format=Format.ELM)
    return Guess(container=Container.PLAIN, format=format_of(value))


def format_of(tree: Tree) -> Format:
    """Tell an ELM credential from an Open Badge.

    Raises:
        NotRecognised: JSON of another kind, named where it is a known one.
    """
    if looks_like_elm(tree):
        return Format.ELM
    if looks_like_ob2(tree):
        return Format.OB2
    raise _other_json(tree)


def string_bytes(text: str) -> bytes:
    """Return the bytes of a JSON string, whatever half characters it holds."""
    return text.strip().encode("utf-8", "replace")


def recognise_text(text: bytes) -> Guess:
    """Tell a compact JWS or a URL from any other text.

    Raises:
        NotRecognised: other text.
        Malformed: a JWS that cannot be taken apart.
    """
    if url_in(text):
        return Guess(container=Container.URL)
    if looks_like_jws(text):
        return Guess(container=Container.JWS, format=format_of(signed_payload(text)))
    raise unknown()


def signed_payload(token: bytes) -> Tree:
    """Return the JSON object a compact JWS signs; nothing is said about the signature.

    Raises:
        Malformed: the token cannot be taken apart, or it signs something else.
    """
    parts = take_apart(token)
    try:
        payload = load_json(parts.payload)
    except Malformed:
        payload = None
    if isinstance(payload, dict):
        return payload
    message = "What the signed badge signs is not a JSON object."
    raise Malformed(
        Problem(code="format.read", message=message, where="payload", cite="Open Badges 2.0, Signed")
    )


def looks_like_elm(tree: Tree) -> bool:
    """Tell whether a JSON object is an ELM v3 credential, nested, presented or flattened into `@graph`."""
    graph = tree.get("@graph")
    presented = tree.get("verifiableCredential")
    nodes = [tree, presented]
    for inner in (graph, presented):
        nodes.extend(inner if isinstance(inner, list) else [])
    if any(_ELM_TYPE in _strings(n.get("type", n.get("@type"))) for n in nodes if isinstance(n, dict)):
        return True
    if "credentialSubject" not in tree and "verifiableCredential" not in tree and graph is None:
        return False
    return any(_ELM_CONTEXT.search(context) for context in _strings(tree.get("@context")))


def _strings(value: Any) -> list[str]:  # noqa: ANN401 - JSON is any value
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _xml(text: bytes) -> Guess:
    name = root_name(text)
    if name == b"svg":
        return Guess(container=Container.SVG)
    if name in _EDCI_ROOTS:
        return Guess(container=_EDCI_ROOTS[name], format=Format.EDCI)
    raise unknown("This is XML, but neither a Europass credential nor an SVG image.")


def _other_json(value: Tree) -> NotRecognised:
    if set(value) == {"detail"}:
        message = (
            "This is a server's error answer, not a badge: a badge its holder keeps private, or one that "
            "does not exist, is answered so."
        )
        return NotRecognised(Problem(code="format.read.error-answer", message=message))
    types = {*_strings(value.get("type")), *_strings(value.get("@type"))}
    if types.intersection({"OpenBadgeCredential", "AchievementCredential"}):
        return unknown("This is an Open Badges 3.0 credential, which is not read yet.")
    if "VerifiableCredential" in types:
        return unknown("This is a verifiable credential of another kind.")
    return unknown("This is JSON of another kind.")
