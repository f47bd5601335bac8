"""A document as the reader hands it on."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from schemas.errors import Problem

Tree = dict[str, Any]
"""Nested plain values: what JSON can say. Never mutated once a reader has returned it."""


class Format(StrEnum):
    """The three worlds, and what is only signed. The value is the name used at every door."""

    OB2 = "ob2"
    EDCI = "edci-xml"
    ELM = "elm-json"
    SIGNED = "signed"  # any signed XML or JSON that is no credential: judged, never read nor converted


FORMATS = (Format.OB2, Format.EDCI, Format.ELM)
"""The three worlds alone: what is recognised, read and converted to."""


class Container(StrEnum):
    """What the document was wrapped in."""

    PLAIN = "plain"
    JSON_STRING = "json-string"  # edubadges answers a JWS as a JSON string
    JWS = "jws"
    PNG = "png"
    SVG = "svg"
    PDF = "pdf"
    ZIP = "zip"
    URL = "url"  # the input only names where the document is
    JADES = "jades"
    UPLOAD = "upload"  # Europass issuer: {credential, deliveryDetails}
    PRESENTATION = "presentation"  # EDCI verifiable presentation


class SealKind(StrEnum):
    """Which signature technology a document carries."""

    JWS = "jws"  # Open Badges 2.0, compact
    XADES = "xades"
    JADES = "jades"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A signature that is there; nothing is said about whether it holds.

    Attributes:
        kind: the technology.
        raw: the bytes the signature lives in: the compact JWS, the whole XML, the whole JWS JSON.
        place: which one is meant where there are several, counted from 0: among every ds:Signature in
            document order, or among `signatures`; None where there is one.
    """

    kind: SealKind
    raw: bytes
    place: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One badge or credential, read.

    Attributes:
        format: which of the three worlds; `SIGNED` where it is none and only its signature was asked about.
        version: `2.0`, `1.1`, `1.0` (badges); `1.0`, `1.1`, `1.2`, `0.8` (EDCI XML); `3` (ELM).
        containers: wrappings from the outside in; empty for a plain document.
        raw: the document's own bytes, out of every container (for a JWS the token).
        original: all the bytes that were handed in.
        media_type: of `raw`.
        tree: the content, one nested tree: references resolved, one-or-many made lists.
        seal: the signature found, if any.
        problems: what the reader saw and could go on with; the verifier turns them into findings.
        variant: EDCI `generic`, `accreditation`, `diploma-supplement`; ELM profile names; else empty.
        source_url: where it came from, when it was fetched.
        inside: the bytes inside a JSON seal that `tree` and `problems` were read from; None elsewhere.
    """

    format: Format
    version: str
    containers: tuple[Container, ...] = ()
    raw: bytes
    original: bytes
    media_type: str
    tree: Tree
    seal: Seal | None = None
    problems: tuple[Problem, ...] = ()
    variant: str = ""
    source_url: str = ""
    inside: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """An input that only says where the document is.

    Attributes:
        url: http or https, as given.
        containers: what the URL was found in (a baked PNG may hold only a URL).
        original: all the bytes that were handed in.
    """

    url: str
    containers: tuple[Container, ...] = (Container.URL,)
    original: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A ZIP or PDF that holds documents: its parts are offered by name.

    Attributes:
        container: ZIP or PDF.
        parts: name and bytes of each part that was itself recognised.
    """

    container: Container
    parts: tuple[tuple[str, bytes], ...] = field(default=())
