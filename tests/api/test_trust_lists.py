"""Trusted lists at hand: the folder they are kept in, how they come there, what the doors tell of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from gateway_web import Caller
from official_server import Published, publishing
from samples import trusted_lists as made
from samples.list_certificates import at
from samples.trusted_lists import Period, Service, lotl, national, notice
from shared_files import SHARED

from api.cli.main import main
from api.gateway.asking import NotUnderstood
from api.gateway.trusting import read_trust
from api.settings import Settings
from api.trust import store as storing
from api.trust.prepared import prepared, read_back
from api.trust.store import ListStore, default_folder
from api.trust.telling import freshness
from schemas.trusted_list import ListArchive, ListSnapshot
from verifier.trust.lists import Brought, snapshot_of

CA = made.zegel_ca()
NOW = at(2026, 2)
NL = national(
    Service(
        (CA,),
        (Period(extensions=made.qualified("QCForESeal") + made.taken_over("X")), Period(since=at(2019))),
    )
)
EL = national(territory="EL", by="el-1", next_update=None)
TWO = (("NL", "https://nl.example/tl.xml", ("nl-1",)), ("EL", "https://el.example/tl.xml", ("el-1",)))


def shot(
    *, archive: ListArchive | None = None, lists: dict[str, bytes] | None = None, **how: Any
) -> ListSnapshot:
    files = {"NL": NL, "EL": EL} if lists is None else lists
    whole = lotl(nationals=TWO, **how)
    WHOLE[sha256(whole).hexdigest()] = whole
    return snapshot_of(Brought(lotl=whole, lists=files), known=[notice()], archive=archive or ListArchive())


WHOLE: dict[str, bytes] = {}


def keep(store: ListStore, snapshot: ListSnapshot, *more: bytes, now: datetime = NOW) -> bool:
    files = {sha256(data).hexdigest(): data for data in (NL, EL, *more)}
    return store.keep(snapshot, {**WHOLE, **files}, now=now)


@pytest.fixture
def store(tmp_path: Path) -> ListStore:
    return ListStore(tmp_path / "lists")


# --- the folder ---------------------------------------------------------------------------------------


def test_a_snapshot_comes_back_as_it_was_kept(store: ListStore) -> None:
    kept = shot()
    assert not store.archive().snapshots
    assert keep(store, kept)
    (found,) = ListStore(store.folder).archive().snapshots
    assert found.lotl == kept.lotl
    assert {one.territory: one for one in found.lists} == {one.territory: one for one in kept.lists}
    assert (store.folder / "lists" / f"{sha256(NL).hexdigest()}.xml").read_bytes() == NL


def test_the_same_lists_again_are_confirmed_and_not_kept_twice(store: ListStore) -> None:
    kept = shot()
    assert keep(store, kept)
    assert not keep(store, kept, now=at(2026, 3))
    (manifest,) = store.manifests()
    assert (manifest.taken, manifest.checked) == (NOW, at(2026, 3))


def test_every_snapshot_stays_and_a_later_one_is_seen(store: ListStore) -> None:
    first = shot()
    keep(store, first)
    assert len(store.archive().snapshots) == 1
    newer = national(sequence=11, issued=at(2026, 3))
    second = shot(archive=store.archive(), lists={"NL": newer}, sequence=101, issued_at=at(2026, 3))
    keep(store, second, newer, now=at(2026, 3))
    archive = store.archive()
    assert [one.lotl.sequence for one in archive.snapshots] == [100, 101]
    found = archive.list_at("NL", at(2026, 2))
    assert found is not None
    assert found.sequence == 10
    assert store.archive() is archive, "nothing is read twice"


@pytest.mark.parametrize("when", range(8))
def test_a_crash_at_any_moment_leaves_a_whole_snapshot_or_none(
    store: ListStore, when: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = storing.replaced
    done: list[Path] = []

    def dying(path: Path, data: bytes) -> None:
        if len(done) == when:
            raise OSError(28, "No space left on device")
        done.append(path)
        whole(path, data)

    monkeypatch.setattr(storing, "replaced", dying)
    kept = shot()
    finished = False
    with suppress(NotUnderstood):
        finished = keep(store, kept)
    monkeypatch.undo()
    found = ListStore(store.folder).archive().snapshots
    assert len(found) == int(finished)
    assert all(one.lotl == kept.lotl and len(one.lists) == 2 for one in found)
    assert keep(store, kept) is not finished, "and it can be kept afterwards"


def test_a_list_that_was_changed_on_disk_is_left_out_and_told(store: ListStore) -> None:
    keep(store, shot())
    path = store.folder / "lists" / f"{sha256(NL).hexdigest()}.xml"
    path.write_bytes(NL.replace(b"granted", b"revoked"))
    again = ListStore(store.folder)
    assert again.archive().territories == ("EL",)
    assert again.damaged == (f"NL {sha256(NL).hexdigest()}",)
    path.unlink()
    assert ListStore(store.folder).archive().territories == ("EL",)
    for one in (store.folder / "lists").glob("*.xml"):
        one.unlink()
    assert not ListStore(store.folder).archive().snapshots


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"x y z\n[]", None])
def test_what_was_prepared_is_a_convenience(store: ListStore, spoilt: bytes | None) -> None:
    kept = shot()
    keep(store, kept)
    for path in (store.folder / "lists").glob("*.json"):
        path.unlink() if spoilt is None else path.write_bytes(spoilt)
    (found,) = ListStore(store.folder).archive().snapshots
    assert found.lotl == kept.lotl
    ready = next((store.folder / "lists").glob(f"{kept.lotl.sha256}.*.json"))
    assert read_back(ready.read_bytes(), kept.lotl.sha256) == kept.lotl, "it was prepared anew"


def test_what_was_prepared_is_bound_to_the_bytes_it_was_read_from() -> None:
    (one, _) = shot().lists
    data = prepared(one)
    assert read_back(data, one.sha256) == one
    assert read_back(data, "0" * 64) is None
    assert read_back(data[:-1] + b" ", one.sha256) is None
    assert read_back(prepared(replace(one, sha256="0" * 64)), one.sha256) is None


def test_files_that_are_none_of_ours_are_passed_by(store: ListStore) -> None:
    keep(store, shot())
    for name, text in {"a": "", "b": "[]", "c": '{"taken": 1}', "d": '{"lotl": ["../../x", "y"]}'}.items():
        (store.folder / "snapshots" / f"{name}.json").write_text(text)
    assert len(ListStore(store.folder).archive().snapshots) == 1


def test_the_lists_lie_with_the_user_s_data_unless_told_otherwise(tmp_path: Path) -> None:
    home = str(tmp_path)
    assert default_folder({"HOME": home}, "linux") == tmp_path / ".local/share/badgepass/trusted-lists"
    assert default_folder({"HOME": home, "XDG_DATA_HOME": "/d"}, "linux") == Path(
        "/d/badgepass/trusted-lists"
    )
    assert default_folder({"HOME": home}, "darwin").parts[-4:-2] == ("Library", "Application Support")
    assert default_folder({"LOCALAPPDATA": "/l"}, "win32") == Path("/l/badgepass/trusted-lists")
    assert default_folder({"BADGEPASS_TRUST_LISTS": "/mine", "HOME": home}) == Path("/mine")


# --- refreshing, on this machine ----------------------------------------------------------------------


def published(web: Published, **how: Any) -> None:
    """Publish a list of lists whose pointers lead to the same server."""
    lands = [("NL", f"{web.base}/nl.xml", ("nl-1",)), ("EL", f"{web.base}/el.xml", ("el-1",))]
    web.files["eu-lotl.xml"] = lotl(nationals=lands, **how)


@pytest.fixture
def signers(tmp_path: Path) -> str:
    path = tmp_path / "signers.toml"
    path.write_text(made.signers_toml(notice()))
    return str(path)


@pytest.fixture
def trust(tmp_path: Path, signers: str) -> Callable[..., int]:
    """Run `badgepass trust`, on a store of its own."""

    def run(task: str, *more: str, moment: str = "2026-02-01") -> int:
        named = () if task == "show" else ("--signers", signers)
        return main(["trust", task, *more, *named, "--trust-lists", str(tmp_path / "lists"), "--at", moment])

    return run


def shown(trust: Callable[..., int], capsys: Any, **how: Any) -> dict[str, Any]:
    capsys.readouterr()
    assert trust("show", "--json", **how) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_a_refresh_fetches_the_list_of_lists_and_all_it_points_at(
    trust: Callable[..., int], capsys: Any
) -> None:
    with publishing({"nl.xml": NL, "el.xml": EL}) as web:
        published(web)
        assert trust("refresh", "--lotl", f"{web.base}/eu-lotl.xml") == 0
        assert sorted(web.asked) == ["el.xml", "eu-lotl.xml", "nl.xml"]
        assert "NL 10" in capsys.readouterr().out
        assert trust("refresh", "--lotl", f"{web.base}/eu-lotl.xml", moment="2026-02-05") == 0
        assert "Nothing new" in capsys.readouterr().out
    told = shown(trust, capsys, moment="2026-02-08")
    assert (told["snapshots"], told["age_days"], told["overdue"]) == (1, 3, False)
    assert [one["territory"] for one in told["lists"]] == ["EU", "EL", "NL"]
    assert [one["overdue"] for one in told["lists"]] == [False, False, False]
    assert all(
        one["overdue"] for one in shown(trust, capsys, moment="2026-08-01")["lists"] if one["next_update"]
    )


BROKEN: dict[str, tuple[bytes | int | str, int, str]] = {
    "changed": (NL.replace(b"granted", b"revoked"), 1, "refused"),
    "by somebody": (national(by="somebody"), 1, "refused"),
    "another country's": (EL, 1, "refused"),
    "older": (national(sequence=9, issued=at(2025)), 1, "refused"),
    "not there": (404, 3, "missing"),
    "cut off": ("cut:10", 3, "missing"),
    "nothing": (b"", 3, "missing"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_list_that_is_faulty_or_gone_never_replaces_a_good_one(
    case: str, trust: Callable[..., int], capsys: Any
) -> None:
    answer, code, how = BROKEN[case]
    with publishing({"nl.xml": NL, "el.xml": EL}) as web:
        published(web)
        address = f"{web.base}/eu-lotl.xml"
        assert trust("refresh", "--lotl", address) == 0
        web.files["nl.xml"] = answer
        capsys.readouterr()
        assert trust("refresh", "--lotl", address, "--json") == code
        told = json.loads(capsys.readouterr().out)
    assert told[how]["NL"].endswith(".")
    assert told["lists"] == {"EL": 10}
    kept = {one["territory"]: one["sha256"] for one in shown(trust, capsys)["lists"]}
    assert kept["NL"] == sha256(NL).hexdigest()


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        pytest.param(lotl("somebody"), 1, "trust.signer", id="by somebody"),
        pytest.param(lotl(sequence=99, issued_at=at(2025)), 1, "trust.older", id="older"),
        pytest.param(b"<a/>", 1, "trust.pivot", id="no list"),
        pytest.param(b"<a>", 1, "trust.unreadable", id="no XML"),
        pytest.param(404, 3, "source.unavailable", id="not there"),
    ],
)
def test_a_list_of_lists_that_is_not_believed_changes_nothing(
    answer: bytes | int, code: int, said: str, trust: Callable[..., int], capsys: Any
) -> None:
    with publishing({"nl.xml": NL, "el.xml": EL}) as web:
        published(web)
        address = f"{web.base}/eu-lotl.xml"
        assert trust("refresh", "--lotl", address) == 0
        before = shown(trust, capsys)
        web.files["eu-lotl.xml"] = answer
        assert trust("refresh", "--lotl", address) == code
        assert said in capsys.readouterr().err
    assert shown(trust, capsys) == before


def test_pivots_are_fetched_from_beside_the_list_of_lists_alone(
    trust: Callable[..., int], capsys: Any
) -> None:
    with publishing({"nl.xml": NL, "el.xml": EL}) as web, publishing({}) as elsewhere:
        here = f"{web.base}/eu-lotl-pivot-90.xml"
        web.files["eu-lotl-pivot-90.xml"] = lotl("eu-1", sequence=90, signers=("eu-2",), pivots=[here])
        published(web, by="eu-2", pivots=[here])
        assert trust("refresh", "--lotl", f"{web.base}/eu-lotl.xml") == 0
        there = f"{elsewhere.base}/eu-lotl-pivot-90.xml"
        elsewhere.files["eu-lotl-pivot-90.xml"] = web.files["eu-lotl-pivot-90.xml"]
        published(web, by="eu-2", pivots=[there], sequence=101, issued_at=at(2026, 1, 2))
        assert trust("refresh", "--lotl", f"{web.base}/eu-lotl.xml") == 1
        assert not elsewhere.asked
        assert "trust.pivot" in capsys.readouterr().err


def test_what_is_no_address_or_no_signers_is_not_understood(
    trust: Callable[..., int], tmp_path: Path, capsys: Any
) -> None:
    assert trust("refresh", "--lotl", "ftp://x") == 2
    for text in (
        "",
        "a = ",
        '[[publication]]\nurls = ["x"]\nfrom = 2020-01-01\nsha256 = ["ABC"]',
        "[[publication]]\nx = 1",
    ):
        (tmp_path / "signers.toml").write_text(text)
        assert trust("import", str(tmp_path)) == 2
        assert "request.signers" in capsys.readouterr().err


# --- importing ----------------------------------------------------------------------------------------


def test_a_folder_is_imported_whatever_its_files_are_called(
    trust: Callable[..., int], tmp_path: Path, capsys: Any
) -> None:
    folder = tmp_path / "brought"
    folder.mkdir()
    (folder / "readme.txt").write_text("no list")
    assert trust("import", str(folder)) == 2
    for name, data in {"EU.xml": lotl(nationals=TWO), "a.xml": NL, "b.xml": EL, "c.xml": b"<x"}.items():
        (folder / name).write_bytes(data)
    capsys.readouterr()
    assert trust("import", str(folder), "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["lists"] == {"EL": 10, "NL": 10}
    assert told["refused"].keys() == {"c.xml"}
    assert trust("import", str(tmp_path / "absent")) == 2


def test_an_older_set_is_welcome_and_one_that_contradicts_is_not(
    trust: Callable[..., int], tmp_path: Path, capsys: Any
) -> None:
    days = iter(range(1, 9))

    def imported(name: str, nl: bytes, **how: Any) -> int:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "EU.xml").write_bytes(lotl(nationals=TWO, **how))
        (folder / "NL.xml").write_bytes(nl)
        return trust("import", str(folder), moment=f"2026-02-0{next(days)}")

    assert imported("new", NL) == 0
    old = national(sequence=5, issued=at(2025), next_update=at(2025, 7))
    assert imported("old", old, sequence=50, issued_at=at(2025), next_update=at(2025, 7)) == 0
    wrong = national(sequence=12, issued=at(2025, 2))
    assert imported("wrong", wrong, sequence=51, issued_at=at(2025, 2)) == 1
    told = shown(trust, capsys)
    assert told["snapshots"] == 3
    assert "NL" in told["faults"]


@pytest.mark.shared
def test_real_lists_are_imported_and_faulty_ones_never_replace_them(tmp_path: Path, capsys: Any) -> None:
    assert SHARED is not None
    official = SHARED / "official" / "trusted-lists"
    lists = ["--trust-lists", str(tmp_path / "lists")]
    assert main(["trust", "import", str(official / "2020-04"), *lists]) == 0
    assert main(["trust", "import", str(official / "pivots"), *lists]) == 0
    capsys.readouterr()
    main(["trust", "show", *lists, "--json"])
    before = json.loads(capsys.readouterr().out)
    assert [one["sequence"] for one in before["lists"]] == [335, 46, 20]
    assert main(["trust", "import", str(official / "faulty"), *lists]) == 1
    spoilt = tmp_path / "spoilt"
    spoilt.mkdir()
    (spoilt / "EU.xml").write_bytes((official / "2020-04" / "EU.xml").read_bytes())
    (spoilt / "IE.xml").write_bytes(
        (official / "2019-09" / "IE.xml").read_bytes().replace(b"granted", b"revoked")
    )
    for path in (official / "faulty").glob("CZ_*"):
        (spoilt / "CZ.xml").write_bytes(path.read_bytes())
        assert main(["trust", "import", str(spoilt), *lists]) == 1
    capsys.readouterr()
    main(["trust", "show", *lists, "--json"])
    assert json.loads(capsys.readouterr().out)["lists"] == before["lists"]


# --- the other doors ----------------------------------------------------------------------------------


def test_lists_that_were_named_must_be_there(badge_file: str, tmp_path: Path, capsys: Any) -> None:
    assert main(["verify", badge_file, "--offline", "--trust-lists", str(tmp_path)]) == 2
    assert "request.trust-lists" in capsys.readouterr().err


def test_readiness_tells_how_new_the_lists_are(store: ListStore, gateway: Callable[..., Caller]) -> None:
    without = gateway().get("/health/ready").json()
    assert (without["status"], without["trust_lists"]) == ("ok", None)
    caller = gateway(trust_lists=store)
    nothing = caller.get("/health/ready")
    assert nothing.status_code == 200
    assert nothing.json()["trust_lists"]["age_days"] is None
    keep(store, shot())
    told = caller.get("/health/ready")
    assert told.status_code == 200
    assert told.json()["trust_lists"]["checked"] == NOW.isoformat()
    assert freshness(store, at(2026, 8))["overdue"] is True
    assert freshness(store, at(2026, 8))["age_days"] == 181


def test_the_service_trusts_the_lists_as_they_are_at_hand(tmp_path: Path, store: ListStore) -> None:
    from api.settings import Service as Running  # noqa: PLC0415 - another thing is called so here
    from verifier.fetch import OfflineFetcher  # noqa: PLC0415

    settings = Settings.from_environment({"BADGEPASS_TRUST_LISTS": str(store.folder)})
    running = Running(settings=settings, fetcher=OfflineFetcher(), clock=lambda: datetime.now(UTC))
    assert running.trust.lists is None
    keep(store, shot())
    assert running.trust.lists is not None
    assert running.trust.lists.territories == ("EL", "NL")
    assert tmp_path in store.folder.parents


def test_a_deny_list_is_read_beside_the_anchors(tmp_path: Path) -> None:
    colons = ":".join(["AB"] * 32)
    (tmp_path / "denied.txt").write_text(f"# a test certificate\n{'0' * 64}  # ANF\n\n{colons}\n")
    assert read_trust(tmp_path).denied == {"0" * 64, "ab" * 32}
    (tmp_path / "denied.txt").write_text("not a digest\n")
    with pytest.raises(NotUnderstood) as caught:
        read_trust(tmp_path)
    assert "denied.txt" in caught.value.problems[0].message
