"""Whom a seal leads to and when it was there: each answer by itself, and what makes one undecided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from samples import authorities
from samples.authorities import DAY, Entry, Holder, crl, holder, points
from samples.timestamps import Authority
from samples.trusted_seals import archived, kept, seal, stamped

from schemas.document import Document, Format, Seal, SealKind
from schemas.evidence import Evidence, Fetcher, Missing, Resource, Trust
from schemas.seal_trust import SealTrust
from verifier.asked import Asked
from verifier.checks.seal_trust import SEAL_TRUST_CHECKS
from verifier.fetch import OfflineFetcher
from verifier.finding import Outcome
from verifier.gather_seal import gather_seal
from verifier.sealing.certificates import fingerprint

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SEALED = datetime(2026, 3, 2, 10, 0, 1, tzinfo=UTC)
STAMPER = Authority(kind="p256")
SHORT = Authority(kind="p521", days=120)
"""Its certificate ends on 1 May 2026, before NOW."""
LIST = "http://crl.voorbeeld.example/root.crl"


@cache
def organisation(end: datetime = datetime(2030, 1, 1, tzinfo=UTC), *, listed: bool = False) -> Holder:
    extensions = [(points(LIST), False)] if listed else []
    return holder("Hogeschool Zegel", authorities.root(), end=end, extensions=extensions)


def good(*, issued: datetime = NOW - DAY) -> bytes:
    return crl(authorities.root(), issued=issued, until=issued + 7 * DAY)


def trusting(*more: Any, crls: tuple[bytes, ...] = (), **rest: Any) -> Trust:
    return Trust(anchors=(authorities.root().certificate, *more), crls=crls, **rest)


def gathered(
    sealed: bytes, trust: Trust, *, now: datetime = NOW, fetcher: Fetcher | None = None
) -> tuple[Evidence, SealTrust]:
    kind = Seal(kind=SealKind.JADES, raw=sealed)
    document = Document(
        format=Format.ELM, version="3", raw=sealed, original=sealed, media_type="x/y", tree={}, seal=kind
    )
    asked = Asked(fetcher or OfflineFetcher())
    evidence = gather_seal(Evidence(document=document, now=now, trust=trust), asked)
    assert evidence.seal is not None
    assert evidence.seal.intact
    assert evidence.seal_trust is not None
    return evidence, evidence.seal_trust


def told(evidence: Evidence) -> dict[str, Outcome]:
    return {one.check: one.outcome for check in SEAL_TRUST_CHECKS for one in check(evidence)}


def test_a_certificate_in_force_with_a_good_word_about_it_holds_at_level_b() -> None:
    evidence, trust = gathered(seal(organisation()), trusting(crls=(good(),)))
    assert (trust.path.holds, trust.proven, trust.moment, trust.level) == (True, False, NOW, "B")
    assert told(evidence) == {
        "seal.level": Outcome.PASSED,
        "seal.level.long-term": Outcome.UNDECIDED,
        "seal.path": Outcome.PASSED,
        "seal.qualified": Outcome.UNDECIDED,
        "seal.timestamp": Outcome.NOT_APPLICABLE,
    }


def test_without_an_anchor_and_without_a_word_on_revocation_nothing_is_known() -> None:
    _, strange = gathered(seal(organisation()), Trust(crls=(good(),)))
    assert (strange.path.holds, strange.path.indication) == (None, "NO_CERTIFICATE_CHAIN_FOUND")
    _, silent = gathered(seal(organisation()), trusting())
    assert (silent.path.holds, silent.path.indication) == (None, "TRY_LATER")


EXPIRED = datetime(2026, 4, 1, tzinfo=UTC)


def test_an_expired_certificate_proves_nothing_by_the_time_the_signer_claims() -> None:
    evidence, trust = gathered(seal(organisation(EXPIRED)), trusting(crls=(good(issued=SEALED + DAY),)))
    assert (trust.path.holds, trust.path.indication) == (None, "OUT_OF_BOUNDS_NO_POE")
    assert told(evidence)["seal.path"] is Outcome.UNDECIDED


def test_a_trusted_timestamp_keeps_a_seal_whose_certificate_has_expired() -> None:
    sealed = stamped(seal(organisation(EXPIRED)), SEALED, STAMPER)
    word = good(issued=SEALED + DAY)
    evidence, trust = gathered(sealed, trusting(STAMPER.certificate, crls=(word,)))
    assert (trust.path.holds, trust.proven, trust.moment) == (True, True, SEALED)
    assert trust.level == "T"  # the word on revocation was brought along, not carried
    assert told(evidence)["seal.timestamp"] is Outcome.PASSED


def test_a_timestamp_of_nobody_who_is_trusted_proves_no_time() -> None:
    sealed = stamped(seal(organisation(EXPIRED)), SEALED, STAMPER)
    evidence, trust = gathered(sealed, trusting(crls=(good(issued=SEALED + DAY),)))
    assert (trust.proven, trust.level, trust.path.indication) == (False, "B", "OUT_OF_BOUNDS_NO_POE")
    outcomes = told(evidence)
    assert outcomes["seal.timestamp"] is Outcome.UNDECIDED
    assert outcomes["seal.timestamp.token"] is Outcome.UNDECIDED
    assert outcomes["seal.level"] is Outcome.UNDECIDED


def test_a_timestamp_of_another_seal_is_told_and_proves_no_time() -> None:
    other = stamped(seal(organisation(EXPIRED), payload=b'{"id": "urn:other"}'), SEALED, STAMPER)
    mine = seal(organisation(EXPIRED))
    value = mine.split(b'"signature": "')[1].split(b'"')[0]
    theirs = other.split(b'"signature": "')[1].split(b'"')[0]
    start, end = mine.split(value)[0], other.split(theirs)[1]
    evidence, trust = gathered(start + value + end, trusting(STAMPER.certificate))
    assert [one.trusted for one in trust.times] == [False]
    assert trust.proven is False
    assert told(evidence)["seal.timestamp"] is Outcome.FAILED
    assert told(evidence)["seal.level"] is Outcome.UNDECIDED


def test_what_the_seal_carries_makes_level_lt_only_where_it_is_enough() -> None:
    sealed = stamped(seal(organisation(EXPIRED)), SEALED, STAMPER)
    whole = kept(sealed, crls=(good(issued=SEALED + DAY),))
    evidence, trust = gathered(whole, trusting(STAMPER.certificate))
    assert (trust.path.holds, trust.level) == (True, "LT")
    assert told(evidence)["seal.level.long-term"] is Outcome.PASSED
    early = kept(sealed, crls=(crl(authorities.root(), issued=SEALED - 9 * DAY, until=SEALED - 2 * DAY),))
    evidence, trust = gathered(early, trusting(STAMPER.certificate))
    assert (trust.path.indication, trust.level) == ("TRY_LATER", "T")
    assert told(evidence)["seal.level"] is Outcome.UNDECIDED


def renewed(archive: Authority) -> bytes:
    sealed = stamped(seal(organisation(EXPIRED)), SEALED, SHORT)
    return archived(kept(sealed, crls=(good(issued=SEALED + DAY),)), SEALED + 20 * DAY, archive)


def test_an_archive_timestamp_keeps_the_one_before_it() -> None:
    trust = trusting(SHORT.certificate, STAMPER.certificate)
    _, answer = gathered(renewed(STAMPER), trust)
    assert [one.trusted for one in answer.times] == [True, True]
    assert (answer.moment, answer.level, answer.path.holds) == (SEALED, "LTA", True)


def test_an_archive_timestamp_that_has_itself_ended_keeps_nothing() -> None:
    _, answer = gathered(renewed(SHORT), trusting(SHORT.certificate))
    assert [one.indication for one in answer.times] == ["OUT_OF_BOUNDS_NO_POE"] * 2
    assert (answer.proven, answer.level) == (False, "B")


def test_an_archive_timestamp_of_a_stranger_keeps_nothing() -> None:
    _, answer = gathered(renewed(STAMPER), trusting(SHORT.certificate))
    assert [one.trusted for one in answer.times] == [None, None]
    assert answer.level == "B"


def revoked(moment: datetime) -> bytes:
    return crl(authorities.root(), Entry(serial=organisation().serial, moment=moment))


def test_revoked_after_the_proven_time_and_before_it_are_different_answers() -> None:
    sealed = stamped(seal(organisation()), SEALED, STAMPER)
    later = trusting(STAMPER.certificate, crls=(revoked(SEALED + DAY),))
    _, after = gathered(sealed, later)
    assert (after.path.holds, after.path.revoked_at) == (True, SEALED + DAY)
    earlier = trusting(STAMPER.certificate, crls=(revoked(SEALED - DAY),))
    _, before = gathered(sealed, earlier)
    assert (before.path.holds, before.path.indication) == (None, "REVOKED_NO_POE")


def test_without_a_proven_time_a_revocation_leaves_it_undecided() -> None:
    _, trust = gathered(seal(organisation()), trusting(crls=(revoked(SEALED + DAY),)))
    assert (trust.path.holds, trust.path.indication) == (None, "REVOKED_NO_POE")


def test_content_that_was_stamped_after_the_revocation_was_sealed_after_it() -> None:
    sealed = seal(organisation(), content_stamped=(SEALED, STAMPER))
    evidence, trust = gathered(sealed, trusting(STAMPER.certificate, crls=(revoked(SEALED - DAY),)))
    assert (trust.path.holds, trust.path.indication) == (False, "REVOKED")
    assert told(evidence)["seal.path"] is Outcome.FAILED
    _, untrusted = gathered(sealed, trusting(crls=(revoked(SEALED - DAY),)))
    assert untrusted.path.holds is None


def test_a_content_timestamp_alone_does_not_prove_when_the_seal_was_made() -> None:
    sealed = seal(organisation(), content_stamped=(SEALED, STAMPER))
    _, trust = gathered(sealed, trusting(STAMPER.certificate, crls=(good(),)))
    assert [one.trusted for one in trust.times] == [True]
    assert (trust.proven, trust.level) == (False, "B")


def test_a_timestamp_from_after_the_moment_asked_about_counts_for_nothing() -> None:
    sealed = stamped(seal(organisation()), SEALED, STAMPER)
    _, trust = gathered(sealed, trusting(STAMPER.certificate), now=SEALED - timedelta(hours=1))
    assert trust.proven is False
    assert trust.times[0].indication == "TIMESTAMP_ORDER_FAILURE"


def test_what_the_deny_list_names_leads_nowhere() -> None:
    denied = frozenset({fingerprint(authorities.root().certificate)})
    _, trust = gathered(seal(organisation()), trusting(crls=(good(),), denied=denied))
    assert trust.path.holds is None
    own = frozenset({fingerprint(organisation().certificate)})
    evidence, trust = gathered(seal(organisation()), trusting(crls=(good(),), denied=own))
    assert trust.path.holds is None
    assert trust.qualification.denied
    assert told(evidence)["seal.qualified"] is Outcome.FAILED


class Web:
    """Answers what it has, and keeps what it was asked."""

    at_hand = True

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, str]] = []

    def fetch(self, url: str, *, accept: str = "") -> Resource | Missing:
        self.asked.append((url, accept))
        body = self.answers.get(url)
        if body is None:
            return Missing(url=url, why="Nothing there.")
        return Resource(url=url, status=200, content_type="", body=body)


def test_only_what_is_missing_is_asked_and_what_comes_is_used() -> None:
    sealed = seal(organisation(listed=True))
    web = Web({LIST: good()})
    _, trust = gathered(sealed, trusting(), fetcher=web)
    assert trust.path.holds is True
    assert web.asked == [(LIST, "application/pkix-crl")]
    idle = Web({})
    gathered(sealed, trusting(crls=(good(),)), fetcher=idle)
    assert idle.asked == []


@pytest.mark.parametrize("body", [b"", b"<html>", b"\x30\x82", revoked(SEALED)[:-9]])
def test_an_answer_that_is_none_leaves_it_undecided(body: bytes) -> None:
    _, trust = gathered(seal(organisation(listed=True)), trusting(), fetcher=Web({LIST: body}))
    assert (trust.path.holds, trust.path.indication) == (None, "TRY_LATER")


def test_a_list_that_says_revoked_is_heard_when_it_was_asked_for() -> None:
    listed = organisation(listed=True)
    word = crl(authorities.root(), Entry(serial=listed.serial, moment=SEALED))
    _, trust = gathered(seal(listed), trusting(), fetcher=Web({LIST: word}))
    assert trust.path.indication == "REVOKED_NO_POE"


@pytest.mark.parametrize("kind", ["chain", "pool"])
def test_an_authority_in_between_may_come_with_the_seal(kind: str) -> None:
    middle = authorities.middle()
    one = holder("Hogeschool Zegel", middle)
    words = (good(), crl(middle))
    sealed = seal(one, chain=(middle,)) if kind == "chain" else kept(seal(one), certificates=(middle.der,))
    _, trust = gathered(sealed, trusting(crls=words))
    assert trust.path.holds is True
    assert len(trust.path.chain) == 3
