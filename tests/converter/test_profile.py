"""What an institution says of itself, read from TOML."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from converter.profile import MAX_BYTES, read_profile
from schemas.errors import DocumentError, Malformed
from schemas.institution import InstitutionProfile


def problems(text: str | bytes) -> dict[str, str]:
    with pytest.raises(Malformed) as caught:
        read_profile(text.encode() if isinstance(text, str) else text)
    return {problem.where: problem.message for problem in caught.value.problems}


def test_an_empty_profile_says_nothing() -> None:
    assert read_profile(b"") == InstitutionProfile()


def test_a_whole_profile() -> None:
    profile = read_profile(
        b"""
        [issuer]
        legal_name = { nl = "School", en = " College " }
        country = "NL"
        vat = "NL001"
        [awarding_body]
        legal_name = "Faculteit"
        [organisation."https://x.example"]
        registration = "7"
        [defaults]
        language = "nl"
        eqf_as = "note"
        [learner]
        given_name = "Ada"
        """
    )
    assert profile.issuer.legal_name is not None
    assert dict(profile.issuer.legal_name.texts) == {"nl": "School", "en": "College"}
    assert profile.awarding_body.legal_name is not None
    assert dict(profile.awarding_body.legal_name.texts) == {"nl": "Faculteit"}
    assert profile.organisations["https://x.example"].registration == "7"
    assert (profile.language, profile.eqf_as, profile.given_name) == ("nl", "note", "Ada")


def test_a_mark_at_the_beginning_of_the_file_is_no_fault() -> None:
    assert read_profile(b"\xef\xbb\xbf[issuer]\ncountry = 'NL'").issuer.country == "NL"


def test_every_fault_is_told_at_once_and_by_its_key() -> None:
    found = problems('[issuer]\ncountry = "nl"\nurl = "ftp://x"\ncolour = "red"\n[learner]\ngiven_name = ""')
    assert found.keys() == {"/issuer/country", "/issuer/url", "/issuer/colour", "/learner/given_name"}


def test_a_wrong_value_is_not_quoted() -> None:
    found = problems('[learner]\ngiven_name = ["Ada Lovelace"]')
    assert "Ada" not in "".join(found.values())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"\xff\xfe", "The institution profile is not UTF-8."),
        (b"[issuer", "The institution profile is not TOML"),
        (b"#" * (MAX_BYTES + 1), "The institution profile is larger than 64 kB."),
    ],
)
def test_what_is_no_profile_is_told_so(text: bytes, sentence: str) -> None:
    (message,) = problems(text).values()
    assert message.startswith(sentence)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    try:
        found: InstitutionProfile | DocumentError = read_profile(data)
    except DocumentError as error:
        found = error
    codes = [problem.code for problem in getattr(found, "problems", ())]
    assert all(code.startswith("profile.") for code in codes)
