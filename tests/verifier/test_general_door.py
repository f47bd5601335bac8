"""Signed files that are no credential: only by the policy `general`, and what its verdict rests on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from samples import badges, signatures
from samples.seals import CREDENTIAL, MORE, PAYLOAD, certificate, holding, protected, seal_json, seal_xml

from schemas.errors import Malformed, NotRecognised
from schemas.evidence import Trust
from verifier import Report, verify
from verifier.bundle import BundleFetcher
from verifier.finding import Outcome, Verdict
from verifier.policy import GENERAL, policy_names
from verifier.signed import read_signed

NOW = datetime(2026, 11, 25, tzinfo=UTC)
PLAIN: dict[str, Any] = {"b64": None, "crit": ["sigT"]}
XML = signatures.enveloped()
JWS = seal_json(b"some text", header=protected(**PLAIN))


TRUST = Trust(anchors=(certificate("rsa"), certificate("p256")))


def report(raw: bytes, policy: str = GENERAL, trust: Trust | None = None) -> Report:
    return verify(raw, fetcher=BundleFetcher({}), now=NOW, policy=policy, trust=trust)


def told(of: Report, code: str) -> list[tuple[Outcome, str]]:
    return [(one.outcome, one.where) for one in of.findings if one.check == code]


@pytest.mark.parametrize("raw", [XML, signatures.enveloping()])
def test_by_default_nothing_is_recognised(raw: bytes) -> None:
    with pytest.raises(NotRecognised):
        report(raw, "auto")


@pytest.mark.parametrize(
    "raw", [XML, signatures.enveloping(), JWS, b"  " + signatures.token(b"{}")[0].encode()]
)
def test_by_the_general_policy_it_is_judged(raw: bytes) -> None:
    if raw.startswith(b"  "):
        raw = seal_json(b"{}", header=protected(**PLAIN), form="compact") + b"\n"
    of = report(raw)
    assert GENERAL in policy_names()
    assert (of.format, of.version, of.policy) == ("signed", "", "general/signed")
    assert told(of, "seal.signature") == [(Outcome.PASSED, "")]
    assert told(of, "seal.scope") == [(Outcome.PASSED, "")]
    assert of.verdict is Verdict.INDETERMINATE  # nobody said whom to trust
    assert "internal.error" not in {one.check for one in of.findings}


def test_a_changed_file_fails() -> None:
    assert report(XML.replace(b"two ", b"ten ")).verdict is Verdict.TOTAL_FAILED


def test_a_part_that_is_signed_does_not_prove_the_whole() -> None:
    of = report(signatures.beside("l1"))
    assert told(of, "seal.signature") == [(Outcome.PASSED, "")]
    assert told(of, "seal.scope") == [(Outcome.UNDECIDED, "")]


def test_a_signer_who_is_not_bound_is_told() -> None:
    of = report(signatures.enveloped(xades=False))
    assert told(of, "seal.signature") == [(Outcome.PASSED, "")]
    assert told(of, "seal.signature.certificate") == [(Outcome.UNDECIDED, "")]


def test_each_of_several_signatures_is_told_by_its_name() -> None:
    members = signatures.several_tokens(PAYLOAD, {"rsa": "RS256", "p256": "ES256"}, **PLAIN)
    members["signatures"][1]["signature"] = members["signatures"][0]["signature"]
    of = report(json.dumps(members).encode())
    assert told(of, "seal.signature") == [(Outcome.PASSED, "signature 1"), (Outcome.FAILED, "signature 2")]
    assert of.verdict is Verdict.TOTAL_FAILED


def test_a_countersignature_changes_nothing_about_the_signature() -> None:
    of = report(signatures.countersigned("l1"))
    assert told(of, "seal.signature") == [(Outcome.PASSED, "")]
    assert told(of, "seal.countersignature") == [(Outcome.FAILED, "id-2")]
    assert of.verdict is Verdict.INDETERMINATE
    assert told(report(signatures.countersigned()), "seal.countersignature") == [(Outcome.PASSED, "id-2")]


def test_a_policy_of_its_own_is_told() -> None:
    header = protected(sigPId={"id": {"id": "urn:oid:1.2.3"}}, crit=["sigT", "sigPId"], b64=None)
    of = report(seal_json(header=header))
    assert told(of, "seal.signature") == [(Outcome.PASSED, "")]
    assert told(of, "seal.policy") == [(Outcome.UNDECIDED, "")]


def test_content_that_is_not_at_hand_is_undecided_and_never_asked() -> None:
    fetcher = BundleFetcher({})
    raw = signatures.outside_by_hash({"http://127.0.0.1/secret": b"x"})
    of = verify(raw, fetcher=fetcher, now=NOW, policy=GENERAL)
    assert told(of, "seal.signature") == [(Outcome.UNDECIDED, "")]
    assert told(of, "seal.signature.outside") == [(Outcome.UNDECIDED, "")]
    assert of.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize(
    "payload",
    [b'{"a": 1, "a": 2}', b'{"a": NaN}', b'{"a": ' + b"[" * 99 + b"]" * 99 + b"}", b'{"a": 1e1, "a":2}'],
)
def test_signed_json_that_two_readers_may_read_differently_fails(payload: bytes) -> None:
    of = report(seal_json(payload, header=protected(**PLAIN)))
    assert told(of, "seal.signature") == [(Outcome.PASSED, "")]
    assert told(of, "format.read") == [(Outcome.FAILED, "payload")]
    assert of.verdict is Verdict.TOTAL_FAILED


def test_signed_text_that_only_starts_like_json_is_text() -> None:
    of = report(seal_json(b"{curly prose", header=protected(**PLAIN)))
    assert told(of, "format.read") == [(Outcome.PASSED, "")]


@pytest.mark.parametrize("raw", [seal_xml(), seal_xml(transform="xpath")])
def test_a_credential_is_judged_by_the_general_engine_too(raw: bytes) -> None:
    of = report(raw)
    assert (of.format, of.policy) == ("edci-xml", "general/signed")
    assert of.subject["id"] == "urn:credential:1"
    assert told(of, "seal.scope") == [(Outcome.PASSED, "")]
    assert not [one for one in of.findings if one.check.startswith(("format.schema", "issuer", "time"))]


def test_a_sealed_elm_credential_keeps_its_format() -> None:
    elm = {"type": ["VerifiableCredential", "EuropeanDigitalCredential"], "id": "urn:credential:9"}
    of = report(seal_json(json.dumps(elm).encode()))
    assert (of.format, of.subject["id"]) == ("elm-json", "urn:credential:9")
    assert told(of, "seal.signature") == [(Outcome.PASSED, "")]


def test_a_badge_binds_no_certificate_and_is_undecided() -> None:
    of = report(badges.signed(badges.signed_assertion()))
    assert of.format == "signed"
    assert told(of, "seal.signature") == [(Outcome.UNDECIDED, "")]
    assert of.verdict is Verdict.INDETERMINATE


def test_a_credential_without_a_seal_is_undecided() -> None:
    of = report(CREDENTIAL)
    assert told(of, "seal.present") == [(Outcome.UNDECIDED, "")]
    assert of.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize("raw", [b"<order/>", b'{"a": 1}', b"some words"])
def test_what_carries_no_signature_is_still_not_recognised(raw: bytes) -> None:
    with pytest.raises(NotRecognised):
        report(raw)
    assert read_signed(raw) is None


@pytest.mark.parametrize("raw", [b"<!DOCTYPE a><a/>", b"<a>", b'{"payload": 1, "payload": 2}'])
def test_what_cannot_be_taken_apart_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        report(raw)


def test_a_place_for_signatures_and_none_in_it_fails() -> None:
    assert report(b'{"payload": "eA", "signatures": []}').verdict is Verdict.TOTAL_FAILED


CHILD = seal_xml(
    CREDENTIAL.replace(b"<?pi kept?>\n", b""), kind="p256", method=f"{MORE}ecdsa-sha256", identifier="id-2"
)
SEVERAL = json.dumps(signatures.several_tokens(PAYLOAD, {"rsa": "RS256", "p256": "ES256"}, **PLAIN)).encode()


@pytest.mark.parametrize(
    ("raw", "verdict"),
    [
        (XML, Verdict.TOTAL_PASSED),
        (JWS, Verdict.TOTAL_PASSED),
        (SEVERAL, Verdict.TOTAL_PASSED),
        (signatures.enveloping(), Verdict.TOTAL_PASSED),
        (signatures.countersigned("l1"), Verdict.TOTAL_PASSED),
        (seal_xml(holding(CHILD)), Verdict.TOTAL_PASSED),
        (seal_xml(holding(CHILD.replace(b"Noor", b"Nora"))), Verdict.INDETERMINATE),
        (signatures.beside("l1"), Verdict.INDETERMINATE),
        (signatures.enveloped(xades=False), Verdict.INDETERMINATE),
        (XML.replace(b"</ds:Signature>", b"<ds:Object>x</ds:Object></ds:Signature>"), Verdict.INDETERMINATE),
        (XML.replace(b"tea", b"pea"), Verdict.TOTAL_FAILED),
    ],
)
def test_with_the_signers_trusted_the_verdict_rests_on_what_is_covered(raw: bytes, verdict: Verdict) -> None:
    assert report(raw, trust=TRUST).verdict is verdict


def test_one_signer_who_is_not_trusted_keeps_the_file_down() -> None:
    of = report(SEVERAL, trust=Trust(anchors=(certificate("rsa"),)))
    assert told(of, "seal.path") == [(Outcome.PASSED, "signature 1"), (Outcome.UNDECIDED, "signature 2")]
    assert of.verdict is Verdict.INDETERMINATE


def test_two_signatures_of_one_name_are_two() -> None:
    head, end, tail = XML.rpartition(b"</")
    start, stop = XML.index(b"<ds:Signature "), XML.index(b"</ds:Signature>") + 15
    twin = XML[start:stop].replace(b"SigningTime>2026", b"SigningTime>2025")
    of = report(head + twin + end + tail, trust=TRUST)
    assert len(told(of, "seal.signature")) == 2
    assert of.verdict is Verdict.TOTAL_FAILED
