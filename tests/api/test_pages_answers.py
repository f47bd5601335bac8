"""The three answers: every combination, and never a yes that is not known."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from bundles import verified
from hypothesis import given
from hypothesis import strategies as st
from samples import badges

from api.pages.answers import Answer, Question, Word, answers, policy_called, question_of, three_answers
from verifier import Finding, Outcome, Verdict, catalogue
from verifier.policy import Level, policy_names

CODES = [entry.code for entry in catalogue()]
OUTCOMES = list(Outcome)
BY_QUESTION = {
    Question.GENUINE: ("seal.signature", "hosted.fetched"),
    Question.VALID: ("status.revoked", "time.expired"),
    Question.PERSON: ("recipient.match", "identity.mismatch"),
}


def finding(code: str, outcome: Outcome) -> Finding:
    return Finding(check=code, outcome=outcome, message="A sentence.")


def answered(question: Question, *outcomes: Outcome, asked: bool = True) -> Answer:
    codes = BY_QUESTION[question]
    findings = [finding(code, outcome) for code, outcome in zip(codes, outcomes, strict=False)]
    told = three_answers(findings, lambda _: True, asked=asked)
    return next(one for one in told if one.question is question)


@pytest.mark.parametrize("question", list(Question))
@pytest.mark.parametrize(("first", "second"), list(itertools.product(OUTCOMES, OUTCOMES)))
def test_failed_outweighs_undecided_and_undecided_passed(
    question: Question, first: Outcome, second: Outcome
) -> None:
    answer = answered(question, first, second)
    if Outcome.FAILED in (first, second):
        assert answer.word is Word.NO
    elif Outcome.UNDECIDED in (first, second):
        assert answer.word is Word.UNPROVEN
    elif question is Question.PERSON:
        assert answer.word is (Word.YES if first is Outcome.PASSED else Word.UNPROVEN)
    else:
        assert answer.word is (Word.YES if Outcome.PASSED in (first, second) else Word.UNPROVEN)


@pytest.mark.parametrize("question", list(Question))
def test_silence_is_never_yes(question: Question) -> None:
    assert answered(question).word is Word.UNPROVEN


def test_a_person_nobody_asked_about_is_not_asked_and_never_yes() -> None:
    assert answered(Question.PERSON, Outcome.NOT_APPLICABLE, asked=False).word is Word.UNASKED
    assert answered(Question.PERSON, asked=False).word is Word.UNASKED
    assert answered(Question.PERSON, Outcome.FAILED, asked=False).word is Word.NO


def test_the_most_telling_finding_is_the_reason() -> None:
    both = [finding("format.schema", Outcome.FAILED), finding("seal.signature.digest", Outcome.FAILED)]
    genuine = three_answers(both, lambda _: True, asked=False)[0]
    assert genuine.reason is both[1]
    read = [finding("format.read", Outcome.PASSED), finding("hosted.fetched", Outcome.PASSED)]
    assert three_answers(read, lambda _: True, asked=False)[0].reason is read[1]


def test_every_code_of_the_catalogue_answers_one_question() -> None:
    assert {code for code in CODES if question_of(code) is Question.VALID} == {
        "status.revoked",
        "status.suspended",
        "status.notice",
        "time.issued",
        "time.expired",
        "time.not-yet",
    }
    assert {code for code in CODES if question_of(code) is Question.PERSON} == {
        "recipient.match",
        "identity.mismatch",
    }


@pytest.mark.parametrize("name", ["badge/hosted", "badge/signed", "standard/sealed"])
def test_the_policy_is_found_by_the_name_a_report_gives(name: str) -> None:
    policy = policy_called(name)
    assert f"{policy.name}/{policy.situation}" == name
    assert policy.name in policy_names()
    assert policy.level("format.read") is Level.REQUIRED
    assert policy.level("format.data") is Level.ADVISORY


@given(
    st.sampled_from(["badge/hosted", "badge/signed", "standard/sealed"]),
    st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(OUTCOMES)), max_size=12),
    st.booleans(),
)
def test_the_answers_and_the_verdict_never_contradict_each_other(
    name: str,
    told: list[tuple[str, Outcome]],
    asked: bool,  # noqa: FBT001 - Hypothesis fills it in
) -> None:
    policy = policy_called(name)
    findings = [finding(code, outcome) for code, outcome in told]
    findings += [finding(code, Outcome.UNDECIDED) for code in policy.silent(findings)]  # as the report does
    verdict = policy.verdict(findings)
    report = replace(verified(badges.assertion()), verdict=verdict, policy=name, findings=tuple(findings))
    words = {answer.word for answer in answers(report, asked=asked)}
    assert (Word.NO in words) == (verdict is Verdict.TOTAL_FAILED)
    if verdict is Verdict.INDETERMINATE:
        assert Word.UNPROVEN in words


def test_a_badge_in_order_is_a_yes_although_something_beside_the_point_is_not() -> None:
    report = verified(badges.assertion())
    assert any(one.outcome is Outcome.FAILED for one in report.findings)  # its alignment has no address
    assert report.verdict is Verdict.TOTAL_PASSED
    assert [one.word for one in answers(report, asked=False)] == [Word.YES, Word.YES, Word.UNASKED]
