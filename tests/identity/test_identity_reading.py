"""The JSON of an identity: what is read, and every fault told at once, with no value in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity_samples import BSN, NOW, dumped, handed

from converter.identity_reading import ABOUT, MAX_BYTES, read_identity
from converter.purposes import purposes
from schemas.errors import Malformed
from schemas.identity import FIELDS, GROUNDS, SOURCES, Assurance, holds_bsn, is_bsn


def faults(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Malformed) as caught:
        read_identity(data, now=NOW)
    return [(one.code, one.where) for one in caught.value.problems]


def test_the_shape_of_the_issue_is_read() -> None:
    found = read_identity(
        dumped(
            recipient={"id": "0f9e8d7c"}, purpose="micro-credential", loa="http://eidas.europa.eu/LoA/high"
        ),
        now=NOW,
    )
    said = found.identity
    assert (said.given_name, said.family_name, str(said.birthdate)) == ("Noor", "de Wit", "1999-02-03")
    assert said.place_of_birth is not None
    assert (said.place_of_birth.country, said.place_of_birth.locality) == ("NL", "Zierikzee")
    assert said.nationalities == ("NL", "BE")
    assert said.recipient is not None
    assert (said.recipient.kind, said.recipient.value) == ("id", "0f9e8d7c")
    origin = said.origin("birthdate")
    assert (origin.source, origin.assurance, origin.at) == ("institution", Assurance.HIGH, NOW)
    assert found.purpose == "micro-credential"


def test_who_says_nothing_of_a_source_speaks_for_itself_and_vouches_for_nobody() -> None:
    found = read_identity(dumped(recipient={"id": "x"}, source=None, loa=None), now=NOW).identity
    assert (found.origin("birthdate").source, found.origin("birthdate").assurance) == (
        "institution",
        Assurance.LOW,
    )
    assert read_identity(dumped(source=None, vouched=True), now=NOW).identity.vouched


@pytest.mark.parametrize(
    ("said", "source"), [("DUO", "register"), ("eIDAS", "eidas"), ("DigiD", "eidas"), ("SURFconext", "eduid")]
)
def test_a_source_is_known_by_its_usual_names(said: str, source: str) -> None:
    found = read_identity(dumped(recipient={"id": "x"}, source=said, loa="Substantial"), now=NOW).identity
    assert found.origin("birthdate").source == source


def test_every_fault_is_told_at_once() -> None:
    told = faults(
        dumped(
            given_name="",
            family_name=7,
            birthdate="03-02-1999",
            place_of_birth={"country": "Nederland", "town": "x"},
            nationalities=["NL", "XX"],
            gender="F",
            recipient={"email": "noor"},
            source="me",
            loa="sure",
            ground="because",
            at="2026-11-23T12:00:00",
            purpose="curiosity",
            bsn="1",
        )
    )
    assert told == [
        ("identity.key", ""),
        ("identity.value", "/family_name"),
        ("identity.value", "/given_name"),
        ("identity.value", "/birthdate"),
        ("identity.key", "/place_of_birth"),
        ("identity.value", "/place_of_birth/country"),
        ("identity.value", "/gender"),
        ("identity.value", "/nationalities/1"),
        ("identity.source", "/source"),
        ("identity.loa", "/loa"),
        ("identity.ground", "/ground"),
        ("identity.value", "/at"),
        ("identity.recipient", "/recipient/email"),
        ("identity.purpose", "/purpose"),
    ]


ONE_FAULT: list[tuple[dict[str, Any], str, str]] = [
    ({"birthdate": "1999-02-30"}, "identity.value", "/birthdate"),
    ({"birthdate": "2026-11-24"}, "identity.value", "/birthdate"),
    ({"birthdate": "1999-02-03T00:00:00+02:00"}, "identity.value", "/birthdate"),
    ({"birthdate": "\u0661999-02-03"}, "identity.value", "/birthdate"),
    ({"birthdate": 19990203}, "identity.value", "/birthdate"),
    ({"given_name": "Noor\u202e"}, "identity.value", "/given_name"),
    ({"given_name": "Noor\n"[:4] + "\x00"}, "identity.value", "/given_name"),
    ({"given_name": "N" * 201}, "identity.value", "/given_name"),
    ({"given_name": ["Noor"]}, "identity.value", "/given_name"),
    ({"place_of_birth": {}}, "identity.value", "/place_of_birth"),
    ({"place_of_birth": "Zierikzee"}, "identity.value", "/place_of_birth"),
    ({"nationalities": []}, "identity.value", "/nationalities"),
    ({"nationalities": ["NL"] * 11}, "identity.value", "/nationalities"),
    ({"recipient": {}}, "identity.value", "/recipient"),
    ({"recipient": {"email": None}}, "identity.value", "/recipient"),
    ({"address": {"country": None}}, "identity.value", "/address"),
    ({"place_of_birth": {"town": "Zierikzee"}}, "identity.key", "/place_of_birth"),
    ({"recipient": {"email": "a@b.example", "id": "x"}}, "identity.recipient", "/recipient"),
    ({"recipient": {"name": "Noor"}}, "identity.key", "/recipient"),
    ({"source": "eduid"}, "identity.recipient", "/recipient"),
    ({"source": "eduid", "vouched": True}, "identity.value", "/vouched"),
    ({"vouched": "yes"}, "identity.value", "/vouched"),
    ({"source": "someone"}, "identity.source", "/source"),
    ({"source": 7}, "identity.source", "/source"),
    ({"source": None}, "identity.recipient", "/recipient"),
    ({"loa": "sure"}, "identity.loa", "/loa"),
    ({"loa": ["high"]}, "identity.loa", "/loa"),
    ({"at": "2027-01-01T00:00:00Z"}, "identity.value", "/at"),
    ({"purpose": ["micro-credential"]}, "identity.purpose", "/purpose"),
    ({"given_name": BSN}, "identity.bsn", "/given_name"),
    ({"family_name": "de Wit BSN onbekend"}, "identity.bsn", "/family_name"),
    ({"identifier": {"value": BSN, "country": "NL"}}, "identity.bsn", "/identifier/value"),
    ({"identifier": {"value": f"NL/NL/{BSN}", "country": "NL"}}, "identity.bsn", "/identifier/value"),
    ({"identifier": {"value": "1234.56.782", "country": "NL"}}, "identity.bsn", "/identifier/value"),
    ({"identifier": {"value": "x", "country": "NL", "scheme": "BSN"}}, "identity.bsn", "/identifier/scheme"),
    ({"identifier": {"value": "x"}}, "identity.value", "/identifier/country"),
    ({"place_of_birth": {"locality": f"Z {BSN}"}}, "identity.bsn", "/place_of_birth/locality"),
    ({"address": {"country": "NL", "text": f"Dam 1, {BSN}"}}, "identity.bsn", "/address/text"),
    ({"recipient": {"id": BSN}}, "identity.bsn", "/recipient/id"),
]


@pytest.mark.parametrize(("changes", "code", "where"), ONE_FAULT)
def test_a_fault_is_told_by_its_place(changes: dict[str, Any], code: str, where: str) -> None:
    assert (code, where) in faults(dumped(**changes))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"null", b"{", b'{"given_name": "Noor", "given_name": "Saar"}', b"\xff{}", b"1", b'"Noor"'],
)
def test_what_is_no_object_of_json_is_refused(data: bytes) -> None:
    assert [code for code, _ in faults(data)] == ["identity.read"]


def test_an_identity_is_small() -> None:
    assert faults(b" " * (MAX_BYTES + 1)) == [("identity.read", "")]


def test_an_identity_without_a_field_is_none() -> None:
    assert faults(json.dumps({"source": "institution", "loa": "low"}).encode()) == [("identity.missing", "")]


MARK = "Quilliphrax"


@given(
    st.sampled_from(sorted({*handed(), "recipient", "gender", "identifier", "address", "x"})),
    st.recursive(
        st.sampled_from([MARK, f"{MARK} {BSN}", f"{MARK}@x.example", f"{MARK}\x00", 7, None, True]),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from([MARK, "country", "locality", "email", "id", "value"]), inner, max_size=2
            )
        ),
        max_leaves=4,
    ),
)
def test_no_fault_quotes_a_value(name: str, value: Any) -> None:
    try:
        read_identity(json.dumps(handed(**{name: value})).encode(), now=NOW)
    except Malformed as fault:
        assert MARK not in str(fault)  # noqa: PT017 - most values are refused, some are read
        assert not [one for one in fault.problems if MARK in one.message + one.where]  # noqa: PT017


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_identity(data, now=NOW)


@given(st.integers(1, 999_999_999))
def test_the_eleven_test_takes_one_number_in_eleven(number: int) -> None:
    digits = f"{number:09d}"
    total = sum(weight * int(digit) for weight, digit in zip((9, 8, 7, 6, 5, 4, 3, 2), digits, strict=False))
    assert is_bsn(digits) == ((total - int(digits[8])) % 11 == 0)
    assert holds_bsn(f"no. {digits}!") == is_bsn(digits)


@pytest.mark.parametrize(
    "text", ["", "Noor", "1999-02-03", "T220001293", "DE/NL/a7b", "000000000", "12345678a"]
)
def test_other_texts_hold_no_bsn(text: str) -> None:
    assert not holds_bsn(text)


def test_the_purposes_grow_from_name_to_everything() -> None:
    fields = [set(one.field) for one in purposes().values()]
    assert fields[0] == {"given_name", "family_name"}
    assert fields[1] == fields[0] | {"birthdate"}
    assert fields[1] < fields[2]
    assert {"place_of_birth", "nationalities", "identifier"} <= fields[2]


def test_what_the_documentation_shows_is_read() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "identity.md").read_text("utf-8")
    shown = text.partition("```json\n")[2].partition("```")[0]
    found = read_identity(shown.encode(), now=NOW)
    assert found.purpose == "diploma-supplement"
    for name in (*FIELDS, *ABOUT):
        if name != "recipient":
            assert f"`{name}`" in text, name
    for word in (*SOURCES, *GROUNDS, *Assurance, *purposes()):
        assert f"`{word}`" in text, word
