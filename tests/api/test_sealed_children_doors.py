"""Sealed credentials inside another, and signed files that are none, at every door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gateway_web import Caller
from page_forms import hand_in
from samples import seals, signatures

from api.cli.main import main
from api.models import ReportBody

AT = ("--offline", "--at", "2026-11-23T12:00:00Z")
CHILD = seals.CREDENTIAL.replace(b"<?pi kept?>\n", b"").replace(b"urn:credential:1", b"urn:credential:2")
HOLDER = seals.seal_xml(seals.holding(seals.seal_xml(CHILD, identifier="id-2").replace(b"Noor", b"Nora")))


@pytest.fixture
def holder_file(tmp_path: Path) -> str:
    path = tmp_path / "holder.xml"
    path.write_bytes(HOLDER)
    return str(path)


def test_the_command_line_tells_each_child_by_itself(holder_file: str, capsys: Any) -> None:
    main(["verify", holder_file, *AT])
    told = capsys.readouterr().out
    around, _, child = told.partition("Sealed credential 1 of 1 inside, by itself:")
    assert "A sealed credential inside this one is not proven by itself: TOTAL-FAILED." in around
    assert child.strip().startswith("TOTAL-FAILED")
    assert "The content was changed after sealing." in child
    main(["verify", holder_file, "--json", *AT])
    report = json.loads(capsys.readouterr().out)
    assert [one["verdict"] for one in report["children"]] == ["TOTAL-FAILED"]


def test_http_answers_them_as_the_model_says(caller: Caller) -> None:
    report = caller.post("/v1/verify", content=HOLDER).json()
    body = ReportBody.model_validate(report)
    assert [child.verdict for child in body.children] == ["TOTAL-FAILED"]
    assert body.children[0].subject["id"] == "urn:credential:2"


def test_the_page_lists_them(caller: Caller) -> None:
    page = hand_in(caller, HOLDER)
    assert page.answer.status_code == 200
    said = " ".join(page.words("//section"))
    assert "Sealed credentials inside" in said


def test_a_signed_file_is_judged_only_by_the_general_policy(
    tmp_path: Path, caller: Caller, capsys: Any
) -> None:
    raw = signatures.enveloped()
    assert caller.post("/v1/verify", content=raw).status_code == 415
    answer = caller.post("/v1/verify", params={"policy": "general"}, content=raw)
    assert answer.status_code == 200
    body = ReportBody.model_validate(answer.json())
    assert (body.format, body.verdict, body.policy) == ("signed", "INDETERMINATE", "general/signed")
    path = tmp_path / "order.xml"
    path.write_bytes(raw)
    assert main(["verify", str(path), "--policy", "general", *AT]) == 3
    assert "The signature covers the whole of the content." in capsys.readouterr().out
