"""Signed files that need be no credential: read for their signatures alone, where no more is asked."""

from __future__ import annotations

import json
from dataclasses import replace

from lxml import etree

from converter.opening import opens_json, plain_text
from converter.read import read
from converter.recognise import check_size
from converter.strict import load_json, parse_xml
from schemas.document import Container, Document, Format, Seal, SealKind
from schemas.errors import DocumentError, Malformed, Problem
from verifier.sealing.fault import Refusal
from verifier.sealing.jws import Token, decode_base64url, protected_header, take_all_apart
from verifier.sealing.nested import SIGNATURE

_CREDENTIALS = {Format.EDCI, Format.ELM}


def read_signed(data: bytes) -> Document | None:
    """Read signed XML or a JWS, whatever it is about; None where the bytes are neither.

    A credential keeps its own format and is described as one. Anything else has no tree: what it says is not
    looked at, only whether it is proven.

    Raises:
        NotRecognised: empty.
        Malformed: not well-formed, a DOCTYPE, or beyond the limits.
    """
    check_size(data)
    text = plain_text(data)
    if text[:1] == b"<":
        return _signed_xml(data)
    return _signed_json(data) if opens_json(text) else _compact(text)


def _signed_xml(data: bytes) -> Document | None:
    root = parse_xml(data).getroot()
    if next(root.iter(SIGNATURE), None) is None:
        return None
    seal = Seal(kind=SealKind.XADES, raw=data)
    if etree.QName(root).localname in {"europassCredential", "verifiablePresentation"}:
        credential = _credential(data)
        if credential is not None:
            return replace(credential, seal=seal)
    return _document(data, seal, "application/xml")


def _signed_json(data: bytes) -> Document | None:
    found = load_json(data)
    if not isinstance(found, dict) or not ("signatures" in found or {"protected", "signature"} <= set(found)):
        return None
    return _jws(data, "application/jose+json")


def _compact(text: bytes) -> Document | None:
    try:
        (token,) = take_all_apart(text)
        protected_header(token)
    except (Refusal, DocumentError):
        return None
    return _jws(text, "application/jose")


def _jws(data: bytes, media_type: str) -> Document:
    seal = Seal(kind=SealKind.JADES, raw=data)
    document = _document(data, seal, media_type)
    try:
        payload = _payload(take_all_apart(data)[0])
    except (Refusal, DocumentError):
        return document
    credential = _credential(payload)
    if credential is not None:
        containers = (Container.JADES, *credential.containers)
        document = replace(
            credential, seal=seal, raw=data, original=data, containers=containers, media_type=media_type
        )
    return replace(document, problems=(*document.problems, *_ambiguities(payload)))


def _payload(token: Token) -> bytes:
    if not token.payload:
        return b""
    if protected_header(token).get("b64", True) is False:
        return token.payload.encode()
    return decode_base64url(token.payload, "The signed content")


def _ambiguities(payload: bytes) -> list[Problem]:
    """Tell JSON that two readers may read differently, so that it is not one statement (RFC 8259 §4)."""
    if not opens_json(plain_text(payload)):
        return []
    try:
        load_json(payload)
    except Malformed as strict:
        try:
            json.loads(payload)
        except json.JSONDecodeError:
            return []  # no JSON to anyone: some text that only starts so
        except (ValueError, RecursionError):
            pass
        return [replace(one, where="payload") for one in strict.problems[:1]]
    return []


def _credential(data: bytes) -> Document | None:
    try:
        found = read(data)
    except DocumentError:
        return None
    return found if isinstance(found, Document) and found.format in _CREDENTIALS else None


def _document(data: bytes, seal: Seal, media_type: str) -> Document:
    return Document(
        format=Format.SIGNED,
        version="",
        raw=data,
        original=data,
        media_type=media_type,
        tree={},
        seal=seal,
    )
