"""Identities the tests share: invented people, and any that a source could tell of."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from converter.identity_reading import identity_of
from schemas.evidence import Recipient
from schemas.identity import (
    FIELDS,
    GROUNDS,
    SOURCES,
    Assurance,
    Gender,
    Identity,
    Origin,
    PersonIdentifier,
    PlaceOfBirth,
    PostalAddress,
    holds_bsn,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BSN = "123456782"
"""Of the form of a Dutch citizen service number; nobody has it, for it is the one of the documentation."""

COUNTRIES = ("NL", "BE", "DE", "GR", "BG", "MA", "TR", "US", "SR")


def handed(**changes: Any) -> dict[str, Any]:
    """Return the JSON of an identity as an institution hands it in; None takes a member out."""
    whole = {
        "given_name": "Noor",
        "family_name": "de Wit",
        "birthdate": "1999-02-03",
        "place_of_birth": {"country": "NL", "locality": "Zierikzee"},
        "nationalities": ["NL", "BE"],
        "source": "institution",
        "loa": "substantial",
        "ground": "public-task",
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def dumped(**changes: Any) -> bytes:
    """Return the same as bytes."""
    return json.dumps(handed(**changes)).encode()


def identity(**changes: Any) -> Identity:
    """Read the same."""
    return identity_of(handed(**changes), now=NOW).identity


_letters = st.characters(categories=("Lu", "Ll", "Lo", "Nd"))
texts = (
    st.text(st.one_of(_letters, st.sampled_from(" -'.")), min_size=1, max_size=60)
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(lambda text: bool(text) and not holds_bsn(text))
)
countries = st.sampled_from(COUNTRIES)
places = st.builds(PlaceOfBirth, country=countries, locality=st.none() | texts)
addresses = st.builds(PostalAddress, country=countries, text=st.none() | texts)
identifiers = st.builds(PersonIdentifier, value=texts, country=countries, scheme=texts)
origins = st.builds(
    Origin,
    source=st.sampled_from(SOURCES),
    assurance=st.sampled_from(Assurance),
    at=st.integers(0, 20 * 365 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
    ground=st.sampled_from(("", *GROUNDS)),
)


@st.composite
def identities(draw: st.DrawFn) -> Identity:
    """Make any identity: some fields, each with an origin of its own."""
    values = {
        "given_name": draw(st.none() | texts),
        "family_name": draw(st.none() | texts),
        "birthdate": draw(st.none() | st.dates(date(1850, 1, 1), date(2026, 1, 1))),
        "birth_name": draw(st.none() | texts),
        "place_of_birth": draw(st.none() | places),
        "address": draw(st.none() | addresses),
        "gender": draw(st.none() | st.sampled_from(Gender)),
        "nationalities": draw(st.lists(countries, max_size=4, unique=True).map(tuple)),
        "identifier": draw(st.none() | identifiers),
    }
    said = [name for name in FIELDS if values[name]]
    return Identity(
        **values,
        origins=tuple((name, draw(origins)) for name in said),
        recipient=Recipient(kind="email", value="noor@learners.example"),
    )
