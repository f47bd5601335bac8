"""A converted document and its original, at every door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conversions import document, options
from gateway_web import Caller
from page_forms import hand_in
from samples import badges

from api.cli.main import main
from api.models import ReportBody
from converter.convert import Source, convert
from converter.custody import this_tool
from schemas.custody import Custody
from schemas.document import Format

MADE = convert(
    Source(document=document(badges.dumped(badges.expanded()))),
    Format.ELM,
    options(custody=Custody(tool=this_tool())),
).document
CHANGED = MADE.replace(b"Dike Inspection", b"Bridge Inspection")


@pytest.fixture
def changed_file(tmp_path: Path) -> str:
    path = tmp_path / "converted.jsonld"
    path.write_bytes(CHANGED)
    return str(path)


def test_the_command_line_tells_the_original_by_itself(changed_file: str, capsys: Any) -> None:
    main(["verify", changed_file, "--offline", "--at", "2026-11-23T12:00:00Z"])
    told = capsys.readouterr().out
    around, _, original = told.partition("Original 1 of 1 inside, by itself:")
    assert "The document says something else here than its original. [custody.faithful]" in around
    assert around.startswith("TOTAL-FAILED")
    assert original.strip().startswith("INDETERMINATE")


def test_http_answers_it_as_the_model_says(caller: Caller) -> None:
    body = ReportBody.model_validate(caller.post("/v1/verify", content=CHANGED).json())
    assert body.verdict == "TOTAL-FAILED"
    assert [one.format for one in body.originals] == ["ob2"]
    assert {one.check for one in body.findings if one.outcome == "failed"} >= {"custody.faithful"}


def test_the_page_says_it_in_plain_words(caller: Caller) -> None:
    page = hand_in(caller, CHANGED)
    said = " ".join(page.words("//section"))
    assert "It does not say what the original says." in said
    assert "The original inside" in said


def test_each_code_can_be_explained(capsys: Any) -> None:
    for code in ("record", "record.lists", "original", "faithful", "source"):
        assert main(["explain", f"custody.{code}"]) == 0
    assert "record" in capsys.readouterr().out


def test_what_travels_along_is_json_that_anybody_can_read() -> None:
    evidence = json.loads(MADE)["evidence"]["embeddedEvidence"]
    assert [one["title"] for one in evidence] == [{"en": "original.json"}, {"en": "custody.json"}]
