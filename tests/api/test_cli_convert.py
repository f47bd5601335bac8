"""Converting on the command line: the identical bytes, refusals, and that nothing is ever half-written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samples import badges

from api.cli import files
from api.cli.main import main
from api.gateway.asking import NotUnderstood

AT = ("--at", "2026-11-23T12:00:00Z")
Evidence = Callable[..., str]


def test_an_unreachable_badge_is_converted_and_told_undecided(
    tmp_path: Path, profile_file: str, capsys: Any
) -> None:
    source = tmp_path / "badge.json"
    source.write_bytes(badges.dumped(badges.expanded()))
    out, report = tmp_path / "out.jsonld", tmp_path / "report.json"
    order = ["convert", str(source), "--to", "elm-json", "--offline", "--profile-file", profile_file]
    assert main([*order, "-o", str(out), "--report", str(report), *AT]) == 0
    assert json.loads(out.read_bytes())["type"]
    (told,) = json.loads(report.read_bytes())["sources"]
    assert told["verdict"] == "INDETERMINATE"
    assert "status.revoked" in {finding["check"] for finding in told["undecided"]}
    assert "undecided: status.revoked" in capsys.readouterr().err


def test_a_badge_comes_back_as_the_identical_bytes(
    badge_file: str, evidence: Evidence, profile_file: str, tmp_path: Path
) -> None:
    for target in ("edci-xml", "elm-json"):
        there, back = str(tmp_path / target), tmp_path / f"{target}.back"
        order = ["convert", badge_file, "--to", target, "--evidence", evidence(), "-o", there, *AT]
        assert main([*order, "--profile-file", profile_file, "--enclose", "original"]) == 0
        assert main(["convert", there, "--to", "ob2", "--offline", "-o", str(back), *AT]) == 0
        assert back.read_bytes() == Path(badge_file).read_bytes()


def test_a_bundle_and_what_it_splits_into(
    badge_file: str, evidence: Evidence, profile_file: str, tmp_path: Path
) -> None:
    second = tmp_path / "second.json"
    other = badges.dumped({**badges.assertion(), "narrative": "Awarded a second time."})
    second.write_bytes(other)
    one = str(tmp_path / "one.jsonld")
    order = ["convert", badge_file, str(second), "--to", "elm-json", "--evidence", evidence(), *AT]
    assert main([*order, "--bundle", "--profile-file", profile_file, "-o", one]) == 0
    folder = tmp_path / "badges"
    folder.mkdir()
    split = ["convert", one, "--to", "ob2", "--offline", "--split", *AT]
    assert main([*split, "-o", str(folder)]) == 0
    assert {path.read_bytes() for path in folder.iterdir()} == {badges.dumped(badges.assertion()), other}
    assert main(split) == 2, "two documents do not fit in one standard output"


def test_an_address_that_gives_nothing_is_3_when_there_is_nothing_to_convert(
    evidence: Evidence, capsys: Any
) -> None:
    order = ["convert", badges.ASSERTION, "--to", "elm-json", "--evidence", evidence(assertion=None), *AT]
    assert main(order) == 3
    assert "source.unavailable" in capsys.readouterr().err


def test_strict_refuses_what_would_be_left_out(
    badge_file: str, evidence: Evidence, profile_file: str, capsys: Any
) -> None:
    order = ["convert", badge_file, "--to", "elm-json", "--evidence", evidence(), "--strict", *AT]
    assert main([*order, "--profile-file", profile_file]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "convert.left-out" in said.err


def test_a_document_already_in_the_format_is_refused(badge_file: str, capsys: Any) -> None:
    assert main(["convert", badge_file, "--to", "ob2", "--offline"]) == 1
    assert "convert.same" in capsys.readouterr().err


def test_of_two_files_none_is_written_when_one_cannot_be(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "absent" / "bad"
    good.write_bytes(b"old")
    with pytest.raises(NotUnderstood):
        files.write_files({good: b"new", bad: b"new"})
    assert good.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["good"]


def test_a_written_file_replaces_what_a_link_points_at(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_bytes(b"old")
    link.symlink_to(real)
    files.write_files({link: b"new"})
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
