"""Receipts at the doors: made, handed on, and checked by somebody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bundles import NOW
from gateway_web import BADGE, Caller, web_of_badges
from samples import badges, receipts

from api.cli.main import main
from api.gateway.asking import NotUnderstood
from api.gateway.receipts import read_key
from api.settings import Settings

AT = ("--at", "2026-11-23T12:00:00Z")
Evidence = Callable[..., str]
Gateway = Callable[..., Caller]


@pytest.fixture
def key(tmp_path: Path) -> str:
    """Write a key that signs receipts, and the folder that trusts it."""
    return receipts.key_file(tmp_path)


@pytest.fixture
def trusted(key: str) -> str:
    """Name the folder that trusts the key."""
    return str(Path(key).parent / "trusted")


@pytest.fixture
def kept(key: str) -> str:
    """Name the file for the evidence."""
    return str(Path(key).parent / "kept.json")


@pytest.fixture
def receipt(badge_file: str, evidence: Evidence, key: str, kept: str, capsys: Any) -> str:
    """Verify the sample badge and sign the report."""
    out = str(Path(key).parent / "receipt.jws")
    order = ["verify", badge_file, "--evidence", evidence(), "--save-evidence", kept, *AT]
    assert main([*order, "--receipt", out, "--receipt-key", key]) == 0
    capsys.readouterr()
    return out


def outcomes(capsys: Any) -> dict[str, str]:
    report = json.loads(capsys.readouterr().out)
    return {one["check"].removeprefix("receipt."): one["outcome"] for one in report["findings"]}


def test_somebody_else_computes_the_verdict_again(
    receipt: str, badge_file: str, kept: str, trusted: str, capsys: Any
) -> None:
    order = ["verify", receipt, "--document", badge_file, "--evidence", kept, "--trust", trusted, "--json"]
    assert set(main_outcomes([*order, *AT], capsys).values()) == {"passed"}


def main_outcomes(order: list[str], capsys: Any) -> dict[str, str]:
    main(order)
    return outcomes(capsys)


def test_the_same_trust_on_both_sides_passes(
    badge_file: str, evidence: Evidence, key: str, kept: str, trusted: str, capsys: Any
) -> None:
    out = str(Path(key).parent / "receipt.jws")
    order = ["verify", badge_file, "--evidence", evidence(), "--save-evidence", kept, "--trust", trusted, *AT]
    assert main([*order, "--receipt", out, "--receipt-key", key]) == 0
    again = ["verify", out, "--document", badge_file, "--evidence", kept, "--trust", trusted, *AT]
    assert main(again) == 0
    assert capsys.readouterr().out.count("TOTAL-PASSED") >= 2


def test_addresses_that_did_not_answer_do_not_answer_again(
    badge_file: str, key: str, kept: str, trusted: str, capsys: Any
) -> None:
    out = str(Path(key).with_name("offline.jws"))
    order = ["verify", badge_file, "--offline", "--save-evidence", kept, *AT]
    assert main([*order, "--receipt", out, "--receipt-key", key]) == 3
    capsys.readouterr()
    again = ["verify", out, "--document", badge_file, "--evidence", kept, "--trust", trusted, "--json", *AT]
    found = main_outcomes(again, capsys)
    assert (found["verdict"], found["evidence"], found["stated"]) == ("passed", "passed", "undecided")


def test_a_receipt_alone_is_not_proven(receipt: str, trusted: str, capsys: Any) -> None:
    assert main(["verify", receipt, "--trust", trusted, *AT]) == 3
    assert "Receipt of a verification" in capsys.readouterr().out
    assert main(["verify", receipt, *AT]) == 3
    assert "nothing you trust vouches for that key" in capsys.readouterr().out


def test_another_document_or_evidence_fails(
    receipt: str, badge_file: str, kept: str, trusted: str, evidence: Evidence, capsys: Any
) -> None:
    other = Path(badge_file).with_name("other.png")
    other.write_bytes(Path(badge_file).read_bytes() + b"\0")
    order = ["verify", receipt, "--trust", trusted, "--json", *AT]
    assert main([*order, "--document", str(other), "--evidence", kept]) == 1
    found = outcomes(capsys)
    assert (found["document"], found["verdict"]) == ("failed", "not-applicable")
    gone = evidence(assertion=badges.revoked())
    assert main([*order, "--document", badge_file, "--evidence", gone]) == 1
    found = outcomes(capsys)
    assert (found["evidence"], found["document"]) == ("failed", "passed")


def test_a_bundle_that_holds_more_than_was_used_serves_as_well(
    receipt: str, badge_file: str, kept: str, trusted: str, tmp_path: Path, capsys: Any
) -> None:
    bundle = json.loads(Path(kept).read_text())
    bundle["resources"]["https://elsewhere.example/"] = {"status": 200, "body_base64": ""}
    more = tmp_path / "more.json"
    more.write_text(json.dumps(bundle))
    order = ["verify", receipt, "--document", badge_file, "--evidence", str(more), "--trust", trusted]
    assert main_outcomes([*order, "--json", *AT], capsys)["evidence"] == "passed"


def test_a_changed_receipt_fails(receipt: str, trusted: str, tmp_path: Path) -> None:
    header, payload, signature = receipts.parts(Path(receipt).read_bytes())
    payload["report"]["verdict"] = "INDETERMINATE"
    forged = tmp_path / "forged.jws"
    forged.write_bytes(receipts.put_together(header, payload, signature))
    assert main(["verify", str(forged), "--trust", trusted, *AT]) == 1


def test_what_cannot_be_asked_together_is_refused(
    receipt: str, badge_file: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.delenv("BADGEPASS_RECEIPT_KEY", raising=False)
    out = tmp_path / "out.jws"
    assert main(["verify", badge_file, "--offline", "--receipt", str(out)]) == 2
    assert "openssl req -x509" in capsys.readouterr().err
    assert main(["verify", receipt, "--receipt", str(out), "--receipt-key", key]) == 2
    assert main(["verify", receipt, "--save-evidence", str(out)]) == 2
    assert main(["verify", badge_file, "--offline", "--document", badge_file]) == 2
    assert not out.exists()
    monkeypatch.setenv("BADGEPASS_RECEIPT_KEY", key)
    assert main(["verify", badge_file, "--offline", "--receipt", str(out)]) == 3
    assert receipts.parts(out.read_bytes())[1]["report"]["verdict"] == "INDETERMINATE"


def test_a_key_file_must_hold_a_key_and_its_certificate(tmp_path: Path) -> None:
    whole = receipts.pem()
    start = whole.index(b"-----BEGIN CERTIFICATE")
    other = receipts.pem(name="Somebody Else")
    cases = {
        b"": "private key",
        whole[:start]: "private key",
        whole[start:]: "private key",
        whole[:start] + other[other.index(b"-----BEGIN CERTIFICATE") :]: "None of the certificates",
    }
    for data, said in cases.items():
        path = tmp_path / "key.pem"
        path.write_bytes(data)
        with pytest.raises(NotUnderstood, match=said):
            read_key(str(path), "--receipt-key")
    with pytest.raises(NotUnderstood, match="cannot be read"):
        read_key(str(tmp_path / "absent.pem"), "--receipt-key")
    path.write_bytes(other[other.index(b"-----BEGIN CERTIFICATE") :] + whole)
    found = read_key(str(path), "--receipt-key")
    assert found.certificates[0] == receipts.pair()[1]
    assert len(found.certificates) == 1  # a stranger is not above it
    assert "private" not in repr(found).lower()


# --- HTTP -----------------------------------------------------------------------------------------


def test_the_service_signs_where_it_has_a_key(gateway: Gateway, key: str) -> None:
    caller = gateway(receipt_key=read_key(key, "x"))
    answer = caller.post("/v1/verify", params={"receipt": "true"}, content=BADGE).json()
    header, payload, _ = receipts.parts(answer["receipt"].encode())
    assert header["alg"] == "ES256"
    assert payload["report"]["findings"] == answer["findings"]
    assert answer["evidence"]["resources"]
    assert "receipt" not in caller.post("/v1/verify", content=BADGE).json()


def test_a_service_without_a_key_says_so(caller: Caller) -> None:
    answer = caller.post("/v1/verify", params={"receipt": "true"}, content=BADGE)
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["code"] == "request.receipt"


def test_what_the_service_signed_is_checked_by_the_command_line(
    gateway: Gateway, key: str, trusted: str, tmp_path: Path, capsys: Any
) -> None:
    caller = gateway(web_of_badges(), receipt_key=read_key(key, "x"))
    answer = caller.post("/v1/verify", params={"receipt": "true"}, content=BADGE).json()
    token, kept, document = tmp_path / "r.jws", tmp_path / "kept.json", tmp_path / "badge.json"
    token.write_text(answer["receipt"])
    kept.write_text(json.dumps(answer["evidence"]))
    document.write_bytes(BADGE)
    order = ["verify", str(token), "--document", str(document), "--evidence", str(kept), "--trust", trusted]
    found = main_outcomes([*order, "--json", "--at", NOW.isoformat()], capsys)
    assert found["evidence"] == found["document"] == found["signature"] == "passed"


def test_a_receipt_handed_in_over_http_is_told_as_one(gateway: Gateway, receipt: str) -> None:
    answer = gateway().post("/v1/verify", content=Path(receipt).read_bytes())
    assert answer.status_code == 200
    report = answer.json()
    assert (report["format"], report["verdict"]) == ("receipt", "INDETERMINATE")


def test_the_key_comes_from_the_settings(key: str) -> None:
    found = Settings.from_environment({"BADGEPASS_RECEIPT_KEY": key})
    assert found.receipt_key is not None
    assert Settings.from_environment({}).receipt_key is None
    with pytest.raises(NotUnderstood):
        Settings.from_environment({"BADGEPASS_RECEIPT_KEY": key + "x"})
