"""What is older than the world: ages without asking, digests by asking, and what a watcher is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gateway_web import Caller
from official_server import official_files, publishing

from api.cli.main import main
from api.doctor.asking import published
from api.doctor.conditions import (
    SOURCES,
    Age,
    Condition,
    aged,
    cached_files,
    conditions,
    older,
    readings_of_the_world,
    what_runs_us,
)
from api.official.cache import CHANGED, Cache
from schemas.official import Pin, digest
from schemas.readings import readings
from verifier.fetch import HttpFetcher, OfflineFetcher

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FETCHER = HttpFetcher(secured=True, allow_loopback=True)
A, B = b"<schema a/>", b"<schema b/>"


def pin(name: str, data: bytes, *urls: str, kind: str = "xsd") -> Pin:
    where = urls or (f"https://schemas.example/{name}",)
    return Pin(name=name, kind=kind, urls=where, sha256=(digest(data),))


def asked(pins: list[Pin], mirror: str = "") -> dict[str, Condition]:
    return {one.name: one for one in published(pins, FETCHER, mirror=mirror)}


# --- ages ------------------------------------------------------------------------------------------


def test_every_reading_names_tables_that_are_there() -> None:
    names = [one.name for one in readings()]
    assert len(names) == len(set(names)) >= 5
    for one in readings():
        assert one.days > 0
        assert one.version
        assert one.published.startswith(("http://", "https://"))
        assert one.held
        assert all((ROOT / file).is_file() for file in one.held), one.name
        assert one.dated is None or one.dated < one.read


def test_nothing_is_older_on_the_day_it_was_read() -> None:
    first = max(one.read for one in readings())
    day = datetime(first.year, first.month, first.day, tzinfo=UTC)
    assert older(readings_of_the_world(day)) == ()


def test_everything_is_older_after_its_days_and_not_before() -> None:
    for one in readings():
        since = one.dated or one.read
        last = datetime(since.year, since.month, since.day, 23, 59, tzinfo=UTC) + timedelta(days=one.days)
        for moment, expected in ((last, Age.CURRENT), (last + timedelta(minutes=1), Age.OLDER)):
            (found,) = [told for told in readings_of_the_world(moment) if told.name == one.name]
            assert found.age is expected
            assert found.says.endswith(".")
            assert (one.published in found.says) is (expected is Age.OLDER)


@pytest.mark.parametrize(
    ("since", "age", "says"),
    [
        (date(2026, 11, 25), Age.CURRENT, "Taken on 2026-11-25, today."),
        (date(2026, 11, 24), Age.CURRENT, "Taken on 2026-11-24, one day ago."),
        (date(2026, 11, 15), Age.CURRENT, "Taken on 2026-11-15, 10 days ago."),
        (date(2026, 11, 26), Age.CURRENT, "still to come"),
        (date(2026, 11, 14), Age.OLDER, "11 days ago; somebody should look after 10 days. Refresh it."),
    ],
)
def test_an_age_is_said_in_days(since: date, age: Age, says: str) -> None:
    found = aged("lists", "A snapshot", since=since, now=NOW, limit=10, mend="Refresh it.")
    assert found.age is age
    assert says in found.says


@pytest.mark.parametrize(
    ("python", "at", "age"),
    [
        ((3, 11), datetime(2027, 10, 31, tzinfo=UTC), Age.CURRENT),
        ((3, 11), datetime(2027, 11, 1, tzinfo=UTC), Age.OLDER),
        ((3, 99), NOW, Age.TOLD),
    ],
)
def test_a_python_without_security_fixes_is_older(python: tuple[int, int], at: datetime, age: Age) -> None:
    told = {one.name: one for one in what_runs_us(at, python)}
    assert told["python"].age is age
    assert told["cryptography"].version
    assert told["openssl"].version
    assert all(one.age is Age.TOLD for name, one in told.items() if name != "python")


def test_what_the_cache_found_changed_is_older(tmp_path: Path) -> None:
    cache = Cache(tmp_path, (pin("a.xsd", A), pin("b.xsd", B)))
    source = cached_files(cache)
    assert [one.age for one in source(NOW)] == [Age.TOLD]
    (tmp_path / "a.xsd").write_bytes(A)
    assert [one.age for one in source(NOW)] == [Age.CURRENT]
    (tmp_path / f"b.xsd{CHANGED}").write_bytes(A)
    (found,) = source(NOW)
    assert found.age is Age.OLDER
    assert "1 of 2" in found.says
    assert "b.xsd" in found.says


def test_a_further_source_is_asked_beside_ours() -> None:
    def snapshot(now: datetime) -> Iterator[Condition]:
        yield aged("trusted-lists", "The trusted lists", since=date(2026, 1, 1), now=now, limit=30)

    found = conditions(NOW, (*SOURCES, snapshot))
    assert [one.name for one in older(found)] == ["trusted-lists"]


# --- asking ----------------------------------------------------------------------------------------


def test_what_is_published_is_compared_with_what_is_pinned(tmp_path: Path) -> None:
    files: dict[str, bytes | int | str] = {"same": A, "other": B, "gone": 404, "empty": b""}
    with publishing(files) as web:
        pins = [pin(name, A, f"{web.base}/{name}") for name in ("same", "other", "gone", "empty")]
        told = asked(pins)
        assert web.asked == ["same", "other", "gone", "empty"]
    assert {name: one.age for name, one in told.items()} == {
        "same": Age.CURRENT,
        "other": Age.OLDER,
        "gone": Age.UNKNOWN,
        "empty": Age.UNKNOWN,
    }
    assert digest(B) in told["other"].says
    assert "404" in told["gone"].says
    assert list(tmp_path.iterdir()) == [], "nothing is kept"


def test_a_newer_version_is_named_where_the_shapes_state_it() -> None:
    shapes = b'<http://data.europa.eu/x> a owl:Ontology; owl:versionInfo "1.2.0"; .'
    with publishing({"shapes.ttl": shapes}) as web:
        told = asked([pin("shapes.ttl", A, kind="shapes")], web.base)["shapes.ttl"]
    assert (told.age, told.version) == (Age.OLDER, "1.2.0")
    assert "version 1.2.0" in told.says


def test_an_address_of_one_commit_is_no_answer_to_what_is_published_now() -> None:
    commit = "9d7c5d22002237c3afeb1750b7038e6fe2cdd371"
    with publishing({"now": 503, f"{commit}/x": A}) as web:
        told = asked([pin("a", A, f"{web.base}/now", f"{web.base}/{commit}/x")])["a"]
        assert web.asked == ["now"]
    assert told.age is Age.UNKNOWN


def test_the_next_address_is_asked_where_the_first_answers_no_file() -> None:
    with publishing({"first": 404, "second": B}) as web:
        told = asked([pin("a", A, f"{web.base}/first", f"{web.base}/second")])["a"]
    assert told.age is Age.OLDER


def test_addresses_behind_the_wall_are_not_asked() -> None:
    told = next(iter(published([pin("a", A, "https://192.168.0.1/a")], HttpFetcher(secured=True))))
    assert told.age is Age.UNKNOWN
    assert "public" in told.says
    assert next(iter(published([pin("a", A)], OfflineFetcher()))).age is Age.UNKNOWN


# --- the command -----------------------------------------------------------------------------------


def ran(capsys: Any, *more: str) -> tuple[int, dict[str, Any]]:
    code = main(["doctor", "--json", "--at", "2026-11-25", *more])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, told


def own_pins(folder: Path) -> list[str]:
    """Write a table of pins that expects the published file under one name and another under the rest."""
    file = folder / "pins.toml"
    file.write_text(f'[file."credentials-v1.jsonld"]\nsha256 = ["{digest(A)}"]\n')
    return ["--pins", str(file), "--cache", str(folder / "cache")]


def test_ages_alone_ask_nobody_and_end_well(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asks(*_: object, **__: object) -> None:
        pytest.fail("an address was asked")

    monkeypatch.setattr(HttpFetcher, "fetch", asks)
    code, told = ran(capsys, "--cache", str(tmp_path))
    assert (code, told["asked"]) == (0, False)
    assert {one["name"] for one in told["things"]} >= {"elm-profile", "python", "official-cache"}
    assert main(["doctor", "--at", "2026-11-25", "--cache", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "Nothing is older" in out
    assert "--ask" in out


def test_old_readings_end_with_one(tmp_path: Path, capsys: Any) -> None:
    code = main(["doctor", "--at", "2030-01-01", "--cache", str(tmp_path)])
    out = capsys.readouterr().out
    assert code == 1
    assert "older    elm-profile" in out
    assert "Something is older" in out


def test_what_could_not_be_asked_ends_with_three(tmp_path: Path, capsys: Any) -> None:
    with publishing({"credentials-v1.jsonld": A}) as web:
        code, told = ran(capsys, "--mirror", web.base, *own_pins(tmp_path))
    by_name = {one["name"]: one["age"] for one in told["things"]}
    assert code == 3
    assert told["asked"] is True
    assert by_name["credentials-v1.jsonld"] == "current"
    assert by_name["genericschema_1.2.xsd"] == "unknown"


def test_what_is_published_otherwise_ends_with_one(tmp_path: Path, capsys: Any) -> None:
    with publishing({"credentials-v1.jsonld": B}) as web:
        code, told = ran(capsys, "--ask", "--mirror", web.base, *own_pins(tmp_path))
    assert code == 1
    assert {one["name"] for one in told["things"] if one["age"] == "older"} == {"credentials-v1.jsonld"}
    assert not (tmp_path / "cache").exists(), "asking keeps nothing"


@pytest.mark.shared
def test_the_official_files_themselves_are_what_is_pinned(tmp_path: Path, capsys: Any) -> None:
    with publishing(dict(official_files())) as web:
        code, told = ran(capsys, "--mirror", web.base, "--cache", str(tmp_path))
    assert code == 0
    assert sum("What is published is what is pinned." in one["says"] for one in told["things"]) == len(
        official_files()
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--mirror", "ftp://a.example"], "request.mirror"),
        (["--mirror", ""], ""),
        (["--at", "yesterday"], "request.at"),
        (["--pins", "not-there.toml"], "request.pins"),
    ],
)
def test_a_question_that_is_not_understood_is_one_sentence(
    arguments: list[str], code: str, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HttpFetcher, "fetch", OfflineFetcher().fetch)
    ended = main(["doctor", "--cache", str(tmp_path), *arguments])
    said = capsys.readouterr().err
    assert (ended == 2) is bool(code)
    assert said.startswith(f"badgepass: {code}: " if code else "")


# --- the watcher -----------------------------------------------------------------------------------


def test_readiness_tells_ages_and_stays_ready(gateway: Callable[..., Caller]) -> None:
    told = gateway().get("/health/ready")
    assert told.status_code == 200
    assert told.json()["status"] == "ok"
    assert told.json()["older"] == []
    assert set(told.json()["ages"]) == {one.name for one in readings()}


def test_readiness_names_what_is_older(gateway: Callable[..., Caller]) -> None:
    def snapshot(now: datetime) -> Iterator[Condition]:
        yield aged("trusted-lists", "The trusted lists", since=date(2026, 1, 1), now=now, limit=30)

    told = gateway(aging=(snapshot,)).get("/health/ready")
    assert told.status_code == 200
    assert told.json()["older"] == ["trusted-lists"]
    assert told.json()["ages"]["trusted-lists"] > 300
