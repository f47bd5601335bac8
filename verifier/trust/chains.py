"""From a certificate to the trust anchors above it, through a pool that anyone may have filled.

Every step is one verified signature. What is bounded is work: how many signatures are tried below one name
and in all, how long a chain may be, how many chains are handed out. Loops end because no name and key comes
twice in a chain (RFC 4158 §2.4.2). Shorter chains come first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography import x509

from verifier.sealing.certificates import octets
from verifier.trust import der
from verifier.trust.certificate_facts import Facts, facts_of, outline
from verifier.trust.names import Name, read_name
from verifier.trust.signed import verified_once

Chain = tuple[Facts, ...]
"""The certificate first, the anchor last."""

MOST_CERTIFICATES = 12
"""In one chain; the longest met in practice has five."""
MOST_CHAINS = 64
MOST_TRIED = 128
"""Certificates of one name that are tried as the issuer of one other."""
MOST_TRIED_IN_ALL = 1024
MOST_STEPS = 4096


class Pool:
    """Certificates by the name they are issued to; anchors come before all others."""

    def __init__(self, anchors: Iterable[x509.Certificate], others: Iterable[x509.Certificate]) -> None:
        """Take certificates; those that cannot be read are left out."""
        self.anchors: frozenset[bytes] = frozenset()
        self._by_name: dict[bytes, list[tuple[bytes, x509.Certificate]]] = {}
        self._prepared: dict[Name, list[bytes]] | None = None
        seen: set[bytes] = set()
        trusted: set[bytes] = set()
        for group, into in ((anchors, trusted), (others, seen)):
            for certificate in group:
                data = octets(certificate)
                if data in seen:
                    continue
                seen.add(data)
                into.add(data)
                self._keep(data, certificate)
        self.anchors = frozenset(trusted)

    def _keep(self, data: bytes, certificate: x509.Certificate) -> None:
        subject = _subject(data)
        if subject is not None:
            self._by_name.setdefault(subject, []).append((data, certificate))

    def named(self, child: Facts, *, respelled: bool = False) -> list[x509.Certificate]:
        """List what may have issued a certificate, the likeliest first: anchors, then the key it names.

        Args:
            child: the certificate.
            respelled: those whose name is the same in another spelling, instead of to the letter.
        """
        names = self._alike(child) if respelled else [child.issuer_der]
        found = [one for name in names for one in self._by_name.get(name, ())]
        key = child.authority_key or b""
        found.sort(key=lambda one: (one[0] not in self.anchors, key not in one[0]))
        return [certificate for _, certificate in found[:MOST_TRIED]]

    def _alike(self, child: Facts) -> list[bytes]:
        """Find the issuer's name in other string types and cases (RFC 5280 §7.1)."""
        if self._prepared is None:
            self._prepared = {}
            for spelling in self._by_name:
                if (prepared := _prepared(spelling)) is not None:
                    self._prepared.setdefault(prepared, []).append(spelling)
        return [one for one in self._prepared.get(child.issuer, ()) if one != child.issuer_der]


@lru_cache(maxsize=256)
def _subject(data: bytes) -> bytes | None:
    """Give the name a certificate is issued to, as it stands; None where it cannot be read."""
    try:
        return outline(data)[0]
    except (ValueError, IndexError):
        return None


def _prepared(spelling: bytes) -> Name | None:
    try:
        return read_name(der.only(spelling, der.SEQUENCE))
    except (ValueError, IndexError):
        return None


@dataclass(slots=True)
class _Graph:
    """Who verifiably issued whom, as far as it was looked at."""

    issuers: dict[bytes, list[Facts]] = field(default_factory=dict)
    tried: int = 0


def chains(certificate: Facts, pool: Pool) -> Iterator[Chain]:
    """Give the chains from a certificate to anchors, the shortest first; none where there is no way.

    A certificate that is itself an anchor is a chain of one.
    """
    if certificate.der in pool.anchors:
        yield (certificate,)
        return
    graph = _upward(certificate, pool)
    leading = _leading(graph, pool.anchors)
    waiting: deque[Chain] = deque([(certificate,)])
    steps = found = 0
    while waiting and steps < MOST_STEPS and found < MOST_CHAINS:
        chain = waiting.popleft()
        steps += 1
        for issuer in graph.issuers.get(chain[-1].der, ()):
            if issuer.der not in leading or _repeats(issuer, chain):
                continue
            if issuer.der in pool.anchors:
                found += 1
                yield (*chain, issuer)
            elif len(chain) + 1 < MOST_CERTIFICATES:
                waiting.append((*chain, issuer))


def lineage(certificate: Facts, pool: Pool) -> tuple[tuple[Facts, Facts | None], ...]:
    """List a certificate and all that verifiably stand above it, the nearest first, each beside its issuer.

    None stands for an issuer that is not at hand; above anchors nothing is listed.
    """
    graph = _upward(certificate, pool)
    found = {certificate.der: certificate}
    found |= {one.der: one for issuers in graph.issuers.values() for one in issuers}
    return tuple(
        (one, next(iter(graph.issuers[data]), None)) for data, one in found.items() if data in graph.issuers
    )


def _repeats(issuer: Facts, chain: Chain) -> bool:
    return any(issuer.subject == one.subject and issuer.spki == one.spki for one in chain)


def _upward(certificate: Facts, pool: Pool) -> _Graph:
    """Verify who issued whom, level by level; above an anchor nothing is asked."""
    graph = _Graph()
    waiting = deque([certificate])
    while waiting:
        child = waiting.popleft()
        if child.der in graph.issuers or child.der in pool.anchors:
            continue
        graph.issuers[child.der] = issuers = _issuers(child, pool, graph)
        waiting.extend(issuers)
    return graph


def _issuers(child: Facts, pool: Pool, graph: _Graph) -> list[Facts]:
    return _verified(child, pool.named(child), graph) or _verified(
        child, pool.named(child, respelled=True), graph
    )


def _verified(child: Facts, candidates: list[x509.Certificate], graph: _Graph) -> list[Facts]:
    found: list[Facts] = []
    for candidate in candidates:
        issuer = facts_of(candidate)
        if issuer is None or _repeats(issuer, (child,)):
            continue
        if graph.tried >= MOST_TRIED_IN_ALL:
            break
        graph.tried += 1
        if verified_once(child.signed, issuer.certificate):
            found.append(issuer)
    return found


def _leading(graph: _Graph, anchors: frozenset[bytes]) -> frozenset[bytes]:
    """Find every certificate from which an anchor is reached, so that no other is walked to."""
    below: dict[bytes, list[bytes]] = {}
    for child, issuers in graph.issuers.items():
        for issuer in issuers:
            below.setdefault(issuer.der, []).append(child)
    waiting = [data for data in below if data in anchors]
    leading = set(waiting)
    while waiting:
        for child in below.get(waiting.pop(), ()):
            if child not in leading:
                leading.add(child)
                waiting.append(child)
    return frozenset(leading)
