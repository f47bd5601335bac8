"""Every finding on the form of a faulty badge, read by eye once: code, outcome, place, clause, sentence."""

from __future__ import annotations

import json

import pytest
from bundles import badge_web, verified
from samples import badges
from samples.ob2_cases import CASES, GOLDEN, good, made

from verifier import Outcome

AREAS = ("format.", "extension.")


def findings(data: bytes) -> str:
    """Return what is not in order with the form of a badge whose host answers each part with that part."""
    tree = json.loads(data)
    parts = {"assertion": tree}
    if isinstance(tree["badge"], dict):
        unit = tree["badge"]["issuer"]
        parts |= {"issuer": unit, "badge_class": {**tree["badge"], "issuer": badges.ISSUER}}
        parts["assertion"] = {**tree, "badge": badges.BADGE_CLASS}
    report = verified(data, badge_web(**parts))
    return "".join(
        f"{one.check}\t{one.outcome}\t{one.where}\t{one.cite}\t{one.message}\n"
        for one in sorted(report.findings, key=lambda one: (one.check, one.where, one.message))
        if one.check.startswith(AREAS) and one.outcome in (Outcome.FAILED, Outcome.UNDECIDED)
    )


def test_the_good_one_has_none() -> None:
    assert findings(badges.dumped(good())) == ""


def test_every_folder_is_a_case() -> None:
    assert {folder.name for folder in GOLDEN.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_all_findings_on_a_case(name: str) -> None:
    data = (GOLDEN / name / "input.json").read_bytes()
    assert data == made(name), "python tests/samples/ob2_cases.py"
    assert findings(data) == (GOLDEN / name / "expected.tsv").read_text("utf-8")
