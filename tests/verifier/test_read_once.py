"""What a JSON seal covers is read once: the same comes out as if it were read anew."""

from __future__ import annotations

import json

import pytest
from samples import elm_cases
from samples.sealing import means

from converter.read import read
from schemas.document import Document
from schemas.stamper import Level
from verifier.gather_seal import signed_document
from verifier.sealing import examine
from verifier.sealing.making import seal_elm

_GOOD = elm_cases.good()
CASES = {
    "good": _GOOD,
    "with faults": {**_GOOD, "issued": "yesterday", "credentialSchema": []},
    "an upload": {"credential": _GOOD, "deliveryDetails": {"deliveryAddress": []}},
    "a status": {**_GOOD, "status": [{"id": "urn:x", "type": "Unknown"}]},
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_read_before_is_what_would_be_read_again(name: str) -> None:
    sealed = seal_elm(json.dumps(CASES[name]).encode(), means(), Level.B)
    document = read(sealed)
    assert isinstance(document, Document)
    seal = examine(document)
    assert seal is not None
    assert seal.intact
    again = signed_document(seal)
    assert again is not None
    assert again.tree
    assert signed_document(seal, document) == again


def test_of_another_document_nothing_is_taken() -> None:
    sealed = seal_elm(json.dumps(_GOOD).encode(), means(), Level.B)
    other = seal_elm(json.dumps({**_GOOD, "id": "urn:credential:other"}).encode(), means(), Level.B)
    document = read(sealed)
    assert isinstance(document, Document)
    elsewhere = read(other)
    assert isinstance(elsewhere, Document)
    found = signed_document(examine(document), elsewhere)
    assert found is not None
    assert found.tree["id"] == _GOOD["id"]
