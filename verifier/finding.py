"""What a check says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from schemas.evidence import Evidence


class Outcome(StrEnum):
    """The four things a check may say. Unknown is never passed."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"
    NOT_APPLICABLE = "not-applicable"


class Verdict(StrEnum):
    """ETSI EN 319 102-1 §5.1.3, main status indications."""

    TOTAL_PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    TOTAL_FAILED = "TOTAL-FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check's word.

    Attributes:
        check: stable code, e.g. `time.expired`. *Passed* on a negatively named code means "not so".
        outcome: one of four.
        message: one sentence for a person, ending in a full stop; names personal data, never quotes it.
        where: JSON pointer or element path into the document that was verified; may be empty.
        cite: the clause the check implements.
        indication: the sub-indication of ETSI EN 319 102-1 §5.1.3, where the code alone does not tell it.
    """

    check: str
    outcome: Outcome
    message: str
    where: str = ""
    cite: str = ""
    indication: str = ""


Check = Callable[[Evidence], Iterator[Finding]]
"""A check looks at the evidence and nothing else, and yields one finding or more."""
