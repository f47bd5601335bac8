"""A time-stamping authority that is asked, and what is not taken from it."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from answering import Asked, answering
from asn1crypto import tsp
from conftest import skip_or_fail
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from samples.authority_web import AuthorityWeb, authority_web

from api.exchange import OperatorExchange
from api.tsa import Authority, query
from schemas.errors import Unavailable
from schemas.evidence import Missing, Resource
from schemas.exchange import Outgoing
from schemas.stamper import Stamper
from verifier.trust.tokens import read_token

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DATA = b"what is stamped"


@pytest.fixture
def web() -> Iterator[AuthorityWeb]:
    with authority_web(lambda: NOW) as running:
        yield running


def authority(web: AuthorityWeb) -> Authority:
    return Authority(web.tsa_url, OperatorExchange([web.base]))


def test_a_token_over_the_data_comes_back(web: AuthorityWeb) -> None:
    stamper: Stamper = authority(web)
    found = read_token(stamper.stamp(DATA))
    assert found.intact
    assert (found.moment, found.authority) == (NOW, web.unit.certificate)


def test_the_request_asks_for_all_there_is_to_ask(web: AuthorityWeb, tmp_path: Path) -> None:
    for _ in range(2):
        authority(web).stamp(DATA)
    first, second = (tsp.TimeStampReq.load(body, strict=True).native for body in web.bodies)
    assert first["cert_req"] is True
    assert first["message_imprint"]["hash_algorithm"]["algorithm"] == "sha256"
    assert first["nonce"] != second["nonce"]
    program = shutil.which("openssl")
    if program is None:
        skip_or_fail("openssl", "openssl is not on this machine")
    assert program is not None
    (tmp_path / "query").write_bytes(web.bodies[0])
    asked = [program, "ts", "-query", "-in", "query", "-text"]
    told = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True).stdout  # noqa: S603
    assert "Certificate required: yes" in told
    assert "Hash Algorithm: sha256" in told
    (nonce,) = re.findall("Nonce: 0x([0-9A-F]+)", told)
    assert int(nonce, 16) == first["nonce"]


OPENSSL_TSA = """
[tsa]
default_tsa = unit
[unit]
serial = serial
crypto_device = builtin
signer_cert = unit.pem
signer_key = unit.key
signer_digest = sha256
certs = chain.pem
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


def test_an_authority_of_another_make_is_understood(web: AuthorityWeb, tmp_path: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        skip_or_fail("openssl", "openssl is not on this machine")
    assert program is not None
    unit = web.unit
    private = unit.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "unit.key").write_bytes(private)
    (tmp_path / "unit.pem").write_bytes(unit.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "chain.pem").write_bytes(web.stamping.certificate.public_bytes(Encoding.PEM))
    (tmp_path / "serial").write_text("01")
    (tmp_path / "tsa.cnf").write_text(OPENSSL_TSA)

    def reply(asked: Asked) -> tuple[int, str, bytes]:
        (tmp_path / "query").write_bytes(asked.body)
        words = [program, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply"]
        subprocess.run(words, cwd=tmp_path, check=True, capture_output=True)  # noqa: S603 - our own words
        return 200, "application/timestamp-reply", (tmp_path / "reply").read_bytes()

    with answering(reply) as base:
        found = read_token(Authority(base, OperatorExchange([base])).stamp(DATA))
    assert found.intact, found.faults
    assert set(found.certificates) == {unit.certificate, web.stamping.certificate}


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ("status", "refused"),
        ("nonce", "another request"),
        ("imprint", "something else"),
        ("certificate", "certificate"),
        ("signature", "signature"),
        ("body", "cannot be read"),
        ("trailing", "cannot be read"),
        ("type", "other than a timestamp"),
        ("http", "500"),
    ],
)
def test_whatever_is_not_the_token_asked_for_is_not_taken(web: AuthorityWeb, spoilt: str, said: str) -> None:
    web.spoilt.add(spoilt)
    with pytest.raises(Unavailable, match=said) as told:
        authority(web).stamp(DATA)
    assert told.value.url == web.tsa_url


def test_a_unit_whose_certificate_has_ended_stamps_nothing(web: AuthorityWeb) -> None:
    web.issue_unit(end=datetime(2026, 5, 1, tzinfo=UTC))
    with pytest.raises(Unavailable, match="signature"):
        authority(web).stamp(DATA)


def test_an_authority_that_is_down_is_the_worlds_fault(web: AuthorityWeb) -> None:
    web.down.add("tsa")
    with pytest.raises(Unavailable, match="503"):
        authority(web).stamp(DATA)


def test_one_that_is_not_named_is_not_asked(web: AuthorityWeb) -> None:
    with pytest.raises(Unavailable, match="did not name"):
        Authority(web.tsa_url, OperatorExchange(["https://tsa.example/"])).stamp(DATA)
    assert web.asked == []


class Canned:
    """An exchange with one answer ready."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.headers: dict[str, str] = {}

    def send(self, request: Outgoing) -> Resource | Missing:
        self.headers = dict(request.headers)
        media = "application/timestamp-reply"
        return Resource(url=request.url, status=200, content_type=media, body=self.body)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x30\x00",
        bytes.fromhex("30053003020100"),
        bytes.fromhex("3006300302010005"),
        b"\x30\x80" * 5000,
        b"\x06\x84\x00\xff\xff\xff" + b"\xff" * 5000,
        b"\x30" * 300_000,
    ],
)
def test_bytes_that_are_no_answer(body: bytes) -> None:
    with pytest.raises(Unavailable):
        Authority("https://tsa.example/", Canned(body)).stamp(DATA)


@cache
def genuine() -> bytes:
    """Give the whole answer to a request whose nonce is seven."""
    request = tsp.TimeStampReq.load(query(hashlib.sha256(DATA).digest(), 7))
    with authority_web(lambda: NOW) as running:
        return running.answer("POST", "/tsa", request.dump())[2]


@given(place=st.integers(0, len(genuine()) - 1), bit=st.integers(0, 7))
def test_an_answer_that_was_touched_is_refused_or_holds_all_the_same(place: int, bit: int) -> None:
    touched = bytearray(genuine())
    touched[place] ^= 1 << bit
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("secrets.randbits", lambda _: 7)
        untouched = Authority("https://tsa.example/", Canned(genuine())).stamp(DATA)
        assert read_token(untouched).intact
        try:
            taken = Authority("https://tsa.example/", Canned(bytes(touched))).stamp(DATA)
        except Unavailable:
            return
    found = read_token(taken)
    assert found.intact
    assert found.imprint == hashlib.sha256(DATA).digest()
    assert (found.moment, found.authority) == (NOW, read_token(untouched).authority)


def test_an_authority_may_know_its_customers() -> None:
    canned = Canned(b"")
    with pytest.raises(Unavailable):
        Authority("https://tsa.example/", canned, authorization="Basic abc").stamp(DATA)
    assert canned.headers["authorization"] == "Basic abc"
    assert "abc" not in repr(Authority("https://tsa.example/", canned, authorization="Basic abc"))
