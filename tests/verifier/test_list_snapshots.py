"""A list of lists and its national lists, together and over time; and the anchors they give."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import trusted_lists as made
from samples.list_certificates import at, authority, der, issued
from samples.trusted_lists import Period, Service, additional, lotl, national, notice

from schemas.trusted_list import ListArchive, ListSnapshot, TrustedList
from verifier.trust.list_anchors import anchors
from verifier.trust.lists import Brought, ListRefusal, snapshot_of

CA = made.zegel_ca()
TWO = (("NL", "https://nl.example/tl.xml", ("nl-1",)), ("EL", "https://el.example/tl.xml", ("el-1",)))
GOOD = national(Service((CA,)))


def shot(
    lists: dict[str, bytes], *, archive: ListArchive | None = None, past: bool = False, **how: Any
) -> ListSnapshot:
    how.setdefault("nationals", TWO)
    brought = Brought(lotl=lotl(**how), lists=lists)
    return snapshot_of(brought, known=[notice()], archive=archive or ListArchive(), past=past)


def held(*shots: ListSnapshot) -> ListArchive:
    return ListArchive(snapshots=shots)


def test_each_list_is_authenticated_by_the_pointer_to_it() -> None:
    greek = national(territory="EL", by="el-1")
    found = shot({"NL": GOOD, "EL": greek})
    assert [one.territory for one in found.lists] == ["EL", "NL"]
    assert not found.faults
    swapped = shot({"NL": national(by="el-1"), "EL": greek})
    assert [one.territory for one in swapped.lists] == ["EL"]
    assert dict(swapped.faults).keys() == {"NL"}


FAULTY = {
    "unsigned": made.written(made.Sheet()),
    "signed by somebody": national(by="somebody"),
    "changed": GOOD.replace(b"Svcstatus/granted", b"Svcstatus/withdrawn"),
    "another country's": national(territory="EL", by="nl-1"),
    "a list of lists": lotl("nl-1"),
    "of a version not read": national(version=4),
    "no number": GOOD.replace(b"<TSLSequenceNumber>10", b"<TSLSequenceNumber>ten"),
    "nothing": b"",
    "no XML": b"PK\x03\x04",
}


@pytest.mark.parametrize("case", FAULTY)
def test_a_faulty_list_is_told_and_hurts_no_other(case: str) -> None:
    found = shot({"NL": FAULTY[case], "EL": national(territory="EL", by="el-1")})
    assert [one.territory for one in found.lists] == ["EL"]
    ((territory, why),) = found.faults
    assert territory == "NL"
    assert why.endswith(".")


def test_a_list_that_nobody_points_at_is_not_taken() -> None:
    found = shot({"DE": national(territory="DE")})
    assert not found.lists
    assert dict(found.faults).keys() == {"DE"}


def test_what_could_not_be_had_is_told_with_its_reason() -> None:
    brought = Brought(lotl=lotl(), lists={}, missing={"NL": "The address did not answer in time."})
    found = snapshot_of(brought, known=[notice()], archive=ListArchive())
    assert found.faults == (("NL", "The address did not answer in time."),)


def test_a_list_that_is_overdue_is_no_fault() -> None:
    assert not shot({"NL": national(next_update=at(2026, 1, 2))}).faults


# --- never back -------------------------------------------------------------------------------------


def lists(sequence: int, issued_at: datetime) -> dict[str, bytes]:
    return {"NL": national(sequence=sequence, issued=issued_at)}


@pytest.mark.parametrize(
    ("sequence", "when", "refresh", "past"),
    [
        pytest.param(11, at(2026, 2), True, True, id="newer"),
        pytest.param(10, at(2026, 1), True, True, id="the same"),
        pytest.param(9, at(2025, 12), False, True, id="older"),
        pytest.param(9, at(2026, 2), False, False, id="a smaller number on a later day"),
        pytest.param(11, at(2025, 12), False, False, id="a larger number on an earlier day"),
    ],
)
def test_a_national_list_never_goes_back(*, sequence: int, when: datetime, refresh: bool, past: bool) -> None:
    kept = held(shot(lists(10, at(2026, 1))))
    for allowed, filling in ((refresh, False), (past, True)):
        found = shot(lists(sequence, when), archive=kept, past=filling)
        assert bool(found.lists) is allowed, found.faults


def test_a_list_of_lists_never_goes_back() -> None:
    kept = held(shot({}, sequence=100))
    with pytest.raises(ListRefusal) as caught:
        shot({}, sequence=99, issued_at=at(2025), archive=kept)
    assert caught.value.code == "older"
    assert shot({}, sequence=99, issued_at=at(2025), archive=kept, past=True).lotl.sequence == 99


def test_an_archive_answers_with_the_list_of_the_day() -> None:
    first = shot(lists(10, at(2026, 1)))
    second = shot(lists(11, at(2026, 3)), archive=held(first))
    archive = held(first, second)

    def number(moment: datetime) -> int:
        found = archive.list_at("NL", moment)
        assert found is not None
        return found.sequence

    assert [number(at(2025)), number(at(2026, 2)), number(at(2026, 3)), number(at(2027))] == [10, 10, 11, 11]
    assert archive.list_at("EL", at(2026)) is None
    assert archive.territories == ("NL",)


# --- the law ----------------------------------------------------------------------------------------


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@cache
def original() -> tuple[bytes, bytes, TrustedList]:
    whole = lotl()
    (found,) = snapshot_of(
        Brought(lotl=whole, lists={"NL": GOOD}), known=[notice()], archive=ListArchive()
    ).lists
    return whole, GOOD, found


@st.composite
def changed(draw: st.DrawFn, which: int) -> bytes:
    """Change a good file here and there, cut it, or write anything at all."""
    data = bytearray(original()[which])  # type: ignore[arg-type]
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        size = draw(st.integers(0, 200))
        how = draw(st.sampled_from(["write", "drop", "double", "comment", "swap"]))
        part = bytes(data[place : place + size])
        new = {
            "write": draw(st.binary(max_size=20)),
            "drop": b"",
            "double": part * 2,
            "comment": b"<!-- x -->" + part,
            "swap": part[::-1],
        }[how]
        data[place : place + size] = new
    return draw(st.sampled_from([bytes(data), bytes(data[: len(data) // 2])]) | st.binary(max_size=100))


@UNHURRIED
@given(data=changed(1))
def test_no_list_without_an_authenticated_signature_enters_whatever_its_bytes(data: bytes) -> None:
    whole, _, good = original()
    found = snapshot_of(Brought(lotl=whole, lists={"NL": data}), known=[notice()], archive=ListArchive())
    for one in found.lists:
        assert replace(one, sha256=good.sha256) == good, "only what leaves the signed content as it was"
    assert bool(found.lists) is not bool(found.faults)


@UNHURRIED
@given(data=changed(0))
def test_no_list_of_lists_without_an_authenticated_signature_enters(data: bytes) -> None:
    _, good, _ = original()
    try:
        found = snapshot_of(Brought(lotl=data, lists={"NL": good}), known=[notice()], archive=ListArchive())
    except ListRefusal:
        return
    assert found.lotl.pointers == shot({}, nationals=TWO[:1]).lotl.pointers


# --- anchors ----------------------------------------------------------------------------------------


MARCH = at(2026, 3)


def given_by(*services: Service, kind: Any = "seal", moment: datetime = MARCH, **how: Any) -> list[bytes]:
    archive = held(shot({"NL": national(*services)}))
    return [der(one) for one in anchors(archive, kind=kind, moment=moment, **how)]


def test_services_in_good_standing_give_anchors() -> None:
    assert given_by(Service((CA,))) == [der(CA)]
    assert given_by(Service((CA,), (Period("withdrawn"),))) == []
    assert given_by(Service((CA,), (Period("withdrawn", at(2026, 2)), Period())), moment=at(2026, 1, 9)) == [
        der(CA)
    ]
    assert given_by(Service((CA,), (Period(extensions=made.UNKNOWN_CRITICAL),))) == []
    assert given_by(Service((CA,)), moment=at(2026, 8)) == [], "an overdue list vouches for nobody"
    assert anchors(None, kind="seal", moment=at(2026)) == ()


def test_before_the_regulation_granted_had_other_names() -> None:
    old = Service((CA,), (Period("granted", at(2016, 7)), Period("accredited", at(2012))))
    assert given_by(old, moment=at(2014)) == [der(CA)]
    assert given_by(Service((CA,), (Period("accredited", at(2017)),))) == []


def test_anchors_for_seals_are_none_for_timestamps() -> None:
    stamping = authority("Tijd CA")
    services = (
        Service((CA,)),
        Service((stamping,), (Period(type="TSA/QTST", extensions=""),)),
        Service((issued(said=b""),), (Period("recognisedatnationallevel", type="TSA", extensions=""),)),
        Service((authority("Other"),), (Period("deprecatedatnationallevel", type="TSA", extensions=""),)),
    )
    assert given_by(*services) == [der(CA)]
    assert set(given_by(*services, kind="timestamp")) == {der(stamping), der(services[2].identity[0])}


def test_a_path_asks_only_for_what_is_near() -> None:
    services = [Service((authority(f"CA {number}"),)) for number in range(20)]
    leaf = issued(by="CA 7")
    assert given_by(*services, near=[leaf]) == [der(authority("CA 7"))]
    assert given_by(Service((leaf,)), near=[leaf]) == [der(leaf)]
    assert len(given_by(*services)) == 20


def test_a_later_list_gives_anchors_that_the_one_in_force_had_not() -> None:
    first = shot({"NL": national(sequence=10, issued=at(2026, 1))})
    later = national(Service((CA,), (Period(since=at(2026, 2)),)), sequence=11, issued=at(2026, 4))
    archive = held(first, shot({"NL": later}, archive=held(first)))
    assert anchors(archive, kind="seal", moment=at(2026, 3)) == (CA,)
    assert anchors(archive, kind="seal", moment=at(2026, 1, 15)) == ()


def test_additional_information_does_not_make_an_anchor() -> None:
    web = Service((CA,), (Period(extensions=additional("ForWebSiteAuthentication")),))
    assert given_by(web) == [der(CA)], "what it issues is told by its qualification, not by its path"
