"""What is kept between documents is ours: no document decides how much that is."""

from __future__ import annotations

import gc
import json
import tracemalloc

from samples import elm_cases

from converter.read import read
from verifier.sealing import certificates

LARGE = 2_000_000


def _kept(times: int, make: object) -> int:
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(times):
            make(number)  # type: ignore[operator]
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def test_what_is_no_certificate_is_not_kept() -> None:
    assert certificates.load(bytes(certificates.MAX_BYTES + 1)) is None
    assert _kept(8, lambda number: certificates.load(bytes([number]) * LARGE)) < LARGE


def test_the_types_of_a_document_are_not_kept() -> None:
    tree = json.loads(elm_cases.made("references"))

    def one(number: int) -> None:
        types = ["VerifiableCredential", "EuropeanDigitalCredential", f"{number}" * LARGE]
        read(json.dumps({**tree, "type": types}).encode())

    one(0)
    assert _kept(4, one) < LARGE
