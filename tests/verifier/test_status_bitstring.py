"""The bits of a status list: which bit is whose, and what is refused."""

from __future__ import annotations

import base64
import contextlib
import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import status_lists

from verifier.status.bitstring import MAX_BYTES, MIN_PLACES, UnreadableList, encoded_list, expanded, status_at

SHORTEST = MIN_PLACES // 8


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@given(st.binary(max_size=2000))
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_expanded_to_the_same_bits(bits: bytes) -> None:
    text = encoded_list(bits)
    assert text.startswith("uH4sI")
    assert expanded(text) == bits
    assert expanded(text[1:]) == bits, "the multibase prefix may be left out"


@given(
    st.dictionaries(st.integers(0, MIN_PLACES - 1), st.just(1), max_size=20), st.integers(0, MIN_PLACES - 1)
)
@settings(max_examples=50, deadline=None)
def test_a_bit_is_read_where_it_was_set(marked: dict[int, int], other: int) -> None:
    bits = bytearray(SHORTEST)
    for place in marked:
        bits[place // 8] |= 0x80 >> place % 8
    assert all(status_at(bytes(bits), place) == 1 for place in marked)
    assert status_at(bytes(bits), other) == marked.get(other, 0)


@given(st.integers(1, 16), st.data())
@settings(max_examples=100, deadline=None)
def test_a_status_of_several_bits_is_read_as_the_number_it_spells(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, MIN_PLACES - 1))
    value = data.draw(st.integers(0, (1 << size) - 1))
    length = MIN_PLACES * size
    number = value << (length - (index + 1) * size)
    assert status_at(number.to_bytes(length // 8), index, size) == value


def test_the_first_place_is_the_left_most_bit() -> None:
    bits = b"\x80" + bytes(SHORTEST - 2) + b"\x01"
    assert [status_at(bits, place) for place in (0, 1, 7, MIN_PLACES - 2, MIN_PLACES - 1)] == [1, 0, 0, 0, 1]
    assert status_at(b"\x40" + bytes(SHORTEST * 2 - 1), 0, 2) == 1
    assert bits == status_lists.bits([0, MIN_PLACES - 1])


def test_the_list_that_the_recommendation_prints_is_one_of_zeros() -> None:
    printed = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
    assert expanded(printed) == bytes(SHORTEST)


@pytest.mark.parametrize(
    ("bits", "index", "size", "why"),
    [
        (bytes(SHORTEST), MIN_PLACES, 1, "no place"),
        (bytes(SHORTEST), -1, 1, "no place"),
        (bytes(SHORTEST), 10**12, 1, "no place"),
        (bytes(SHORTEST - 1), 0, 1, "shorter"),
        (bytes(SHORTEST), 0, 2, "shorter"),
        (bytes(SHORTEST * 3 + 1), MIN_PLACES + 2, 3, "no place"),
        (b"", 0, 1, "shorter"),
    ],
)
def test_a_list_too_short_or_without_the_place_says_nothing(
    bits: bytes, index: int, size: int, why: str
) -> None:
    with pytest.raises(UnreadableList, match=why):
        status_at(bits, index, size)


GOOD = gzip.compress(bytes(SHORTEST), mtime=0)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "breaks off"),
        ("u", "breaks off"),
        ("u" + url64(GOOD[:-1]), "breaks off"),
        ("u" + url64(GOOD + b"\0"), "behind"),
        ("u" + url64(GOOD + GOOD), "behind"),
        ("u" + url64(GOOD[:-5] + b"\0\0\0\0\0"), "damaged"),
        ("u" + url64(zlib.compress(bytes(SHORTEST))), "gzip"),
        ("u" + url64(bytes(SHORTEST)), "gzip"),
        ("zAAA", "gzip"),
        ("u" + url64(GOOD) + "!", "base64url"),
        ("u\N{FULLWIDTH LATIN CAPITAL LETTER H}4sI", "base64url"),
        ("uH4sI\n", "base64url"),
        ("uA", "base64url"),
        (status_lists.bomb(), "larger"),
    ],
)
def test_what_cannot_be_expanded_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(UnreadableList, match=why):
        expanded(text)


def test_both_alphabets_and_padding_are_read() -> None:
    bits = bytes(range(256)) * 64
    packed = gzip.compress(bits)
    assert expanded(base64.b64encode(packed).decode()) == bits
    assert expanded(base64.urlsafe_b64encode(packed).decode()) == bits


def test_the_largest_list_is_expanded_and_one_octet_more_is_not() -> None:
    assert len(expanded(url64(gzip.compress(bytes(MAX_BYTES), 1)))) == MAX_BYTES
    with pytest.raises(UnreadableList, match="larger"):
        expanded(url64(gzip.compress(bytes(MAX_BYTES + 1), 1)))


@given(st.text(max_size=200) | st.binary(max_size=200).map(url64))
@settings(max_examples=300, deadline=None)
def test_any_text_is_expanded_or_refused(text: str) -> None:
    with contextlib.suppress(UnreadableList):
        expanded(text)
