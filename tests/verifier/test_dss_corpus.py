"""The DSS corpus: the cryptographic verdict agrees on every file, or the file is listed with its clause."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from shared_files import SHARED

from schemas.document import Seal, SealKind
from schemas.errors import DocumentError
from verifier import verify
from verifier.bundle import BundleFetcher
from verifier.finding import Outcome, Verdict
from verifier.policy import GENERAL
from verifier.sealing.general import examine_general

pytestmark = pytest.mark.shared

ROOT = Path(__file__).resolve().parents[2]
CORPUS = SHARED / "corpus/dss" if SHARED else Path()
ITEMS: list[dict[str, Any]] = (
    json.loads((CORPUS / "index.json").read_text("utf-8"))["items"] if SHARED else []
)
ROW = re.compile(
    r"^\| `(?P<file>[^`]+)` \| (?P<dss>\w+) \| (?P<ours>\w+) \| (?P<clause>.+) \|$", re.MULTILINE
)
LISTED = {row["file"]: row for row in ROW.finditer((ROOT / "docs/dss-differences.md").read_text("utf-8"))}
NOW = datetime(2026, 11, 25, tzinfo=UTC)
WORDS = {True: "holds", False: "broken", None: "undecided"}
COUNTERS = {
    "xades/xades-fake-counter-signature.xml",
    "jades/jades-with-broken-attached-counter-signature.json",
    "jades/jades-with-broken-detached-counter-signature.json",
}


def at_hand(item: dict[str, Any]) -> dict[str, bytes]:
    """Name the content beside a file as its signatures do: by the last part of the address, or all of it."""
    contents = {
        Path(name).name.rpartition("__")[2]: (CORPUS / name).read_bytes() for name in item["detached"]
    }
    place = "https://nowina.lu/pub/JAdES/"
    return {**contents, **{place + name: data for name, data in contents.items()}}


def verdicts(item: dict[str, Any]) -> list[bool | None]:
    """Judge the main signatures of a file; a file that is refused is broken."""
    kind = SealKind.XADES if item["format"] == "xades" else SealKind.JADES
    raw = (CORPUS / item["file"]).read_bytes()
    try:
        found = examine_general(Seal(kind=kind, raw=raw), at_hand(item))
    except DocumentError:
        return [False]
    assert all(one.examination.intact is False for one in found if one.counters)
    assert any(one.counters for one in found) == (item["file"] in COUNTERS)
    return [one.examination.intact for one in found if not one.counters]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["file"])
def test_the_verdict_agrees_or_is_listed(item: dict[str, Any]) -> None:
    found = verdicts(item)
    crypto = item["expected"]["crypto"]
    expected = crypto.startswith("valid")
    row = LISTED.get(item["file"])
    if all(one is expected for one in found):
        assert row is None, "it agrees, and is listed as a difference"
        return
    assert row is not None, f"it differs and is not listed: {found} for {crypto}"
    assert row["dss"] == crypto.partition("-")[0]
    assert {row["ours"]} == {WORDS[one] for one in found}
    assert "§" in row["clause"]


@pytest.mark.usefixtures("shared")
def test_the_list_names_files_of_the_corpus_only() -> None:
    assert LISTED.keys() <= {item["file"] for item in ITEMS}
    assert len(ITEMS) - len(LISTED) == 36


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["file"])
def test_no_file_passes_without_an_anchor_and_none_breaks_anything_down(item: dict[str, Any]) -> None:
    raw = (CORPUS / item["file"]).read_bytes()
    try:
        report = verify(
            raw, fetcher=BundleFetcher({}), now=datetime(2026, 11, 25, tzinfo=UTC), policy=GENERAL
        )
    except DocumentError:
        assert item["expected"]["crypto"] == "reject"
        return
    assert "internal.error" not in {finding.check for finding in report.findings}
    assert report.verdict is not Verdict.TOTAL_PASSED
    failed = any(one.check == "seal.signature" and one.outcome is Outcome.FAILED for one in report.findings)
    assert (report.verdict is Verdict.TOTAL_FAILED) is failed
    if item["expected"]["crypto"] in {"invalid", "reject"} and item["file"] not in LISTED:
        assert report.verdict is Verdict.TOTAL_FAILED
