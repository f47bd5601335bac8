"""Ten thousand mutants of seals, ours and other people's: none accepted but what says the same."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from seal_grounds import Ground, grounds
from seal_oracle import judge
from shared_files import shared_cases

from schemas.errors import DocumentError
from verifier.sealing import examine_jades, examine_xades

pytestmark = pytest.mark.slow

MUTANTS = int(os.environ.get("SEAL_MUTANTS", "10000"))
_LARGEST = 120_000
"""Of a real sample: a mutant costs what parsing and digesting the whole costs."""


@pytest.mark.parametrize("block", range(10))
def test_ten_thousand_mutants_of_our_own_seals(block: int) -> None:
    share = MUTANTS // 10
    counted = judge(grounds(), range(block * share, (block + 1) * share))
    assert counted.total() == share
    answers = Counter(answer for (_, answer), number in counted.items() for _ in range(number))
    assert answers[False] > answers[True] > 0


def _real(path: Path) -> Ground | None:
    raw = path.read_bytes()
    if len(raw) > _LARGEST:
        return None
    is_xml = path.suffix == ".xml"
    try:
        examined = (examine_xades if is_xml else examine_jades)(raw)
    except DocumentError:
        return None
    if not examined.intact or examined.signer is None:
        return None
    return Ground(name=path.name, raw=raw, signers=frozenset({examined.signer}), credential=True)


@pytest.mark.shared
def test_mutants_of_real_seals() -> None:
    paths = [*shared_cases("samples/edci-xml/*.xml"), *shared_cases("samples/elm-v3/*")]
    real = [ground for path in paths if path.is_file() and (ground := _real(path)) is not None]
    assert len(real) >= 4
    assert {ground.is_xml for ground in real} == {True, False}
    counted = judge(real, range(MUTANTS // 10))
    assert counted.total() == MUTANTS // 10
