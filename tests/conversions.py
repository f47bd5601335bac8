"""Conversions the tests share: one school's profile, one moment, and each shared sample converted once."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared_files import shared_cases

from converter.convert import Conversion, Options, Source, convert, lift
from converter.formats.ob2_assemble import assemble
from converter.paths import escape
from converter.profile import read_profile
from converter.read import read
from schemas.document import Document, Format
from schemas.errors import DocumentError
from schemas.evidence import Resource
from schemas.institution import InstitutionProfile

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEARNER = ("email", "ada@learners.example")
SCHOOL = read_profile(
    b"""
[issuer]
legal_name = { nl = "Hogeschool van de Polder", en = "Polder University" }
country = "NL"
eidas_identifier = "NTRNL-12345678"
registration = "12345678"
url = "https://polder.example"
email = "seal@polder.example"
[awarding_body]
country = "NL"
url = "https://polder.example"
email = "badges@polder.example"
[learner]
given_name = "Noor"
family_name = "de Wit"
"""
)
EDUBADGES = (
    "01_regular_assertion_expanded.json",
    "02_microcredential_assertion_expanded.json",
    "03_extracurricular_assertion_expanded.json",
    "04_mbo_microcredential_assertion_expanded.json",
    "08_signed.jws",
    "08_signed_http_body.json",
    "08_signed_payload.json",
    "10_baked_signed.png",
    "10_baked_signed.svg",
)
"""The samples that hold a whole badge; the others name its class by an address."""
PARTS = {
    "01_regular_assertion.json": ("01_regular_badgeclass.json", "01_regular_issuer.json"),
    "02_microcredential_assertion.json": (
        "02_microcredential_badgeclass_expand_micro.json",
        "01_regular_issuer.json",
    ),
    "03_extracurricular_assertion.json": ("03_extracurricular_badgeclass.json", "01_regular_issuer.json"),
    "09_legacy2021_assertion.json": ("01_regular_badgeclass.json", "01_regular_issuer.json"),
    "10_baked_hosted.png": ("02_microcredential_badgeclass.json", "01_regular_issuer.json"),
    "10_baked_hosted.svg": ("02_microcredential_badgeclass.json", "01_regular_issuer.json"),
}
"""The samples that name their class and issuer, with the answers that hold these."""


def options(source: Source | None = None, **changes: Any) -> Options:
    """Return the options most tests use: the school's profile (fitting a source), the learner's address."""
    profile = SCHOOL if source is None else school_of(source)
    return Options(**{"now": NOW, "profile": profile, "recipient": LEARNER, **changes})


def document(data: bytes) -> Document:
    """Read bytes that are a document."""
    found = read(data)
    assert isinstance(found, Document)
    return found


def school_of(source: Source) -> InstitutionProfile:
    """Return the school's profile with the learner a document names itself, in so far as it must be told."""
    nobody = replace(SCHOOL, given_name=None, family_name=None)
    try:
        named = lift(source, nobody).moved.tree.get("credential_subject") or {}
    except DocumentError:
        return SCHOOL
    if named.get("given_name") or named.get("family_name"):
        return nobody
    for name in (named.get("full_name") or {}).values():
        given, _, family = name.partition(" ")
        return replace(SCHOOL, given_name=given, family_name=family)
    return SCHOOL


def badge_source(data: bytes, *parts: bytes, revoked: bool = False) -> Source:
    """Return a badge with the answers of its host, each under its own id."""
    resources = {}
    for part in parts:
        url = json.loads(part)["id"]
        resources[url] = Resource(url=url, status=200, content_type="application/ld+json", body=part)
    return Source(document=document(data), resources=resources, revoked=revoked)


@functools.cache
def sample_source(path: Path) -> Source | None:
    """Read a shared sample, a badge with its parts; None where it is refused or is no document."""
    try:
        found = read(path.read_bytes())
    except DocumentError:
        return None
    if not isinstance(found, Document):
        return None
    parts = [(path.parent / name).read_bytes() for name in PARTS.get(path.name, ())]
    return badge_source(path.read_bytes(), *parts)


@functools.cache
def converted_sample(path: Path, target: Format) -> Conversion | DocumentError:
    """Convert a shared sample without giving back what it may carry, or return why it cannot be."""
    source = sample_source(path)
    assert source is not None
    try:
        return convert(source, target, options(source, use_carrier=False))
    except DocumentError as error:
        return error


def sample_paths() -> list[Path]:
    """Return every shared sample, edubadges first."""
    folders = ("edubadges/*.*", "edubadges/old-baked/*.*", "edci-xml/*.xml", "elm-v3/*.json*")
    return [path for folder in folders for path in shared_cases(f"samples/{folder}")]


def whole_tree(source: Source) -> dict[str, Any]:
    """Return the tree a conversion accounts for: of a badge the assembled one."""
    if source.document.format is Format.OB2:
        return assemble(source.document.tree, source.resources)[0]
    return source.document.tree


def leaves(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value that says something, with its JSON pointer."""
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from leaves(child, f"{where}/{escape(str(key))}")
    elif isinstance(value, list) and value:
        for index, child in enumerate(value):
            yield from leaves(child, f"{where}/{index}")
    elif value not in (None, [], {}):
        yield where, value
