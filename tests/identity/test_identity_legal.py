"""The legal person: both ways to the pivot's organisation, from an eIDAS assertion, into a profile."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity_samples import BSN, NOW, addresses, identifiers, origins, texts

from converter.identity_legal import (
    issuer_of,
    legal_fields_of,
    legal_from_eidas,
    legal_record_of,
    organisation_of,
)
from schemas.errors import Malformed
from schemas.identity import Assurance, Origin
from schemas.legal_person import LegalPerson
from schemas.pivot import from_tree
from schemas.pivot.agents import Organisation

EIDAS = "http://eidas.europa.eu/attributes/legalperson/"
ORIGIN = Origin(source="eidas", assurance=Assurance.HIGH, at=NOW, ground="public-task")
SAID = {
    f"{EIDAS}LegalName": "Hogeschool van de Polder",
    f"{EIDAS}LegalPersonIdentifier": "NL/BE/12345678",
    f"{EIDAS}VATRegistrationNumber": "NL001234567B01",
}
legal_persons = st.builds(
    LegalPerson,
    legal_name=texts,
    identifier=identifiers,
    vat=st.lists(identifiers, max_size=2).map(tuple),
    tax=st.lists(identifiers, max_size=2).map(tuple),
    address=st.none() | addresses,
    origin=origins,
)


@given(legal_persons, st.sampled_from(["nl", "en", "el"]))
def test_a_legal_person_goes_to_the_pivot_and_comes_back(legal: LegalPerson, language: str) -> None:
    organisation = organisation_of(legal, language)
    from_tree(Organisation, organisation)
    wanted = legal_record_of(legal)
    if "address" in wanted:
        wanted["address"] = {name: text for name, text in wanted["address"].items() if text}
    assert legal_fields_of(organisation, language) == wanted


def test_an_eidas_assertion_says_who_issues() -> None:
    legal = legal_from_eidas(SAID, ORIGIN)
    assert (legal.legal_name, legal.identifier.country) == ("Hogeschool van de Polder", "NL")
    facts = issuer_of(legal, "nl")
    assert facts.legal_name is not None
    assert facts.legal_name.best() == "Hogeschool van de Polder"
    assert (facts.eidas_identifier, facts.country, facts.vat) == ("NL/BE/12345678", "NL", "NL001234567B01")
    node = organisation_of(legal, "nl")
    assert node["eidas_identifier"]["notation"] == "NL/BE/12345678"
    assert node["eidas_identifier"]["spatial"]["id"].endswith("/country/NLD")


@pytest.mark.parametrize(
    ("name", "number", "faults"),
    [
        ("", "NL/BE/1", 1),
        ("School", "", 1),
        (None, None, 2),
        (7, ["NL/BE/1"], 2),
        ("School", f"NL/NL/{BSN}", 1),
        (f"School {BSN}", "NL/BE/1", 1),
        ("School\u202e", "NL/BE/1", 1),
    ],
)
def test_what_cannot_be_used_is_refused_and_not_quoted(name: object, number: object, faults: int) -> None:
    said = {f"{EIDAS}LegalName": name, f"{EIDAS}LegalPersonIdentifier": number}
    with pytest.raises(Malformed) as caught:
        legal_from_eidas(said, ORIGIN)
    assert len(caught.value.problems) == faults
    assert not [one for one in caught.value.problems if BSN in one.message or "School" in one.message]
