"""No mutant of a seal is accepted unless what was signed, and by whom, is untouched: a seeded thousand."""

from __future__ import annotations

from collections import Counter

import pytest
from seal_grounds import Ground, grounds
from seal_oracle import judge

from schemas.document import Seal, SealKind
from verifier.sealing import examine_jades, examine_xades
from verifier.sealing.general import examine_general


@pytest.mark.parametrize("ground", grounds(), ids=lambda ground: ground.name)
def test_every_ground_holds(ground: Ground) -> None:
    kind = SealKind.XADES if ground.is_xml else SealKind.JADES
    found = examine_general(Seal(kind=kind, raw=ground.raw), ground.at_hand)
    assert all(one.examination.intact for one in found)
    if ground.credential:
        examined = (examine_xades if ground.is_xml else examine_jades)(ground.raw)
        assert examined.intact is True


def test_a_thousand_mutants() -> None:
    counted = judge(grounds(), range(1000))
    assert counted.total() == 1000
    answers = Counter(answer for (_, answer), number in counted.items() for _ in range(number))
    assert answers[False] > 200  # credentials alone are counted; the others are judged as signed files
    assert answers[True] > 5  # some damage changes nothing that is signed
    assert len({done for done, _ in counted}) > 20
