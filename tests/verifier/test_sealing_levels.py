"""Seals of our own making: each level is reached, examined by the reader, and refused where it cannot be."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from samples import authorities, edci_documents, elm_cases, sealing
from samples.authorities import Entry, Holder, crl
from samples.sealing import NOW, InProcess, means, trust
from samples.timestamps import Authority

from converter.read import read
from schemas.document import Document
from schemas.errors import Malformed, Refused, Unavailable
from schemas.evidence import Evidence, Trust
from schemas.seal_trust import SealTrust
from schemas.stamper import Level
from verifier.asked import Asked
from verifier.fetch import OfflineFetcher
from verifier.gather_seal import gather_seal
from verifier.sealing.making import Means, renew, renew_by, seal_edci, seal_elm

ELM = json.dumps(elm_cases.good(), ensure_ascii=False, indent=1).encode()
EDCI = edci_documents.credential()
MAKERS = {"elm": (seal_elm, ELM), "edci": (seal_edci, EDCI)}
ALGORITHMS = ("ES256", "ES384", "ES512", "RS256", "RS512", "PS256")
SHORT = Authority(kind="p521", days=200)
"""Its certificate ends on 20 July 2026."""


def made(form: str, level: Level, asked: Means | None = None) -> bytes:
    maker, document = MAKERS[form]
    return maker(document, asked or means(), level)


def judged(sealed: bytes, believed: Trust | None = None, *, now: datetime = NOW) -> SealTrust:
    """Examine a seal as a reader would, an hour later, who has the anchors and nothing else."""
    document = read(sealed)
    assert isinstance(document, Document)
    evidence = Evidence(document=document, now=now + timedelta(hours=1), trust=believed or trust())
    found = gather_seal(evidence, Asked(OfflineFetcher()))
    assert found.seal is not None
    assert found.seal.intact, found.seal.faults
    assert found.seal_trust is not None
    return found.seal_trust


@pytest.mark.parametrize("form", MAKERS)
@pytest.mark.parametrize("level", Level)
def test_a_seal_reaches_the_level_asked_for_and_needs_nobody_from_lt_on(form: str, level: Level) -> None:
    sealed = made(form, level)
    told = judged(sealed)
    if level in (Level.LT, Level.LTA):
        assert (told.path.holds, told.level) == (True, level)
        assert told.moment == NOW + timedelta(seconds=2)
    else:
        assert told.path.indication == "TRY_LATER"
        with_word = judged(sealed, replace(trust(), crls=sealing.words()))
        assert (with_word.path.holds, with_word.level) == (True, level)


@pytest.mark.parametrize("form", MAKERS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_that_seals_may_use(form: str, algorithm: str) -> None:
    told = judged(made(form, Level.LTA, means(algorithm)))
    assert (told.path.holds, told.level) == (True, "LTA")


def test_the_payload_is_the_document_to_the_character() -> None:
    assert json.loads(made("elm", Level.LTA))["payload"].encode() == ELM


def test_the_header_has_what_european_readers_look_for() -> None:
    one = json.loads(made("elm", Level.LTA))["signatures"][0]
    header = json.loads(sealing_b64(one["protected"]))
    assert set(header) == {"alg", "cty", "x5t#S256", "x5c", "typ", "b64", "sigT", "crit"}
    assert header["b64"] is False
    assert header["sigT"] == "2026-06-01T12:00:00Z"
    kinds = [next(iter(json.loads(sealing_b64(part)))) for part in one["header"]["etsiU"]]
    assert kinds == ["sigTst", "xVals", "rVals", "arcTst"]
    assert "header" not in json.loads(made("elm", Level.B))["signatures"][0]


def sealing_b64(text: str) -> Any:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize("form", MAKERS)
def test_what_is_sealed_is_not_sealed_again(form: str) -> None:
    maker, _ = MAKERS[form]
    with pytest.raises(Refused) as caught:
        maker(made(form, Level.B), means(), Level.B)
    assert caught.value.problems[0].code == "sealing.present"


def test_each_format_has_its_own_seal() -> None:
    for maker, document in ((seal_elm, EDCI), (seal_edci, ELM)):
        with pytest.raises(Refused) as caught:
            maker(document, means(), Level.B)
        assert caught.value.problems[0].code == "sealing.format"


def test_a_doctype_is_never_sealed() -> None:
    hostile = EDCI.replace(b"<europassCredential", b"<!DOCTYPE x [<!ENTITY y 'z'>]><europassCredential", 1)
    with pytest.raises(Malformed):
        seal_edci(hostile, means(), Level.B)


def test_no_level_is_claimed_without_what_makes_it_up() -> None:
    without = replace(means(), stamper=None)
    with pytest.raises(Unavailable, match="time-stamping"):
        made("elm", Level.T, without)
    silent = replace(means(), trust=trust())
    assert judged(made("elm", Level.T, silent), replace(trust(), crls=sealing.words())).level == "T"
    with pytest.raises(Unavailable, match="does not reach"):
        made("elm", Level.LT, silent)


def test_a_certificate_that_was_revoked_or_has_ended_seals_nothing_that_lasts() -> None:
    revoked = crl(
        authorities.root(), Entry(serial=sealing.key().holder.serial, moment=NOW - timedelta(days=2))
    )
    with pytest.raises(Unavailable, match="revoked"):
        made("elm", Level.LT, replace(means(), trust=replace(trust(), crls=(revoked, sealing.words()[1]))))
    ended = authorities.holder("Hogeschool Eind", authorities.root(), end=NOW - timedelta(days=1))
    with pytest.raises(Unavailable, match="not in force"):
        made("elm", Level.B, replace(means(), key=sealing.SealKey(holder=ended)))


def test_a_key_that_is_not_its_certificates_seals_nothing() -> None:
    other = Holder(certificate=sealing.key().holder.certificate, key=authorities.key("another"))
    with pytest.raises(Unavailable, match="does not belong"):
        made("edci", Level.B, replace(means(), key=sealing.SealKey(holder=other)))


def test_a_stamp_over_something_else_is_not_taken() -> None:
    class Elsewhere(InProcess):
        def stamp(self, data: bytes) -> bytes:
            return super().stamp(data + b"!")

    for form in MAKERS:
        with pytest.raises(Unavailable, match="does not reach"):
            made(form, Level.T, replace(means(), stamper=Elsewhere()))


@pytest.mark.parametrize("form", MAKERS)
def test_a_seal_outlives_the_certificates_of_its_timestamps(form: str) -> None:
    sealed = made(form, Level.LTA, means(stamper=SHORT))
    assert renew_by(sealed) == SHORT.certificate.not_valid_after_utc
    later = datetime(2026, 7, 10, tzinfo=UTC)
    renewed = renew(sealed, means(now=later))
    assert renew_by(renewed) == sealing.STAMPER.certificate.not_valid_after_utc
    far = datetime(2027, 3, 1, tzinfo=UTC)
    news = replace(trust(), crls=sealing.words(at=far))
    told = judged(renewed, news, now=far)
    assert (told.path.holds, told.level, told.moment) == (True, "LTA", NOW + timedelta(seconds=2))
    without = judged(sealed, news, now=far)
    assert (without.proven, without.level) == (False, "B")


@pytest.mark.parametrize("form", MAKERS)
@pytest.mark.parametrize("level", [Level.T, Level.LT])
def test_renewing_brings_lower_levels_up(form: str, level: Level) -> None:
    told = judged(renew(made(form, level), means(now=NOW + timedelta(days=3))), now=NOW + timedelta(days=4))
    assert (told.path.holds, told.level) == (True, "LTA")


def test_only_an_intact_seal_with_a_time_is_renewed() -> None:
    with pytest.raises(Refused) as caught:
        renew(made("elm", Level.B), means())
    assert caught.value.problems[0].code == "sealing.level"
    broken = made("elm", Level.LTA).replace(b"Noor", b"Roon")
    with pytest.raises(Refused) as caught:
        renew(broken, means())
    assert caught.value.problems[0].code == "sealing.broken"
    with pytest.raises(Refused) as caught:
        renew(ELM, means())
    assert caught.value.problems[0].code == "sealing.missing"


def test_renewing_twice_keeps_all_before_under_the_last_stamp() -> None:
    once = renew(made("elm", Level.LTA), means(now=NOW + timedelta(days=3)))
    twice = renew(once, means(now=NOW + timedelta(days=5)))
    told = judged(twice, now=NOW + timedelta(days=6))
    assert [one.kind for one in told.times] == ["signature", "archive", "archive", "archive"]
    assert all(one.trusted for one in told.times)
