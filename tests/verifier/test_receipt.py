"""A signed verdict: what it holds, and that nothing about it can be changed unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bundles import NOW, badge_web
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import badges, receipts

from api.keys.files import HeldKey
from schemas.canonical import NotCanonical, canonical, canonical_digest
from schemas.errors import Malformed
from schemas.evidence import Trust
from schemas.receipt import Receipt
from verifier import Outcome, Report, Verdict, verify
from verifier.bundle import BundleFetcher, RecordingFetcher
from verifier.checks.receipt import Given
from verifier.receipt import (
    TYPE,
    Basis,
    SubjectAs,
    is_receipt,
    make_receipt,
    read_receipt,
    trust_digest,
)
from verifier.receipt_report import receipt_report

PASSED, FAILED, UNDECIDED, NOT_APPLICABLE = Outcome
DOCUMENT = badges.dumped(badges.assertion())
GATEWAY = ("badgepass", "0.1.0")


def judged(**changes: Any) -> tuple[Report, dict[str, Any]]:
    recording = RecordingFetcher(BundleFetcher(badge_web(**changes)))
    report = verify(DOCUMENT, fetcher=recording, now=NOW)
    return report, recording.bundle()


REPORT, BUNDLE = judged()


def key(kind: str = "ES256", name: str = "Gateway of the Polder") -> HeldKey:
    private, certificate = receipts.pair(kind, name)
    return HeldKey(algorithm=kind, certificates=(certificate,), private=private)


def basis(**changes: Any) -> Basis:
    made: dict[str, Any] = {
        "document": DOCUMENT,
        "bundle": BUNDLE,
        "at": NOW,
        "policy": "auto",
        "trust": Trust(),
        "official": None,
        "gateway": GATEWAY,
        **changes,
    }
    return Basis(**made)


def receipt(kind: str = "ES256", name: str = "Gateway of the Polder", **changes: Any) -> bytes:
    return make_receipt(REPORT, basis(**changes), key(kind, name))


TOKEN = receipt()
TRUST = Trust(anchors=(receipts.pair()[1],))
WHOLE = Given(
    now=NOW,
    trust=TRUST,
    document=DOCUMENT,
    bundles=frozenset({canonical_digest(BUNDLE)}),
    again=REPORT.to_dict(),
    trust_digest=trust_digest(Trust(), None),
    version="0.1.0",
)


def told(token: bytes | Receipt, along: Given = WHOLE) -> dict[str, Outcome]:
    taken = token if isinstance(token, Receipt) else read_receipt(token)
    report = receipt_report(taken, along)
    assert [one for one in report.findings if not one.message.endswith(".")] == []
    return {one.check.removeprefix("receipt."): one.outcome for one in report.findings}


def test_a_receipt_that_can_be_repeated_passes() -> None:
    report = receipt_report(read_receipt(TOKEN), WHOLE)
    assert report.verdict is Verdict.TOTAL_PASSED
    assert (report.format, report.policy) == ("receipt", "receipt/signed")
    assert report.issuer["name"] == "Gateway of the Polder"
    assert {one.outcome for one in report.findings} == {PASSED}


@pytest.mark.parametrize("kind", receipts.KINDS)
def test_every_kind_of_key_signs(kind: str) -> None:
    along = replace(WHOLE, trust=Trust(anchors=(receipts.pair(kind)[1],)))
    taken = read_receipt(receipt(kind))
    assert taken.algorithm == kind
    assert set(told(taken, along).values()) == {PASSED}


def test_what_a_receipt_holds() -> None:
    header, payload, _ = receipts.parts(TOKEN)
    assert header["typ"] == TYPE
    assert header.keys() == {"alg", "typ", "x5c", "x5t#S256"}
    assert payload["document"] == {
        "sha256": hashlib.sha256(DOCUMENT).hexdigest(),
        "media_type": "application/ld+json",
    }
    assert payload["evidence"] == {"sha256": canonical_digest(BUNDLE)}
    assert payload["at"] == "2026-11-23T12:00:00+00:00"
    assert payload["gateway"] == {"name": "badgepass", "version": "0.1.0"}
    assert payload["policy"] == "auto"
    assert payload["report"]["findings"] == REPORT.to_dict()["findings"]


@pytest.mark.parametrize("subject", SubjectAs)
def test_the_subject_is_whole_only_where_that_is_asked(subject: SubjectAs) -> None:
    token = make_receipt(REPORT, basis(), key(), subject=subject)
    said = receipts.parts(token)[1]["report"]["subject"]
    assert (said == REPORT.to_dict()["subject"]) == (subject is SubjectAs.WHOLE)
    if subject is SubjectAs.DIGEST:
        assert said == {"sha256": canonical_digest(REPORT.to_dict()["subject"])}
    assert set(told(token).values()) == {PASSED}


def test_alone_it_proves_nothing_about_any_document() -> None:
    along = Given(now=NOW, trust=TRUST)
    assert told(TOKEN, along) == {
        "signature": PASSED,
        "signer": PASSED,
        "document": UNDECIDED,
        "evidence": NOT_APPLICABLE,
        "verdict": NOT_APPLICABLE,
        "stated": PASSED,
    }
    assert receipt_report(read_receipt(TOKEN), along).verdict is Verdict.INDETERMINATE


def test_an_unknown_signer_is_undecided_whatever_the_header_says() -> None:
    stranger = receipt(name="Somebody Else")
    assert told(stranger)["signature"] is PASSED
    assert told(stranger)["signer"] is UNDECIDED
    assert receipt_report(read_receipt(stranger), WHOLE).verdict is Verdict.INDETERMINATE


def test_a_signer_may_be_denied_or_out_of_force() -> None:
    certificate = receipts.pair()[1]
    denied = replace(TRUST, denied=frozenset({hashlib.sha256(der(certificate)).hexdigest()}))
    assert told(TOKEN, replace(WHOLE, trust=denied))["signer"] is FAILED
    later = replace(WHOLE, now=datetime(2028, 1, 2, tzinfo=UTC))
    assert told(TOKEN, later)["signer"] is UNDECIDED


def der(certificate: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - for this alone

    made: bytes = certificate.public_bytes(Encoding.DER)
    return made


def test_a_receipt_over_another_document_fails() -> None:
    found = told(TOKEN, replace(WHOLE, document=DOCUMENT + b"\n"))
    assert (found["document"], found["signature"]) == (FAILED, PASSED)


def test_other_evidence_fails() -> None:
    assert told(TOKEN, replace(WHOLE, bundles=frozenset({"0" * 64})))["evidence"] is FAILED


def test_a_verdict_that_does_not_come_out_again_fails_and_says_where() -> None:
    other, _ = judged(assertion=badges.revoked())
    report = receipt_report(read_receipt(TOKEN), replace(WHOLE, again=other.to_dict()))
    (finding,) = (one for one in report.findings if one.check == "receipt.verdict")
    assert finding.outcome is FAILED
    assert "status.revoked" in finding.message
    assert report.verdict is Verdict.TOTAL_FAILED


@pytest.mark.parametrize(
    "changes", [{"trust_digest": "0" * 64}, {"version": "9"}], ids=["other trust", "other version"]
)
def test_a_difference_that_conditions_explain_is_undecided(changes: dict[str, Any]) -> None:
    other, _ = judged(assertion=badges.revoked())
    along = replace(WHOLE, again=other.to_dict(), **changes)
    assert told(TOKEN, along)["verdict"] is UNDECIDED
    assert told(TOKEN, replace(WHOLE, **changes))["verdict"] is PASSED


def test_whom_it_was_about_must_be_asked_again() -> None:
    findings = tuple(
        replace(one, outcome=PASSED) if one.check == "recipient.match" else one for one in REPORT.findings
    )
    token = make_receipt(replace(REPORT, findings=findings), basis(), key())
    assert told(token)["verdict"] is UNDECIDED
    assert told(token, replace(WHOLE, about_somebody=True))["verdict"] is FAILED


def test_a_genuine_receipt_of_a_bad_document_is_no_pass() -> None:
    bad, bundle = judged(assertion=badges.revoked())
    assert bad.verdict is Verdict.TOTAL_FAILED
    token = make_receipt(bad, basis(bundle=bundle), key())
    along = replace(WHOLE, again=bad.to_dict(), bundles=frozenset({canonical_digest(bundle)}))
    found = told(token, along)
    assert found.pop("stated") is FAILED
    assert set(found.values()) == {PASSED}
    assert receipt_report(read_receipt(token), along).verdict is Verdict.TOTAL_FAILED


# --- tampering ------------------------------------------------------------------------------------


def changes_of(value: Any) -> Iterator[Any]:
    """Yield the value with one leaf changed, one after the other."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from ({**value, name: changed} for changed in changes_of(inner))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from ([*value[:index], changed, *value[index + 1 :]] for changed in changes_of(inner))
    elif isinstance(value, str):
        yield value[:-1] if value else "x"


def test_no_leaf_of_the_payload_can_be_changed_unseen() -> None:
    header, payload, signature = receipts.parts(TOKEN)
    count, alone = 0, Given(now=NOW, trust=TRUST)
    for changed in changes_of(payload):
        token = receipts.put_together(header, changed, signature)
        try:
            assert told(token, alone)["signature"] is FAILED
        except Malformed:
            count += 1  # a digest or a time that is none any more
    assert 0 < count < 12


def test_no_member_can_be_taken_out_or_added() -> None:
    header, payload, signature = receipts.parts(TOKEN)
    for name in payload:
        less = {key: value for key, value in payload.items() if key != name}
        with pytest.raises(Malformed):
            read_receipt(receipts.put_together(header, less, signature))
    with pytest.raises(Malformed):
        read_receipt(receipts.put_together(header, {**payload, "more": 1}, signature))
    for name in header:
        less = {key: value for key, value in header.items() if key != name}
        with pytest.raises(Malformed):
            read_receipt(receipts.put_together(less, payload, signature))
    for more in ({"crit": ["b64"]}, {"b64": False}, {"jwk": {}}, {"kid": "x"}):
        with pytest.raises(Malformed):
            read_receipt(receipts.put_together({**header, **more}, payload, signature))


@pytest.mark.parametrize("alg", ["none", "HS256", "ES384", "RS256", "EdDSA", "es256", ""])
def test_another_algorithm_never_holds(alg: str) -> None:
    header, payload, signature = receipts.parts(TOKEN)
    assert told(receipts.put_together({**header, "alg": alg}, payload, signature))["signature"] is FAILED


def test_another_certificate_never_holds() -> None:
    header, payload, signature = receipts.parts(TOKEN)
    other, _, _ = receipts.parts(receipt(name="Somebody Else"))
    for changed in (
        {**header, "x5c": other["x5c"]},
        {**header, "x5t#S256": other["x5t#S256"]},
        {**header, "x5c": other["x5c"], "x5t#S256": other["x5t#S256"]},
        {**header, "x5c": []},
        {**header, "x5c": ["!"]},
        {**header, "x5c": [7]},
        {**header, "x5t#S256": "="},
        {**header, "x5c": header["x5c"] * 11},
    ):
        found = told(receipts.put_together(changed, payload, signature))
        assert (found["signature"], found["signer"]) == (FAILED, UNDECIDED)


def test_a_signature_does_not_move_to_another_receipt() -> None:
    header, payload, _ = receipts.parts(TOKEN)
    _, _, signature = receipts.parts(receipt(at=NOW + timedelta(seconds=1)))
    assert told(receipts.put_together(header, payload, signature))["signature"] is FAILED
    for broken in (b"", signature[:-1], signature + b"\0", bytes(64)):
        assert told(receipts.put_together(header, payload, broken))["signature"] is FAILED


@pytest.mark.parametrize(
    "payload",
    [b"", b"{}", b"[]", b"7", b'{"at":1.5}', b"{", b'{"at":"x","at":"y"}', b"\xff"],
)
def test_what_is_no_receipt_inside_is_refused(payload: bytes) -> None:
    header, _, signature = receipts.parts(TOKEN)
    with pytest.raises(Malformed):
        read_receipt(receipts.put_together(header, payload, signature))


def test_another_spelling_of_the_same_payload_is_refused() -> None:
    header, payload, signature = receipts.parts(TOKEN)
    for spelt in (json.dumps(payload), json.dumps(payload, sort_keys=True, separators=(",", ":")) + " "):
        with pytest.raises(Malformed, match="canonical"):
            read_receipt(receipts.put_together(header, spelt.encode(), signature))


def test_a_receipt_is_told_by_its_type() -> None:
    assert is_receipt(TOKEN)
    assert is_receipt(TOKEN + b"\n")
    header, payload, signature = receipts.parts(TOKEN)
    assert not is_receipt(receipts.put_together({**header, "typ": "JWT"}, payload, signature))
    signed_badge = badges.signed(badges.signed_assertion())
    for other in (b"", b"eyJ.", b"ey!.a.b", b"\x89PNG", DOCUMENT, signed_badge, b"https://a.example/"):
        assert not is_receipt(other)


@settings(deadline=None)
@given(st.binary(max_size=80), st.sampled_from(range(len(TOKEN))))
def test_no_bytes_break_the_reader(noise: bytes, at: int) -> None:
    for data in (noise, TOKEN[:at] + noise + TOKEN[at + len(noise) :]):
        try:
            if is_receipt(data):
                told(data)
        except Malformed:
            continue


# --- canonical JSON -------------------------------------------------------------------------------


def test_there_is_one_spelling() -> None:
    value = {"é": 1, "b": [True, None, '\n"\\\x01/é'], "a": {}, "\U0001f600": 2, "\ufb33": 3}
    assert canonical(value).decode() == (
        '{"a":{},"b":[true,null,"\\n\\"\\\\\\u0001/é"],"é":1,"\U0001f600":2,"\ufb33":3}'
    )


@pytest.mark.parametrize("value", [1.0, 2**53, -(2**53), float("nan"), "\ud800", {1: 2}, {"a": {1}}, b"x"])
def test_what_has_no_spelling_is_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON)
def test_a_spelling_reads_back_and_is_spelt_the_same(value: Any) -> None:
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)
