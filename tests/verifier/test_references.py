"""A bundle names the trust it was recorded with, and gives its reader none."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from samples.seals import certificate

from schemas.evidence import Trust
from schemas.trusted_list import ListArchive, ListSnapshot, TrustedList
from verifier.bundle import BundleFetcher, RecordingFetcher
from verifier.fetch import OfflineFetcher
from verifier.trust.references import as_recorded, referred

ONE, OTHER = certificate(), certificate("other")


def listed(territory: str, sha256: str) -> TrustedList:
    return TrustedList(
        territory=territory,
        sequence=1,
        version=5,
        issued=datetime(2026, 1, 1, tzinfo=UTC),
        next_update=None,
        services=(),
        type="",
        signer="",
        sha256=sha256,
    )


def archive(*snapshots: tuple[str, str]) -> ListArchive:
    return ListArchive(
        snapshots=tuple(
            ListSnapshot(lotl=listed("EU", lotl), lists=(listed("NL", national),))
            for lotl, national in snapshots
        )
    )


def test_the_same_trust_comes_back() -> None:
    trust = Trust(
        anchors=(ONE,),
        crls=(b"crl",),
        ocsps=(b"ocsp",),
        lists=archive(("a", "b"), ("c", "d")),
        denied=frozenset({"e"}),
    )
    assert as_recorded(trust, json.loads(json.dumps(referred(trust)))) == trust


def test_what_was_added_since_is_left_aside() -> None:
    then = Trust(anchors=(ONE,), lists=archive(("a", "b")))
    now = Trust(anchors=(ONE, OTHER), crls=(b"new",), lists=archive(("a", "b"), ("c", "d")))
    assert as_recorded(now, referred(then)) == then


def test_what_is_not_at_hand_is_named_and_never_taken_from_the_bundle() -> None:
    recorded = referred(Trust(anchors=(ONE,), lists=archive(("a", "b"))))
    replayed = as_recorded(Trust(), recorded)
    assert replayed.anchors == ()
    assert replayed.lists == ListArchive()
    assert len(replayed.missing) == 2


def test_a_list_that_is_another_than_the_one_recorded_is_not_used() -> None:
    recorded = referred(Trust(lists=archive(("a", "b"))))
    replayed = as_recorded(Trust(lists=archive(("a", "x"))), recorded)
    assert replayed.lists is not None
    assert replayed.lists.territories == ()
    assert replayed.missing == ("the trusted list b",)


def test_a_bundle_that_says_nothing_leaves_the_trust_as_it_is() -> None:
    trust = Trust(anchors=(ONE,))
    assert as_recorded(trust, None) is trust


def test_a_saved_bundle_carries_the_references(tmp_path: Path) -> None:
    trust = Trust(anchors=(ONE,), ocsps=(b"ocsp",))
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(RecordingFetcher(OfflineFetcher()).bundle(trust)), encoding="utf-8")
    assert BundleFetcher.from_file(path).trust(Trust(anchors=(OTHER, ONE))) == trust


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)
members = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("anchors", "crls", "denied", "lists", "ocsps"), values)
)


@given(members | values)
def test_no_bundle_adds_an_anchor_or_a_list(said: object) -> None:
    trust = as_recorded(Trust(anchors=(ONE,), lists=archive(("a", "b"))), said)
    assert set(trust.anchors) <= {ONE}
    assert trust.lists is None or set(trust.lists.territories) <= {"NL"}
