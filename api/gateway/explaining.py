"""What a code means, as every door tells it."""

from __future__ import annotations

from typing import Any

from api.gateway.asking import NotUnderstood
from schemas.errors import Problem
from verifier.explaining import Explanation, UnknownCode, explained

OWN_RULE = "A rule of this software itself; no outside text states it."


class NoSuchCheck(NotUnderstood):
    """There is no check by that code."""


def explanation(code: str) -> dict[str, Any]:
    """Return what a code means and how to mend what it tells.

    Raises:
        NoSuchCheck: neither the code nor one above it is known; the message names the nearest.
    """
    try:
        found = explained(code)
    except UnknownCode as error:
        raise NoSuchCheck(
            Problem(code="request.check", message=str(error), where=error.code),
        ) from None
    return {
        "code": found.entry.code,
        "asked": found.asked,
        "note": _note(found),
        "says": found.entry.says,
        "rule": found.rule,
        "cite": found.entry.cite or OWN_RULE,
        "outcomes": {str(outcome): text for outcome, text in found.outcomes.items()},
        "mend": dict(found.mend),
        "edc_type": found.entry.edc_type,
        "edc_name": found.edc_name,
        "above": found.above,
        "below": list(found.below),
    }


def _note(found: Explanation) -> str:
    if found.exact:
        return ""
    return f"{found.asked} has no entry of its own; this explains {found.entry.code}, which stands above it."
