"""The official files: fetched whole or not at all, and used only with the digest expected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from official_server import official_files, publishing
from samples.edci_documents import credential

from api.cli.main import main
from api.official.cache import CHANGED, Cache, State, default_folder
from api.official.fetching import Came, Told, fetched
from api.settings import Settings
from schemas.official import Pin, digest
from verifier.fetch import HttpFetcher

FETCHER = HttpFetcher(secured=True, allow_loopback=True)
A, B = b"<schema a/>", b"<schema b/>"


def pin(name: str, data: bytes, *urls: str, imports: tuple[str, ...] = ()) -> Pin:
    published = urls or (f"https://schemas.example/{name}",)
    return Pin(name=name, kind="xsd", urls=published, sha256=(digest(data),), imports=imports)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def brought(cache: Cache, mirror: str = "") -> dict[str, Told]:
    return {told.name: told for told in fetched(cache, cache.pins, FETCHER, mirror=mirror)}


def test_what_has_the_digest_expected_is_kept_and_not_asked_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "deep" / "cache", (pin("a.xsd", A), pin("b.xsd", B)))
    assert [held.state for held in cache.held()] == [State.MISSING] * 2
    with publishing({"a.xsd": A, "b.xsd": B}) as web:
        assert {told.came for told in brought(cache, web.base).values()} == {Came.FETCHED}
        assert [held.state for held in cache.held()] == [State.MATCHES] * 2
        assert {told.came for told in brought(cache, web.base).values()} == {Came.AT_HAND}
        assert web.asked == ["a.xsd", "b.xsd"]
    assert names(cache.folder) == ["a.xsd", "b.xsd"]


def test_a_changed_file_is_told_kept_beside_and_not_used(tmp_path: Path) -> None:
    cache = Cache(tmp_path, (pin("a.xsd", A),))
    with publishing({"a.xsd": B}) as web:
        told = brought(cache, web.base)["a.xsd"]
    assert (told.came, told.sha256) == (Came.CHANGED, digest(B))
    assert told.why.endswith(".")
    assert names(tmp_path) == [f"a.xsd{CHANGED}"]
    (held,) = cache.held()
    assert (held.state, held.usable, held.sha256) == (State.CHANGED, False, digest(B))
    assert cache.at_hand() is None


def test_an_earlier_file_stays_in_use_when_a_changed_one_is_published(tmp_path: Path) -> None:
    first = pin("a.xsd", A)
    cache = Cache(tmp_path, (first,))
    cache.keep(first, A)
    assert not cache.keep(first, B)
    (held,) = cache.held()
    assert (held.state, held.usable) == (State.CHANGED, True)
    assert cache.at_hand() is not None
    with publishing({"a.xsd": A}) as web:
        assert brought(cache, web.base)["a.xsd"].came is Came.FETCHED
    assert names(tmp_path) == ["a.xsd"]


def test_a_file_altered_in_the_cache_is_told_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "a.xsd").write_bytes(B)
    cache = Cache(tmp_path, (pin("a.xsd", A),))
    assert cache.held()[0].state is State.ALTERED
    assert cache.at_hand() is None
    with publishing({"a.xsd": A}) as web:
        assert brought(cache, web.base)["a.xsd"].came is Came.FETCHED
    assert (tmp_path / "a.xsd").read_bytes() == A


@pytest.mark.parametrize(
    ("published", "why"),
    [
        (404, "404"),
        (500, "500"),
        (b"", "nothing"),
        ("cut:500", "reached"),
        ("moved:https://192.168.0.1/a.xsd", "public"),
        ("moved:/a.xsd", "redirects"),
    ],
)
def test_what_does_not_come_is_told_and_leaves_nothing(
    tmp_path: Path, published: bytes | int | str, why: str
) -> None:
    cache = Cache(tmp_path, (pin("a.xsd", A), pin("b.xsd", B)))
    with publishing({"a.xsd": published, "b.xsd": B}) as web:
        told = brought(cache, web.base)
    assert told["a.xsd"].came is Came.UNREACHABLE
    assert why in told["a.xsd"].why
    assert told["b.xsd"].came is Came.FETCHED
    assert names(tmp_path) == ["b.xsd"]


def test_the_next_address_is_asked_where_the_first_does_not_serve(tmp_path: Path) -> None:
    with publishing({"old": 404, "new": A, "other": B}) as web:
        there = (f"{web.base}/old", f"{web.base}/other", f"{web.base}/new")
        cache = Cache(tmp_path, (pin("a.xsd", A, *there), pin("b.xsd", A, *there[:2])))
        told = brought(cache)
    assert (told["a.xsd"].came, told["a.xsd"].url) == (Came.FETCHED, there[2])
    assert (told["b.xsd"].came, told["b.xsd"].url) == (Came.CHANGED, there[1])
    assert names(tmp_path) == ["a.xsd", f"b.xsd{CHANGED}"]


def test_published_http_addresses_are_asked_as_https() -> None:
    assert HttpFetcher(secured=True)._addressed("http://schemas.example/a#b") == "https://schemas.example/a"
    assert FETCHER._addressed("HTTP://schemas.example/a") == "https://schemas.example/a"
    assert FETCHER._addressed("http://127.0.0.1:8/a") == "http://127.0.0.1:8/a"
    assert HttpFetcher()._addressed("http://schemas.example/a") == "http://schemas.example/a"


@pytest.mark.parametrize(
    ("environment", "platform", "folder"),
    [
        ({"BADGEPASS_CACHE": "/c"}, "linux", "/c"),
        ({"HOME": "/h"}, "linux", "/h/.cache/badgepass/official"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "linux", "/x/badgepass/official"),
        ({"HOME": "/h"}, "darwin", "/h/Library/Caches/badgepass/official"),
        ({"USERPROFILE": "/u"}, "win32", "/u/AppData/Local/badgepass/official"),
        ({"HOME": "/h", "LOCALAPPDATA": "/l"}, "win32", "/l/badgepass/official"),
    ],
)
def test_the_cache_lies_where_the_platform_keeps_caches(
    environment: dict[str, str], platform: str, folder: str
) -> None:
    assert default_folder(environment, platform) == Path(folder)


# --- the command -----------------------------------------------------------------------------------


def listed(folder: Path, capsys: Any, *more: str) -> dict[str, Any]:
    assert main(["schemas", "list", "--cache", str(folder), "--json", *more]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


@pytest.mark.shared
def test_all_official_files_come_from_a_mirror_and_are_used(tmp_path: Path, capsys: Any) -> None:
    with publishing(dict(official_files())) as web:
        assert main(["schemas", "fetch", "--cache", str(tmp_path), "--mirror", web.base]) == 0
    out = capsys.readouterr().out
    assert out.count("fetched") == len(official_files())
    known = listed(tmp_path, capsys)
    assert {one["state"] for one in known["official"]} == {"matches"}
    assert all(one["sha256"] in one["pinned"] and one["usable"] for one in known["official"])


@pytest.mark.shared
def test_a_changed_and_a_missing_file_are_told_by_the_command(tmp_path: Path, capsys: Any) -> None:
    files = official_files()
    changed = {**files, "genericschema_1.2.xsd": files["genericschema_1.2.xsd"] + b"\n"}
    del changed["EDC-converted.ttl"]
    with publishing(dict(changed)) as web:
        assert main(["schemas", "fetch", "--cache", str(tmp_path), "--mirror", web.base]) == 1
        out = capsys.readouterr().out
        only = ["schemas", "fetch", "EDC-converted.ttl", "--cache", str(tmp_path), "--mirror", web.base]
        assert main([*only, "--json"]) == 3
    told = {one["name"]: one["came"] for one in json.loads(capsys.readouterr().out)["files"]}
    assert told["EDC-converted.ttl"] == "unreachable"
    assert told["EDC-generic-full.ttl"] == "at hand"
    assert "changed      genericschema_1.2.xsd" in out
    assert "unreachable  EDC-converted.ttl" in out
    found = {one["name"]: one for one in listed(tmp_path, capsys)["official"]}
    assert found["genericschema_1.2.xsd"]["state"] == "changed"
    assert not found["genericschema_1.2.xsd"]["usable"]
    assert main(["schemas", "list", "--cache", str(tmp_path)]) == 0
    assert digest(changed["genericschema_1.2.xsd"]) in capsys.readouterr().out


@pytest.mark.shared
def test_a_pin_of_ones_own_accepts_a_changed_file(tmp_path: Path, capsys: Any) -> None:
    data = official_files()["genericschema_1.2.xsd"] + b"\n"
    own = tmp_path / "pins.toml"
    own.write_text(f'[file."genericschema_1.2.xsd"]\nsha256 = ["{digest(data)}"]\n')
    where = ["--cache", str(tmp_path / "c"), "--pins", str(own)]
    with publishing({"genericschema_1.2.xsd": data}) as web:
        assert main(["schemas", "fetch", "genericschema_1.2.xsd", *where, "--mirror", web.base]) == 3
    capsys.readouterr()
    known = {one["name"]: one["state"] for one in listed(tmp_path / "c", capsys, *where[2:])["official"]}
    assert known["genericschema_1.2.xsd"] == "matches"


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    folder = tmp_path / "filled"
    folder.mkdir()
    for name, data in official_files().items():
        (folder / name).write_bytes(data)
    return folder


def official_word(report: dict[str, Any]) -> list[str]:
    return [one["outcome"] for one in report["findings"] if one["check"] == "format.official"]


@pytest.mark.shared
def test_verify_tells_the_official_word_where_the_cache_holds_it(
    filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    document = tmp_path / "credential.xml"
    document.write_bytes(credential())
    order = ["verify", str(document), "--offline", "--json"]
    assert main(order) == 3
    assert official_word(json.loads(capsys.readouterr().out)) == []
    assert main([*order, "--cache", str(filled)]) == 3
    assert official_word(json.loads(capsys.readouterr().out)) == ["passed"]
    monkeypatch.setenv("BADGEPASS_CACHE", str(filled))
    assert main(order) == 3
    assert official_word(json.loads(capsys.readouterr().out)) == ["passed"]


@pytest.mark.shared
def test_the_service_tells_it_where_its_operator_says(filled: Path, gateway: Any) -> None:
    settings = Settings.from_environment({"BADGEPASS_OFFICIAL": str(filled)})
    told = gateway(official=settings.official).post("/v1/verify", content=credential()).json()
    assert official_word(told) == ["passed"]
    assert official_word(gateway().post("/v1/verify", content=credential()).json()) == []
    assert Settings.from_environment({"BADGEPASS_OFFICIAL": str(filled / "none")}).official is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["fetch", "nothing.xsd"], "request.schema"),
        (["fetch", "--mirror", "ftp://a.example"], "request.mirror"),
        (["fetch", "--mirror", "http://["], "request.mirror"),
        (["list", "--pins", "not-there.toml"], "request.pins"),
        (["show", "ob2/badgeclass"], "request.schema"),
    ],
)
def test_a_question_that_is_not_understood_is_one_sentence(
    arguments: list[str], code: str, tmp_path: Path, capsys: Any
) -> None:
    if "show" not in arguments:
        arguments = [*arguments, "--cache", str(tmp_path)]
    assert main(["schemas", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"badgepass: {code}: ")
    assert said.count("\n") == 1
    assert names(tmp_path) == []


def test_a_cache_that_cannot_be_written_is_one_sentence(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "file").write_bytes(b"")
    with publishing({"credentials-v1.jsonld": b"{}"}) as web:
        where = ["--cache", str(tmp_path / "file"), "--mirror", web.base]
        assert main(["schemas", "fetch", "credentials-v1.jsonld", *where]) == 2
    assert "request.cache" in capsys.readouterr().err
