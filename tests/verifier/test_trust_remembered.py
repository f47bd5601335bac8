"""What is remembered of certificates and lists from one verdict to the next, and by what."""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.serialization import Encoding
from samples import authorities, sealing, timestamps
from samples.sealing import NOW, organisation_key

from schemas.evidence import Trust
from verifier.sealing.certificates import octets
from verifier.trust import crl, signed
from verifier.trust.assess import Hand
from verifier.trust.carried import Revocations
from verifier.trust.certificate_facts import facts_of
from verifier.trust.signed import verified_once


def test_octets_are_those_of_the_certificate() -> None:
    for one in (authorities.root().certificate, timestamps.root()):
        assert octets(one) == one.public_bytes(Encoding.DER)
        assert octets(one) is octets(one)


def test_a_remembered_signature_counts_for_those_octets_and_that_key_alone() -> None:
    root = authorities.root().certificate
    facts = facts_of(root)
    assert facts is not None
    assert verified_once(facts.signed, root)
    assert verified_once(facts.signed, root)
    assert not verified_once(facts.signed, timestamps.root())
    for changed in (
        replace(facts.signed, body=facts.signed.body[:-1] + bytes([facts.signed.body[-1] ^ 1])),
        replace(facts.signed, value=bytes(len(facts.signed.value))),
        replace(facts.signed, algorithm=b"\x30\x00"),
    ):
        assert not verified_once(changed, root)


def test_a_long_list_is_read_and_not_kept() -> None:
    (short, *_) = sealing.words(at=NOW)
    assert crl.read_list(short) is crl.read_list(short)
    kept = crl._kept.cache_info().currsize
    assert crl.read_list(short + bytes(crl._MOST_KEPT)) is None
    assert crl._kept.cache_info().currsize == kept


def test_a_long_body_is_verified_and_not_kept() -> None:
    certificate = organisation_key().certificates[0]
    facts = facts_of(certificate)
    assert facts is not None
    before = signed._remembered.cache_info()
    assert not verified_once(replace(facts.signed, body=bytes(1024 * 1024)), certificate)
    assert signed._remembered.cache_info() == before


def test_every_path_of_a_hand_asks_the_same_data_and_another_hand_its_own() -> None:
    words = sealing.words(at=NOW)
    hand = Hand(trust=Trust(crls=words), carried=Revocations(), fetched=Revocations(), now=NOW)
    assert hand.known is hand.known
    assert len(hand.known._lists) == len(words)
    assert not hand.alone().known._lists
    bare = Hand(trust=Trust(), carried=Revocations(crls=words), fetched=Revocations(), now=NOW)
    assert bare.alone() is bare
    more = replace(bare, fetched=Revocations(crls=words))
    assert more.known is not bare.known
    assert more.alone() == bare
