"""Sealing at the command line: seal, convert --seal, renew, revoke, publish, back up, bake."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gateway_web import BADGE, LEARNER
from samples import elm_cases
from sealing_gateway import SealingGateway, sealing_gateway

from api.cli.main import main
from verifier import Outcome, Report, Verdict
from verifier.fetch import HttpFetcher

Run = Callable[..., int]
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@pytest.fixture
def polder(tmp_path: Path) -> Iterator[SealingGateway]:
    with sealing_gateway(tmp_path) as running:
        yield running


@pytest.fixture
def run(polder: SealingGateway, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command with the tenants of the gateway, in its folder, on the authorities' web."""
    monkeypatch.setenv("BADGEPASS_TENANTS", str(polder.folder / "tenants.toml"))
    monkeypatch.setenv("BADGEPASS_DATABASE", f"sqlite:///{polder.folder / 'gateway.db'}")
    monkeypatch.chdir(polder.folder)
    for module in ("api.cli.seal.HttpFetcher", "api.cli.world.HttpFetcher"):
        monkeypatch.setattr(module, lambda **how: HttpFetcher(**{**how, "allow_loopback": True}))

    def called(*arguments: str) -> int:
        return main(list(arguments))

    return called


def own(**changes: Any) -> bytes:
    """Make a finished credential whose issuer is who seals."""
    tree = elm_cases.good()
    issuer = tree["issuer"]
    issuer["legalName"] = {"nl": "Polder University"}
    issuer["eIDASIdentifier"]["notation"] = "NTRNL-12345678"
    return json.dumps({**tree, **changes}).encode()


def failed(report: Report) -> set[str]:
    return {one.check for one in report.findings if one.outcome is Outcome.FAILED}


def test_a_finished_credential_is_sealed_revoked_and_its_list_published(
    polder: SealingGateway, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("own.json").write_bytes(own())
    assert run("seal", "document", "own.json", "--tenant", "polder", "-o", "sealed.json") == 0
    name = capsys.readouterr().err.split()[-1]
    document = Path("sealed.json").read_bytes()
    report = polder.verify(document)
    assert not failed(report)
    assert {one.check: one.outcome for one in report.findings}["status.revoked"] is Outcome.PASSED
    assert run("revoke", name, "--tenant", "polder", "--reason", "error", "--suspend") == 0
    assert failed(polder.verify(document)) == {"status.suspended"}
    assert run("revoke", name, "--tenant", "polder", "--reason", "fine", "--reinstate") == 0
    assert run("revoke", name, "--tenant", "polder", "--reason", "error") == 0
    assert failed(polder.verify(document)) == {"status.revoked"}
    Path("out").mkdir()
    assert run("status", "publish", "--tenant", "polder", "-o", "out") == 0
    assert sorted(one.name for one in Path("out").rglob("*") if one.is_file()) == ["revocation", "suspension"]
    assert run("status", "audit") == 0


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (own(issuer={**elm_cases.good()["issuer"]}), "sealing.source"),
        (own(credentialProfiles=None), "sealing.source"),
        (b"{}", "format.read"),
        (b"<svg/>", ""),
    ],
)
def test_what_is_not_sound_or_not_ones_own_is_not_sealed(
    run: Run, capsys: pytest.CaptureFixture[str], document: bytes, code: str
) -> None:
    Path("own.json").write_bytes(document)
    assert run("seal", "document", "own.json", "--tenant", "polder", "-o", "sealed.json") in (1, 2)
    told = capsys.readouterr().err
    assert code in told
    assert "Traceback" not in told
    assert not Path("sealed.json").exists()


def test_a_badge_is_converted_and_sealed_and_its_seal_renewed(
    polder: SealingGateway, run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("badge.json").write_bytes(BADGE)
    monkeypatch.setattr("api.cli.world.fetcher", lambda _: polder.world)
    sealing = ("--seal", "polder", "--recipient", LEARNER, "-o", "sealed.json")
    assert run("convert", "badge.json", "--to", "elm-json", *sealing) == 0
    document = Path("sealed.json").read_bytes()
    report = polder.verify(document)
    assert report.verdict is Verdict.TOTAL_PASSED
    capsys.readouterr()
    assert run("seal", "due", "--days", "99999") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1
    assert run("seal", "renew", "sealed.json", "--tenant", "polder", "-o", "renewed.json") == 0
    assert "no record here" not in capsys.readouterr().err
    renewed = polder.verify(Path("renewed.json").read_bytes())
    assert renewed.verdict is Verdict.TOTAL_PASSED
    assert Path("renewed.json").stat().st_size > len(document)


def test_a_copy_is_written_while_the_records_are_used(run: Run, polder: SealingGateway) -> None:
    Path("own.json").write_bytes(own())
    assert run("seal", "document", "own.json", "--tenant", "polder", "-o", "sealed.json") == 0
    assert run("status", "backup", "-o", "copy.db") == 0
    copy = ("--database", f"sqlite:///{polder.folder / 'copy.db'}")
    assert run("status", "restored", *copy) == 0
    assert run("status", "audit", *copy) == 0
    assert run("status", "backup", "-o", "copy.db") == 2


def test_baking_and_unbaking_give_back_what_went_in(run: Run) -> None:
    Path("badge.json").write_bytes(BADGE)
    Path("image.svg").write_bytes(SVG)
    assert run("bake", "badge.json", "image.svg", "-o", "baked.svg") == 0
    assert run("unbake", "baked.svg", "-o", "again.json") == 0
    assert json.loads(Path("again.json").read_bytes()) == json.loads(BADGE)
    assert run("bake", "badge.json", "baked.svg", "-o", "twice.svg") == 1
    assert not Path("twice.svg").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("seal", "document", "own.json", "--tenant", "nobody", "-o", "x"),
        ("revoke", "nothing", "--tenant", "polder", "--reason", "x"),
        ("status", "publish", "--tenant", "polder", "-o", "nowhere"),
        ("convert", "own.json", "--to", "ob2", "--override", "indeterminate"),
        ("revoke", "--all-of", "00", "--suspend", "--tenant", "polder", "--reason", "x"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    run: Run, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    Path("own.json").write_bytes(own())
    assert run(*arguments) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
