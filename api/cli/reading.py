"""A report in plain words: the verdict first, then what was not proven, then every finding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from api.cli.terminal import text_of
from verifier import Finding, Outcome, Report, Verdict

_VERDICTS = {
    Verdict.TOTAL_PASSED: "Genuine and in force: everything it rests on was proven.",
    Verdict.TOTAL_FAILED: "Not to be relied on: something it rests on is wrong.",
    Verdict.INDETERMINATE: "Not proven: nothing is known to be wrong, but not all of it could be decided.",
}
_MARKS = {
    Outcome.PASSED: "✓ passed",
    Outcome.FAILED: "✗ failed",
    Outcome.UNDECIDED: "? undecided",
    Outcome.NOT_APPLICABLE: "- no matter",
}


def report_lines(report: Report, now: datetime) -> Iterator[str]:
    """Tell a report line by line."""
    yield f"{report.verdict}  {_VERDICTS[report.verdict]}"
    yield from _about(report, now)
    wrong = "What is wrong" if report.verdict is Verdict.TOTAL_FAILED else "Not as it should be, but forgiven"
    yield from _section(wrong, report, Outcome.FAILED)
    yield from _section("What was not proven", report, Outcome.UNDECIDED)
    if any(
        one.check == "recipient.match" and one.outcome is Outcome.NOT_APPLICABLE for one in report.findings
    ):
        yield from ("", "Not asked: whom it is about (--recipient).")
    yield from ("", "Every finding:")
    yield from (_line(finding) for finding in report.findings)
    for name, inside in (("Sealed credential", report.children), ("Original", report.originals)):
        for number, one in enumerate(inside, start=1):
            yield from ("", f"{name} {number} of {len(inside)} inside, by itself:")
            yield from (f"    {line}" if line else "" for line in report_lines(one, now))


def _about(report: Report, now: datetime) -> Iterator[str]:
    title, name = text_of(report.subject.get("title")), text_of(report.issuer.get("name"))
    wrapped = f" in {' in '.join(reversed(report.containers))}" if report.containers else ""
    yield ""
    if title:
        yield f"It says:  {title}"
    if name or report.issuer.get("id"):
        yield f"Issuer:   {name or text_of(report.issuer.get('id'))}"
    yield f"Format:   {report.format} {report.version}{wrapped}".rstrip()
    yield f"Judged:   by {report.policy}, as of {now.isoformat(timespec='seconds')}"
    if any(outcome is not Outcome.NOT_APPLICABLE for outcome in report.aspects.values()):
        yield f"Seal:     {', '.join(f'{name} {outcome}' for name, outcome in report.aspects.items())}"
    if report.sub_indications:
        yield f"In short: {', '.join(report.sub_indications)}"


def _section(title: str, report: Report, outcome: Outcome) -> Iterator[str]:
    told = [one for one in report.findings if one.outcome is outcome]
    if not told:
        return
    yield from ("", f"{title}:")
    yield from (f"  {one.message} [{one.check}]" for one in dict.fromkeys(told))


def _line(finding: Finding) -> str:
    place = f" (at {finding.where})" if finding.where else ""
    return f"  {_MARKS[finding.outcome]:<11} {finding.check:<24} {finding.message}{place}"
