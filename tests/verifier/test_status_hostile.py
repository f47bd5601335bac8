"""Whatever a credential calls a status, and whatever a list is, the check says something and never breaks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from samples import seals, status_lists
from samples.status_lists import LIST, jwt

from converter.read import read
from schemas.document import Document
from schemas.evidence import Evidence, Resource, SealExamination
from verifier.asked import Asked
from verifier.checks.status import credential_status
from verifier.finding import Outcome
from verifier.gather_status import gather_status

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
KEYS = st.sampled_from(
    [
        "id",
        "type",
        "@value",
        "@type",
        "value",
        "statusPurpose",
        "statusListIndex",
        "statusListCredential",
        "statusSize",
        "statusMessage",
        "status_list",
        "credentialSubject",
        "encodedList",
        "issuer",
        "proof",
        "ttl",
        "exp",
        "nbf",
        "validUntil",
        "vc",
        "revokedCredentials",
        "revoked",
        "payload",
        "signatures",
    ]
)
WORDS = st.sampled_from(
    [
        "BitstringStatusListEntry",
        "StatusList2021Entry",
        "1EdTechRevocationList",
        "xsd:anyURI",
        "revocation",
        "suspension",
        "BitstringStatusListCredential",
        "BitstringStatusList",
        "7",
        "0",
        "2026-01-01T00:00:00Z",
    ]
) | st.sampled_from([LIST, status_lists.ISSUER, status_lists.encoded_list(status_lists.bits())])
TREES = st.recursive(
    SCALARS | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=8),
    max_leaves=20,
)
DOCUMENT = read(json.loads(status_lists.credential())["payload"].encode())
assert isinstance(DOCUMENT, Document)
SEAL = SealExamination(intact=True, signer=seals.certificate())


class Answering:
    """Answers the same to everything."""

    at_hand = True

    def __init__(self, body: bytes) -> None:
        self.body = body

    def fetch(self, url: str, *, accept: str = "") -> Resource:
        return Resource(url=url, status=200, content_type=accept[:0], body=self.body)


def judged(status: Any, body: bytes) -> set[Outcome]:
    signed = replace(DOCUMENT, tree={**DOCUMENT.tree, "credentialStatus": status})
    now = datetime(2026, 11, 25, tzinfo=UTC)
    evidence = Evidence(document=DOCUMENT, now=now, seal=SEAL, signed_document=signed)
    found = list(credential_status(gather_status(evidence, Asked(Answering(body)))))
    assert {one.check for one in found} == {"status.revoked", "status.suspended", "status.notice"}
    assert all(one.message.endswith(".") for one in found)
    return {one.outcome for one in found}


@given(TREES)
@settings(max_examples=100, deadline=None)
def test_any_status_is_told(status: Any) -> None:
    judged(status, b"{}")


@given(TREES, st.sampled_from(["plain", "token"]))
@settings(max_examples=100, deadline=None)
def test_any_list_is_told(tree: Any, form: str) -> None:
    body = json.dumps(tree).encode() if form == "plain" else jwt(tree)
    for status in (status_lists.entry(), LIST):
        judged(status, body)


@given(st.binary(max_size=200) | st.text('ey.{}"A', max_size=40).map(str.encode))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_told_and_clear_nothing(body: bytes) -> None:
    assert Outcome.PASSED not in judged(status_lists.entry(), body)
