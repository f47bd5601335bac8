"""Reading hostile input: a document, a pointer, a bundle or one of the named errors; never anything else."""

from __future__ import annotations

import contextlib

import pytest
from fuzz_grounds import (
    PROFILES,
    anything,
    bitten,
    edci_texts,
    elm_texts,
    json_damaged,
    sound_json,
    sound_xml,
    wrapped,
    xml_damaged,
)
from fuzz_settings import scaled
from hypothesis import given
from hypothesis import strategies as st
from samples import seals

from converter.profile import read_profile
from converter.read import read
from schemas.document import Bundle, Document, Pointer
from schemas.errors import DocumentError, Malformed
from schemas.institution import InstitutionProfile
from verifier.sealing import examine_jades, examine_xades

pytestmark = pytest.mark.slow


@scaled(1.6)
@given(anything())
def test_reading(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        found = read(data)
        assert isinstance(found, (Document, Pointer, Bundle))
        if isinstance(found, Document):
            assert found.original == data
            assert isinstance(found.tree, dict)


_SEALED_XML = (seals.seal_xml(), *(data for data in sound_xml(edci_texts()) if b"SignatureValue" in data))


@scaled(0.8)
@given(bitten(_SEALED_XML) | xml_damaged(sound_xml(_SEALED_XML)))
def test_a_damaged_xades_seal(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        seal = examine_xades(data)
        assert seal.intact in (True, False, None)
        assert seal.intact is not True or not seal.faults


_SEALED_JSON = (
    seals.seal_json(),
    seals.seal_json(form="flattened"),
    seals.seal_json(kind="p256", header=seals.protected("p256", "ES256")),
    *(data for data in elm_texts() if b'"signatures"' in data),
)
_COMPACT = tuple(data for data in wrapped() if data.count(b".") == 2 and data[:2] == b"ey")


@scaled(1.2)
@given(bitten((*_SEALED_JSON, *_COMPACT)) | json_damaged(sound_json(_SEALED_JSON)))
def test_a_damaged_jades_seal(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        seal = examine_jades(data)
        assert seal.intact in (True, False, None)
        assert seal.intact is not True or not seal.faults


@scaled(1)
@given(st.binary(max_size=200) | bitten(PROFILES))
def test_a_profile(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(read_profile(data), InstitutionProfile)
