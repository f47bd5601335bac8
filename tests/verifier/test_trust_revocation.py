"""Revoked, suspended, not known, or good: what OCSP answers and CRLs make of a certificate at a moment."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import authorities as ca
from samples.authorities import DAY, NOW, Entry, Holder, Word, authority, holder, middle, root, seal
from samples.timestamps import der

from schemas.seal_trust import PathAnswer
from verifier.trust.carried import Revocations
from verifier.trust.path import validate_path

GOOD = (True, "")
LATER = (None, "TRY_LATER")
REVOKED = (None, "REVOKED_NO_POE")
R = x509.ReasonFlags


def path(
    *,
    crls: tuple[bytes, ...] = (),
    ocsps: tuple[bytes, ...] = (),
    one: Holder | None = None,
    anchor: Holder | None = None,
    moment: datetime = NOW,
    pool: tuple[Holder, ...] = (),
    **more: Any,
) -> PathAnswer:
    """Ask about the usual seal below its issuer as the anchor, as trusted lists have it."""
    return validate_path(
        (one or seal()).certificate,
        purpose="seal",
        moment=moment,
        now=NOW,
        pool=[each.certificate for each in pool],
        anchors=[(anchor or middle()).certificate],
        revocations=Revocations(crls=crls, ocsps=ocsps),
        **more,
    )


def found(answer: PathAnswer) -> tuple[bool | None, str]:
    assert answer.sentence.endswith(".")
    return answer.holds, answer.indication


def listed(**form: Any) -> Entry:
    return Entry(serial=seal().serial, **form)


def said(**form: Any) -> Word:
    return Word(subject=seal(), issuer=middle(), **form)


@cache
def answers() -> Holder:
    """Make the responder of the usual issuer."""
    return ca.responder(middle())


def by_issuer(**form: Any) -> bytes:
    return ca.answer(said(**form), signer=middle())


# Who may tell


def test_good_is_told_by_the_issuer_that_is_the_anchor() -> None:
    assert found(path(crls=(ca.crl(middle()),))) == GOOD
    assert found(path(ocsps=(by_issuer(),))) == GOOD


def test_nothing_known_leaves_it_open() -> None:
    assert found(path()) == LATER


def test_the_anchor_itself_needs_no_word_and_every_authority_below_it_does() -> None:
    below, above = ca.crl(middle()), ca.crl(root())
    assert found(path(crls=(below, above), anchor=root(), pool=(middle(),))) == GOOD
    answer = path(crls=(below,), anchor=root(), pool=(middle(),))
    assert found(answer) == LATER
    assert "an authority above it" in answer.sentence
    assert found(path(crls=(above,), anchor=root(), pool=(middle(),))) == LATER


def test_a_list_of_another_or_signed_by_another_tells_nothing() -> None:
    other = authority("Andere CA")
    assert found(path(crls=(ca.crl(other),))) == LATER
    assert found(path(crls=(ca.crl(middle(), signer=other.key),))) == LATER
    assert found(path(crls=(ca.crl(other, listed()), ca.crl(middle())))) == GOOD


def test_an_authority_that_may_not_sign_lists_tells_nothing_by_one() -> None:
    mute = holder("Zonder lijsten", basic=(True, None), uses=ca.usage("key_cert_sign"))
    below = holder("Onder zonder lijsten", mute)
    assert found(path(one=below, anchor=mute, crls=(ca.crl(mute),))) == LATER


@pytest.mark.parametrize("by_name", [True, False])
def test_a_responder_whom_the_issuer_named_may_answer(by_name: bool) -> None:  # noqa: FBT001
    data = ca.answer(said(), signer=answers(), carries=(answers(),), by_name=by_name)
    assert found(path(ocsps=(data,))) == GOOD


def test_the_responders_certificate_may_lie_beside_the_answer() -> None:
    data = ca.answer(said(), signer=answers())
    assert found(path(ocsps=(data,))) == LATER
    assert found(path(ocsps=(data,), pool=(answers(),))) == GOOD


SIGNING = (ca.purposes(ExtendedKeyUsageOID.OCSP_SIGNING), False)
NO_CHECK = (x509.OCSPNoCheck(), False)
ANYTHING = (ca.purposes(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE), False)


@pytest.mark.parametrize(
    "form",
    [
        {"extensions": (NO_CHECK,)},
        {"extensions": (NO_CHECK, ANYTHING)},
        {"extensions": (NO_CHECK, SIGNING), "uses": ca.usage("key_encipherment")},
        {"extensions": (NO_CHECK, SIGNING, (ca.unknown(), True))},
        {"extensions": (NO_CHECK, SIGNING), "end": NOW - 2 * DAY},
        {"extensions": (NO_CHECK, SIGNING), "start": NOW},
    ],
    ids=["no purpose", "any purpose", "no signing", "critical", "expired", "too early"],
)
def test_a_responder_who_is_not_one_tells_nothing(form: dict[str, Any]) -> None:
    one = ca.responder(middle(), **form)
    assert found(path(ocsps=(ca.answer(said(), signer=one, carries=(one,)),))) == LATER


def test_a_responder_of_another_issuer_tells_nothing() -> None:
    strangers = ca.responder(authority("Andere CA"))
    above = ca.responder(root())
    impostor = ca.responder(authority("Voorbeeld Zegel CA", key_name="a stranger's"))
    for one in (strangers, above, impostor):
        assert found(path(ocsps=(ca.answer(said(), signer=one, carries=(one,)),), pool=(middle(),))) == LATER


def test_an_answer_in_anothers_name_tells_nothing() -> None:
    for by_name in (True, False):
        data = ca.answer(said(), signer=seal(), called=middle(), by_name=by_name)
        assert found(path(ocsps=(data,))) == LATER
        data = ca.answer(said(), signer=seal(), called=answers(), carries=(answers(),), by_name=by_name)
        assert found(path(ocsps=(data,))) == LATER


def test_a_responder_that_may_be_revoked_is_asked_about_too() -> None:
    one = ca.responder(middle(), extensions=(SIGNING,))
    data = ca.answer(said(), signer=one, carries=(one,))
    assert found(path(ocsps=(data,))) == LATER
    # The list that clears the responder would clear the seal as well: it is one with the seal out of scope.
    about_one = ca.answer(Word(subject=one, issuer=middle()), signer=middle())
    assert found(path(ocsps=(data, about_one))) == GOOD
    revoked = ca.answer(Word(subject=one, issuer=middle(), status="revoked"), signer=middle())
    assert found(path(ocsps=(data, revoked))) == LATER
    by_itself = ca.answer(Word(subject=one, issuer=middle()), signer=one, carries=(one,))
    assert found(path(ocsps=(data, by_itself))) == LATER


@pytest.mark.parametrize("wrong", ["name", "key", "serial"])
def test_an_answer_about_another_certificate_tells_nothing(wrong: str) -> None:
    assert found(path(ocsps=(by_issuer(wrong=frozenset({wrong})),))) == LATER


@pytest.mark.parametrize("hash_name", ["sha1", "sha256", "sha384", "sha512"])
def test_a_certificate_is_named_by_any_usual_hash(hash_name: str) -> None:
    assert found(path(ocsps=(by_issuer(hash_name=hash_name),))) == GOOD


def test_among_several_answers_in_one_the_right_one_is_found() -> None:
    other = Word(subject=answers(), issuer=middle(), status="revoked")
    assert found(path(ocsps=(ca.answer(other, said(), signer=middle()),))) == GOOD
    assert found(path(ocsps=(ca.answer(other, signer=middle()),))) == LATER


def test_what_is_signed_weakly_clears_nobody_but_convicts() -> None:
    assert found(path(ocsps=(ca.answer(said(), signer=middle(), hash_name="sha1"),))) == LATER
    assert found(path(crls=(ca.crl(middle(), hashed=ca.WEAK),))) == LATER
    assert found(path(crls=(ca.crl(middle(), listed(), hashed=ca.WEAK), ca.crl(middle())))) == REVOKED


# When


def test_a_list_or_answer_tells_of_moments_up_to_its_next() -> None:
    for ask in (
        lambda until: path(crls=(ca.crl(middle(), issued=NOW - 9 * DAY, until=until),)),
        lambda until: path(ocsps=(by_issuer(issued=NOW - 9 * DAY, until=until),)),
    ):
        assert found(ask(NOW + timedelta(seconds=1))) == GOOD
        answer = ask(NOW - timedelta(seconds=1))
        assert found(answer) == LATER
        assert "does not reach" in answer.sentence


def test_an_answer_without_a_next_one_tells_of_moments_before_it() -> None:
    assert found(path(ocsps=(by_issuer(until=None),))) == LATER
    assert found(path(ocsps=(by_issuer(until=None, issued=NOW - timedelta(minutes=4)),))) == GOOD
    before = {"moment": NOW - 3 * DAY, "proven": True}
    assert found(path(ocsps=(by_issuer(until=None),), **before)) == GOOD


def test_word_from_after_a_proven_moment_tells_of_it() -> None:
    late = (ca.crl(middle(), issued=NOW - DAY, until=NOW - timedelta(hours=1)),)
    assert found(path(crls=late)) == LATER
    assert found(path(crls=late, moment=NOW - 90 * DAY, proven=True)) == GOOD
    assert found(path(crls=late, moment=NOW - 90 * DAY, proven=False)) == LATER


def test_of_a_certificate_that_had_expired_only_word_that_reaches_back_tells() -> None:
    expired = holder("Verlopen", middle(), end=NOW - 30 * DAY)
    before: dict[str, Any] = {"one": expired, "moment": NOW - 40 * DAY, "proven": True}

    def on_list(since: datetime) -> bytes:
        value = ca.unknown(ca.EXPIRED_ON_LIST, ca.time(since))
        return ca.crl(middle(), extensions=((value, False),))

    def by_answer(cutoff: datetime | None) -> bytes:
        return ca.answer(Word(subject=expired, issuer=middle(), cutoff=cutoff), signer=middle())

    assert found(path(crls=(ca.crl(middle()),), **before)) == LATER
    assert found(path(crls=(on_list(NOW - 31 * DAY),), **before)) == GOOD
    assert found(path(crls=(on_list(NOW - 29 * DAY),), **before)) == LATER
    assert found(path(ocsps=(by_answer(None),), **before)) == LATER
    assert found(path(ocsps=(by_answer(NOW - 31 * DAY),), **before)) == GOOD
    assert found(path(ocsps=(by_answer(NOW - 29 * DAY),), **before)) == LATER
    on_time = ca.crl(middle(), issued=NOW - 35 * DAY, until=NOW - 34 * DAY)
    assert found(path(crls=(on_time,), **before)) == GOOD
    revoked = ca.crl(middle(), Entry(serial=expired.serial, moment=NOW - 50 * DAY))
    assert found(path(crls=(revoked,), **before)) == REVOKED


# Revoked


WAYS = [
    pytest.param(lambda at, **_: {"crls": (ca.crl(middle(), listed(moment=at)),)}, id="crl"),
    pytest.param(lambda at, **_: {"ocsps": (by_issuer(status="revoked", revoked_at=at),)}, id="ocsp"),
]


@pytest.mark.parametrize("way", WAYS)
def test_revoked_before_and_after_the_proven_moment_are_different_answers(way: Any) -> None:
    at = NOW - 10 * DAY
    after = path(**way(at), moment=at + DAY, proven=True)
    assert found(after) == REVOKED
    assert after.revoked_at == at
    assert "22 May 2026" in after.sentence
    before = path(**way(at), moment=at - DAY, proven=True)
    assert found(before) == GOOD
    assert before.revoked_at == at
    assert "22 May 2026" in before.sentence
    assert "21 May 2026" in before.sentence
    assert found(path(**way(at), moment=at, proven=True)) == REVOKED
    assert found(path(**way(at), moment=at - DAY, proven=False)) == REVOKED


@pytest.mark.parametrize("way", WAYS)
def test_made_after_it_was_revoked_is_a_failure_and_existing_after_it_is_none(way: Any) -> None:
    at = NOW - 10 * DAY
    proven = {"moment": at + 3 * DAY, "proven": True}
    answer = path(**way(at), **proven, made_after=at + DAY)
    assert found(answer) == (False, "REVOKED")
    assert answer.revoked_at == at
    assert found(path(**way(at), **proven, made_after=at - DAY)) == REVOKED


def test_a_revocation_wins_over_older_and_newer_good_words() -> None:
    revoked = ca.crl(middle(), listed(), issued=NOW - 5 * DAY, until=NOW - 4 * DAY)
    for issued in (NOW - 9 * DAY, NOW - DAY):
        good = ca.crl(middle(), issued=issued)
        assert found(path(crls=(good, revoked))) == REVOKED
        assert found(path(crls=(revoked,), ocsps=(by_issuer(issued=issued),))) == REVOKED


def test_the_first_of_several_revocations_counts() -> None:
    late, early = listed(moment=NOW - 5 * DAY), listed(moment=NOW - 10 * DAY)
    crls = (ca.crl(middle(), late), ca.crl(middle(), early))
    answer = path(crls=crls, moment=NOW - 7 * DAY, proven=True)
    assert found(answer) == REVOKED
    assert answer.revoked_at == NOW - 10 * DAY


@pytest.mark.parametrize("reason", [None, R.key_compromise, R.superseded, R.cessation_of_operation])
def test_every_reason_but_suspension_revokes_for_good(reason: x509.ReasonFlags | None) -> None:
    assert found(path(crls=(ca.crl(middle(), listed(reason=reason)), ca.crl(middle())))) == REVOKED


def test_what_was_sealed_since_the_key_was_in_other_hands_does_not_count() -> None:
    entry = listed(moment=NOW - 10 * DAY, reason=R.key_compromise, invalid_since=NOW - 20 * DAY)
    crls = (ca.crl(middle(), entry),)
    answer = path(crls=crls, moment=NOW - 15 * DAY, proven=True)
    assert found(answer) == REVOKED
    assert answer.revoked_at == NOW - 10 * DAY
    assert found(path(crls=crls, moment=NOW - 21 * DAY, proven=True)) == GOOD
    late = listed(moment=NOW - 10 * DAY, invalid_since=NOW - 2 * DAY)
    assert found(path(crls=(ca.crl(middle(), late),), moment=NOW - 5 * DAY, proven=True)) == REVOKED


def test_a_revoked_authority_leaves_all_below_it_undecided() -> None:
    above = ca.crl(root(), Entry(serial=middle().serial))
    answer = path(crls=(ca.crl(middle()), above), anchor=root(), pool=(middle(),))
    assert found(answer) == (None, "REVOKED_CA_NO_POE")
    assert answer.revoked_at == NOW - 10 * DAY
    before = path(
        crls=(ca.crl(middle()), above), anchor=root(), pool=(middle(),), moment=NOW - 11 * DAY, proven=True
    )
    assert found(before) == GOOD
    assert before.revoked_at == NOW - 10 * DAY


# Suspended


def test_suspended_is_undecided_and_may_change() -> None:
    held = ca.crl(middle(), listed(reason=R.certificate_hold))
    answer = path(crls=(held,))
    assert found(answer) == LATER
    assert "suspended" in answer.sentence
    assert answer.revoked_at == NOW - 10 * DAY
    assert found(path(crls=(held,), moment=NOW - 11 * DAY, proven=True)) == GOOD
    assert found(path(ocsps=(by_issuer(status="revoked", reason=6),))) == LATER


def test_a_lifted_suspension_is_over_and_one_that_became_a_revocation_counts_from_its_start() -> None:
    held = ca.crl(middle(), listed(reason=R.certificate_hold), issued=NOW - 5 * DAY, until=NOW + DAY)
    assert found(path(crls=(held, ca.crl(middle(), issued=NOW - DAY)))) == GOOD
    assert found(path(crls=(held, ca.crl(middle(), issued=NOW - 9 * DAY)))) == LATER
    revoked = ca.crl(middle(), listed(moment=NOW - 2 * DAY))
    assert found(path(crls=(held, revoked), moment=NOW - 4 * DAY, proven=True)) == REVOKED


def test_taken_off_a_list_is_no_word_in_a_complete_one() -> None:
    odd = ca.crl(middle(), listed(reason=R.remove_from_crl))
    assert found(path(crls=(odd,))) == LATER
    assert found(path(crls=(odd, ca.crl(middle(), issued=NOW - 2 * DAY)))) == LATER
    assert found(path(ocsps=(by_issuer(status="revoked", reason=8),))) == LATER


def test_a_responder_who_does_not_know_says_nothing_and_a_list_may() -> None:
    assert found(path(ocsps=(by_issuer(status="unknown"),))) == LATER
    assert found(path(ocsps=(by_issuer(status="unknown"),), crls=(ca.crl(middle()),))) == GOOD


# What a list is about


def scoped(url: str = "", **flags: Any) -> bytes:
    return ca.crl(middle(), extensions=((ca.scope(url, **flags), True),))


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"only_contains_user_certs": True}, GOOD),
        ({"only_contains_ca_certs": True}, LATER),
        ({"only_contains_attribute_certs": True}, LATER),
        ({"indirect_crl": True}, LATER),
        ({"only_some_reasons": frozenset({R.key_compromise})}, LATER),
    ],
)
def test_a_list_about_other_certificates_or_some_reasons_clears_nobody(
    flags: dict[str, Any], expected: tuple[bool | None, str]
) -> None:
    assert found(path(crls=(scoped(**flags),))) == expected


def test_a_list_about_authorities_tells_of_an_authority() -> None:
    below = (ca.crl(middle()),)
    for flag, expected in (("only_contains_ca_certs", GOOD), ("only_contains_user_certs", LATER)):
        above = ca.crl(root(), extensions=((ca.scope(**{flag: True}), True),))
        assert found(path(crls=(*below, above), anchor=root(), pool=(middle(),))) == expected


def test_a_list_of_one_point_tells_of_the_certificates_of_that_point() -> None:
    here, there = "http://crl.example/1.crl", "http://crl.example/2.crl"
    one = holder("Met punt", middle(), extensions=((ca.points(here), False),))
    assert found(path(one=one, crls=(scoped(here),))) == GOOD
    assert found(path(one=one, crls=(scoped(there),))) == LATER
    assert found(path(crls=(scoped(here),))) == LATER
    assert found(path(one=one, crls=(ca.crl(middle()),))) == GOOD


def test_lists_of_changes_and_of_some_reasons_convict_but_do_not_clear() -> None:
    changes = ((x509.DeltaCRLIndicator(3), True),)
    assert found(path(crls=(ca.crl(middle(), extensions=changes),))) == LATER
    full = ca.crl(middle())
    assert found(path(crls=(full, ca.crl(middle(), listed(), extensions=changes)))) == REVOKED
    reasons = ((ca.scope(only_some_reasons=frozenset({R.key_compromise})), True),)
    assert found(path(crls=(full, ca.crl(middle(), listed(), extensions=reasons)))) == REVOKED


def test_a_list_or_entry_with_a_critical_extension_that_nobody_knows_clears_nobody() -> None:
    assert found(path(crls=(ca.crl(middle(), extensions=((ca.unknown(), True),)),))) == LATER
    assert found(path(crls=(ca.crl(middle(), extensions=((ca.unknown(), False),)),))) == GOOD
    odd = ca.crl(middle(), listed(extensions=((ca.unknown(), True),)))
    assert found(path(crls=(odd,))) == LATER
    assert found(path(crls=(odd, ca.crl(middle(), issued=NOW - 2 * DAY)))) == LATER
    assert found(path(ocsps=(by_issuer(critical=True),))) == LATER


# Who needs no word


def test_short_lived_certificates_and_those_without_revocation_need_no_word() -> None:
    for dotted in (ca.ASSURED, "2.5.29.56"):
        short = holder("Kortlevend", middle(), extensions=((ca.unknown(dotted), False),))
        assert found(path(one=short)) == GOOD
        listed_all_the_same = ca.crl(middle(), Entry(serial=short.serial))
        assert found(path(one=short, crls=(listed_all_the_same,))) == REVOKED
        upper = authority("Kortlevende CA", root(), extensions=((ca.unknown(dotted), False),))
        below = holder("Onder kortlevend", upper)
        assert found(path(one=below, anchor=root(), pool=(upper,), crls=(ca.crl(upper),))) == LATER


def test_a_responders_mark_on_a_seal_exempts_it_from_nothing() -> None:
    assert found(path(one=holder("Met merk", middle(), extensions=(NO_CHECK,)))) == LATER


# Hostile bytes


@cache
def samples() -> tuple[bytes, ...]:
    carried = ca.answer(said(status="revoked"), signer=answers(), carries=(answers(),))
    return (ca.crl(middle(), listed(reason=R.key_compromise)), by_issuer(status="revoked"), carried)


@settings(max_examples=150, deadline=None)
@given(
    which=st.integers(0, 2),
    changes=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), min_size=1, max_size=4),
    cut=st.integers(0, 3000),
)
def test_changed_bytes_never_make_revoked_into_good(
    which: int, changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(samples()[which])
    for place, value in changes:
        data[place % len(data)] = value
    for mutant in (bytes(data), bytes(data[: cut % len(data)])):
        answer = path(crls=(mutant,), ocsps=(mutant,))
        assert answer.holds is None, answer


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), tag=st.sampled_from([0x30, 0x0A, 0xA0, 0x04]))
def test_any_bytes_at_all_tell_nothing(data: bytes, tag: int) -> None:
    for one in (
        data,
        der(tag, data),
        der(0x30, der(tag, data)),
        der(0x30, der(0x0A, b"\0"), der(0xA0, data)),
    ):
        assert found(path(crls=(one,), ocsps=(one,))) == LATER


def test_hostile_depth_width_and_identifiers_end() -> None:
    deep = b"\x05\x00"
    for _ in range(2000):
        deep = der(0x30, deep)
    wide = der(0x30, b"\x05\x00" * 100_000)
    endless = der(0x30, der(0x06, b"\xff" * 400_000))
    assert found(path(crls=(deep, wide, endless), ocsps=(deep, wide, endless))) == LATER


def test_a_long_list_is_looked_through_in_bounded_time() -> None:
    entries = [Entry(serial=number) for number in range(1, 4_001)]
    data = ca.crl(middle(), *entries)
    start = time.process_time()
    assert found(path(crls=(data,))) == GOOD
    assert found(path(crls=(ca.crl(middle(), listed()), data))) == REVOKED
    assert time.process_time() - start < 2


def test_a_crowd_of_lists_and_answers_changes_nothing_and_takes_bounded_time() -> None:
    stranger = authority("Voorbeeld Zegel CA", key_name="a stranger's").key
    fake = ca.responder(Holder(certificate=middle().certificate, key=stranger))
    lists = [
        ca.crl(middle(), signer=stranger, issued=NOW - number * timedelta(minutes=1)) for number in range(200)
    ]
    moments = [NOW - number * timedelta(minutes=1) for number in range(200)]
    crowd = [ca.answer(said(issued=one), signer=fake, carries=[fake] * 3, by_name=True) for one in moments]
    start = time.process_time()
    assert found(path(crls=tuple(lists), ocsps=tuple(crowd))) == LATER
    assert found(path(crls=(*lists, ca.crl(middle())), ocsps=tuple(crowd))) == GOOD
    assert found(path(crls=tuple(lists), ocsps=(*crowd, by_issuer(status="revoked")))) == REVOKED
    unmarked = ca.responder(middle(), extensions=(SIGNING,))
    replayed = [ca.answer(said(issued=one), signer=unmarked, carries=(unmarked,)) for one in moments]
    assert found(path(crls=tuple(lists), ocsps=tuple(replayed))) == LATER
    assert time.process_time() - start < 5
