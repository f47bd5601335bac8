"""Registers of accreditations, as the doors take them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bundles import answer
from samples import accreditations as made

from api.cli.main import main
from api.gateway.accrediting import read_accreditations
from api.gateway.asking import NotUnderstood
from api.settings import Settings
from verifier.bundle import BundleFetcher
from verifier.fetch import OfflineFetcher

REGISTER = "https://register.example/all.json"
AT = ("--at", "2026-07-01T00:00:00Z")


@pytest.fixture
def draft(tmp_path: Path) -> str:
    """Write an accredited credential that nobody sealed."""
    tree = {
        "@context": ["http://data.europa.eu/snb/model/context/edc-ap"],
        "id": "urn:credential:1",
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        **made.credential(),
    }
    tree["credentialSubject"]["type"] = "Person"
    path = tmp_path / "draft.jsonld"
    path.write_text(json.dumps(tree))
    return str(path)


@pytest.fixture
def register(tmp_path: Path) -> str:
    """Write a register's answer."""
    path = tmp_path / "register.json"
    path.write_text(json.dumps([made.accreditation()]))
    return str(path)


def told(capsys: Any) -> dict[str, str]:
    report = json.loads(capsys.readouterr().out)
    (finding,) = [one for one in report["findings"] if one["check"] == "accreditation.covered"]
    return {"outcome": finding["outcome"], "message": finding["message"]}


def test_a_register_in_a_file_is_asked(draft: str, register: str, capsys: Any) -> None:
    main(["verify", draft, "--offline", "--json", "--accreditations", f"{register}@2026-06-01", *AT])
    found = told(capsys)
    assert found["outcome"] == "passed"
    assert "the register register.json as of 2026-06-01" in found["message"]
    main(["verify", draft, "--offline", "--json", *AT])
    assert told(capsys)["outcome"] == "undecided"


def test_a_register_on_the_web_is_asked_and_its_answer_is_kept(
    draft: str, tmp_path: Path, capsys: Any
) -> None:
    kept = tmp_path / "kept.json"
    bundle = tmp_path / "bundle.json"
    bundle.write_text(json.dumps({"resources": {REGISTER: answer([made.accreditation()])}}))
    order = ["verify", draft, "--json", "--accreditations", f"{REGISTER}@2026-06-01", *AT]
    main([*order, "--evidence", str(bundle), "--save-evidence", str(kept)])
    first = capsys.readouterr().out
    assert '"passed"' in first
    main([*order, "--evidence", str(kept), "--offline"])
    assert capsys.readouterr().out == first


def test_a_register_that_does_not_answer_leaves_a_claim(draft: str, capsys: Any) -> None:
    main(["verify", draft, "--offline", "--json", "--accreditations", f"{REGISTER}@2026-06-01", *AT])
    found = told(capsys)
    assert found["outcome"] == "undecided"
    assert "all.json did not answer" in found["message"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("register.json", "carry no day"),
        ("register.json@2026-13-01", "day after the @"),
        ("absent.json@2026-06-01", "cannot be read"),
        ("other.json@2026-06-01", "not understood"),
        ("\0", "cannot be read"),
    ],
)
def test_a_source_that_cannot_be_used_is_named(register: str, name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("[1]")
    source = name if name == "\0" else str(Path(register).with_name(name))
    with pytest.raises(NotUnderstood, match=said) as caught:
        read_accreditations([source], OfflineFetcher(), "--accreditations")
    assert caught.value.problems[0].where == "--accreditations"


def test_several_registers_are_sorted_by_day(register: str) -> None:
    fetcher = BundleFetcher({REGISTER: answer([made.accreditation()])})
    names = [f"{register}@2026-01-01", f"{REGISTER}@2026-06-01", "https://register.example/gone@2026-06-01"]
    known = read_accreditations(names, fetcher, "x")
    assert [one.taken for one in known.snapshots] == [date(2026, 6, 1), date(2026, 1, 1)]
    assert known.unanswered == ("https://register.example/gone",)


def test_the_service_takes_them_from_its_settings(register: str) -> None:
    known = Settings.from_environment({"BADGEPASS_ACCREDITATIONS": f"{register}@2026-06-01"}).trust
    assert known.accreditations is not None
    assert Settings.from_environment({}).trust.accreditations is None
    offline = {"BADGEPASS_OFFLINE": "1", "BADGEPASS_ACCREDITATIONS": f"{REGISTER}@2026-06-01"}
    with pytest.raises(NotUnderstood, match="does not answer"):
        Settings.from_environment(offline)
