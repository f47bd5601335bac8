"""The files of our own XSD set, which `schemas/edci/xsd/` holds."""

from __future__ import annotations

from schemas.edci.model import NEWEST
from schemas.edci.table import model

PRESENTATIONS = ("mandated", "shared")


def entry(version: str = NEWEST, variant: str = "generic", presentation: str = "") -> str:
    """Return the name of the file that a document of this kind is held against.

    Args:
        version: 1.0, 1.1 or 1.2.
        variant: of the credential; one the version has no schema for is held against the generic one.
        presentation: mandated or shared; empty for a bare credential.
    """
    known = variant if variant in model(version).schema_files else "generic"
    return f"{f'{presentation}-' if presentation else ''}{known}-{version}.xsd"
