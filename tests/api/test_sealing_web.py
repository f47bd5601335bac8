"""Seals made with the help of real servers: time-stamping, OCSP, CRLs and certificates over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from samples import edci_documents, elm_cases
from samples.authorities import Holder
from samples.authority_web import AuthorityWeb, authority_web

from api.exchange import OperatorExchange
from api.tsa import Authority
from converter.read import read
from schemas.document import Document
from schemas.errors import Unavailable
from schemas.evidence import Evidence
from schemas.seal_trust import SealTrust
from schemas.stamper import Level
from verifier.asked import Asked
from verifier.fetch import HttpFetcher, OfflineFetcher
from verifier.gather_seal import gather_seal
from verifier.sealing.making import Means, renew, renew_by, seal_edci, seal_elm

NOW = datetime.now(UTC).replace(microsecond=0)
MAKERS = {
    "elm": (seal_elm, json.dumps(elm_cases.good()).encode()),
    "edci": (seal_edci, edci_documents.credential()),
}


@pytest.fixture
def web() -> Iterator[AuthorityWeb]:
    with authority_web() as running:
        yield running


def means(web: AuthorityWeb, holder: Holder, *, whole: bool = False, now: datetime = NOW) -> Means:
    """Take a key whose certificate stands alone: those above it must be fetched."""
    return Means(
        key=web.key(holder, whole=whole),
        now=now,
        stamper=Authority(web.tsa_url, OperatorExchange([web.base])),
        fetcher=HttpFetcher(allow_loopback=True),
    )


def judged(web: AuthorityWeb, sealed: bytes, now: datetime) -> SealTrust:
    """Examine without asking anybody."""
    document = read(sealed)
    assert isinstance(document, Document)
    evidence = Evidence(document=document, now=now, trust=web.trust)
    found = gather_seal(evidence, Asked(OfflineFetcher()))
    assert found.seal is not None
    assert found.seal.intact
    assert found.seal_trust is not None
    return found.seal_trust


@pytest.mark.parametrize("form", MAKERS)
@pytest.mark.parametrize("whole", [True, False])
def test_everything_a_later_reader_needs_is_fetched_and_embedded(
    web: AuthorityWeb, form: str, *, whole: bool
) -> None:
    seal, document = MAKERS[form]
    sealed = seal(document, means(web, web.issue_seal("Hogeschool Web"), whole=whole), Level.LTA)
    told = judged(web, sealed, NOW + timedelta(hours=1))
    assert (told.path.holds, told.level, told.proven) == (True, "LTA", True)
    assert {one.split()[1].split("/")[1] for one in web.asked} >= {"tsa", "ocsp"}


@pytest.mark.parametrize("form", MAKERS)
def test_where_one_service_is_down_the_other_does(web: AuthorityWeb, form: str) -> None:
    seal, document = MAKERS[form]
    holder = web.issue_seal("Hogeschool Web")
    for down in ("ocsp", "crl"):
        web.down = {down}
        told = judged(web, seal(document, means(web, holder), Level.LT), NOW + timedelta(hours=1))
        assert (told.path.holds, told.level) == (True, "LT"), down
    web.down = {"ocsp", "crl"}
    with pytest.raises(Unavailable, match="does not reach"):
        seal(document, means(web, holder), Level.LT)


@pytest.mark.parametrize("form", MAKERS)
def test_a_revoked_certificate_seals_nothing(web: AuthorityWeb, form: str) -> None:
    seal, document = MAKERS[form]
    holder = web.issue_seal("Hogeschool Web")
    web.revoke(holder)
    with pytest.raises(Unavailable, match="revoked"):
        seal(document, means(web, holder), Level.LTA)


@pytest.mark.parametrize("form", MAKERS)
def test_an_authority_that_is_down_or_lies_stamps_nothing(web: AuthorityWeb, form: str) -> None:
    seal, document = MAKERS[form]
    holder = web.issue_seal("Hogeschool Web")
    web.down = {"tsa"}
    with pytest.raises(Unavailable):
        seal(document, means(web, holder), Level.T)
    web.down = set()
    for fault in ("imprint", "nonce", "signature", "body"):
        web.spoilt = {fault}
        with pytest.raises(Unavailable):
            seal(document, means(web, holder), Level.T)


@pytest.mark.parametrize("form", MAKERS)
def test_a_seal_is_renewed_by_another_unit_before_the_first_one_ends(form: str) -> None:
    clock = [NOW - timedelta(days=30)]
    with authority_web(now=lambda: clock[0]) as web:
        seal, document = MAKERS[form]
        holder = web.issue_seal("Hogeschool Web")
        web.issue_unit(end=NOW - timedelta(days=1))
        sealed = seal(document, means(web, holder, now=clock[0]), Level.LTA)
        assert renew_by(sealed) == NOW - timedelta(days=1)
        web.issue_unit(end=NOW + timedelta(days=400))
        clock[0] = NOW - timedelta(days=3)
        renewed = renew(sealed, means(web, holder, now=clock[0]))
        assert renew_by(renewed) == NOW + timedelta(days=400)
        clock[0] = NOW
        asked = replace(Evidence(document=_document(renewed), now=NOW, trust=web.trust))
        found = gather_seal(asked, Asked(HttpFetcher(allow_loopback=True)))
        assert found.seal_trust is not None
        assert (found.seal_trust.path.holds, found.seal_trust.level) == (True, "LTA")
        assert found.seal_trust.moment == NOW - timedelta(days=30)


def _document(sealed: bytes) -> Document:
    found = read(sealed)
    assert isinstance(found, Document)
    return found
