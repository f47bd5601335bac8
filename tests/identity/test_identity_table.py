"""The identity record and the pivot's person, both ways; and what each source calls the fields."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity_samples import NOW, identities, identity

from converter.codecs import CODECS
from converter.identity_reading import identity_of
from converter.identity_table import (
    claim_tables,
    fields_of,
    identity_mapping,
    identity_table,
    person_of,
    record_from,
    record_of,
)
from converter.tables import uncovered
from schemas.identity import FIELDS, SOURCES, Assurance, Identity, Origin, PlaceOfBirth
from schemas.pivot import from_tree
from schemas.pivot.agents import Person

LANGUAGES = ("nl", "en", "el", "bg")


@given(identities(), st.sampled_from(LANGUAGES))
def test_a_record_goes_to_the_pivot_and_comes_back(said: Identity, language: str) -> None:
    person = person_of(said, language)
    from_tree(Person, person)
    assert fields_of(person, language) == record_of(said)


@given(identities())
def test_a_date_of_birth_has_no_zone_that_could_shift_it(said: Identity) -> None:
    born = person_of(said, "nl").get("date_of_birth")
    assert born == (f"{said.birthdate:%Y-%m-%d}T00:00:00Z" if said.birthdate else None)


@given(identities(), st.sampled_from(LANGUAGES))
def test_each_name_stands_in_one_language(said: Identity, language: str) -> None:
    person = person_of(said, language)
    for name in ("given_name", "family_name", "birth_name"):
        assert person.get(name, {}).keys() <= {language}


@given(identities())
def test_what_a_door_writes_a_door_reads(said: Identity) -> None:
    fields = record_of(said)
    if not fields:
        return
    raw = {**fields, "recipient": {"email": "noor@learners.example"}, "source": "eidas", "loa": "high"}
    read = identity_of(raw, now=NOW).identity
    assert record_of(read) == fields


def test_every_pivot_field_is_in_a_row_or_in_a_gap() -> None:
    mine = ("Person.", "Organisation.")
    assert [one for one in uncovered(identity_table()) if one.startswith(mine)] == []
    assert identity_mapping() is identity_mapping()
    assert all(row.via in CODECS or row.via[0].isupper() for one in identity_table().shape for row in one.row)


def test_every_source_has_its_table() -> None:
    assert claim_tables().keys() <= set(SOURCES)
    assert set(SOURCES) - claim_tables().keys() == {"register"}  # its contract is the record itself


PLACE = {"country": "NL", "locality": "Zierikzee"}
EIDAS = "http://eidas.europa.eu/attributes/naturalperson/"
CLAIMS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "eduid",
        {"sub": "x", "given_name": "Noor", "family_name": "de Wit", "gender": "Female", "birthdate": ""},
        {"given_name": "Noor", "family_name": "de Wit", "gender": "female"},
    ),
    (
        "ida",
        {
            "given_name": "Noor",
            "birth_family_name": "Bos",
            "place_of_birth": {"country": "NLD", "locality": "Zierikzee", "region": "Zeeland"},
            "nationalities": ["NL"],
            "address": {"country_code": "NL", "formatted": "Dam 1"},
        },
        {
            "given_name": "Noor",
            "birth_name": "Bos",
            "place_of_birth": PLACE,
            "nationalities": ["NL"],
            "address": {"country": "NL", "text": "Dam 1"},
        },
    ),
    (
        "eidas",
        {
            f"{EIDAS}PersonIdentifier": "DE/NL/a7b",
            f"{EIDAS}CurrentFamilyName": "de Wit",
            f"{EIDAS}DateOfBirth": "1999-02-03",
            f"{EIDAS}PlaceOfBirth": "Zierikzee",
            f"{EIDAS}Gender": "Unspecified",
        },
        {
            "identifier": {"value": "DE/NL/a7b", "country": "DE"},
            "family_name": "de Wit",
            "birthdate": "1999-02-03",
            "place_of_birth": {"locality": "Zierikzee"},
            "gender": "unspecified",
        },
    ),
    (
        "pid",
        {
            "vct": "urn:eudi:pid:1",
            "given_name": "Noor",
            "sex": 2,
            "nationalities": ["NL"],
            "place_of_birth": PLACE,
            "issuing_country": "DE",
            "personal_administrative_number": "T220001293",
        },
        {
            "given_name": "Noor",
            "gender": "female",
            "nationalities": ["NL"],
            "place_of_birth": PLACE,
            "identifier": {"value": "T220001293", "country": "DE"},
        },
    ),
    ("pid", {"given_name": "Noor", "sex": 9, "issuing_country": "DE"}, {"given_name": "Noor"}),
    (
        "institution",
        {"given": "Noor", "family": "de Wit", "birth date": "1999-02-03", "nationality": "NL, BE"},
        {
            "given_name": "Noor",
            "family_name": "de Wit",
            "birthdate": "1999-02-03",
            "nationalities": ["NL", "BE"],
        },
    ),
]


@pytest.mark.parametrize(("source", "claims", "record"), CLAIMS)
def test_claims_become_a_record(source: str, claims: dict[str, Any], record: dict[str, Any]) -> None:
    assert record_from(source, claims) == record
    raw = {**record, "source": source, "loa": "high", "recipient": {"email": "noor@learners.example"}}
    assert identity_of(raw, now=NOW).identity.said() == tuple(one for one in FIELDS if one in record)


def test_a_field_without_an_origin_is_a_fault_of_ours() -> None:
    said = identity()
    with pytest.raises(ValueError, match="origin"):
        dataclasses.replace(said, birth_name="Bos")
    with pytest.raises(ValueError, match="origin"):
        dataclasses.replace(said, given_name=None)


def test_no_value_shows_when_a_record_is_printed() -> None:
    said = identity(
        birth_name="Bosch", address={"country": "NL", "text": "Dam 1"}, recipient={"email": "noor@l.example"}
    )
    for text in ("Noor", "Wit", "1999", "Zierikzee", "Bosch", "Dam", "noor@"):
        assert text not in repr(said)


def test_an_empty_place_is_no_field() -> None:
    origin = Origin(source="pid", assurance=Assurance.HIGH, at=NOW, ground="consent")
    said = Identity(
        place_of_birth=PlaceOfBirth(country="NL"), origins=(("place_of_birth", origin),), vouched=False
    )
    assert said.said() == ("place_of_birth",)
    assert record_of(said) == {"place_of_birth": {"country": "NL"}}
