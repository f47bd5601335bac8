"""What a credential says of its status, and what the list it names answers.

An input is the answer, or, after a zero byte, the gzip stream of a list of bits, which is wrapped anew.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
from dataclasses import replace
from functools import cache

from bundles import NOW
from fuzz_targets import first, repeatable
from samples import status_lists

from converter.read import read
from converter.strict import load_json
from schemas.document import Document
from schemas.errors import Malformed
from schemas.evidence import Evidence, Resource
from verifier.checks.status import credential_status
from verifier.finding import Finding, Outcome
from verifier.status.bitstring import MAX_BYTES, UnreadableList, expanded
from verifier.status.entries import entries
from verifier.status.sealed import examine_list

WORDS = (
    b'"statusListIndex"',
    b'"statusListCredential"',
    b'"statusPurpose"',
    b'"statusSize"',
    b'"statusMessage"',
    b'"encodedList"',
    b'"BitstringStatusListCredential"',
    b'"StatusList2021"',
    b'"revokedCredentials"',
    b'"EnvelopedVerifiableCredential"',
    b'"ttl"',
    b'"validUntil"',
    b"\0\x1f\x8b\x08",
)
LONGEST = 12_000


def seeds() -> tuple[bytes, ...]:
    return first("status_list", _made)


def _made() -> tuple[bytes, ...]:
    plain = status_lists.list_credential([7])
    return (
        status_lists.credential(status_lists.entry()),
        json.dumps(plain).encode(),
        json.dumps(status_lists.list_credential([8], kind="2021", ttl=5)).encode(),
        json.dumps(status_lists.revocation_list("urn:a", {"id": "urn:b", "revoked": False})).encode(),
        status_lists.jades(plain),
        status_lists.jwt(plain),
        json.dumps(
            {"credentialStatus": [status_lists.entry(), "https://a.example/", {"type": "x"}]}
        ).encode(),
        b"\0" + gzip.compress(status_lists.bits([7]), mtime=0),
    )


def run(data: bytes) -> None:
    answer = _answer(data)
    with contextlib.suppress(Malformed):
        tree = load_json(answer)
        if isinstance(tree, dict):
            assert len(entries(tree)) <= 9
    repeatable(answer, examine_list)
    evidence = replace(_asking(), resources={status_lists.LIST: _said(answer)})
    told: list[Finding] = list(credential_status(evidence))
    assert told
    assert all(finding.outcome is not Outcome.PASSED for finding in told), "an unsealed list cleared a status"


def _answer(data: bytes) -> bytes:
    if data[:1] != b"\0":
        return data
    encoded = "u" + base64.urlsafe_b64encode(data[1:]).rstrip(b"=").decode()
    with contextlib.suppress(UnreadableList):
        assert len(expanded(encoded)) <= MAX_BYTES
    return json.dumps(status_lists.list_credential(subject={"encodedList": encoded})).encode()


def _said(body: bytes) -> Resource:
    return Resource(url=status_lists.LIST, status=200, content_type="application/json", body=body)


@cache
def _asking() -> Evidence:
    document = read(seeds()[0])
    assert isinstance(document, Document)
    return Evidence(document=document, now=NOW, signed_document=document)
