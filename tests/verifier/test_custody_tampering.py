"""The tamper matrix: whatever is changed of a conversion, its own finding tells; untouched it is faithful.

Each document is changed and then sealed, as one would be by whoever seals what it should not: the seal holds,
so that nothing but the custody checks can tell.
"""

from __future__ import annotations

import base64
import functools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bundles import NOW, answer, badge_web
from conversions import LEARNER, document, options, school_of
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import badges
from samples.sealed_conversions import OTHER, TRUST, seal, sealing
from samples.sealed_conversions import SCHOOL as SEALER
from shared_files import shared_cases

from api.gateway.conversion import Order, examine
from converter.carrier import enclose_pdf
from converter.convert import Source, convert
from converter.custody import this_tool, written_record
from converter.custody_reading import read_record
from converter.display import DisplayPage
from converter.enrich.carrying import EXTENSION, RECORD_NAME, digest
from converter.formats.edci2 import write_edci
from converter.formats.edci2_present import presented
from converter.originals import carried, records
from converter.stacking import convert_bundle, convert_split
from schemas.canonical import NotCanonical, canonical, canonical_digest
from schemas.custody import Custody, Judgement, Known, Line, Record, TableVersion
from schemas.document import Format
from schemas.institution import InstitutionProfile
from verifier import Outcome, Report, Verdict, verify
from verifier.bundle import BundleFetcher

CODES = ("custody.record", "custody.original", "custody.faithful", "custody.source")
EUROPASS = [Format.ELM, Format.EDCI]
TARGETS = [Format.ELM, Format.EDCI, Format.OB2]
WEB = badge_web()
ISSUED = "https://polder.example/credentials/1"
JUDGED = Judgement(report="ab" * 32, at="2026-11-23T11:59:00Z", verdict="TOTAL-PASSED", policy="badge/hosted")


def known(report: Report, url: str, override: str = "") -> Known:
    judged = Judgement(
        report=canonical_digest(report.to_dict()),
        at="2026-11-23T12:00:00Z",
        verdict=str(report.verdict),
        policy=report.policy,
        override=override,
    )
    return Known(judgement=judged, url=url)


@functools.cache
def source_of(target: Format) -> Source:
    """The badge of the tests as its host answers it; for a badge, a sealed credential at an address."""
    if target is not Format.OB2:
        data = badges.dumped(badges.assertion())
        order = Order(target=target, trust=TRUST)
        return examine(data, order, fetcher=BundleFetcher(WEB), now=NOW).source
    said = sealing(SEALER, at=NOW)
    plain = badges.dumped(badges.expanded())
    made = convert(Source(document=document(plain)), Format.ELM, options(sealing=said, enclose="nothing"))
    return Source(document=document(seal(made.document, Format.ELM)))


def web_of(**changes: Any) -> dict[str, Any]:
    web = {**WEB, ISSUED: answer(source_of(Format.OB2).document.raw, media="application/ld+json")}
    return {url: value for url, value in {**web, **changes}.items() if value is not None}


@functools.cache
def converted(target: Format) -> bytes:
    """Convert as an institution does that seals by itself: with the record, with all facts at hand."""
    source = source_of(target)
    url = ISSUED if target is Format.OB2 else badges.ASSERTION
    judged = verify(source.document.raw, fetcher=BundleFetcher(web_of()), now=NOW, trust=TRUST)
    custody = Custody(tool=this_tool(), sources=(known(judged, url),))
    said = None if target is Format.OB2 else sealing(SEALER, at=NOW)
    return convert(
        source, target, options(custody=custody, sealing=said, use_carrier=False, enclose="document")
    ).document


def proven(data: bytes, target: Format) -> bytes:
    """Seal a credential, sign a badge."""
    return badges.signed(json.loads(data)) if target is Format.OB2 else seal(data, target)


def told(data: bytes, target: Format, *, policy: str = "auto", **web: Any) -> Report:
    return verify(
        proven(data, target),
        fetcher=BundleFetcher(web_of(**web)),
        now=NOW,
        trust=TRUST,
        policy=policy,
    )


def outcomes(report: Report, code: str) -> set[Outcome]:
    return {one.outcome for one in report.findings if one.check == code}


def places(report: Report, code: str = "custody.faithful") -> set[str]:
    return {one.where for one in report.findings if one.check == code and one.outcome is not Outcome.PASSED}


def faithful_but(report: Report, *codes: str) -> None:
    """Assert that every custody check is in order but these."""
    for code in CODES:
        if code not in codes:
            assert outcomes(report, code) == {Outcome.PASSED}, code
    if "custody.record.lists" not in codes:
        assert outcomes(report, "custody.record.lists") == set()


# How each format is changed without knowing anything of the conversion.


def with_record(data: bytes, target: Format, change: Callable[[Record], Record]) -> bytes:
    """Change the record, and write it back whole: its own digest fits."""
    (found,) = records(document(data))
    written = written_record(change(read_record(found.data)))
    return with_file(data, target, found.where, written, is_record=True)


def with_original(data: bytes, target: Format, change: Callable[[bytes], bytes]) -> bytes:
    """Change the enclosed original, and state the new digest beside it."""
    (found,) = carried(document(data))
    return with_file(data, target, found.where, change(found.data), is_record=False)


def with_file(data: bytes, target: Format, where: str, content: bytes, *, is_record: bool) -> bytes:
    encoded = base64.b64encode(content).decode()
    if target is Format.EDCI:
        tree = document(data).tree
        media = tree["attachmentList"][int(where.rpartition("/")[2])]
        media["content"] = base64.b64encode(
            enclose_pdf(
                content,
                media_type="application/json",
                file_name=RECORD_NAME if is_record else "original.json",
                page=DisplayPage(title="Dike Inspection", issuer="Water School"),
                made_at=NOW,
                is_source=not is_record,
            )
        ).decode()
        return presented(write_edci(tree), tree["#presentation"]["issuer"]).data
    whole = json.loads(data)
    if target is Format.OB2:
        whole[EXTENSION] |= (
            {"custody": encoded} if is_record else {"content": encoded, "sha256": digest(content)}
        )
        return json.dumps(whole).encode()
    for evidence in _listed(whole["evidence"]):
        for media in _listed(evidence.get("embeddedEvidence", [])):
            if (media.get("title") == {"en": RECORD_NAME}) is is_record and "sha-256" in str(
                media.get("description")
            ):
                kind = media["description"]["en"].partition(";")[0]
                media["content"] = encoded
                media["description"] = {"en": f"{kind}; sha-256={digest(content)}"}
    return json.dumps(whole).encode()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def with_content(data: bytes) -> bytes:
    """Say something else in plain sight; what is carried in base64 stays as it is."""
    changed = data.replace(b"Dike Inspection", b"Bridge Inspection")
    assert changed != data
    return changed


# Untouched.


@pytest.mark.parametrize("target", TARGETS)
def test_untouched_a_conversion_is_faithful(target: Format) -> None:
    report = told(converted(target), target)
    faithful_but(report)
    assert [one.verdict for one in report.originals] == [Verdict.TOTAL_PASSED]


def test_a_sealed_conversion_of_a_good_badge_passes_whole() -> None:
    report = told(converted(Format.ELM), Format.ELM)
    assert report.verdict is Verdict.TOTAL_PASSED
    assert report.to_dict()["originals"][0]["verdict"] == "TOTAL-PASSED"


def test_a_conversion_that_another_body_seals_is_faithful_too() -> None:
    custody = Custody(tool=this_tool(), sources=(Known(judgement=JUDGED, url=badges.ASSERTION),))
    said = sealing(OTHER, at=NOW)
    for target in EUROPASS:
        made = convert(source_of(target), target, options(custody=custody, sealing=said))
        sealed = seal(made.document, target, OTHER)
        report = verify(sealed, fetcher=BundleFetcher(web_of()), now=NOW, trust=TRUST)
        faithful_but(report)


# What is changed, and what tells of it.


@pytest.mark.parametrize("target", TARGETS)
def test_changed_content_is_told_at_its_place(target: Format) -> None:
    report = told(with_content(converted(target)), target)
    faithful_but(report, "custody.faithful")
    assert outcomes(report, "custody.faithful") == {Outcome.FAILED}
    assert any("itle" in place or "/badge/name" in place for place in places(report))
    assert report.verdict is Verdict.TOTAL_FAILED
    assert "Bridge" not in str([one.message for one in report.findings])


@pytest.mark.parametrize("target", TARGETS)
def test_a_changed_original_is_not_the_one_of_the_record(target: Format) -> None:
    changed = with_original(
        converted(target), target, lambda data: data.replace(b"2026-03-02", b"2025-03-02")
    )
    report = told(changed, target)
    assert outcomes(report, "custody.record") == {Outcome.FAILED}
    assert outcomes(report, "custody.faithful") == {Outcome.UNDECIDED}
    assert report.verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize("target", TARGETS)
def test_another_digest_in_the_record_is_another_original(target: Format) -> None:
    def change(record: Record) -> Record:
        return replace(record, origins=(replace(record.origins[0], sha256="0" * 64),))

    report = told(with_record(converted(target), target, change), target)
    assert outcomes(report, "custody.record") == {Outcome.FAILED}
    assert outcomes(report, "custody.faithful") == {Outcome.UNDECIDED}
    assert report.verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize("target", TARGETS)
def test_a_table_that_is_not_kept_leaves_it_undecided(target: Format) -> None:
    def change(record: Record) -> Record:
        first, *others = record.tables
        return replace(record, tables=(replace(first, number=7, sha256="1" * 64), *others))

    report = told(with_record(converted(target), target, change), target)
    faithful_but(report, "custody.faithful")
    assert outcomes(report, "custody.faithful") == {Outcome.UNDECIDED}
    assert report.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize("target", TARGETS)
def test_a_table_called_by_anothers_number_is_a_false_record(target: Format) -> None:
    def change(record: Record) -> Record:
        first, *others = record.tables
        wrong = TableVersion(format=first.format, number=first.number + 1, sha256=first.sha256)
        return replace(record, tables=(wrong, *others))

    report = told(with_record(converted(target), target, change), target)
    faithful_but(report, "custody.record")
    assert outcomes(report, "custody.record") == {Outcome.FAILED}


@pytest.mark.parametrize("target", EUROPASS)
def test_a_source_revoked_since_is_told_as_that(target: Format) -> None:
    gone = {badges.ASSERTION: answer(badges.revoked())}
    report = told(converted(target), target, **gone)
    faithful_but(report, "custody.original", "custody.source")
    (said,) = [one for one in report.findings if one.check == "custody.original"]
    assert said.outcome is Outcome.FAILED
    assert said.message == "The enclosed original was revoked after the conversion."
    assert outcomes(report, "custody.source") == {Outcome.FAILED}
    assert report.verdict is Verdict.TOTAL_FAILED
    assert "REVOKED" in report.sub_indications


def test_a_credential_gone_from_its_address_is_told_as_that() -> None:
    report = told(converted(Format.OB2), Format.OB2, **{ISSUED: answer(b"", status=410)})
    faithful_but(report, "custody.source")
    assert outcomes(report, "custody.source") == {Outcome.FAILED}


@pytest.mark.parametrize("target", EUROPASS)
def test_a_source_that_cannot_be_asked_is_never_called_valid(target: Format) -> None:
    report = told(converted(target), target, **{badges.ASSERTION: None})
    faithful_but(report, "custody.source", "custody.original")
    assert outcomes(report, "custody.source") == outcomes(report, "custody.original") == {Outcome.UNDECIDED}
    assert report.verdict is Verdict.INDETERMINATE


def test_the_address_of_a_credential_that_is_silent_is_undecided_and_offline_not_asked_for() -> None:
    silent = {ISSUED: None}
    report = told(converted(Format.OB2), Format.OB2, **silent)
    faithful_but(report, "custody.source")
    assert outcomes(report, "custody.source") == {Outcome.UNDECIDED}


@pytest.mark.parametrize("target", EUROPASS)
def test_a_source_that_now_says_something_else_is_told(target: Format) -> None:
    other = badges.assertion(issuedOn="2020-01-01T00:00:00+00:00")
    report = told(converted(target), target, **{badges.ASSERTION: answer(other)})
    assert outcomes(report, "custody.source") == {Outcome.FAILED}


@pytest.mark.parametrize("target", TARGETS)
def test_a_line_more_in_the_list_of_what_was_added_is_told(target: Format) -> None:
    place = "/badge/name" if target is Format.OB2 else "/credentialSubject/hasClaim/0/title"

    def change(record: Record) -> Record:
        return replace(record, added=(*record.added, Line(target=place, rule="structure")))

    report = told(with_record(converted(target), target, change), target)
    faithful_but(report, "custody.record.lists")
    assert outcomes(report, "custody.record.lists") == {Outcome.FAILED}
    assert report.verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize(
    "rule", ["structure", "profile [issuer]", "carrier", "presentation", "sealing", "eduID"]
)
@pytest.mark.parametrize("target", TARGETS)
def test_calling_a_change_added_does_not_excuse_it(target: Format, rule: str) -> None:
    title = {
        Format.OB2: "/badge/name",
        Format.ELM: "/credentialSubject/hasClaim/0/title",
        Format.EDCI: "/credentialSubject/achievements/0/title",
    }[target]

    def change(record: Record) -> Record:
        return replace(record, added=(*record.added, Line(target=title, rule=rule)))

    report = told(with_record(with_content(converted(target)), target, change), target)
    assert outcomes(report, "custody.faithful") == {Outcome.FAILED}
    assert outcomes(report, "custody.record.lists") == {Outcome.FAILED}


@pytest.mark.parametrize("rule", ["profile [learner] given_name", "profile [learner] family_name"])
@pytest.mark.parametrize("target", EUROPASS)
def test_a_line_less_makes_what_was_added_something_the_original_does_not_say(
    target: Format, rule: str
) -> None:
    def change(record: Record) -> Record:
        return replace(record, added=tuple(one for one in record.added if one.rule != rule))

    report = told(with_record(converted(target), target, change), target)
    assert outcomes(report, "custody.faithful") == {Outcome.FAILED}
    assert all("ame" in place for place in places(report))


@pytest.mark.parametrize("name", ["approximated", "left_out"])
@pytest.mark.parametrize("target", TARGETS)
def test_the_other_lists_are_those_of_the_conversion_too(target: Format, name: str) -> None:
    def change(record: Record) -> Record:
        return replace(record, **{name: (*getattr(record, name), Line(source="/nowhere", rule="?"))})

    report = told(with_record(converted(target), target, change), target)
    faithful_but(report, "custody.record.lists")
    assert outcomes(report, "custody.record.lists") == {Outcome.FAILED}


@pytest.mark.parametrize("target", EUROPASS)
def test_a_difference_under_another_version_of_the_converter_is_undecided(target: Format) -> None:
    changed = with_record(
        with_content(converted(target)), target, lambda one: replace(one, tool=("badgepass", "0.0.1"))
    )
    report = told(changed, target)
    assert outcomes(report, "custody.faithful") == {Outcome.UNDECIDED}
    assert report.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize("target", EUROPASS)
def test_a_badge_class_changed_since_is_no_fault_of_the_document(target: Format) -> None:
    renamed = answer(badges.badge_class(name="Dike Inspection and Repair"))
    report = told(converted(target), target, **{badges.BADGE_CLASS: renamed})
    assert outcomes(report, "custody.faithful") == {Outcome.UNDECIDED}


@pytest.mark.parametrize("target", EUROPASS)
def test_a_badge_class_written_otherwise_changes_nothing(target: Format) -> None:
    spaced = answer(json.dumps(badges.badge_class(), indent=3).encode())
    faithful_but(told(converted(target), target, **{badges.BADGE_CLASS: spaced}))


@pytest.mark.parametrize("target", TARGETS)
def test_a_record_that_is_none_fails(target: Format) -> None:
    (found,) = records(document(converted(target)))
    broken = with_file(converted(target), target, found.where, b'{"custody":1}', is_record=True)
    report = told(broken, target)
    assert outcomes(report, "custody.record") == {Outcome.FAILED}
    assert outcomes(report, "custody.faithful") == {Outcome.UNDECIDED}
    assert outcomes(report, "custody.original") == {Outcome.PASSED}


def test_a_record_whose_digest_is_not_the_one_beside_it_fails() -> None:
    (found,) = records(document(converted(Format.ELM)))
    other = digest(found.data).replace("a", "b").replace("0", "1")
    changed = converted(Format.ELM).replace(digest(found.data).encode(), other.encode())
    assert outcomes(told(changed, Format.ELM), "custody.record") == {Outcome.FAILED}


@pytest.mark.parametrize(
    ("verdict", "override", "outcome"),
    [
        ("TOTAL-FAILED", "", Outcome.FAILED),
        ("TOTAL-FAILED", "indeterminate", Outcome.FAILED),
        ("INDETERMINATE", "", Outcome.FAILED),
        ("INDETERMINATE", "indeterminate", Outcome.PASSED),
        ("TOTAL-PASSED", "", Outcome.PASSED),
    ],
)
def test_what_should_not_have_been_converted_is_told(verdict: str, override: str, outcome: Outcome) -> None:
    def change(record: Record) -> Record:
        judged = replace(JUDGED, verdict=verdict, override=override)
        return replace(record, origins=(replace(record.origins[0], judgement=judged),))

    report = told(with_record(converted(Format.ELM), Format.ELM, change), Format.ELM)
    assert outcomes(report, "custody.record") == {outcome}


# What is no conversion of ours, or is not told by a record.


@pytest.mark.parametrize("target", TARGETS)
def test_without_a_record_the_enclosed_original_is_told_all_the_same(target: Format) -> None:
    plain = convert(source_of(target), target, options(use_carrier=False)).document
    report = told(plain, target)
    for code in ("custody.record", "custody.faithful", "custody.source"):
        assert outcomes(report, code) == {Outcome.NOT_APPLICABLE}, code
    assert outcomes(report, "custody.original") == {Outcome.PASSED}


@pytest.mark.parametrize("target", EUROPASS)
def test_without_a_record_a_revoked_original_still_fails(target: Format) -> None:
    plain = convert(source_of(target), target, options(use_carrier=False)).document
    report = told(plain, target, **{badges.ASSERTION: answer(badges.revoked())})
    assert outcomes(report, "custody.original") == {Outcome.FAILED}
    assert report.verdict is Verdict.TOTAL_FAILED


def test_what_was_converted_from_nothing_is_told_nothing_of_custody() -> None:
    report = verify(badges.dumped(badges.assertion()), fetcher=BundleFetcher(WEB), now=NOW)
    assert not [one for one in report.findings if one.check.startswith("custody")]
    assert report.originals == ()
    assert report.verdict is Verdict.TOTAL_PASSED


@pytest.mark.parametrize("target", TARGETS)
def test_an_original_left_at_home_is_fetched_where_it_answers_the_very_same(target: Format) -> None:
    url = ISSUED if target is Format.OB2 else badges.ASSERTION
    custody = Custody(tool=this_tool(), sources=(Known(judgement=JUDGED, url=url),))
    said = None if target is Format.OB2 else sealing(SEALER, at=NOW)
    made = convert(
        source_of(target),
        target,
        options(custody=custody, sealing=said, use_carrier=False, enclose="nothing"),
    ).document
    there = {url: answer(source_of(target).document.raw)}
    faithful_but(told(made, target, **there))
    away = told(made, target, **{url: None})
    assert outcomes(away, "custody.record") == outcomes(away, "custody.original") == {Outcome.UNDECIDED}
    assert away.verdict is not Verdict.TOTAL_PASSED


def test_a_conversion_of_a_conversion_is_followed_to_the_first_original() -> None:
    once = seal(converted(Format.ELM), Format.ELM)
    custody = Custody(tool=this_tool(), sources=(Known(judgement=JUDGED),))
    said = sealing(SEALER, at=NOW)
    twice = convert(
        Source(document=document(once)), Format.EDCI, options(custody=custody, sealing=said)
    ).document
    report = told(twice, Format.EDCI)
    faithful_but(report, "custody.source")
    assert outcomes(report, "custody.source") == {Outcome.NOT_APPLICABLE}
    (first,) = report.originals
    assert first.verdict is Verdict.TOTAL_PASSED
    assert [one.format for one in first.originals] == ["ob2"]
    gone = told(twice, Format.EDCI, **{badges.ASSERTION: answer(badges.revoked())})
    assert outcomes(gone, "custody.original") == {Outcome.FAILED}
    assert gone.verdict is Verdict.TOTAL_FAILED


def test_several_badges_in_one_credential_are_each_looked_at() -> None:
    one = badges.dumped(badges.expanded())
    other = badges.dumped(badges.expanded(id="https://badges.example.nl/public/assertions/other"))
    custody = Custody(tool=this_tool(), sources=(Known(judgement=JUDGED), Known(judgement=JUDGED)))
    made = convert_bundle(
        [Source(document=document(data)) for data in (one, other)],
        Format.ELM,
        options(custody=custody, sealing=sealing(SEALER, at=NOW)),
    ).document
    report = told(made, Format.ELM)
    assert outcomes(report, "custody.faithful") == {Outcome.PASSED}
    assert outcomes(report, "custody.record") == {Outcome.PASSED}
    assert outcomes(report, "custody.original") == {Outcome.PASSED, Outcome.UNDECIDED}  # one has no host
    changed = told(with_content(made), Format.ELM)
    assert outcomes(changed, "custody.faithful") == {Outcome.FAILED}


def test_a_badge_split_off_a_credential_is_faithful_to_its_part() -> None:
    custody = Custody(tool=this_tool(), sources=(Known(judgement=JUDGED, url=ISSUED),))
    (made,) = convert_split(source_of(Format.OB2), Format.OB2, options(custody=custody, use_carrier=False))
    faithful_but(told(made.document, Format.OB2))


@pytest.mark.parametrize("recipient", [LEARNER, ("id", badges.LEARNER)])
def test_the_recipient_of_a_badge_is_its_makers_word(recipient: tuple[str, str]) -> None:
    custody = Custody(tool=this_tool(), sources=(Known(judgement=JUDGED, url=ISSUED),))
    made = convert(
        source_of(Format.OB2),
        Format.OB2,
        options(custody=custody, use_carrier=False, recipient=recipient),
    )
    faithful_but(told(made.document, Format.OB2))


def test_offline_the_source_is_told_and_not_required() -> None:
    report = told(converted(Format.ELM), Format.ELM, policy="offline", **{ISSUED: None})
    assert "custody.source" not in report.required
    assert outcomes(report, "custody.faithful") == {Outcome.PASSED}


def _places(value: Any, where: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inside: list[Any] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value[:3]))
    return [where, *(place for key, item in inside for place in _places(item, (*where, key)))]


RECORD = json.loads(next(iter(records(document(converted(Format.ELM))))).data)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(_places(RECORD)[1:]),
    st.none()
    | st.text(max_size=5)
    | st.integers(-3, 2**40)
    | st.sampled_from([[], {}, ["x"], "split", "bundle"]),
)
def test_whatever_stands_in_the_record_no_check_breaks_and_none_is_fooled(
    place: tuple[str | int, ...], value: Any
) -> None:
    """No member of the record can be changed so that the changed content passes."""
    tree = json.loads(json.dumps(RECORD))
    here = tree
    for step in place[:-1]:
        here = here[step]
    here[place[-1]] = value
    try:
        written = canonical(tree)
    except NotCanonical:
        return
    changed = with_content(converted(Format.ELM))
    (found,) = records(document(changed))
    report = told(with_file(changed, Format.ELM, found.where, written, is_record=True), Format.ELM)
    assert "internal.error" not in {one.check for one in report.findings}
    assert Outcome.PASSED not in outcomes(report, "custody.faithful")
    assert report.verdict is not Verdict.TOTAL_PASSED


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=40) | st.recursive(st.none() | st.text(), st.lists).map(canonical))
def test_anything_else_in_its_place_is_a_record_that_cannot_be_read(data: bytes) -> None:
    (found,) = records(document(converted(Format.OB2)))
    report = told(with_file(converted(Format.OB2), Format.OB2, found.where, data, is_record=True), Format.OB2)
    assert outcomes(report, "custody.record") == {Outcome.FAILED}


# Over other people's samples.

EDUBADGES = [
    path
    for name in (
        "01_regular_assertion_expanded.json",
        "02_microcredential_assertion_expanded.json",
        "03_extracurricular_assertion_expanded.json",
        "04_mbo_microcredential_assertion_expanded.json",
        "08_signed.jws",
        "10_baked_signed.png",
        "10_baked_signed.svg",
    )
    for path in shared_cases(f"samples/edubadges/{name}")
]


@functools.cache
def of_sample(path: Path, target: Format) -> bytes:
    source = Source(document=document(path.read_bytes()))
    profile: InstitutionProfile = school_of(source)
    custody = Custody(tool=this_tool(), sources=(Known(judgement=JUDGED),))
    said = sealing(SEALER, at=NOW) if target is not Format.OB2 else None
    return convert(
        source, target, options(profile=profile, custody=custody, sealing=said, enclose="original")
    ).document


@pytest.mark.shared
@pytest.mark.parametrize("target", EUROPASS)
@pytest.mark.parametrize("path", EDUBADGES, ids=lambda path: path.name)
def test_every_edubadge_converts_faithfully_and_a_change_is_told(path: Path, target: Format) -> None:
    made = of_sample(path, target)
    report = told(made, target)
    assert outcomes(report, "custody.faithful") == {Outcome.PASSED}
    assert outcomes(report, "custody.record") == {Outcome.PASSED}
    assert outcomes(report, "custody.record.lists") == set()
    whole = document(made)
    names = whole.tree["credentialSubject"]
    claim = (names.get("hasClaim") or names.get("achievements"))[0]
    title = next(iter(_texts(claim["title"])))
    changed = made.replace(title.encode(), b"Something else")
    assert changed != made
    assert outcomes(told(changed, target), "custody.faithful") == {Outcome.FAILED}


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() if not key.startswith("@") for text in _texts(item)]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []


def test_where_who_awarded_is_the_issuer_by_mandate_nobody_else_can_be_put_there() -> None:
    """In EDCI XML the sealer of another school's badge presents it, and the school is its issuer."""
    tree = document(converted(Format.EDCI)).tree
    assert "Polder University" in json.dumps(tree["#presentation"]["issuer"])
    assert "Water School" in json.dumps(tree["issuer"])
    named = json.dumps(tree["issuer"]["prefLabel"]).replace("Water School", "Fine School")
    tree["issuer"]["prefLabel"] = json.loads(named)
    report = told(presented(write_edci(tree), tree["#presentation"]["issuer"]).data, Format.EDCI)
    assert outcomes(report, "custody.faithful") == {Outcome.FAILED}
    body = "/credentialSubject/achievements/0/wasAwardedBy/awardingBody/0"  # the same organisation, said once
    assert places(report) == {"/issuer/prefLabel/text", f"{body}/prefLabel/text"}
    assert report.verdict is Verdict.TOTAL_FAILED
