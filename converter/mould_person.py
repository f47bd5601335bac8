"""Whether the person handed in is the one EDCI XML names, and says of itself what an identity may say.

What is not so for certain goes the long way, which may refuse it (`converter.identity_reading`,
`verifier.identity_proof`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from converter.mould_taking import Own, is_day, is_plain
from converter.names import Likeness, match
from schemas.identity import holds_bsn

_USUAL = re.compile("[A-Z][a-z]+(?:[ -](?:[A-Z][a-z]+|[a-z]{2,})){1,15}", re.ASCII)
"""A name that matches itself: it is no initials, few words, and its first word is no prefix."""


def is_same_person(values: Mapping[str, str], own: Own, now: datetime) -> bool:
    """Tell whether the names handed in are the document's, letter for letter, and the rest may be said."""
    given, family = own.given, own.family
    if not given or not family or (values.get("given"), values.get("family")) != (given, family):
        return False
    full = f"{given} {family}"
    if values.get("full", full) != full or not (_may_be_said(given) and _may_be_said(family)):
        return False
    if own.town is not None and not _may_be_said(own.town):
        return False
    days = {text for name, text in values.items() if name.startswith("day ")}
    if own.born is not None and not (days <= {own.born} and is_day(own.born, now)):
        return False
    return _USUAL.fullmatch(full) is not None or match(full, full) is not Likeness.NO


def _may_be_said(text: str) -> bool:
    return is_plain(text) and not holds_bsn(text)
