"""Every sealed sample, with the trusted lists of 2019 and 2020 at hand: how far its seal can be proven.

All their certificates have expired, and their timestamps are of authorities that no list knows then, so
none passes today. The only seal that the lists reach is that of January 2020.
"""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from shared_files import SHARED, shared_cases

from schemas.evidence import Trust
from schemas.trusted_list import ListArchive
from verifier import Outcome, Report, Verdict, verify
from verifier.fetch import OfflineFetcher
from verifier.trust.lists import Brought, publications, snapshot_of

pytestmark = pytest.mark.shared
NOW = datetime(2026, 11, 25, tzinfo=UTC)
IN_FORCE = "velocert2026"
"""Sealed this year; the certificates of all others have ended."""
REACHED = "37_issuer_credential_QSeal_prestd.xml"


@cache
def trust() -> Trust:
    shots = []
    for name in ("2019-09", "2020-04"):
        assert SHARED is not None
        folder = SHARED / "official" / "trusted-lists" / name
        lists = {path.stem: path.read_bytes() for path in folder.glob("??.xml") if path.stem != "EU"}
        brought = Brought(lotl=(folder / "EU.xml").read_bytes(), lists=lists)
        shots.append(snapshot_of(brought, known=publications(), archive=ListArchive()))
    return Trust(lists=ListArchive(snapshots=tuple(shots)))


def report(path: Path, moment: datetime) -> Report:
    return verify(path.read_bytes(), fetcher=OfflineFetcher(), now=moment, policy="general", trust=trust())


def told(report: Report) -> dict[str, Outcome]:
    return {finding.check: finding.outcome for finding in report.findings}


def sentence(report: Report, code: str) -> str:
    return next(finding.message for finding in report.findings if finding.check == code)


def rows() -> list[dict[str, str]]:
    if SHARED is None:
        return []
    with (SHARED / "samples/edci-xml/INDEX.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["sigvalue_ok"]]


def sealed_json() -> list[Path]:
    return [path for path in shared_cases("samples/elm-v3/*") if b'"signatures"' in path.read_bytes()]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_an_edci_seal_has_the_cryptography_of_its_index_and_no_path_today(
    shared: Path, row: dict[str, str]
) -> None:
    found = report(shared / "samples/edci-xml" / row["file"], NOW)
    holds = {row[name] for name in ("sigvalue_ok", "content_ref_ok", "signedprops_ref_ok")} == {"True"}
    assert told(found)["seal.signature"] is (Outcome.PASSED if holds else Outcome.FAILED)
    assert found.verdict is (Verdict.INDETERMINATE if holds else Verdict.TOTAL_FAILED)
    if holds:
        assert "OUT_OF_BOUNDS_NO_POE" in found.sub_indications
        assert found.proven_at is None


@pytest.mark.parametrize("path", sealed_json(), ids=lambda path: path.name)
def test_an_elm_seal_holds_and_has_no_path_today(path: Path) -> None:
    found = report(path, NOW)
    assert told(found)["seal.signature"] is Outcome.PASSED
    assert found.verdict is Verdict.INDETERMINATE
    in_force = path.name.startswith(IN_FORCE)
    lacking = "NO_CERTIFICATE_CHAIN_FOUND" if in_force else "OUT_OF_BOUNDS_NO_POE"
    assert lacking in found.sub_indications
    assert found.proven_at is None


def test_no_sealed_sample_is_at_level_lta_by_a_test_authority() -> None:
    """Several carry archive timestamps of an authority for tests, which no list names."""
    for path in sealed_json():
        assert told(report(path, NOW))["seal.level"] is Outcome.UNDECIDED


LATER = [row for row in rows() if row["file"] != REACHED and row["level"] == "LT"]


@pytest.mark.parametrize("row", LATER, ids=lambda row: row["file"])
def test_the_day_after_sealing_is_beyond_the_lists_at_hand(shared: Path, row: dict[str, str]) -> None:
    sealed = datetime.fromisoformat(row["signing_time"].strip("[]'"))
    found = report(shared / "samples/edci-xml" / row["file"], sealed + timedelta(days=1))
    if told(found)["seal.signature"] is Outcome.PASSED:
        assert found.verdict is Verdict.INDETERMINATE
        assert "does not reach the moment" in sentence(found, "seal.qualified")


def test_the_seal_that_the_lists_reach_is_qualified_and_its_path_holds(shared: Path) -> None:
    """Halcom's service is granted for seals in the Slovenian list of August 2019; its CRL is in the seal."""
    found = report(shared / "samples/edci-xml" / REACHED, datetime(2020, 1, 31, tzinfo=UTC))
    assert found.verdict is Verdict.TOTAL_PASSED
    assert {name: str(outcome) for name, outcome in found.aspects.items()} == {
        "cryptography": "passed",
        "path": "passed",
        "qualification": "passed",
        "status": "not-applicable",
    }
    assert told(found)["seal.qualified.device"] is Outcome.PASSED
    assert set(found.lists) == {"SI"}


def test_when_its_revocation_list_is_stale_nothing_is_known_of_its_revocation(shared: Path) -> None:
    found = report(shared / "samples/edci-xml" / REACHED, datetime(2020, 2, 10, tzinfo=UTC))
    assert found.verdict is Verdict.INDETERMINATE
    assert found.sub_indications == ("TRY_LATER",)
    assert told(found)["seal.qualified"] is Outcome.PASSED


def test_when_the_list_was_due_for_renewal_nothing_is_known_of_its_qualification(shared: Path) -> None:
    found = report(shared / "samples/edci-xml" / REACHED, datetime(2020, 2, 21, tzinfo=UTC))
    assert found.verdict is Verdict.INDETERMINATE
    assert told(found)["seal.qualified"] is Outcome.UNDECIDED
