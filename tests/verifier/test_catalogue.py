"""The catalogue knows every code that is emitted, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bundles import badge_web, verified
from samples import badges

from verifier import Finding, Outcome, catalogue
from verifier.catalogue import EC_CHECK, EC_STATUS, edc_checks, entry_for

ROOT = Path(__file__).resolve().parents[2]
AREAS = "|".join(
    (
        *("format", "seal", "issuer", "status", "time", "recipient", "hosted", "extension"),
        *("custody", "identity", "accreditation", "evidence", "receipt", "internal"),
    )
)
CODE = re.compile(rf"(?:{AREAS})\.[a-z][a-z.-]+")
FIXED = frozenset(
    {
        "format.read",
        "format.schema",
        "format.profile",
        "format.data",
        "format.official",
        "seal.present",
        "seal.signature",
        "seal.path",
        "seal.qualified",
        "seal.timestamp",
        "seal.algorithm",
        "seal.level",
        "seal.scope",
        "seal.children",
        "seal.policy",
        "seal.countersignature",
        "issuer.match",
        "status.revoked",
        "status.suspended",
        "status.notice",
        "time.issued",
        "time.expired",
        "time.not-yet",
        "recipient.match",
        "hosted.fetched",
        "hosted.scope",
        "extension.valid",
        "custody.record",
        "custody.original",
        "custody.source",
        "custody.faithful",
        "identity.mismatch",
        "accreditation.covered",
        "evidence.complete",
        "receipt.signature",
        "receipt.signer",
        "receipt.document",
        "receipt.evidence",
        "receipt.verdict",
        "receipt.stated",
        "internal.error",
    }
)


def codes_in(module: Path) -> Iterator[str]:
    """Yield every text in a module that has the shape of a code; what an f-string adds is left out."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            code = node.value.rstrip(".")
            if CODE.fullmatch(code):
                yield code


@pytest.mark.parametrize("module", sorted((ROOT / "verifier").rglob("*.py")), ids=lambda path: path.name)
def test_every_code_in_the_sources_is_in_the_catalogue(module: Path) -> None:
    known = {entry.code for entry in catalogue()}
    assert set(codes_in(module)) <= known


def test_the_fixed_codes_are_all_there() -> None:
    assert set(FIXED) <= {entry.code for entry in catalogue()}


def test_a_code_below_another_belongs_to_one_that_is_fixed() -> None:
    for entry in catalogue():
        assert any(entry.code == code or entry.code.startswith(code + ".") for code in FIXED)


def test_no_code_stands_twice_and_every_one_says_something() -> None:
    codes = [entry.code for entry in catalogue()]
    assert len(codes) == len(set(codes))
    assert all(entry.says.endswith(".") and entry.edc_type.startswith(EC_CHECK) for entry in catalogue())


def test_the_policies_name_known_codes_only() -> None:
    known = {entry.code for entry in catalogue()}
    text = (ROOT / "verifier" / "policies.toml").read_text("utf-8")
    assert set(CODE.findall(text)) <= known


@pytest.mark.parametrize(
    "web",
    [
        badge_web(),
        {},
        badge_web(assertion=badges.revoked()),
        badge_web(badge_class={"type": "BadgeClass"}),
        badge_web(issuer=None),
    ],
)
def test_every_code_told_is_in_the_catalogue(web: dict[str, object]) -> None:
    known = {entry.code for entry in catalogue()}
    for data in (badges.assertion(), badges.expanded(), badges.signed(badges.signed_assertion())):
        assert {finding.check for finding in verified(data, web).findings} <= known


def test_a_deeper_code_counts_towards_the_nearest_one_above() -> None:
    entry = entry_for("seal.signature.digest.third")
    assert entry is not None
    assert entry.code == "seal.signature.digest"
    assert entry_for("weather.fine") is None


def said(code: str, outcome: Outcome) -> Finding:
    return Finding(check=code, outcome=outcome, message="…")


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([Outcome.PASSED], "9895008394"),
        ([Outcome.PASSED, Outcome.NOT_APPLICABLE], "9895008394"),
        ([Outcome.NOT_APPLICABLE], "641f0c5e5d"),
        ([Outcome.PASSED, Outcome.UNDECIDED], "641f0c5e5d"),
        ([Outcome.UNDECIDED, Outcome.FAILED], "9d26eb9a37"),
        ([], "641f0c5e5d"),
    ],
)
def test_the_words_of_the_ec(outcomes: list[Outcome], status: str) -> None:
    checks = {c.type: c.status for c in edc_checks([said("status.revoked", o) for o in outcomes])}
    assert checks[EC_CHECK + "271aef9eb4"] == EC_STATUS + status
    assert len(checks) == 7
