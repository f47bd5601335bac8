"""The three questions a person has, answered from findings and never better than they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from verifier import Finding, Outcome, Report
from verifier.policy import Level, policy_called


class Question(StrEnum):
    """What a person wants to know, in the order of asking."""

    GENUINE = "genuine"
    VALID = "valid"
    PERSON = "person"


class Word(StrEnum):
    """The answer. Only what is known is a yes."""

    YES = "yes"
    NO = "no"
    UNPROVEN = "unproven"
    UNASKED = "unasked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One question with its answer.

    Attributes:
        reason: the finding that decided, and None where no check spoke.
    """

    question: Question
    word: Word
    reason: Finding | None = None


_AREAS = {
    "time": Question.VALID,
    "status": Question.VALID,
    "recipient": Question.PERSON,
    "identity": Question.PERSON,
}
_PERSON = "recipient.match"
# Which of several findings says most to a person; what is not named comes after, as it was told.
_TELLING = (
    "internal.error",
    "format.read",
    "seal.present",
    "seal.signature",
    "hosted.fetched",
    "hosted.scope",
    "issuer.match",
    "seal.path",
    "seal.qualified",
    "seal.timestamp",
    "seal.algorithm",
    "status.revoked",
    "time.expired",
    "time.not-yet",
    "status.suspended",
    "time.issued",
    "recipient.match",
    "format.schema",
    "format.profile",
)


def question_of(code: str) -> Question:
    """Return the question a check helps to answer; whatever is not about time or person is about proof."""
    return _AREAS.get(code.partition(".")[0], Question.GENUINE)


def answers(report: Report, *, asked: bool) -> tuple[Answer, ...]:
    """Answer the three questions from a report.

    Only findings that the verdict rests on are heeded, so that the answers and the verdict cannot
    contradict each other.

    Args:
        report: the verification's.
        asked: whether a person was named.
    """
    policy = policy_called(report.policy)
    return three_answers(report.findings, lambda code: policy.level(code) is Level.REQUIRED, asked=asked)


def three_answers(
    findings: Iterable[Finding], heeded: Callable[[str], bool], *, asked: bool
) -> tuple[Answer, ...]:
    """Answer each question by the findings heeded: failed outweighs undecided, and undecided passed."""
    told = [finding for finding in findings if heeded(finding.check)]
    return tuple(
        _answer(question, [one for one in told if question_of(one.check) is question], asked=asked)
        for question in Question
    )


def _answer(question: Question, told: list[Finding], *, asked: bool) -> Answer:
    for outcome, word in ((Outcome.FAILED, Word.NO), (Outcome.UNDECIDED, Word.UNPROVEN)):
        if found := [finding for finding in told if finding.outcome is outcome]:
            return Answer(question=question, word=word, reason=min(found, key=_telling))
    if question is Question.PERSON and not asked:
        return Answer(question=question, word=Word.UNASKED)
    passed = [finding for finding in told if finding.outcome is Outcome.PASSED]
    if question is Question.PERSON:  # only the comparison itself says that it is this person
        passed = [finding for finding in passed if finding.check == _PERSON]
    if not passed:
        return Answer(question=question, word=Word.UNPROVEN)
    # That the bytes could be read is no reason to call anything genuine, so it is told last.
    return Answer(question=question, word=Word.YES, reason=min(passed, key=_proving))


def _telling(finding: Finding) -> int:
    ranks = [place for place, code in enumerate(_TELLING) if _at_or_below(finding.check, code)]
    return min(ranks, default=len(_TELLING))


def _proving(finding: Finding) -> int:
    return len(_TELLING) + 1 if finding.check == "format.read" else _telling(finding)


def _at_or_below(said: str, code: str) -> bool:
    return said == code or said.startswith(f"{code}.")
