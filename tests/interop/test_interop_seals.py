"""Seals, ours and other people's, before the XML Security Library."""

from __future__ import annotations

from pathlib import Path

import pytest
from interop.xmlsec_opinion import xmlsec_holds
from samples import edci_documents, seals
from shared_files import shared_cases

from schemas.errors import Malformed
from verifier.sealing import examine_xades

pytestmark = pytest.mark.slow

_REAL = [
    path for path in shared_cases("samples/edci-xml/*.xml") if path.read_bytes().count(b"SignatureValue>")
]


@pytest.mark.parametrize("kind", ["rsa", "p256", "p384"])
@pytest.mark.parametrize("transform", sorted(seals.TRANSFORMS))
@pytest.mark.parametrize("size", [1, 40])
def test_both_say_the_same_of_our_seals(kind: str, transform: str, size: int) -> None:
    method = f"{seals.MORE}{'rsa' if kind == 'rsa' else 'ecdsa'}-sha256"
    achievements = "".join(edci_documents.achievement(n, "s") for n in range(size))
    document = edci_documents.credential(subject=f"<achievements>{achievements}</achievements>")
    sealed = seals.seal_xml(document, kind=kind, transform=transform, method=method)
    assert examine_xades(sealed).intact is True
    assert xmlsec_holds(sealed)
    for old, new in ((b"Weaving", b"Leaving"), (seals.SIGNING_TIME.encode(), b"2027-03-02T10:00:00Z")):
        damaged = sealed.replace(old, new, 1)
        assert damaged != sealed
        assert examine_xades(damaged).intact is False
        assert not xmlsec_holds(damaged)


@pytest.mark.shared
@pytest.mark.parametrize("path", _REAL, ids=lambda path: path.stem)
def test_both_say_the_same_of_real_seals(path: Path) -> None:
    try:
        examined = examine_xades(path.read_bytes())
    except Malformed:
        pytest.skip("not well-formed, and so no seal to compare")
    if examined.intact is None:
        pytest.skip("ours decides nothing here: what it refuses to compute, nobody need compute the same")
    assert examined.intact is xmlsec_holds(path.read_bytes()), examined.faults
