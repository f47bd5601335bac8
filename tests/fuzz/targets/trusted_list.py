"""Trusted lists: a list or a refusal, and no list that its operator did not sign."""

from __future__ import annotations

import base64
import contextlib
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256

from fuzz_targets import first
from lxml import etree
from samples import trusted_lists

from schemas.errors import Malformed
from verifier.trust.lists.fault import ListRefusal
from verifier.trust.lists.lotl import announced, national_pointers
from verifier.trust.lists.read import read_list, territory_of
from verifier.trust.lists.signature import Signed, signed_octets

WORDS = (
    b"<TSPService>",
    b"<ServiceHistoryInstance>",
    b"<ServiceDigitalIdentity>",
    b"<OtherTSLPointer>",
    b"<ds:Signature ",
    b"<e:Qualifications",
    b'Critical="true"',
    b"<URI ",
    b"<dateTime>",
    b"2026-01-01T00:00:00Z",
)
LONGEST = 24_000


def seeds() -> tuple[bytes, ...]:
    return first("trusted_list", _made)


def _made() -> tuple[bytes, ...]:
    now = trusted_lists.Period(
        extensions=trusted_lists.qualified("QCForESeal", "QCWithQSCD") + trusted_lists.taken_over("Ander BV")
    )
    before = trusted_lists.Period(status="undersupervision", since=datetime(2010, 1, 1, tzinfo=UTC))
    service = trusted_lists.Service((trusted_lists.zegel_ca(),), periods=(now, before))
    return (
        trusted_lists.national(service),
        trusted_lists.lotl(),
        trusted_lists.written(trusted_lists.Sheet(services=(service,))),
    )


def run(data: bytes) -> None:
    with contextlib.suppress(ListRefusal, Malformed):
        territory_of(data)
    with contextlib.suppress(ListRefusal, Malformed):
        announced(data)
    with contextlib.suppress(ListRefusal, Malformed):
        found = signed_octets(data, _operators())
        assert sha256(found.octets).digest() in _known(), "a list nobody signed was believed"
        national_pointers(read_list(found))
    with contextlib.suppress(ListRefusal, Malformed):  # what a signed one could say, reached without signing
        national_pointers(read_list(Signed(octets=data, signer="", sha256=sha256(data).hexdigest())))


@cache
def _operators() -> frozenset[str]:
    """Pin whoever signed the lists a run began with."""
    tag = "{http://www.w3.org/2000/09/xmldsig#}X509Certificate"
    found = (etree.fromstring(data).find(f".//{tag}") for data in seeds())
    ders = (base64.b64decode(one.text or "") for one in found if one is not None)
    return frozenset(sha256(der).hexdigest() for der in ders)


@cache
def _known() -> frozenset[bytes]:
    found = set()
    for data in seeds():
        with contextlib.suppress(ListRefusal):
            found.add(sha256(signed_octets(data, _operators()).octets).digest())
    return frozenset(found)
