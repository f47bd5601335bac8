"""Time-stamp tokens of our own authority: what holds, each rule broken one at a time, and hostile bytes."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from samples.timestamps import MOMENT, SIGNED_DATA, TST_INFO, Authority, der, integer, oid, sequence, stamp

from verifier.trust import tokens
from verifier.trust.tokens import Token, read_token

OCTETS = b"what is stamped"
TOKEN = stamp(OCTETS)


def codes(token: Token) -> list[str]:
    return [code for code, _ in token.faults]


SOUND = {
    "rsa": Authority(),
    "rsa sha384": Authority(hash_name="sha384"),
    "rsa sha512": Authority(hash_name="sha512"),
    "rsa-pss": Authority(kind="pss"),
    "rsa-pss sha512": Authority(kind="pss", hash_name="sha512"),
    "p256": Authority(kind="p256"),
    "p521 sha512": Authority(kind="p521", hash_name="sha512"),
    "ed25519": Authority(kind="ed25519", hash_name="sha512"),
    "the old attribute, by SHA-1": Authority(version=1),
    "another hash for the imprint": Authority(imprint_hash="sha512"),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_token_holds(name: str) -> None:
    authority = SOUND[name]
    token = read_token(stamp(OCTETS, authority=authority))
    assert token.faults == ()
    assert token.intact is True
    assert token.moment == MOMENT
    assert token.accuracy == timedelta()
    assert token.authority == authority.certificate
    assert token.certificates == (authority.certificate,)
    hash_name = authority.imprint_hash or authority.hash_name
    assert (token.hash_name, token.imprint) == (hash_name, hashlib.new(hash_name, OCTETS).digest())


BROKEN = {
    "digest": (Authority().but("digest"), "content"),
    "value": (Authority().but("value"), "value"),
    "ecdsa value": (Authority(kind="p256").but("value"), "value"),
    "names another certificate's number": (Authority().but("serial"), "certificate"),
    "signer is another": (Authority().but("signer"), "certificate"),
    "names no certificate": (Authority(version=0), "certificate"),
    "no usage": (Authority(usages=()), "usage"),
    "usage not critical": (Authority(critical=False), "usage"),
    "usage for servers": (Authority(usages=(ExtendedKeyUsageOID.SERVER_AUTH,)), "usage"),
    "usage for more": (
        Authority(usages=(ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.SERVER_AUTH)),
        "usage",
    ),
    "after its certificate": (Authority(days=30), "time"),
    "no signer": (Authority(signers=0), "structure"),
    "two signers": (Authority(signers=2), "structure"),
    "not a timestamp": (Authority(content_type="1.2.840.113549.1.7.1"), "structure"),
    "no time": (Authority().but("time"), "structure"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_rule_is_told(name: str) -> None:
    authority, code = BROKEN[name]
    token = read_token(stamp(OCTETS, authority=authority))
    assert (token.intact, codes(token)) == (False, [code])


UNDECIDED = {
    "its certificate is not there": (Authority(carries=False), ["certificate"]),
    "names its issuer": (Authority().but("certificate"), ["certificate"]),
    "sha1": (Authority(hash_name="sha1"), ["algorithm"]),
    "sha1 imprint": (Authority(imprint_hash="sha1"), ["algorithm"]),
    "md5 imprint": (Authority(imprint_hash="md5"), ["algorithm"]),
    "short key": (Authority(kind="rsa-1024"), ["algorithm"]),
    "unusual salt": (Authority(kind="pss").but("salt"), ["algorithm"]),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_cannot_be_decided_is_neither(name: str) -> None:
    authority, expected = UNDECIDED[name]
    token = read_token(stamp(OCTETS, authority=authority))
    assert (token.intact, codes(token)) == (None, expected)
    assert token.moment == MOMENT


def test_the_certificate_may_lie_beside_the_token() -> None:
    authority = Authority(carries=False)
    token = read_token(stamp(OCTETS, authority=authority), carried=[authority.certificate])
    assert token.intact is True
    assert token.authority == authority.certificate
    assert token.certificates == ()


def test_the_accuracy_is_read_in_its_three_parts() -> None:
    accuracy = integer(2) + der(0x80, b"\x05") + der(0x81, b"\x07")
    token = read_token(stamp(OCTETS, accuracy=accuracy))
    assert token.accuracy == timedelta(seconds=2, milliseconds=5, microseconds=7)


@pytest.mark.parametrize("year", [1950, 2049, 2050, 9999])
def test_a_moment_of_any_year_is_read(year: int) -> None:
    token = read_token(stamp(OCTETS, moment=datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)))
    assert token.moment == datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert codes(token) == ["time"]


def test_indefinite_lengths_are_read() -> None:
    """BER outside: some authorities leave the lengths of the outer sequences open."""
    assert TOKEN[:2] == b"\x30\x82"
    assert read_token(b"\x30\x80" + TOKEN[4:] + b"\x00\x00").intact is True


def in_pieces(info: bytes) -> bytes:
    """Put a TSTInfo into signed data as octets in many pieces, which BER allows."""
    pieces = b"".join(der(0x04, info[at : at + 500]) for at in range(0, len(info), 500))
    content = sequence(oid(TST_INFO), b"\xa0\x80\x24\x80" + pieces + b"\0\0\0\0")
    signed = sequence(integer(3), der(0x31), content, der(0x31, sequence(integer(1))))
    return sequence(oid(SIGNED_DATA), der(0xA0, signed))


HOSTILE = {
    "empty": b"",
    "text": b"not a token",
    "cut short": TOKEN[:-1],
    "something after it": TOKEN + b"\0",
    "empty sequence": sequence(),
    "deep": b"\x30\x80" * 5000,
    "deep and definite": b"\x30\x82\xff\xff" * 2000,
    "endless length": b"\x30\x8f" + b"\xff" * 15,
    "the time alone": der(0x18, b"20260302100001Z"),
    "an endless object identifier": sequence(der(0x06, b"\xff" * 200_000 + b"\1"), der(0xA0, sequence())),
    "an endless object identifier in pieces": in_pieces(sequence(integer(1), der(0x06, b"\xff" * 200_000))),
    "an identifier only": sequence(bytes.fromhex("06092a864886f70d010702")),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_no_token(name: str) -> None:
    start = time.perf_counter()
    token = read_token(HOSTILE[name])
    assert time.perf_counter() - start < 5  # the square of the length would take minutes
    assert (token.intact, token.moment, codes(token)) == (False, None, ["structure"])


def test_a_vast_token_is_not_looked_at() -> None:
    token = read_token(bytes(tokens.MAX_BYTES + 1))
    assert (token.intact, codes(token)) == (None, ["structure"])


@settings(deadline=None, max_examples=300)
@given(place=st.integers(0, len(TOKEN) - 1), byte=st.integers(0, 255))
def test_no_changed_byte_keeps_a_token_of_another_meaning(place: int, byte: int) -> None:
    """A token that still holds says what it said: the same moment, imprint and authority."""
    changed = read_token(TOKEN[:place] + bytes((byte,)) + TOKEN[place + 1 :])
    if changed.intact:
        said = read_token(TOKEN)
        assert (changed.moment, changed.imprint, changed.authority) == (
            said.moment,
            said.imprint,
            said.authority,
        )


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=400), st.integers(0, len(TOKEN)), st.integers(0, 200))
def test_no_bytes_make_it_raise(inserted: bytes, place: int, removed: int) -> None:
    read_token(inserted)
    read_token(TOKEN[:place] + inserted + TOKEN[place + removed :])
