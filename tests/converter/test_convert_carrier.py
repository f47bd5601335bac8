"""The original travels along and comes back, byte for byte."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from typing import Any

import pytest
from conversions import document, options
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import badges

from converter.convert import Conversion, Options, Source, convert
from converter.enrich.carrying import EXTENSION
from converter.originals import MOST_CARRIERS, originals
from schemas.document import Format
from schemas.errors import Refused

PLAIN = badges.dumped(badges.expanded())
SIGNED = badges.signed(badges.expanded(id="urn:uuid:5f0c1a52-3e0b-4c1e-9f65-6a4f7d1c2b3a"))
BAKED = badges.baked_png(PLAIN)
FILES = {
    "json": PLAIN,
    "spaced": b" \n" + PLAIN.replace(b"  ", b"\t") + b"\n\n",
    "jws": SIGNED,
    "json string": json.dumps(SIGNED.decode()).encode(),
    "png": BAKED,
    "svg": badges.baked_svg(PLAIN),
}
EUROPASS = [Format.ELM, Format.EDCI]


def europass(data: bytes, target: Format, **changes: Any) -> Conversion:
    return convert(Source(document=document(data)), target, options(**changes))


def back(data: bytes, target: Format = Format.OB2, **changes: Any) -> Conversion:
    return convert(Source(document=document(data)), target, options(**changes))


@pytest.mark.parametrize("target", EUROPASS)
@pytest.mark.parametrize("name", FILES)
def test_a_badge_comes_back_as_the_very_file_it_was(name: str, target: Format) -> None:
    data = FILES[name]
    made = back(europass(data, target, enclose="original").document)
    assert made.given_back
    assert made.document == data
    assert made.report.mapped[0].note == "The enclosed original, byte for byte."


@pytest.mark.parametrize("target", EUROPASS)
@pytest.mark.parametrize("name", FILES)
def test_without_the_whole_file_the_document_itself_comes_back(name: str, target: Format) -> None:
    made = back(europass(FILES[name], target).document)
    assert made.document == document(FILES[name]).raw
    assert document(made.document).raw == made.document


@pytest.mark.parametrize(
    ("data", "media_type"), [(PLAIN, "application/ld+json"), (SIGNED, "application/jose")]
)
@pytest.mark.parametrize("target", EUROPASS)
def test_the_carrier_says_what_it_carries(data: bytes, media_type: str, target: Format) -> None:
    source = document(data)
    (found,) = originals(document(europass(data, target).document), Format.OB2)
    assert found.media_type == source.media_type
    assert found.media_type == media_type
    assert found.name.startswith("original.")


@pytest.mark.parametrize("first", EUROPASS)
def test_a_europass_document_comes_back_out_of_a_badge(first: Format) -> None:
    europe = europass(PLAIN, first, enclose="nothing").document
    badge = convert(Source(document=document(europe)), Format.OB2, options())
    assert EXTENSION in json.loads(badge.document)
    made = back(badge.document, first)
    assert made.given_back
    assert made.document == europe


@pytest.mark.parametrize(("first", "second"), [(Format.ELM, Format.EDCI), (Format.EDCI, Format.ELM)])
def test_an_original_is_found_in_a_carrier_in_a_carrier(first: Format, second: Format) -> None:
    once = europass(PLAIN, first)
    twice = convert(Source(document=document(once.document)), second, options())
    assert not twice.given_back
    assert back(twice.document, first).document == once.document
    assert back(twice.document, Format.OB2).document == PLAIN


def test_carriers_are_opened_three_deep_and_no_deeper() -> None:
    data = PLAIN
    for depth in range(MOST_CARRIERS + 1):
        data = _in_an_elm_credential(data)
        found = originals(document(data), Format.OB2)
        assert [one.data for one in found] == ([PLAIN] if depth < MOST_CARRIERS else [])


def _with_carrier() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a converted credential, and in it the node that carries the original."""
    whole = json.loads(europass(PLAIN, Format.ELM).document)
    return whole, whole["evidence"]["embeddedEvidence"]


def _in_an_elm_credential(data: bytes) -> bytes:
    """Enclose any document in an ELM credential that says nothing else of it."""
    whole, media = _with_carrier()
    digest = hashlib.sha256(data).hexdigest()
    media["content"] = base64.b64encode(data).decode()
    media["description"] = {"en": f"application/ld+json; sha-256={digest}"}
    return json.dumps(whole).encode()


def test_an_original_whose_digest_is_not_the_stated_one_is_none() -> None:
    whole, media = _with_carrier()
    media["content"] = base64.b64encode(PLAIN + b" ").decode()
    changed = document(json.dumps(whole).encode())
    assert originals(changed, Format.OB2) == ()
    assert not convert(Source(document=changed), Format.OB2, options()).given_back


@settings(max_examples=40, deadline=None)
@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.just({})))
def test_a_carrier_of_any_other_shape_carries_nothing(value: Any) -> None:
    badge = badges.expanded(**{EXTENSION: value})
    assert originals(document(badges.dumped(badge)), Format.ELM) == ()


def test_without_the_carrier_a_badge_is_made_anew() -> None:
    europe = europass(PLAIN, Format.ELM).document
    made = back(europe, use_carrier=False)
    assert not made.given_back
    assert json.loads(made.document)["badge"]["name"] == badges.badge_class()["name"]


@pytest.mark.parametrize("target", EUROPASS)
def test_nothing_is_enclosed_where_nothing_is_asked(target: Format) -> None:
    europe = europass(PLAIN, target, enclose="nothing").document
    assert originals(document(europe), Format.OB2) == ()


def test_the_source_address_travels_with_the_original() -> None:
    fetched = dataclasses.replace(document(PLAIN), source_url=badges.ASSERTION)
    made = json.loads(convert(Source(document=fetched), Format.ELM, options()).document)
    assert made["evidence"]["embeddedEvidence"]["contentURL"] == badges.ASSERTION


def test_a_revoked_badge_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        convert(Source(document=document(PLAIN), revoked=True), Format.ELM, options())
    assert caught.value.problems[0].code == "status.revoked"


def test_strict_names_every_place_that_would_be_left_out() -> None:
    loose = europass(PLAIN, Format.ELM)
    with pytest.raises(Refused) as caught:
        europass(PLAIN, Format.ELM, strict=True)
    assert [one.where for one in caught.value.problems] == [one.source for one in loose.report.left_out]
    assert {one.code for one in caught.value.problems} == {"convert.left-out"}


def test_strict_lets_a_document_pass_that_is_given_back_whole() -> None:
    europe = europass(PLAIN, Format.EDCI).document
    assert back(europe, strict=True).document == PLAIN


@pytest.mark.parametrize("target", EUROPASS)
def test_equal_input_at_an_equal_moment_gives_equal_bytes(target: Format) -> None:
    assert europass(SIGNED, target) == europass(SIGNED, target)


def test_a_badge_made_twice_is_the_same_badge() -> None:
    europe = europass(PLAIN, Format.EDCI, enclose="nothing").document
    assert back(europe) == back(europe)
    assert isinstance(options(), Options)
