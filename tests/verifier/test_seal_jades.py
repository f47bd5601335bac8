"""JAdES seals of our own making: what holds, what is broken, and by what name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from samples.seals import PAYLOAD, b64, b64url, certificate, protected, seal_json

from schemas.errors import Malformed
from schemas.evidence import SealExamination
from verifier.sealing import examine_jades

SEALED = seal_json()
FIRST = certificate()
TWIN = certificate(organisation="Universiteit Elders")
ENCODED = protected(b64=None, crit=["sigT"])


def codes(examined: SealExamination) -> list[str]:
    return [code for code, _ in examined.faults]


@pytest.mark.parametrize("form", ["general", "flattened", "compact"])
@pytest.mark.parametrize(
    "header", [protected(), protected(b64=True), ENCODED], ids=["false", "true", "absent"]
)
def test_every_serialisation_and_encoding_holds(form: str, header: dict[str, Any]) -> None:
    payload = b'{"id":"urn:credential:1"}' if form == "compact" else PAYLOAD
    examined = examine_jades(seal_json(payload, header=header, form=form))
    assert examined.intact is True
    assert examined.signed == payload


@pytest.mark.parametrize(
    ("kind", "alg", "hashed"),
    [
        ("rsa", "RS512", hashes.SHA512()),
        ("p256", "ES256", hashes.SHA256()),
        ("p384", "ES384", hashes.SHA384()),
        ("p521", "ES512", hashes.SHA512()),
        ("ed25519", "EdDSA", hashes.SHA256()),
    ],
)
def test_algorithms_bound_to_their_keys(kind: str, alg: str, hashed: hashes.HashAlgorithm) -> None:
    examined = examine_jades(seal_json(kind=kind, header=protected(kind, alg), hashed=hashed))
    assert examined.intact is True
    assert examined.algorithms == ("S256", alg)
    assert examined.signer == certificate(kind)


def test_the_examination_tells_time_and_profile() -> None:
    extra = {
        "etsiU": [
            b64url(b'{"sigTst": {"tstTokens": []}}'),
            b64url(
                json.dumps({"xVals": [{"x509Cert": {"val": b64(TWIN.public_bytes(Encoding.DER))}}]}).encode()
            ),
            {"rVals": {}},
            b64url(b'{"unheardOf": 1}'),
            "not base64url!",
            7,
        ]
    }
    examined = examine_jades(seal_json(unprotected=extra))
    assert examined.intact is True
    assert examined.profile == {"sigT", "x5t#S256", "x5c", "sigTst", "xVals", "rVals"}
    assert examined.certificates == (FIRST, TWIN)
    assert examined.claimed_time is not None
    assert examined.claimed_time.isoformat() == "2026-03-02T10:00:00+00:00"
    by_iat = examine_jades(seal_json(header=protected(sigT=None, iat=1772445600, crit=["b64"])))
    assert by_iat.claimed_time == examined.claimed_time


def test_a_certificate_reference_other_than_x5t_binds_too() -> None:
    reference = {"digAlg": "S512", "digVal": b64url(FIRST.fingerprint(hashes.SHA512()))}
    by_other = protected(**{"x5t#S256": None, "x5t#o": reference})
    assert examine_jades(seal_json(header=by_other)).intact is True
    assert (
        examine_jades(seal_json(header=protected(**{"x5t#S256": None, "sigX5ts": [reference]}))).intact
        is True
    )


def test_a_certificate_among_the_unsigned_values_is_found_by_its_digest() -> None:
    values = {"xVals": [{"x509Cert": {"val": b64(FIRST.public_bytes(Encoding.DER))}}]}
    raw = seal_json(header=protected(x5c=None), unprotected={"etsiU": [values]})
    assert examine_jades(raw).intact is True


def test_a_short_key_is_weak_and_not_broken() -> None:
    examined = examine_jades(seal_json(kind="rsa-1024", header=protected("rsa-1024")))
    assert examined.intact is True
    assert examined.weak == ("RSA-1024",)


def x5c(*chain: Any) -> list[str]:
    return [b64(one.public_bytes(Encoding.DER)) for one in chain]


HEADERS: dict[str, tuple[dict[str, Any], bool | None, list[str]]] = {
    "unknown critical": (protected(crit=["b64", "urn:x"], **{"urn:x": 1}), False, ["structure"]),
    "registered name critical": (protected(crit=["b64", "alg"]), False, ["structure"]),
    "critical twice": (protected(crit=["b64", "b64"]), False, ["structure"]),
    "critical empty": (protected(b64=None, crit=[]), False, ["structure"]),
    "critical not a list": (protected(b64=None, crit="sigT"), False, ["structure"]),
    "critical not strings": (protected(crit=["b64", {}]), False, ["structure"]),
    "critical but absent": (protected(crit=["b64", "sigX5ts"]), False, ["structure"]),
    "b64 not critical": (protected(crit=["sigT"]), False, ["structure"]),
    "b64 not boolean": (protected(b64="false"), False, ["structure"]),
    "alg none": (protected(alg="none"), False, ["algorithm"]),
    "alg HS256": (protected(alg="HS256"), False, ["algorithm"]),
    "alg absent": (protected(alg=None), False, ["algorithm"]),
    "alg in other capitals": (protected(alg="rs256"), None, ["algorithm"]),
    "alg unknown": (protected(alg="XX256"), None, ["algorithm"]),
    "alg of another key": (protected(alg="ES256"), False, ["algorithm"]),
    "alg of another padding": (protected(alg="PS256"), False, ["value"]),
    "twin of the certificate": (protected(x5c=x5c(TWIN)), False, ["certificate"]),
    "the certificate, not first": (protected(x5c=x5c(TWIN, FIRST)), False, ["certificate"]),
    "no reference": (protected(**{"x5t#S256": None}), False, ["certificate"]),
    "two references that differ": (
        protected(**{"x5t#o": {"digAlg": "S256", "digVal": b64url(TWIN.fingerprint(hashes.SHA256()))}}),
        False,
        ["certificate"],
    ),
    "unknown digest": (
        protected(**{"x5t#S256": None, "x5t#o": {"digAlg": "S1", "digVal": "AA"}}),
        None,
        ["algorithm"],
    ),
    "no certificate": (protected(x5c=None), None, ["certificate"]),
    "key by jwk": (protected(x5c=None, jwk={"kty": "RSA"}), False, ["certificate"]),
    "key by jku": (protected(x5c=None, jku="https://example.org/keys"), False, ["certificate"]),
    "key by x5u": (protected(x5c=None, x5u="https://example.org/cert"), False, ["certificate"]),
    "certificates not a list": (protected(x5c=7), False, ["certificate"]),
    "certificate unreadable": (protected(x5c=[*x5c(FIRST), "AAAA"]), False, ["certificate"]),
    "certificate in base64url": (protected(x5c=["_" * 40]), False, ["certificate"]),
    "content elsewhere": (protected(sigD={"mId": "x"}, crit=["b64", "sigD"]), None, ["structure"]),
    "content elsewhere, not critical": (protected(sigD={"mId": "x"}), None, ["structure"]),
    "signature policy": (protected(sigPId={"id": "x"}, crit=["b64", "sigPId"]), None, ["structure"]),
}


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_that_may_not_be_is_told_by_its_place(name: str) -> None:
    header, intact, faults = HEADERS[name]
    examined = examine_jades(seal_json(header=header))
    assert (examined.intact, codes(examined)) == (intact, faults)
    assert examined.signed is None


@pytest.mark.parametrize(
    "raw",
    [
        seal_json(header=b'{"alg":"RS256","sigT":"2026-01-01T00:00:00Z","sigT":"2020-01-01T00:00:00Z"}'),
        seal_json(header=b"[]"),
        seal_json(header=b'{"alg":NaN}'),
        seal_json(unprotected={"alg": "none"}),
        seal_json(header=ENCODED, unprotected={"b64": False}),
        seal_json(header=protected(b64=None, crit=None), unprotected={"crit": ["sigT"]}),
        b'{"payload": "e30", "signatures": []}',
        b'{"payload": "e30", "signatures": [7]}',
        b'{"payload": 7, "signatures": [{"protected": "e30", "signature": ""}]}',
        b'{"payload": "e30", "signatures": [{"protected": "e30", "header": [], "signature": ""}]}',
        b'{"payload": "e30", "signature": "", "signatures": [{"protected": "e30", "signature": ""}]}',
        b'{"payload": "e30"}',
        b"[]",
        "é.e30.AA".encode(),
    ],
)
def test_what_is_no_strict_jws_is_a_structural_fault(raw: bytes) -> None:
    examined = examine_jades(raw)
    assert (examined.intact, codes(examined)) == (False, ["structure"])


def test_several_signatures_and_a_missing_payload_are_undecided() -> None:
    members = json.loads(SEALED)
    members["signatures"] *= 2
    assert examine_jades(json.dumps(members).encode()).intact is None
    del members["payload"]
    members["signatures"] = members["signatures"][:1]
    assert examine_jades(json.dumps(members).encode()).intact is None


@pytest.mark.parametrize("change", ["=", "\n", " "])
def test_base64url_is_taken_only_as_it_must_be_written(change: str) -> None:
    members = json.loads(SEALED)
    members["signatures"][0]["signature"] += change
    assert codes(examine_jades(json.dumps(members).encode())) == ["structure"]


def test_unused_bits_of_base64url_are_not_free() -> None:
    members = json.loads(SEALED)
    value = members["signatures"][0]["signature"]
    assert len(value) % 4 == 2  # 256 bytes: the last character holds four bits that say nothing
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    members["signatures"][0]["signature"] = value[:-1] + alphabet[alphabet.index(value[-1]) + 1]
    assert codes(examine_jades(json.dumps(members).encode())) == ["structure"]


@pytest.mark.parametrize("value", [bytes(64), b"\x30\x06\x02\x01\x01\x02\x01\x01", bytes(63), b""])
def test_an_ecdsa_value_is_two_numbers_of_the_curves_length(value: bytes) -> None:
    members = json.loads(seal_json(kind="p256", header=protected("p256", "ES256")))
    members["signatures"][0]["signature"] = b64url(value)
    examined = examine_jades(json.dumps(members).encode())
    assert (examined.intact, codes(examined)) == (False, ["value"])


def test_half_a_character_in_the_content_is_refused() -> None:
    members = json.loads(SEALED)
    members["payload"] += "\ud800"
    with pytest.raises(Malformed):
        examine_jades(json.dumps(members).encode())


def test_how_the_envelope_is_written_does_not_matter() -> None:
    members = json.loads(SEALED)
    members["unknown"] = {"ignored": True}  # RFC 7515 §7.2.1
    for raw in (json.dumps(members, indent=3), json.dumps(members, ensure_ascii=False)):
        examined = examine_jades(raw.encode())
        assert examined.intact is True
        assert examined.signed == PAYLOAD


def test_a_duplicate_member_around_the_seal_is_malformed() -> None:
    with pytest.raises(Malformed):
        examine_jades(SEALED.replace(b'{"payload"', b'{"payload": "e30", "payload"', 1))


@settings(max_examples=300, deadline=None)
@given(
    at=st.floats(min_value=0, max_value=1, exclude_max=True),
    byte=st.integers(0, 255),
)
def test_one_changed_byte_never_stays_intact_unless_it_says_the_same(at: float, byte: int) -> None:
    place = int(at * len(SEALED))
    changed = SEALED[:place] + bytes([byte]) + SEALED[place + 1 :]
    try:
        examined = examine_jades(changed)
    except Malformed:
        return
    if examined.intact:
        assert examined.signed == PAYLOAD
        parts, same = json.loads(changed), json.loads(SEALED)
        assert parts["signatures"][0]["protected"] == same["signatures"][0]["protected"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from([*protected(), "x5t#o", "sigX5ts", "sigD", "sigPId", "iat", "adoTst"]),
    value=JSON,
    unprotected=st.dictionaries(st.sampled_from(["etsiU", "kid", "x"]), JSON, max_size=2),
)
def test_no_shape_of_a_header_makes_a_crash(name: str, value: Any, unprotected: dict[str, Any]) -> None:
    header = {**protected(), name: value}
    try:
        raw = seal_json(header=header, unprotected=unprotected)
        examined = examine_jades(raw)
    except Malformed:
        return
    assert examined.intact in {True, False, None}
    assert (examined.signed is not None) == (examined.intact is True)
