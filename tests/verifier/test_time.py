"""A document's own times, to the second and across zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from bundles import NOW
from hypothesis import given
from hypothesis import strategies as st

from schemas.document import Document, Format
from schemas.evidence import Evidence
from verifier import Finding, Outcome
from verifier.checks.time import expired, in_order, issued, not_yet, span

PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED
SECOND = timedelta(seconds=1)


def of(format_: Format, **tree: Any) -> Evidence:
    document = Document(format=format_, version="", raw=b"x", original=b"x", media_type="", tree=tree)
    return Evidence(document=document, now=NOW)


def outcome(findings: Any) -> Outcome:
    told: list[Finding] = list(findings)
    assert len(told) == 1
    return told[0].outcome


@pytest.mark.parametrize("hours", [-12, -1, 0, 5, 14])
@pytest.mark.parametrize(
    ("shift", "issue", "expiry"),
    [(-SECOND, PASSED, FAILED), (timedelta(0), PASSED, FAILED), (SECOND, FAILED, PASSED)],
)
def test_a_second_decides_in_every_zone(
    hours: int, shift: timedelta, issue: Outcome, expiry: Outcome
) -> None:
    when = (NOW + shift).astimezone(timezone(timedelta(hours=hours))).isoformat()
    assert outcome(issued(of(Format.OB2, issuedOn=when))) is issue
    assert outcome(expired(of(Format.OB2, expires=when))) is expiry
    assert outcome(not_yet(of(Format.ELM, validFrom=when))) is issue


@pytest.mark.parametrize(
    ("format_", "term"),
    [(Format.EDCI, "validUntil"), (Format.ELM, "validUntil"), (Format.ELM, "expirationDate")],
)
def test_every_format_says_its_end_in_its_own_word(format_: Format, term: str) -> None:
    assert outcome(expired(of(format_, **{term: "2020-01-01T00:00:00Z"}))) is FAILED
    assert outcome(expired(of(format_, **{term: "2030-01-01T00:00:00Z"}))) is PASSED


def test_what_cannot_be_read_is_unknown() -> None:
    assert outcome(issued(of(Format.OB2))) is UNDECIDED
    assert outcome(issued(of(Format.OB2, issuedOn="soon"))) is UNDECIDED
    assert outcome(expired(of(Format.OB2, expires="2020-01-01T00:00:00"))) is UNDECIDED
    assert outcome(expired(of(Format.ELM, validUntil=["2020"]))) is UNDECIDED
    assert outcome(expired(of(Format.OB2))) is PASSED


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-20T12:00:00", FAILED),
        ("2026-11-23T11:00:00", UNDECIDED),
        ("2026-11-23T13:00:00", UNDECIDED),
        ("2026-11-25T12:00:00", PASSED),
        ("2026-11-21", FAILED),
        ("2026-11-23", UNDECIDED),
        ("2026-11-25", PASSED),
    ],
)
def test_a_time_without_a_zone_decides_only_where_no_zone_could_change_it(
    value: str, expected: Outcome
) -> None:
    assert outcome(expired(of(Format.EDCI, validUntil=value))) is expected


@given(st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_the_span_of_an_unzoned_time_holds_it_in_every_zone(when: datetime, minutes: int) -> None:
    whole = span(when.isoformat())
    somewhere = when.replace(tzinfo=timezone(timedelta(minutes=minutes))).astimezone(UTC)
    assert whole is not None
    assert whole.earliest <= somewhere <= whole.latest


def test_a_document_ends_after_it_was_issued() -> None:
    right = of(Format.ELM, issued="2020-01-01T00:00:00Z", validUntil="2021-01-01T00:00:00Z")
    wrong = of(Format.ELM, issued="2021-01-01T00:00:00Z", validUntil="2020-01-01T00:00:00Z")
    assert list(in_order(right)) == []
    assert outcome(in_order(wrong)) is FAILED


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0001-01-01T00:00:00", FAILED),
        ("9999-12-31", PASSED),
        ("9999-12-31T23:59:59", PASSED),
        ("9999-12-31T23:59:59-12:00", PASSED),
        ("", UNDECIDED),
        ("T", UNDECIDED),
        ("24:00", UNDECIDED),
    ],
)
def test_the_ends_of_time_break_nothing(value: str, expected: Outcome) -> None:
    assert outcome(expired(of(Format.EDCI, validUntil=value))) is expected
