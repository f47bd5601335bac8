"""Status lists that the gateway publishes, read by its own verifier from a credential that names them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from bundles import answer
from samples import elm_cases, sealing
from samples.sealing import NOW, means, trust

from api.status.entries import PURPOSES, Purpose, address, entries_of
from api.status.publishing import LASTS, Lists, Published, Signing
from api.storage import Store
from api.storage.backup import restored
from api.storage.credentials import PATIENCE, complete, give_up, reinstate, reserve, revoke, suspend
from api.storage.records import Origin, Reservation, Sealed
from converter.enrich.sealing import literal as as_literal
from converter.formats.jades import split_jades
from schemas.errors import Refused
from schemas.stamper import Level
from verifier import Outcome, verify
from verifier.bundle import BundleFetcher
from verifier.sealing.making import seal_elm
from verifier.status.bitstring import expanded

BASE = "https://gateway.example"
PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED


def signing() -> Signing:
    return Signing(key=sealing.key(), base=BASE)


def sealed(store: Store, *, literal: bool = False) -> tuple[Reservation, bytes]:
    kept = reserve(store, Origin(tenant="school", target="elm-json"), now=NOW)
    tree = elm_cases.good()
    if literal:
        tree["credentialStatus"] = as_literal(entries_of(BASE, kept.list_id, kept.place)[0]["id"])
    else:
        tree["status"] = list(entries_of(BASE, kept.list_id, kept.place))
    made = seal_elm(json.dumps(tree).encode(), means(), Level.B)
    complete(store, kept, Sealed(sha256="a" * 64, certificate_sha256="b" * 64), now=NOW)
    return kept, made


def published(lists: Lists, kept: Reservation, purpose: Purpose, **more: Any) -> Published:
    return lists.published(kept.list_id, purpose, signing(), **{"now": NOW, **more})


def told(store: Store, kept: Reservation, document: bytes, lists: Lists | None = None) -> dict[str, Outcome]:
    """Verify an hour later, on a web that has what is published then."""
    now = NOW + timedelta(hours=1)
    lists = lists or Lists(store)
    web = {
        address(BASE, kept.list_id, purpose): answer(
            published(lists, kept, purpose, now=now).body, media="application/vc+jwt"
        )
        for purpose in PURPOSES
    }
    found = verify(document, fetcher=BundleFetcher(web), now=now, trust=trust())
    said = [one for one in found.findings if one.check.startswith("status.")]
    return {one.check: one.outcome for one in said if one.outcome is not Outcome.NOT_APPLICABLE}


def test_our_verifier_reads_what_we_publish_at_every_turn(store: Store) -> None:
    kept, document = sealed(store)
    lists = Lists(store)
    good = {"status.revoked": PASSED, "status.suspended": PASSED}
    assert told(store, kept, document, lists) == good
    suspend(store, kept.id, "asked", now=NOW)
    assert told(store, kept, document, lists) == {**good, "status.suspended": FAILED}
    reinstate(store, kept.id, "answered", now=NOW)
    assert told(store, kept, document, lists) == good
    revoke(store, kept.id, "error", now=NOW)
    assert told(store, kept, document, lists) == {**good, "status.revoked": FAILED}


def test_another_credential_of_the_list_is_not_meant(store: Store) -> None:
    (kept, document), (other, _) = sealed(store), sealed(store)
    assert kept.list_id == other.list_id
    revoke(store, other.id, "error", now=NOW)
    assert told(store, kept, document)["status.revoked"] is PASSED


def test_the_literal_form_names_an_address_and_so_decides_nothing(store: Store) -> None:
    kept, document = sealed(store, literal=True)
    assert set(told(store, kept, document).values()) == {UNDECIDED}


def test_the_member_of_the_wild_breaks_no_rule_of_the_profile(store: Store) -> None:
    for literal in (False, True):
        _, document = sealed(store, literal=literal)
        found = verify(document, fetcher=BundleFetcher({}), now=NOW, trust=trust())
        outcomes = {one.check: one.outcome for one in found.findings if one.check.startswith("format.")}
        assert set(outcomes.values()) <= {PASSED, Outcome.NOT_APPLICABLE}, outcomes


def test_a_list_is_padded_to_the_herd_and_marks_only_what_it_must(store: Store) -> None:
    kept, _ = sealed(store)
    revoke(store, kept.id, "error", now=NOW)
    tree = json.loads(split_jades(published(Lists(store), kept, "revocation").body).payload)
    bits = expanded(tree["credentialSubject"]["encodedList"])
    assert len(bits) == 16_384
    assert sum(one.bit_count() for one in bits) == 1
    assert tree["id"] == address(BASE, kept.list_id, "revocation")
    assert tree["validUntil"] == "2026-06-02T12:00:00Z"
    assert set(tree["credentialSubject"]) == {"id", "type", "statusPurpose", "encodedList", "ttl"}


def test_a_list_is_signed_once_until_a_bit_changes_or_half_its_time_is_over(store: Store) -> None:
    kept, _ = sealed(store)
    lists = Lists(store)
    first = published(lists, kept, "revocation")
    assert published(lists, kept, "revocation", now=NOW + timedelta(hours=11)).etag == first.etag
    later = published(lists, kept, "revocation", now=NOW + LASTS / 2)
    assert later.etag != first.etag
    assert later.until == NOW + LASTS * 1.5
    revoke(store, kept.id, "error", now=NOW)
    assert published(lists, kept, "revocation", now=NOW + LASTS / 2).etag != later.etag


def test_two_instances_on_one_database_tell_a_revocation_at_once(store: Store) -> None:
    kept, document = sealed(store)
    here, there = Lists(store), Lists(store)
    for lists in (here, there):
        assert told(store, kept, document, lists)["status.revoked"] is PASSED
    revoke(store, kept.id, "error", now=NOW)
    for lists in (here, there):
        assert told(store, kept, document, lists)["status.revoked"] is FAILED


def test_a_place_that_was_reserved_and_never_completed_is_nobodys_and_counts_as_revoked(store: Store) -> None:
    kept = reserve(store, Origin(tenant="school", target="elm-json"), now=NOW)
    tree = elm_cases.good()
    tree["status"] = list(entries_of(BASE, kept.list_id, kept.place))
    document = seal_elm(json.dumps(tree).encode(), means(), Level.B)
    give_up(store, now=NOW + 2 * PATIENCE)
    assert told(store, kept, document)["status.revoked"] is FAILED


def test_after_a_copy_was_put_back_what_is_not_known_is_suspended_and_what_is_known_is_not(
    store: Store,
) -> None:
    kept, document = sealed(store)
    restored(store, now=NOW)
    assert told(store, kept, document) == {"status.revoked": PASSED, "status.suspended": PASSED}
    tree = elm_cases.good()
    elsewhere = (kept.place + 1) % 131_072
    tree["status"] = list(entries_of(BASE, kept.list_id, elsewhere))
    unknown = seal_elm(json.dumps(tree).encode(), means(), Level.B)
    assert told(store, kept, unknown) == {"status.revoked": PASSED, "status.suspended": FAILED}


def test_there_is_no_list_of_another_name(store: Store) -> None:
    lists = Lists(store)
    with pytest.raises(Refused) as caught:
        lists.published("nothing", "revocation", signing(), now=NOW)
    assert caught.value.problems[0].code == "status.unknown"
    assert lists.tenant_of("nothing") == ""
    kept, _ = sealed(store)
    assert lists.tenant_of(kept.list_id) == "school"
