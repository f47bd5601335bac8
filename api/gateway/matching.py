"""Match a person with a credential's subject, as every door asks it: an answer that discloses nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from api.gateway.asking import not_understood
from api.identity.attempts import Attempts
from converter.conversion import Source
from schemas.custody import Record
from schemas.errors import Problem, Refused
from schemas.evidence import Evidence, Fetcher, Trust
from schemas.identity import Identity
from verifier import Outcome, Report, Verdict
from verifier.asked import Asked
from verifier.gather import gather
from verifier.matching import Match, Matched, birthdate_of, matched, name_of, subject_of
from verifier.policy import AUTO
from verifier.verify import judged, located

_LONGEST = 200
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom the asker has in mind; no value shows when it is printed."""

    name: str = field(repr=False)
    birthdate: date = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchTold:
    """The answer, with what the document itself is worth.

    Attributes:
        left: attempts that are left for this credential and this client; None where none was needed.
    """

    matched: Matched
    report: Report
    left: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as an answer shows it."""
        return {
            "match": str(self.matched.match),
            "compared": list(self.matched.compared),
            "vouched": [{"source": one.source, "loa": str(one.assurance)} for one in self.matched.vouched],
            "verdict": str(self.report.verdict),
            "attempts_left": self.left,
        }


def asked_person(name: str, birthdate: str) -> Person:
    """Read whom somebody has in mind; neither value is quoted in an error.

    Raises:
        NotUnderstood: a value is missing, or is none of its kind.
    """
    said = " ".join(name.split())
    if not said or len(said) > _LONGEST:
        message = f"A name is a text of 1 to {_LONGEST} characters."
        raise not_understood("match.name", message, "name")
    try:
        born = date.fromisoformat(birthdate.strip()) if _DATE.fullmatch(birthdate.strip()) else None
    except ValueError:
        born = None
    if born is None:
        raise not_understood("match.birthdate", "A date of birth is a day, YYYY-MM-DD.", "birthdate")
    return Person(name=said, birthdate=born)


def person_of(identity: Identity) -> Person:
    """Take whom a source told of.

    Raises:
        Refused: `match.identity`: it told no name or no date of birth.
    """
    if not identity.full_name or identity.birthdate is None:
        message = "The source told no name or no date of birth, so nobody can be compared."
        raise Refused(Problem(code="match.identity", message=message))
    return Person(name=identity.full_name, birthdate=identity.birthdate)


def person_matched(
    data: bytes,
    person: Person,
    *,
    client: str,
    attempts: Attempts,
    fetcher: Fetcher,
    now: datetime,
    trust: Trust | None = None,
) -> MatchTold:
    """Compare a person with the one a document names.

    Nothing is kept: what is counted is the number of attempts, by a keyed digest.

    Args:
        data: the document, or its address.
        person: whom the asker has in mind.
        client: who asks, for the bound.
        attempts: that were made.
        fetcher: asks the world about the document.
        now: the moment it is about.
        trust: what the operator trusts.

    Raises:
        NotRecognised, Malformed: there is no document.
        Refused: `match.verdict`, the document did not pass its verification.
        TooOften: the attempts for this credential and client are spent.
    """
    asked = Asked(fetcher)
    document, requested = located(data, asked)
    evidence = gather(document, fetcher=asked, now=now, requested=requested, trust=trust)
    report = judged(evidence, policy=AUTO)
    if report.verdict is Verdict.TOTAL_FAILED or not document.raw:
        message = "The document did not pass its verification, so nobody is matched with it."
        raise Refused(Problem(code="match.verdict", message=message))
    subject = subject_of(_source(evidence))
    if not name_of(subject):
        return MatchTold(matched=Matched(match=Match.NOBODY), report=report)
    left = attempts.spend(_of_person(subject), client, now=now)
    found = matched(subject, person.name, person.birthdate, _record(evidence, report))
    return MatchTold(matched=found, report=report, left=left)


def _source(evidence: Evidence) -> Source:
    """Take what the seal covers, where there is a seal: nothing beside it names anybody."""
    return Source(document=evidence.signed_document or evidence.document, resources=evidence.resources)


def _of_person(subject: dict[str, Any]) -> bytes:
    """Stand for a credential by whom it is about: its wrapping, spelling and number do not matter."""
    return f"{name_of(subject)}\n{birthdate_of(subject)}".encode("utf-8", "replace")


def _record(evidence: Evidence, report: Report) -> Record | None:
    """Return the record of the document's conversion, where it holds and a seal that is trusted covers it."""
    if report.verdict is not Verdict.TOTAL_PASSED:
        return None
    passed = {one.check for one in report.findings if one.outcome is Outcome.PASSED}
    found = {one.check for one in report.findings if one.outcome is not Outcome.PASSED}
    holds = {"custody.record", "custody.faithful"} <= passed and "custody.record.lists" not in found
    return evidence.custody.record if holds and evidence.custody is not None else None
