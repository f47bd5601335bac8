"""What an evidence bundle says of the trust it was recorded with, so that a replay rests on the same.

A bundle holds signed revocation data whole, and anchors and lists by their digests only: whoever made a
bundle has no say in whom its reader trusts.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from schemas.evidence import Trust
from schemas.trusted_list import ListArchive, ListSnapshot
from verifier.sealing.certificates import fingerprint

_MOST = 10_000


def referred(trust: Trust) -> dict[str, Any]:
    """Return the member `trust` of a bundle."""
    snapshots = trust.lists.snapshots if trust.lists else ()
    return {
        "anchors": sorted(fingerprint(one) for one in trust.anchors),
        "crls": [base64.b64encode(one).decode() for one in trust.crls],
        "denied": sorted(trust.denied),
        "lists": [_listed(one) for one in snapshots] if trust.lists is not None else None,
        "ocsps": [base64.b64encode(one).decode() for one in trust.ocsps],
    }


def as_recorded(trust: Trust, said: object) -> Trust:
    """Return the asker's trust as far as the bundle refers to it, with the bundle's revocation data.

    What the bundle refers to and the asker does not have is named in `Trust.missing`; what the asker has
    beyond it is left aside, for the recorded verdict did not rest on it. A bundle without the member, as
    earlier ones are, leaves the asker's trust as it is.
    """
    if not isinstance(said, Mapping):
        return trust
    wanted = frozenset(_texts(said.get("anchors")))
    kept = tuple(one for one in trust.anchors if fingerprint(one) in wanted)
    lists, lacking = _lists(trust.lists, said.get("lists"))
    absent = sorted(wanted - {fingerprint(one) for one in kept})
    return replace(
        trust,
        anchors=kept,
        crls=_decoded(said.get("crls")),
        ocsps=_decoded(said.get("ocsps")),
        lists=lists,
        denied=trust.denied | frozenset(_texts(said.get("denied"))),
        missing=(*(f"the anchor {one}" for one in absent), *(f"the trusted list {one}" for one in lacking)),
    )


def _listed(snapshot: ListSnapshot) -> dict[str, Any]:
    return {
        "lotl": snapshot.lotl.sha256,
        "national": {one.territory: one.sha256 for one in snapshot.lists},
    }


def _lists(archive: ListArchive | None, said: object) -> tuple[ListArchive | None, list[str]]:
    """Keep the snapshots the bundle names, each with no other lists than it names."""
    if not isinstance(said, list):
        return None, []
    at_hand = {one.lotl.sha256: one for one in archive.snapshots} if archive else {}
    kept: list[ListSnapshot] = []
    lacking: list[str] = []
    for one in said[:_MOST]:
        lotl = one.get("lotl") if isinstance(one, Mapping) else None
        national = one.get("national") if isinstance(one, Mapping) else None
        wanted = frozenset(_texts(list(national.values()) if isinstance(national, Mapping) else []))
        found = at_hand.get(lotl) if isinstance(lotl, str) else None
        if found is None:
            lacking.append(str(lotl)[:64])
            continue
        lists = tuple(national for national in found.lists if national.sha256 in wanted)
        lacking += sorted(wanted - {national.sha256 for national in lists})
        kept.append(replace(found, lists=lists))
    return ListArchive(snapshots=tuple(kept)), lacking


def _texts(values: object) -> Iterable[str]:
    return [one for one in values[:_MOST] if isinstance(one, str)] if isinstance(values, list) else []


def _decoded(values: object) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for one in _texts(values):
        try:
            found.append(base64.b64decode(one, validate=True))
        except ValueError:
            continue
    return tuple(found)
