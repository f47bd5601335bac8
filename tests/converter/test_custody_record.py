"""The record of a conversion travels along, says nothing of what stands anywhere, and is read strictly."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from conversions import NOW, document, options
from samples import badges

from converter.convert import Conversion, Source, convert
from converter.custody import written_record
from converter.custody_reading import read_record
from converter.enrich.carrying import EXTENSION, digest
from converter.originals import carried, originals, records
from converter.stacking import convert_bundle, convert_split
from converter.table_versions import current
from schemas.canonical import canonical
from schemas.custody import Custody, Judgement, Known, Record
from schemas.document import Format
from schemas.errors import Malformed

PLAIN = badges.dumped(badges.expanded())
JUDGED = Judgement(report="ab" * 32, at="2026-11-23T11:59:00Z", verdict="TOTAL-PASSED", policy="badge/hosted")
CUSTODY = Custody(tool=("badgepass", "0.1.0"), sources=(Known(judgement=JUDGED, url=badges.ASSERTION),))
EUROPASS = [Format.ELM, Format.EDCI]


def made(data: bytes = PLAIN, target: Format = Format.ELM, **changes: Any) -> Conversion:
    return convert(
        Source(document=document(data)), target, options(custody=CUSTODY, use_carrier=False, **changes)
    )


def record_in(data: bytes) -> Record:
    (found,) = records(document(data))
    assert found.whole
    return read_record(found.data)


ELM = made().document
CASES = [(PLAIN, Format.ELM), (PLAIN, Format.EDCI), (ELM, Format.OB2), (ELM, Format.EDCI)]


@pytest.mark.parametrize(("data", "target"), CASES)
def test_the_record_tells_of_what_and_by_which_tables(data: bytes, target: Format) -> None:
    found = record_in(made(data, target).document)
    source = document(data)
    (origin,) = found.origins
    assert origin.sha256 == digest(source.raw)
    assert (origin.format, origin.media_type) == (source.format, source.media_type)
    assert origin.url == badges.ASSERTION
    assert origin.judgement == JUDGED
    assert found.tables == (current(source.format), current(target))
    assert found.at == "2026-11-23T12:00:00Z"
    assert (found.target, found.tool, found.way) == (target, ("badgepass", "0.1.0"), "convert")


@pytest.mark.parametrize(("data", "target"), CASES)
def test_its_lists_are_those_of_the_report(data: bytes, target: Format) -> None:
    conversion = made(data, target)
    found = record_in(conversion.document)
    for name in ("approximated", "left_out", "added"):
        told = {(one.source, one.target, one.rule) for one in getattr(conversion.report, name)}
        assert {(one.source, one.target, one.rule) for one in getattr(found, name)} == told
    assert "custody" in {one.rule for one in found.added}


@pytest.mark.parametrize(("data", "target"), CASES)
def test_it_holds_no_word_of_the_learner(data: bytes, target: Format) -> None:
    (found,) = records(document(made(data, target).document))
    for secret in (b"Noor", b"de Wit", badges.LEARNER.encode(), badges.recipient()["identity"].encode()):
        assert secret not in found.data


@pytest.mark.parametrize("target", EUROPASS)
def test_the_original_still_comes_back_and_the_record_is_not_taken_for_it(target: Format) -> None:
    converted = made(PLAIN, target).document
    assert [one.data for one in carried(document(converted))] == [PLAIN]
    assert [one.data for one in originals(document(converted), Format.OB2)] == [PLAIN]
    back = convert(Source(document=document(converted)), Format.OB2, options())
    assert back.given_back
    assert back.document == PLAIN
    assert back.report.left_out == ()


def test_a_badge_holds_the_record_beside_the_original() -> None:
    badge = made(ELM, Format.OB2).document
    assert {"content", "custody"} <= json.loads(badge)[EXTENSION].keys()
    back = convert(Source(document=document(badge)), Format.ELM, options())
    assert back.document == ELM


def test_where_nothing_is_enclosed_the_record_travels_by_itself() -> None:
    for data, target in CASES:
        converted = document(made(data, target, enclose="nothing").document)
        assert carried(converted) == ()
        assert record_in(converted.raw).origins[0].sha256 == digest(document(data).raw)


@pytest.mark.parametrize(("data", "target"), CASES)
def test_without_custody_nothing_is_written(data: bytes, target: Format) -> None:
    plain = convert(Source(document=document(data)), target, options(use_carrier=False))
    assert list(records(document(plain.document))) == []
    assert "custody" not in {one.rule for one in plain.report.added}


@pytest.mark.parametrize(("data", "target"), CASES)
def test_equal_conversions_have_equal_records(data: bytes, target: Format) -> None:
    assert made(data, target) == made(data, target)


def test_several_badges_in_one_credential_have_one_record() -> None:
    other = badges.dumped(badges.expanded(id="https://badges.example.nl/public/assertions/other"))
    sources = [Source(document=document(one)) for one in (PLAIN, other)]
    converted = convert_bundle(sources, Format.ELM, options(custody=CUSTODY))
    found = record_in(converted.document)
    assert found.way == "bundle"
    assert [one.sha256 for one in found.origins] == [digest(PLAIN), digest(other)]
    assert [one.judgement for one in found.origins] == [JUDGED, None]


def test_each_badge_of_a_split_says_which_achievement_it_was() -> None:
    made_ = convert_split(
        Source(document=document(ELM)), Format.OB2, options(custody=CUSTODY, use_carrier=False)
    )
    assert [record_in(one.document).claim for one in made_] == [0]


RECORD = record_in(ELM)
WRITTEN = written_record(RECORD)


def test_a_record_is_read_as_it_was_written() -> None:
    assert read_record(WRITTEN) == RECORD
    overridden = replace(JUDGED, verdict="INDETERMINATE", override="indeterminate")
    origin = replace(RECORD.origins[0], judgement=overridden)
    other = replace(RECORD, origins=(origin,), at=NOW.isoformat())
    assert read_record(written_record(other)) == other


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("custody", 2),
        ("custody", True),
        ("tool", "badgepass"),
        ("target", "signed"),
        ("way", "guess"),
        ("claim", -2),
        ("claim", True),
        ("at", "yesterday"),
        ("origins", []),
        ("origins", [{}]),
        ("tables", [{"format": "ob2", "number": 1, "sha256": "12"}]),
        ("added", [{"target": 5}]),
        ("added", [{"value": "x"}]),
        ("left_out", None),
        ("other", 1),
    ],
)
def test_a_record_with_a_member_of_another_kind_is_none(name: str, value: object) -> None:
    whole = json.loads(WRITTEN)
    whole[name] = value
    text = canonical(whole)
    with pytest.raises(Malformed) as caught:
        read_record(text)
    assert caught.value.problems[0].where.startswith(f"/{name}")


@pytest.mark.parametrize("name", json.loads(WRITTEN))
def test_a_record_without_one_of_its_members_is_none(name: str) -> None:
    whole = {key: value for key, value in json.loads(WRITTEN).items() if key != name}
    with pytest.raises(Malformed):
        read_record(canonical(whole))


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"{}", WRITTEN + b" ", WRITTEN[:-1], b"\xff"])
def test_what_is_not_in_the_one_spelling_is_no_record(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_record(data)
