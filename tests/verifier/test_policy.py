"""Judging: what outweighs what, and that nothing unknown ever passes."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from bundles import NOW, badge_web, verified
from hypothesis import given
from hypothesis import strategies as st
from samples import badges

from schemas.document import FORMATS, Document, Format, Pointer
from schemas.evidence import Evidence
from verifier import NotPassed, Outcome, Policy, UnknownPolicy, Verdict, policy_names, verify
from verifier.bundle import BundleFetcher
from verifier.checks import CHECKS
from verifier.finding import Finding
from verifier.policy import policy_for
from verifier.verify import guarded, judged

POLICY = Policy(name="p", situation="s", required=("a.x", "a.y"), advisory=("a.y.hint",))
CODES = ["a.x", "a.x.deep", "a.y", "a.y.hint", "b.z"]


def said(check: str, outcome: Outcome) -> Finding:
    return Finding(check=check, outcome=outcome, message="…")


findings = st.lists(st.builds(said, st.sampled_from(CODES), st.sampled_from(Outcome)), max_size=12)


@given(findings)
def test_it_passes_only_where_every_required_code_was_told_and_none_is_bad(told: list[Finding]) -> None:
    counted = [f for f in told if f.check in {"a.x", "a.x.deep", "a.y"}]
    spoken = {f.check[:3] for f in told}
    good = all(f.outcome in {Outcome.PASSED, Outcome.NOT_APPLICABLE} for f in counted)
    expected = good and {"a.x", "a.y"} <= spoken
    assert (POLICY.verdict(told) is Verdict.TOTAL_PASSED) is expected


@given(findings)
def test_a_failure_outweighs_everything(told: list[Finding]) -> None:
    failed = any(f.outcome is Outcome.FAILED and f.check in {"a.x", "a.x.deep", "a.y"} for f in told)
    assert (POLICY.verdict(told) is Verdict.TOTAL_FAILED) is failed


@given(findings)
def test_an_unknown_never_makes_a_verdict_better(told: list[Finding]) -> None:
    order = [Verdict.TOTAL_FAILED, Verdict.INDETERMINATE, Verdict.TOTAL_PASSED]
    before = POLICY.verdict(told)
    after = POLICY.verdict([*told, said("a.x", Outcome.UNDECIDED)])
    assert before not in order or order.index(after) <= max(order.index(before), 1)
    assert after is not Verdict.TOTAL_PASSED


def test_silence_is_undecided() -> None:
    assert POLICY.verdict([said("a.x", Outcome.PASSED)]) is Verdict.INDETERMINATE
    assert POLICY.verdict([]) is Verdict.INDETERMINATE


def test_not_applicable_never_hinders() -> None:
    told = [said("a.x", Outcome.NOT_APPLICABLE), said("a.y", Outcome.PASSED)]
    assert POLICY.verdict(told) is Verdict.TOTAL_PASSED


def test_a_check_that_broke_down_always_counts() -> None:
    told = [said("a.x", Outcome.PASSED), said("a.y", Outcome.PASSED)]
    assert POLICY.verdict([*told, said("internal.error", Outcome.UNDECIDED)]) is Verdict.INDETERMINATE


def test_a_policy_that_requires_nothing_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="requires nothing"):
        Policy(name="lenient", situation="any", required=())


def test_a_policy_says_one_thing_about_a_code() -> None:
    with pytest.raises(ValueError, match="twice"):
        Policy(name="p", situation="s", required=("a",), advisory=("a",))


def test_an_unknown_policy_is_refused_before_anything_is_asked() -> None:
    class Never:
        def fetch(self, url: str, *, accept: str = "") -> None:
            raise AssertionError(url + accept)

    with pytest.raises(UnknownPolicy, match="auto"):
        verify(b"https://issuer.example/a", fetcher=Never(), now=NOW, policy="strict")  # type: ignore[arg-type]


def test_auto_chooses_by_format() -> None:
    assert policy_names()[0] == "auto"
    document = Document(
        format=Format.EDCI, version="1.2", raw=b"x", original=b"x", media_type="application/xml", tree={}
    )
    evidence = Evidence(document=document, now=NOW)
    assert policy_for("auto", evidence).name == "standard"
    badge = replace(evidence, document=replace(document, format=Format.OB2))
    assert (policy_for("auto", badge).name, policy_for("auto", badge).situation) == ("badge", "hosted")
    signed = replace(badge.document, tree={"verification": {"type": "SignedBadge"}})
    assert policy_for("auto", replace(badge, document=signed)).situation == "signed"


def test_a_crash_is_a_finding_and_names_no_personal_data(caplog: pytest.LogCaptureFixture) -> None:
    def broken(evidence: Evidence) -> Iterator[Finding]:
        yield said("a.x", Outcome.PASSED)
        raise RuntimeError(f"the learner {evidence.document.tree['name']}")

    document = Document(
        format=Format.OB2, version="2.0", raw=b"x", original=b"x", media_type="", tree={"name": "Noor"}
    )
    with caplog.at_level(logging.ERROR):
        told = guarded(broken, Evidence(document=document, now=NOW))
    assert [f.check for f in told] == ["a.x", "internal.error"]
    assert told[1].outcome is Outcome.UNDECIDED
    assert "Noor" not in caplog.text + told[1].message
    report = judged(Evidence(document=document, now=NOW), checks=(broken,))
    assert report.verdict is Verdict.INDETERMINATE


def test_a_report_is_no_truth_value() -> None:
    report = verified(badges.assertion())
    with pytest.raises(TypeError):
        bool(report)


def test_a_report_raises_unless_it_passed() -> None:
    verified(badges.assertion()).raise_unless_passed()
    with pytest.raises(NotPassed) as caught:
        verified(badges.assertion(), {}).raise_unless_passed()
    assert caught.value.report.verdict is Verdict.INDETERMINATE


def test_a_report_is_json_with_the_members_agreed() -> None:
    said_ = json.loads(json.dumps(verified(badges.assertion()).to_dict()))
    assert {"verdict", "container", "format", "version", "subject", "issuer"} <= said_.keys()
    assert {tuple(finding) for finding in said_["findings"]} == {
        ("check", "outcome", "message", "where", "cite", "indication")
    }
    assert {tuple(check) for check in said_["edc_checks"]} == {("type", "status")}
    assert all(finding["message"].endswith(".") for finding in said_["findings"])


def test_a_report_quotes_no_identity() -> None:
    report = json.dumps(verified(badges.assertion()).to_dict())
    recipient = badges.recipient()
    assert badges.LEARNER not in report
    assert recipient["identity"] not in report
    assert recipient["salt"] not in report


@pytest.mark.parametrize("hour", [0, 23])
def test_the_moment_asked_about_decides(hour: int) -> None:
    ends = badges.assertion(expires="2026-06-01T12:00:00Z")
    moment = datetime(2026, 6, 1, hour, tzinfo=UTC)
    fetcher = BundleFetcher(badge_web(assertion=ends))
    report = verify(badges.dumped(ends), fetcher=fetcher, now=moment)
    assert (report.verdict is Verdict.TOTAL_PASSED) is (hour == 0)


def test_every_check_keeps_its_peace_about_an_empty_document() -> None:
    for format_ in FORMATS:
        document = Document(format=format_, version="", raw=b"x", original=b"x", media_type="", tree={})
        told = [
            finding for check in CHECKS for finding in guarded(check, Evidence(document=document, now=NOW))
        ]
        assert "internal.error" not in {finding.check for finding in told}
        assert judged(Evidence(document=document, now=NOW)).verdict is not Verdict.TOTAL_PASSED


def test_a_pointer_is_no_document() -> None:
    report = verified(b"https://issuer.example/nothing", {})
    assert report.verdict is Verdict.INDETERMINATE
    assert report.version == ""
    assert not [f for f in report.findings if f.outcome is Outcome.PASSED]
    assert Pointer(url="https://issuer.example/nothing").containers


@pytest.mark.parametrize(
    "data", [badges.dumped(badges.assertion()), badges.signed(badges.signed_assertion())]
)
def test_a_badge_never_passes_by_the_policy_for_credentials(data: bytes) -> None:
    report = verify(data, fetcher=BundleFetcher(badge_web()), now=NOW, policy="standard")
    assert report.policy == "standard/sealed"
    assert report.verdict is not Verdict.TOTAL_PASSED


def evidence_of(format_: Format) -> Evidence:
    document = Document(format=format_, version="", raw=b"x", original=b"x", media_type="", tree={})
    return Evidence(document=document, now=NOW)


@pytest.mark.parametrize("name", [name for name in policy_names() if name != "badge"])
def test_no_policy_for_credentials_goes_without_seal_path_and_issuer(name: str) -> None:
    policy = policy_for(name, evidence_of(Format.ELM))
    if policy.situation == "sealed":
        always = {"format.read", "seal.present", "seal.signature", "seal.algorithm", "seal.path"}
        assert always <= set(policy.required)


def test_what_a_policy_adds_to_another_is_required_and_what_it_takes_is_advisory() -> None:
    standard = policy_for("standard", evidence_of(Format.ELM))
    strict = policy_for("strict-europass", evidence_of(Format.ELM))
    offline = policy_for("offline", evidence_of(Format.ELM))
    assert set(standard.required) < set(strict.required)
    assert {"seal.qualified", "seal.timestamp", "seal.level"} <= set(strict.required)
    assert "seal.qualified.device" in strict.advisory
    assert set(standard.required) - set(offline.required) == {"status.revoked", "status.suspended"}
    assert {"status.revoked", "status.suspended"} <= set(offline.advisory)
