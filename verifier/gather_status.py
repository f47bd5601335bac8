"""What a credential's status rests on: the lists that its sealed content names, and their own seals."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from schemas.document import Tree
from schemas.evidence import Evidence, Resource
from schemas.status import ListSeal, StatusKind
from verifier.address import without_fragment
from verifier.asked import OK, Asked, is_web
from verifier.gather_seal import gather_trust
from verifier.status.entries import entries
from verifier.status.sealed import examine_list

STATUS_LISTS = (
    "application/vc+jwt, application/jwt;q=0.9, application/jose+json;q=0.9, application/vc;q=0.8, "
    "application/ld+json;q=0.7, application/json;q=0.6"
)
"""A list with its own seal is preferred, for only that can be relied upon."""


def gather_status(evidence: Evidence, asked: Asked) -> Evidence:
    """Ask the status lists of a sealed credential, as many as `entries` gives, and examine their seals.

    What no seal covers names nothing: anybody may have put the address there.
    """
    document = evidence.signed_document
    if document is None:
        return evidence
    places = _addresses(document.tree)
    asked.ask_all([(place, STATUS_LISTS) for place in places])
    answers = asked.resources()
    seals: dict[str, ListSeal] = {}
    hashes = dict(evidence.hashes)
    for place in places:
        answer = answers.get(place)
        if not isinstance(answer, Resource) or answer.status != OK:
            continue
        hashes[place] = hashlib.sha256(answer.body).hexdigest()
        examined = examine_list(answer.body)
        if examined is not None:
            trust = gather_trust(examined, None, evidence, asked)
            seals[place] = ListSeal(examined=examined, trust=trust)
    return replace(evidence, resources=asked.resources(), list_seals=seals, hashes=hashes)


def _addresses(tree: Tree) -> list[str]:
    """List what the statuses of a credential lead to, each once, in order."""
    named = (
        without_fragment(entry.address)
        for entry in entries(tree)
        if entry.kind is not StatusKind.UNKNOWN and not entry.fault and is_web(entry.address)
    )
    return list(dict.fromkeys(named))
