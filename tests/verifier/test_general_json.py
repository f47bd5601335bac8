"""Any JWS: every signature of it, content inside or beside it, and that jwcrypto has the same opinion."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS, InvalidJWSObject, InvalidJWSSignature, JWSEHeaderParameter
from samples import signatures
from samples.seals import PAYLOAD, b64, b64url, certificate, key, protected, seal_json

from schemas.errors import Malformed
from schemas.evidence import Reach, SealExamination
from verifier.sealing.fault import Refusal
from verifier.sealing.general_json import examine_tokens

PLAIN = {"b64": None, "crit": ["sigT"]}
TWO = {"rsa": "RS256", "p256": "ES256"}


def only(raw: bytes, at_hand: dict[str, bytes] | None = None) -> SealExamination:
    (signature,) = examine_tokens(raw, at_hand)
    return signature.examination


def codes(examined: SealExamination) -> list[str]:
    return [code for code, _ in examined.faults]


def peer_holds(raw: bytes, kind: str = "rsa") -> bool:
    """Ask jwcrypto, with the key it must be of."""
    pem = certificate(kind).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    peer = JWS(header_registry={"sigT": JWSEHeaderParameter("JAdES signing time", False, True, None)})  # noqa: FBT003
    peer.allowed_algs = ["RS256", "RS512", "PS256", "PS384", "ES256", "ES384", "ES512", "EdDSA"]
    try:
        peer.deserialize(raw.decode())
        peer.verify(JWK.from_pem(pem))
    except (InvalidJWSSignature, InvalidJWSObject):
        return False
    return True


@pytest.mark.parametrize("form", ["general", "flattened", "compact"])
@pytest.mark.parametrize("encoding", [False, True, None])
def test_every_serialisation_holds_and_the_peer_agrees(form: str, encoding: bool | None) -> None:  # noqa: FBT001
    payload = b"no JSON at all" if form != "compact" else b"plain"
    header = protected(b64=encoding, crit=["sigT"] if encoding is None else ["b64", "sigT"])
    raw = seal_json(payload, header=header, form=form)
    examined = only(raw)
    assert (examined.intact, examined.signed, examined.gaps) == (True, payload, ())
    assert [one.reach for one in examined.scopes] == [Reach.DOCUMENT]
    if form != "compact" or encoding is not False:  # the peer reads a payload as it is in JSON only
        assert peer_holds(raw)


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
def test_the_peer_agrees_on_every_algorithm(kind: str, alg: str, hashed: hashes.HashAlgorithm) -> None:
    raw = seal_json(kind=kind, header=protected(kind, alg, **PLAIN), hashed=hashed)
    assert only(raw).intact is True
    assert peer_holds(raw, kind)
    members = json.loads(raw)
    members["payload"] = b64url(PAYLOAD.replace(b"8", b"9"))
    changed = json.dumps(members).encode()
    assert only(changed).intact is False
    assert not peer_holds(changed, kind)


def test_several_signatures_are_each_judged() -> None:
    members = signatures.several_tokens(PAYLOAD, TWO, **PLAIN)
    raw = json.dumps(members).encode()
    found = examine_tokens(raw)
    assert [(one.examination.intact, one.seal.place) for one in found] == [(True, 0), (True, 1)]
    assert [one.examination.signer for one in found] == [certificate("rsa"), certificate("p256")]
    members["signatures"][0]["signature"] = members["signatures"][1]["signature"]
    found = examine_tokens(json.dumps(members).encode())
    assert [one.examination.intact for one in found] == [False, True]


def test_signatures_that_disagree_on_the_encoding_are_refused() -> None:
    one = signatures.token(b"eA", **PLAIN)[1]
    other = signatures.token(b"eA", b64=False, crit=["b64", "sigT"])[1]
    found = examine_tokens(json.dumps({"payload": "eA", "signatures": [one, other]}).encode())
    assert [one.examination.intact for one in found] == [False, False]


CONTENTS = {"https://issuer.example/a b.txt": b"one", "two": b""}


@pytest.mark.parametrize("made", [signatures.outside_by_hash, signatures.outside_by_address])
def test_content_beside_the_file_counts_only_where_it_is_at_hand(made: Any) -> None:
    raw = made(CONTENTS)
    assert only(raw, CONTENTS).intact is True
    assert [(one.reach, one.holds) for one in only(raw, CONTENTS).scopes] == [(Reach.OUTSIDE, True)] * 2
    absent = only(raw)
    assert (absent.intact, codes(absent)) == (None, ["outside"])
    assert {one.holds for one in absent.scopes} == {None}
    assert only(raw, {**CONTENTS, "two": b"2"}).intact is False
    assert only(raw, {"two": b""}).intact is None


def test_a_name_may_be_written_escaped() -> None:
    raw = signatures.outside_by_hash({"a%20b": b"one"})
    assert only(raw, {"a b": b"one"}).intact is True


@pytest.mark.parametrize(
    ("said", "intact"),
    [
        ({"mId": "http://uri.etsi.org/19182/HttpHeaders", "pars": ["a"]}, None),
        (
            {
                "mId": "http://uri.etsi.org/19182/ObjectIdByURIHash",
                "pars": ["a"],
                "hashM": "S256",
                "hashV": [],
            },
            False,
        ),
        (
            {
                "mId": "http://uri.etsi.org/19182/ObjectIdByURIHash",
                "pars": ["a"],
                "hashM": "X",
                "hashV": ["a"],
            },
            None,
        ),
        ({"mId": "http://uri.etsi.org/19182/ObjectIdByURI", "pars": []}, False),
        ("http://127.0.0.1/", False),
    ],
)
def test_a_list_of_content_that_is_none_never_passes(said: Any, intact: bool | None) -> None:  # noqa: FBT001
    header = protected(sigD=said, crit=["sigT", "sigD"], b64=None)
    raw = seal_json(b"", header=header, form="compact")
    assert only(raw, {"a": b""}).intact is intact


def test_content_in_two_places_is_refused() -> None:
    said = {"mId": "http://uri.etsi.org/19182/ObjectIdByURI", "pars": ["a"]}
    header = protected(sigD=said, crit=["sigT", "sigD"], b64=None)
    assert only(seal_json(b"x", header=header), {"a": b"x"}).intact is False


@pytest.mark.parametrize("form", ["general", "compact"])
def test_a_payload_that_was_taken_away_is_undecided(form: str) -> None:
    raw = seal_json(b"gone", header=protected(**PLAIN), form=form).replace(b64url(b"gone").encode(), b"")
    assert (only(raw).intact, codes(only(raw))) == (None, ["outside"])


def test_members_beside_the_payload_are_a_gap() -> None:
    raw = seal_json(header=protected(**PLAIN)).replace(b'{"payload"', b'{"evil": 1, "payload"')
    assert only(raw).intact is True
    assert only(raw).gaps


def test_a_policy_is_told_and_not_evaluated() -> None:
    header = protected(sigPId={"id": {"id": "urn:oid:1.2.3"}}, crit=["sigT", "sigPId"], b64=None)
    assert (only(seal_json(header=header)).intact, "sigPId" in only(seal_json(header=header)).profile) == (
        True,
        True,
    )


@pytest.mark.parametrize("attached", [False, True])
def test_a_countersignature_is_listed_apart(attached: bool) -> None:  # noqa: FBT001
    main, counter = examine_tokens(signatures.countersigned_token(PAYLOAD, attached=attached))
    assert (main.examination.intact, counter.examination.intact) == (True, True)
    assert (main.counters, counter.counters) == ("", main.name)
    assert counter.examination.signer == certificate("p256")
    main, counter = examine_tokens(signatures.countersigned_token(PAYLOAD, over="eA", attached=attached))
    assert (main.examination.intact, counter.examination.intact) == (True, False)


X5C = [b64(certificate("rsa").public_bytes(Encoding.DER))]


@pytest.mark.parametrize(
    ("changes", "unprotected", "intact", "bound"),
    [
        ({}, None, True, True),
        ({"x5c": None}, {"x5c": X5C}, True, False),
        ({"x5c": None}, None, None, True),
        ({"x5c": None, "kid": "key-1", "jku": "https://issuer.example/"}, None, None, True),
        ({"x5c": "MIIB"}, None, False, True),
    ],
)
def test_who_is_bound_is_told(
    changes: dict[str, Any],
    unprotected: dict[str, Any] | None,
    intact: bool | None,  # noqa: FBT001
    bound: bool,  # noqa: FBT001
) -> None:
    header = protected(**{"x5t#S256": None}, **PLAIN, **changes)
    examined = only(seal_json(header=header, unprotected=unprotected))
    assert (examined.intact, examined.bound) == (intact, bound)


@pytest.mark.parametrize("crit", [[], ["sigT", "sigT"], ["alg", "sigT"], ["sigT", "absent"], "sigT"])
def test_the_critical_parameters_are_held_to_their_rules(crit: Any) -> None:
    assert only(seal_json(header=protected(crit=crit, b64=None))).intact is False


@pytest.mark.parametrize("raw", [b'{"payload": "", "signatures": []}', b'{"payload": ""}', b"[]", b"a.b"])
def test_what_is_no_jws_is_refused(raw: bytes) -> None:
    with pytest.raises((Refusal, Malformed)):
        examine_tokens(raw)


def test_a_key_of_another_kind_is_refused() -> None:
    assert key("p256").curve.name == "secp256r1"
    raw = seal_json(header=protected("p256", "RS256", **PLAIN))
    assert (only(raw).intact, codes(only(raw))) == (False, ["algorithm"])
