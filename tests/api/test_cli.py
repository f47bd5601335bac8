"""The command line: exit codes, and what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samples import badges

from api.cli.main import main
from verifier import catalogue

AT = ("--at", "2026-11-23T12:00:00Z")
Evidence = Callable[..., str]


def test_a_badge_that_holds_passes(badge_file: str, evidence: Evidence, capsys: Any) -> None:
    learner = f"id={badges.LEARNER}"
    assert main(["verify", badge_file, "--evidence", evidence(), "--recipient", learner, *AT]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("TOTAL-PASSED  Genuine and in force")
    assert "It says:  Dike Inspection" in told
    assert any("recipient.match" in line and "passed" in line for line in told)


def test_a_badge_of_somebody_else_fails(badge_file: str, evidence: Evidence, capsys: Any) -> None:
    assert main(["verify", badge_file, "--evidence", evidence(), "--recipient", "id=other", *AT]) == 1
    told = capsys.readouterr().out
    assert told.startswith("TOTAL-FAILED")
    assert "What is wrong:\n" in told


def test_a_revoked_badge_fails_and_is_not_converted(
    badge_file: str, evidence: Evidence, profile_file: str, capsys: Any
) -> None:
    gone = evidence(assertion=badges.revoked())
    assert main(["verify", badge_file, "--evidence", gone, *AT]) == 1
    capsys.readouterr()
    order = ["convert", badge_file, "--to", "elm-json", "--evidence", gone, "--profile-file", profile_file]
    assert main([*order, *AT]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "status.revoked" in said.err


def test_an_unreachable_badge_is_undecided(badge_file: str, capsys: Any) -> None:
    assert main(["verify", badge_file, "--offline"]) == 3
    told = capsys.readouterr().out
    assert told.startswith("INDETERMINATE  Not proven")
    assert "Not asked: whom it is about" in told


def test_json_is_the_report(badge_file: str, evidence: Evidence, capsys: Any) -> None:
    assert main(["verify", badge_file, "--evidence", evidence(), "--json", *AT]) == 0
    report = json.loads(capsys.readouterr().out)
    members = {"verdict", "container", "format", "version", "subject", "issuer", "findings", "edc_checks"}
    assert members <= report.keys()
    assert (report["verdict"], report["container"], report["format"]) == ("TOTAL-PASSED", "png", "ob2")


def test_saved_evidence_replays_to_the_same_report(
    badge_file: str, evidence: Evidence, tmp_path: Path, capsys: Any
) -> None:
    kept = str(tmp_path / "kept.json")
    first = ["verify", badge_file, "--evidence", evidence(), "--save-evidence", kept, "--json", *AT]
    assert main(first) == 0
    said = capsys.readouterr().out
    assert main(["verify", badge_file, "--evidence", kept, "--offline", "--json", *AT]) == 0
    assert capsys.readouterr().out == said


def test_a_source_may_be_an_address_or_a_file_holding_one(
    evidence: Evidence, tmp_path: Path, capsys: Any
) -> None:
    note = tmp_path / "note.txt"
    note.write_text(f"{badges.ASSERTION}\n")
    for source in (badges.ASSERTION, str(note)):
        assert main(["verify", source, "--evidence", evidence(), "--json", *AT]) == 0
        assert json.loads(capsys.readouterr().out)["container"] == "url"


NOT_UNDERSTOOD = {
    "nothing known": (["verify", "{text}"], "format.read.unknown"),
    "a DOCTYPE": (["verify", "{doctype}"], "format.read"),
    "no such file": (["verify", "{folder}/absent"], "request.source"),
    "a folder": (["verify", "{folder}"], "request.source"),
    "a name no file can have": (["verify", "a\0b"], "request.source"),
    "a time that is none": (["verify", "{badge}", "--at", "yesterday"], "request.at"),
    "a policy that is none": (["verify", "{badge}", "--offline", "--policy", "lax"], "request.policy"),
    "a recipient that is none": (["verify", "{badge}", "--recipient", "noor"], "request.recipient"),
    "a kind that is none": (["verify", "{badge}", "--recipient", "shoe=44"], "request.recipient"),
    "evidence that is absent": (["verify", "{badge}", "--evidence", "{folder}/absent"], "request.evidence"),
    "evidence that is none": (["verify", "{badge}", "--evidence", "{text}"], "request.evidence"),
    "trust that is absent": (["verify", "{badge}", "--trust", "{folder}/absent"], "request.trust"),
    "trust that is empty": (["verify", "{badge}", "--trust", "{empty}"], "request.trust"),
    "an unwritable place": (
        ["verify", "{badge}", "--offline", "--save-evidence", "{folder}/absent/e.json"],
        "request.output",
    ),
    "a profile that is none": (
        ["convert", "{badge}", "--to", "elm-json", "--offline", "--profile-file", "{text}"],
        "profile.read",
    ),
    "facts that nobody has given": (["convert", "{badge}", "--to", "edci-xml", "--offline"], "convert."),
    "output over the source": (
        ["convert", "{badge}", "--to", "elm-json", "--offline", "-o", "{badge}"],
        "request.output",
    ),
    "one file for two things": (
        ["convert", "{badge}", "--to", "elm-json", "-o", "{folder}/a", "--report", "{folder}/a"],
        "request.output",
    ),
    "no command": ([], "required"),
    "no such command": (["improve"], "invalid choice"),
    "no such target": (["convert", "{badge}", "--to", "ob3"], "invalid choice"),
}


@pytest.mark.parametrize("case", NOT_UNDERSTOOD)
def test_what_is_not_understood_is_one_sentence_and_2(
    case: str, badge_file: str, tmp_path: Path, capsys: Any
) -> None:
    places = {"badge": badge_file, "folder": str(tmp_path)}
    contents = {"text": b"Dear sir or madam", "doctype": b"<!DOCTYPE a><europassCredential/>"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        places[name] = str(tmp_path / name)
    (tmp_path / "empty").mkdir()
    places["empty"] = str(tmp_path / "empty")
    arguments, code = NOT_UNDERSTOOD[case]
    before = sorted(path.name for path in tmp_path.iterdir())
    assert main([argument.format(**places) for argument in arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert code in said.err
    assert "Traceback" not in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == before, "nothing was written"


def test_a_bug_of_ours_is_one_sentence_without_the_documents_words(
    badge_file: str, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> bytes:
        raise KeyError("noor@example.nl")

    monkeypatch.setattr("api.cli.verify.source_bytes", broken)
    assert main(["verify", badge_file, "--offline"]) == 3
    said = capsys.readouterr().err
    assert "internal.error" in said
    assert "KeyError" in said
    assert "noor" not in said


def test_inspect_tells_a_document_and_its_wrappings(badge_file: str, capsys: Any) -> None:
    assert main(["inspect", badge_file, "--json"]) == 0
    seen = json.loads(capsys.readouterr().out)
    assert (seen["format"], seen["version"], seen["containers"], seen["seal"]) == (
        "ob2",
        "2.0",
        ["png"],
        None,
    )


def test_inspect_offers_the_parts_of_a_zip(tmp_path: Path, capsys: Any) -> None:
    token = badges.signed(badges.signed_assertion(badge=badges.badge_class(issuer=badges.issuer())))
    bag = tmp_path / "bag"
    bag.write_bytes(
        badges.zipped({"a.json": badges.dumped(badges.assertion()), "b.jws": token, "c.json": b"{"})
    )
    assert main(["inspect", str(bag), "--json"]) == 0
    parts = {part["name"]: part for part in json.loads(capsys.readouterr().out)["parts"]}
    assert parts["a.json"]["format"] == "ob2"
    assert (parts["b.jws"]["seal"], parts["b.jws"]["title"]) == ("jws", "Dike Inspection")
    assert parts["c.json"]["kind"] == "damaged"
    assert main(["inspect", str(bag)]) == 0
    assert "holds 3 documents" in capsys.readouterr().out


def test_checks_are_the_catalogue(capsys: Any) -> None:
    assert main(["checks", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [check["code"] for check in told["checks"]] == [entry.code for entry in catalogue()]
    assert main(["checks"]) == 0
    assert "time.expired" in capsys.readouterr().out


def test_mappings_are_listed_and_shown(capsys: Any) -> None:
    assert main(["mappings"]) == 0
    assert {line.split()[0] for line in capsys.readouterr().out.splitlines()} == {
        "ob2",
        "edci-xml",
        "elm-json",
    }
    assert main(["mappings", "ob2", "--json"]) == 0
    shapes = json.loads(capsys.readouterr().out)["shapes"]
    assert any(row["wire"] == ["issuedOn"] for shape in shapes for row in shape["rows"])
    assert main(["mappings", "ob2"]) == 0
    assert "<-> issuedOn" in capsys.readouterr().out


def test_a_hostile_title_does_not_steer_the_terminal(
    evidence: Evidence, badge_file: str, capsys: Any
) -> None:
    hostile = evidence(badge_class=badges.badge_class(name="\x1b[2J\u202eTOTAL-PASSED\x9b1m"))
    for options in ([], ["--json"]):
        main(["verify", badge_file, "--evidence", hostile, *options, *AT])
        told = capsys.readouterr().out
        assert not {"\x1b", "\u202e", "\x9b"} & set(told)
