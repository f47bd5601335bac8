"""What RFC 5280 §6.1 asks of a chain apart from signatures, dates and revocation."""

from __future__ import annotations

from typing import Literal

from verifier.trust.certificate_facts import (
    ANY_POLICY,
    CERTIFICATES,
    COMMITMENT,
    OCSP_SIGNING,
    SIGNATURE,
    TIME_STAMPING,
    Facts,
)
from verifier.trust.chains import Chain
from verifier.trust.names import NameConstraints, allowed, names_of

Purpose = Literal["seal", "timestamp", "ocsp"]
"""What the certificate at the bottom is used for."""


def unmet(chain: Chain, purpose: Purpose) -> str:
    """Say in one sentence which constraint a chain does not meet; empty when it meets all.

    The anchor is trusted as it stands, its extensions may be unknown to us; but where it says that it is no
    authority, or how far its authority reaches, that holds: an anchor for itself alone, a time-stamping unit
    of a trusted list say, vouches for nobody else.
    """
    certificate = chain[0]
    if not _fit(certificate, purpose):
        return "The certificate is not one for this use."
    return _unreadable(chain) or _authority(chain) or _names(chain) or _policy(chain)


def _fit(certificate: Facts, purpose: Purpose) -> bool:
    """Tell whether a certificate may be used so (EN 319 412-2 §4.3.2; RFC 3161 §2.3; RFC 6960 §4.2.2.2)."""
    if certificate.usages is not None and not certificate.usages & {SIGNATURE, COMMITMENT}:
        return False
    purposes = certificate.extended
    match purpose:
        case "timestamp":
            return purposes is not None and TIME_STAMPING in purposes
        case "ocsp":
            return purposes is not None and OCSP_SIGNING in purposes
        case "seal":
            return purposes is None or not purposes <= {TIME_STAMPING, OCSP_SIGNING}


def _unreadable(chain: Chain) -> str:
    for one in chain if len(chain) == 1 else chain[:-1]:
        if one.unreadable:
            return "A certificate of the chain holds an extension that cannot be read."
        if one.unknown_critical and len(chain) > 1:
            return "A certificate of the chain holds a critical extension that is not understood."
    return ""


def issues(one: Facts) -> bool:
    """Tell whether a certificate may issue others (RFC 5280 §4.2.1.3, §4.2.1.9)."""
    if one.version_3 and not one.authority:
        return False
    return one.usages is None or CERTIFICATES in one.usages


def _authority(chain: Chain) -> str:
    left: int | None = None
    for place in range(len(chain) - 1, 0, -1):
        one = chain[place]
        if one.unreadable or not issues(one):
            return "A certificate of the chain was issued with one that is not an authority's."
        if place < len(chain) - 1 and not one.self_issued and left is not None:
            if left == 0:
                return "The chain is longer than an authority in it allows."
            left -= 1
        if one.path_length is not None:
            left = one.path_length if left is None else min(left, one.path_length)
    return ""


def _names(chain: Chain) -> str:
    collected: list[NameConstraints] = []
    for place in range(len(chain) - 1, -1, -1):
        one = chain[place]
        if place < len(chain) - 1 and (place == 0 or not one.self_issued):
            names = names_of(one.subject, one.alternatives)
            if not all(allowed(names, each) for each in collected):
                return "A certificate of the chain has a name that an authority above it may not give."
        if one.constraints is not None:
            collected.append(one.constraints)
    return ""


def _policy(chain: Chain) -> str:
    """Follow the policies down (RFC 5280 §6.1.3 (d)-(f), §6.1.4 (a)-(j)); any policy will do at the end.

    Since no policy is asked for, it is enough to know which ones are valid, and the tree is not built.
    """
    below = chain[-2::-1]
    valid: frozenset[bytes] = frozenset({ANY_POLICY})
    require = forbid_any = forbid_mapping = len(below) + 1
    for place, one in enumerate(below):
        last = place == len(below) - 1
        valid = _valid(one, valid, any_counts=forbid_any > 0 or (one.self_issued and not last))
        if require <= 0 and not valid:
            return "The chain follows no policy, and an authority in it requires one."
        policies = one.policies
        if not last:
            valid = _mapped(one, valid, mapping=forbid_mapping > 0)
        if not one.self_issued or last:
            require, forbid_any, forbid_mapping = require - 1, forbid_any - 1, forbid_mapping - 1
        require = _least(require, policies.require)
        forbid_mapping = _least(forbid_mapping, policies.forbid_mapping)
        forbid_any = _least(forbid_any, policies.forbid_any)
    if require <= 0 and not valid:
        return "The chain follows no policy, and an authority in it requires one."
    return ""


def _least(left: int, said: int | None) -> int:
    return left if said is None else min(left, said)


def _valid(one: Facts, valid: frozenset[bytes], *, any_counts: bool) -> frozenset[bytes]:
    own = one.policies.own
    if own is None:
        return frozenset()
    named = own - {ANY_POLICY}
    kept = named if ANY_POLICY in valid else named & valid
    return kept | valid if ANY_POLICY in own and any_counts else kept


def _mapped(one: Facts, valid: frozenset[bytes], *, mapping: bool) -> frozenset[bytes]:
    found = valid
    for above, below in one.policies.mappings.items():
        if above in valid:
            found = (found - {above}) | (below if mapping else frozenset())
    return found
