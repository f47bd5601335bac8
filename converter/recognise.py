"""What a handful of bytes is, by content alone and without taking more apart than that needs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from converter.containers.jws import looks_like_jws, take_apart
from converter.containers.png import SIGNATURE as PNG
from converter.formats.ob2 import looks_like_ob2
from converter.strict import MAX_BYTES, load_json
from schemas.document import Container, Format, Tree
from schemas.errors import Malformed, NotRecognised, Problem

LOOKED_FOR = (
    "an Open Badges 2.0 assertion (JSON, signed JWS, baked PNG or SVG, or a URL), "
    "a Europass EDCI XML credential or presentation, an ELM v3 credential (JSON-LD, sealed or not), "
    "or a ZIP or PDF holding one of these"
)
_SPACE = b" \t\r\n"
_UTF8_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_PDF_HEADER_WITHIN = 1024  # ISO 32000-1 annex H: readers accept the header this far into the file
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_MAX_URL = 2048
_URL = re.compile(rb"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_SHORTCUT = re.compile(rb"\[InternetShortcut\]\s(?:[^\n]*\n){0,20}?URL=(\S+)", re.IGNORECASE)
_PROLOG_STEPS = 32
_ROOT = re.compile(rb"<(?:[^\s:/><!?]+:)?([^\s:/><!?]+)")
_EDCI_ROOTS = {b"europassCredential": Container.PLAIN, b"verifiablePresentation": Container.PRESENTATION}
_ELM_TYPE = "EuropeanDigitalCredential"
_ELM_CONTEXT = re.compile(r"https?://data\.europa\.eu/snb/|[/.]edc-ap\b|/credential-data-model|everisdx\.io/datamodel")


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
    magic = _by_magic(data)
    if magic is not None:
        return magic
    text = plain_text(data)
    if text[:1] == b"<":
        return _xml(text)
    if text[:1] in {b"{", b"[", b'"'}:
        return recognise_json(parse_json(data))
    return recognise_text(text)


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


def plain_text(data: bytes) -> bytes:
    """Strip white space and a byte order mark; text in UTF-16 or UTF-32 becomes UTF-8, XML stays as it is.

    Raises:
        NotRecognised: a byte order mark with no text behind it.
    """
    for mark, encoding in _WIDE_BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding).strip().encode()
            except UnicodeError:
                raise unknown("The text is damaged.") from None
    if b"\0" in data[:4] and b"<" in data[:4]:  # UTF-16 XML without a mark, told by its first character
        return data.replace(b"\0", b"").strip()
    return data.removeprefix(_UTF8_BOM).strip(_SPACE)


def parse_json(data: bytes) -> Any:  # noqa: ANN401 - JSON is any value
    """Parse JSON, and say so where several documents stand in one file.

    Raises:
        Malformed: not well-formed.
    """
    try:
        return load_json(data)
    except Malformed:
        first, _, rest = data.removeprefix(_UTF8_BOM).strip(_SPACE).partition(b"\n")
        if rest.lstrip(_SPACE)[:1] != b"{" or first.rstrip(_SPACE)[-1:] != b"}":
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
    if looks_like_elm(value):
        return Guess(container=Container.PLAIN, format=Format.ELM)
    if looks_like_ob2(value):
        return Guess(container=Container.PLAIN, format=Format.OB2)
    raise _other_json(value)


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
        return Guess(container=Container.JWS, format=_signed_format(text))
    raise unknown()


def url_in(text: bytes) -> str:
    """Return the one URL that a text or a Windows shortcut file consists of; empty where it is neither."""
    shortcut = _SHORTCUT.match(text)
    place = shortcut.group(1) if shortcut else text
    if len(place) > _MAX_URL or not _URL.fullmatch(place):
        return ""
    return place.decode("utf-8", "replace")


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
    raise Malformed(Problem(code="format.read", message=message, where="payload", cite="Open Badges 2.0, Signed"))


def looks_like_elm(tree: Tree) -> bool:
    """Tell whether a JSON object is an ELM v3 credential, nested or flattened into `@graph`."""
    graph = tree.get("@graph")
    nodes = [tree, *(graph if isinstance(graph, list) else [])]
    if any(_ELM_TYPE in _strings(n.get("type", n.get("@type"))) for n in nodes if isinstance(n, dict)):
        return True
    if "credentialSubject" not in tree and "verifiableCredential" not in tree and graph is None:
        return False
    return any(_ELM_CONTEXT.search(context) for context in _strings(tree.get("@context")))


def _strings(value: Any) -> list[str]:  # noqa: ANN401 - JSON is any value
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def _by_magic(data: bytes) -> Guess | None:
    if data.startswith(PNG):
        return Guess(container=Container.PNG)
    if data.startswith(_ZIPS):
        return Guess(container=Container.ZIP)
    if b"%PDF-" in data[:_PDF_HEADER_WITHIN] and data.lstrip()[:1] not in {b"<", b"{", b"[", b'"'}:
        return Guess(container=Container.PDF)
    return None


def _signed_format(token: bytes) -> Format:
    return Format.ELM if looks_like_elm(signed_payload(token)) else Format.OB2


def _xml(text: bytes) -> Guess:
    name = root_name(text)
    if name == b"svg":
        return Guess(container=Container.SVG)
    if name in _EDCI_ROOTS:
        return Guess(container=_EDCI_ROOTS[name], format=Format.EDCI)
    raise unknown("This is XML, but neither a Europass credential nor an SVG image.")


def root_name(text: bytes) -> bytes:
    """Read the local name of the root element by stepping over the prolog once; parses nothing.

    Raises:
        Malformed: a DOCTYPE, a prolog without end, or no root at all.
    """
    at = 0
    for _ in range(_PROLOG_STEPS):
        at += len(text[at : at + 4096]) - len(text[at : at + 4096].lstrip())
        if text.startswith(b"<?", at):
            end = text.find(b"?>", at) + 2
        elif text.startswith(b"<!--", at):
            end = text.find(b"-->", at + 4) + 3
        else:
            break
        if end <= at:
            break
        at = end
    if text[at : at + 9].upper() == b"<!DOCTYPE":
        message = "The XML holds a DOCTYPE, which is never accepted."
        raise Malformed(Problem(code="format.read", message=message))
    root = _ROOT.match(text, at)
    if root is None:
        raise Malformed(Problem(code="format.read", message="The XML is not well-formed: no root element."))
    return root.group(1)


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
