"""What the pages show, in the words of a language; templates only lay it out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from api.gateway.conversion import Converted
from api.pages.answers import Question, Word, answers, question_of
from api.pages.words import Words
from converter.lists import MEDIA_TYPES
from schemas.document import FORMATS, Format
from verifier import Finding, Outcome, Report, Verdict
from verifier.policy import Level, policy_called

_ORDER = (Outcome.FAILED, Outcome.UNDECIDED, Outcome.PASSED, Outcome.NOT_APPLICABLE)
_NAMING = (Format.EDCI, Format.ELM)  # a badge names a hash
_UPGRADED = ("1.0", "1.1")  # EDCI XML of these versions may be converted to 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """One of the three questions, answered."""

    question: str
    word: Word
    said: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check, with all it said to one effect.

    Attributes:
        plain: what the outcome means, in the page's language.
        said: the verifier's own sentences, in English, each with its place.
        counts: the verdict rests on it.
    """

    outcome: Outcome
    word: str
    label: str
    plain: str
    said: tuple[tuple[str, str], ...]
    code: str
    cite: str
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """A verification, ready to be laid out.

    Attributes:
        open: what counts and is failed or undecided.
        groups: the checks that count, by the question they help to answer.
        aside: the checks that the verdict does not rest on.
        silent: the checks that do not apply.
        matchable: it may name a person that somebody's name and date of birth can be compared with.
        targets: formats it can be converted to; none where its issuer has revoked it.
        children: the sealed credentials inside, each as a document of its own.
        originals: what it was converted from, likewise.
    """

    title: str
    issuer: str
    issuer_url: str
    issued: str
    expires: str
    id: str
    format: str
    verdict: str
    answers: tuple[AnswerRow, ...]
    open: tuple[CheckRow, ...]
    groups: tuple[tuple[str, tuple[CheckRow, ...]], ...]
    aside: tuple[CheckRow, ...]
    silent: tuple[CheckRow, ...]
    counts: str
    matchable: bool
    targets: tuple[str, ...]
    revoked: bool
    children: tuple[ResultView, ...]
    originals: tuple[ResultView, ...]


def result_view(report: Report, words: Words, *, asked: bool) -> ResultView:
    """Lay a report out in a language; `asked` tells whether a person was named."""
    policy = policy_called(report.policy)
    rows = sorted(_rows(report, words, policy.level), key=lambda row: _ORDER.index(row.outcome))
    silent = tuple(row for row in rows if row.outcome is Outcome.NOT_APPLICABLE)
    told = [row for row in rows if row not in silent]
    counting = [row for row in told if row.counts]
    revoked = any(one.check == "status.revoked" and one.outcome is Outcome.FAILED for one in report.findings)
    subject, issuer = report.subject, report.issuer
    return ResultView(
        title=words.text(subject.get("title")) or words("result.untitled"),
        issuer=words.text(issuer.get("name")) or words.text(issuer.get("id")),
        issuer_url=words.text(issuer.get("url")),
        issued=words.text(subject.get("issued")),
        expires=words.text(subject.get("expires")),
        id=words.text(subject.get("id")),
        format=_format(report, words),
        verdict=str(report.verdict),
        answers=tuple(_answers(report, words, asked=asked)),
        open=tuple(row for row in counting if row.outcome is not Outcome.PASSED),
        groups=tuple(
            (words(f"question.{question}"), group)
            for question in Question
            if (group := tuple(row for row in counting if question_of(row.code) is question))
        ),
        aside=tuple(row for row in told if not row.counts),
        silent=silent,
        counts=_counts(counting, words),
        matchable=report.format in _NAMING and report.verdict is not Verdict.TOTAL_FAILED,
        targets=() if revoked else targets(report),
        revoked=revoked,
        children=tuple(result_view(child, words, asked=False) for child in report.children),
        originals=tuple(result_view(one, words, asked=False) for one in report.originals),
    )


def targets(report: Report) -> tuple[str, ...]:
    """List the formats a document can be converted to."""
    if report.format == Format.SIGNED:
        return ()
    old = report.format == Format.EDCI and report.version in _UPGRADED
    return tuple(str(fmt) for fmt in FORMATS if str(fmt) != report.format or old)


def _answers(report: Report, words: Words, *, asked: bool) -> list[AnswerRow]:
    rows = []
    for answer in answers(report, asked=asked):
        if answer.reason is not None:
            reason = _plain(answer.reason, words)
        else:
            reason = words("reason.unasked" if answer.word is Word.UNASKED else "reason.silent")
        row = AnswerRow(
            question=words(f"question.{answer.question}"),
            word=answer.word,
            said=words(f"word.{answer.word}"),
            reason=reason,
        )
        rows.append(row)
    return rows


def _rows(report: Report, words: Words, level: Callable[[str], Level]) -> Iterator[CheckRow]:
    """Yield a row for each check and outcome: a badge with ten extensions is not ten rows."""
    alike: dict[tuple[str, Outcome], list[Finding]] = {}
    for finding in report.findings:
        alike.setdefault((finding.check, finding.outcome), []).append(finding)
    for (code, outcome), findings in alike.items():
        yield CheckRow(
            outcome=outcome,
            word=words(f"outcome.{outcome}"),
            label=words.check(code).label,
            plain=_plain(findings[0], words),
            said=tuple(dict.fromkeys((one.message, one.where) for one in findings)),
            code=code,
            cite="; ".join(dict.fromkeys(one.cite for one in findings if one.cite)),
            counts=level(code) is Level.REQUIRED,
        )


def _plain(finding: Finding, words: Words) -> str:
    said = words.check(finding.check)
    by_outcome = {
        Outcome.PASSED: said.passed,
        Outcome.FAILED: said.failed,
        Outcome.UNDECIDED: said.undecided,
    }
    return by_outcome.get(finding.outcome, words(f"outcome.{finding.outcome}"))


def _format(report: Report, words: Words) -> str:
    version = f" {report.version}" if report.version else ""
    wrapped = [words(f"containers.{name}") for name in report.containers]
    return ", ".join(filter(None, (f"{words(f'formats.{report.format}')}{version}", *wrapped)))


def _counts(rows: list[CheckRow], words: Words) -> str:
    number = {outcome: sum(row.outcome is outcome for row in rows) for outcome in Outcome}
    return words(
        "result.counts",
        passed=number[Outcome.PASSED],
        failed=number[Outcome.FAILED],
        undecided=number[Outcome.UNDECIDED],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertedView:
    """A conversion, ready to be laid out.

    Attributes:
        lists: name and entries of each of the four lists.
    """

    target: str
    name: str
    media_type: str
    size: str
    sha256: str
    given_back: bool
    notes: tuple[str, ...]
    verdicts: tuple[str, ...]
    lists: tuple[tuple[str, list[dict[str, Any]]], ...]


def converted_view(one: Converted, words: Words) -> ConvertedView:
    """Lay a conversion out in a language."""
    made, report = one.conversion, one.report()
    return ConvertedView(
        target=words(f"targets.{made.format}"),
        name=made.file_name,
        media_type=made.media_type if made.media_type in KNOWN_TYPES else "application/octet-stream",
        size=words.size(len(made.document)),
        sha256=made.sha256,
        given_back=made.given_back,
        notes=made.notes,
        verdicts=tuple(str(source.verdict) for source in one.sources),
        lists=tuple((name, report[name]) for name in ("mapped", "approximated", "left_out", "added")),
    )


KNOWN_TYPES = frozenset({*MEDIA_TYPES.values(), "image/png", "image/svg+xml", "application/json"})
"""Media types that a download may have; a hostile original's own word is not passed on."""
