"""Every other name of a key leads to the one name that is looked up."""

from __future__ import annotations

import pytest

from converter.formats.elm3_nodes import Normaliser
from schemas.elm.context import names_by_iri, spellings


@pytest.mark.parametrize("iri", sorted(names_by_iri()))
def test_an_iri_as_a_key_is_read_as_its_term_in_our_spelling(iri: str) -> None:
    term = spellings().get(names_by_iri()[iri], names_by_iri()[iri])
    assert Normaliser().node({iri: "x"}) == Normaliser().node({term: "x"})


@pytest.mark.parametrize("first", sorted(spellings()))
def test_a_first_spelling_is_read_as_ours(first: str) -> None:
    assert Normaliser().node({first: "x"}) == Normaliser().node({spellings()[first]: "x"})


@pytest.mark.parametrize(("keyword", "name"), [("@id", "id"), ("@type", "type")])
def test_keywords_have_their_aliases(keyword: str, name: str) -> None:
    assert Normaliser().node({keyword: "Note"}) == Normaliser().node({name: "Note"})
