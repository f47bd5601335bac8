"""The codecs of the edci2 table: each gives back what it took, and refuses what it cannot take."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies_edci_pivot import CONTEXT, DOMAINS, Tree

from converter.codecs import CODECS, Untranslatable
from schemas import vocabulary


def test_every_codec_of_this_table_has_a_stated_domain() -> None:
    assert DOMAINS.keys() == {name for name in CODECS if name.startswith("edci_")}


@pytest.mark.parametrize("name", sorted(DOMAINS))
@given(st.data())
def test_a_codec_gives_back_what_it_took(name: str, data: st.DataObject) -> None:
    value = data.draw(DOMAINS[name])
    codec = CODECS[name]
    assert codec.lower(codec.lift(value, CONTEXT), CONTEXT) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("edci_text", [{"#text": "no language"}]),
        ("edci_text", "bare"),
        ("edci_subject", [{"#text": "one"}, {"#text": "two"}]),
        ("edci_language", "eng"),
        ("edci_language", 7),
        ("edci_country", None),
        ("edci_credit_system", "http://points.example/"),
        ("edci_points", "two"),
        ("edci_points", "1e3"),
        ("edci_percentage", "12.5"),
        ("edci_percentage", "NaN"),
        ("edci_percentage", None),
        ("edci_uri", None),
    ],
)
def test_a_codec_refuses_what_lies_outside_its_domain_without_quoting_it(name: str, value: Any) -> None:
    with pytest.raises(Untranslatable) as refusal:
        CODECS[name].lift(value, CONTEXT)
    assert str(value) not in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("edci_credit_system", {"type": "Concept", "id": "http://points.example/"}),
        ("edci_language", {"type": "Concept", "id": "http://languages.example/"}),
        ("edci_country", {"type": "Concept", "id": "http://countries.example/"}),
        ("edci_subject", {"type": "Concept", "id": "http://subjects.example/"}),
    ],
)
def test_a_concept_the_schema_does_not_know_is_refused_on_the_way_down(name: str, value: Tree) -> None:
    with pytest.raises(Untranslatable):
        CODECS[name].lower(value, CONTEXT)


def test_a_country_is_found_by_two_letters_three_letters_or_its_uri() -> None:
    lift = CODECS["edci_country"].lift
    netherlands = vocabulary.concept("country", "NLD").uri
    assert {lift(code, CONTEXT)["id"] for code in ("NL", "NLD", netherlands)} == {netherlands}
    assert "id" not in lift("WTC", CONTEXT)
    from_elm = {"type": "Concept", "id": netherlands, "notation": "country"}
    assert CODECS["edci_country"].lower(from_elm, CONTEXT) == "NL"
