"""Find the services that a certificate leads to (TS 119 615 §4.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from cryptography import x509

from schemas.trusted_list import TrustedList, TrustedService
from verifier.sealing.certificates import issued
from verifier.trust.lists.identity import by_subject, der_of, loaded, names_of, without_certificate

_LONGEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A service, the list that has it, and the certificate by which it was found."""

    service: TrustedService
    trusted_list: TrustedList
    identity: bytes


def matches_for(
    certificate: x509.Certificate,
    chain: tuple[x509.Certificate, ...],
    lists: list[TrustedList],
    *,
    wanted: Callable[[TrustedService], bool],
    itself: bool = False,
) -> tuple[Match, ...]:
    """Find the nearest services that issued a certificate, over several lists.

    Every step is verified here: a certificate that did not issue the one before it leads nowhere.

    Args:
        certificate: whose issuer is sought.
        chain: certificates that may stand between; their order does not matter.
        lists: that are asked.
        wanted: which services count.
        itself: a service may also be identified by the certificate itself, as those that issue tokens are.
    """
    if itself and (found := tuple(_same(certificate, lists, wanted))):
        return found
    current = certificate
    for _ in range(_LONGEST):
        parent = next((one for one in chain if one != current and _may_issue(one, current)), None)
        if found := tuple(_issuers(current, parent, lists, wanted)):
            return found
        if parent is None:
            return ()
        current = parent
    return ()


def leads_to_a_root(certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> bool:
    """Tell whether the chain is whole: else an authority that is missing in it may be a listed one's."""
    current = certificate
    for _ in range(_LONGEST):
        if current.issuer == current.subject:
            return True
        parent = next((one for one in chain if one != current and _may_issue(one, current)), None)
        if parent is None:
            return False
        current = parent
    return False


def _same(
    certificate: x509.Certificate, lists: list[TrustedList], wanted: Callable[[TrustedService], bool]
) -> Iterator[Match]:
    """Give the services identified by this very key under this very name (TS 119 612 §5.5.3)."""
    key = certificate.public_key()
    subject = names_of(der_of(certificate))[1]
    for one in lists:
        for service, der in by_subject(one).get(subject, ()):
            identity = loaded(der)
            if wanted(service) and identity is not None and identity.public_key() == key:
                yield Match(service=service, trusted_list=one, identity=der)
        for service in without_certificate(one).get(_key_identifier(certificate), ()):
            if wanted(service) and _named(service, certificate.subject):
                yield Match(service=service, trusted_list=one, identity=der_of(certificate))


def _issuers(
    current: x509.Certificate,
    parent: x509.Certificate | None,
    lists: list[TrustedList],
    wanted: Callable[[TrustedService], bool],
) -> Iterator[Match]:
    issuer = names_of(der_of(current))[0]
    for one in lists:
        seen: set[int] = set()
        for service, der in by_subject(one).get(issuer, ()):
            if id(service) not in seen and wanted(service) and _issued(current, der):
                seen.add(id(service))
                yield Match(service=service, trusted_list=one, identity=der)
        if parent is not None:
            for service in without_certificate(one).get(_key_identifier(parent), ()):
                if wanted(service) and _named(service, parent.subject):
                    yield Match(service=service, trusted_list=one, identity=der_of(parent))


def _issued(certificate: x509.Certificate, der: bytes) -> bool:
    identity = loaded(der)
    return identity is not None and verified(certificate, identity)


@lru_cache(maxsize=1024)
def verified(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Tell whether one certificate was signed with another's key, under its name."""
    return issued(certificate, issuer)


def _may_issue(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    """Tell whether one is an authority's, and issued the other (RFC 5280 §4.2.1.9)."""
    if certificate.issuer != issuer.subject:
        return False
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return constraints.ca and verified(certificate, issuer)


def _key_identifier(certificate: x509.Certificate) -> bytes:
    """Compute the identifier from the key itself (RFC 5280 §4.2.1.2); anyone may write any in a certificate.

    SHA-1 will do: no one can make a second key for a given hash.
    """
    return x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest


def _named(service: TrustedService, name: x509.Name) -> bool:
    """Compare names by their values alone: lists spell the types, and their order, in many ways."""
    values = sorted(_plain(one.value) for one in name if isinstance(one.value, str))
    return any(sorted(_values(text)) == values for text in service.subjects)


def _values(text: str) -> Iterator[str]:
    """Take the attribute values out of a distinguished name (RFC 4514 §2)."""
    escaped = False
    part = ""
    for sign in (*text, ","):
        if sign in ",+;" and not escaped:
            yield _plain(_decoded(part.partition("=")[2]))
            part = ""
        elif sign == "\\" and not escaped:
            escaped = True
            continue
        else:
            part += sign
        escaped = False


def _decoded(value: str) -> str:
    """Read `#` and the hex of a DER string (RFC 4514 §2.4)."""
    stripped = value.strip()
    try:
        return bytes.fromhex(stripped[1:])[2:].decode() if stripped.startswith("#") else stripped
    except ValueError:
        return stripped


def _plain(value: str) -> str:
    return " ".join(value.split()).strip('"').casefold()
