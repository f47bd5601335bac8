"""OCSP answers, from anyone's hands: what one says about a certificate (RFC 6960 §4.2)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509

from verifier.sealing import certificates
from verifier.trust import der
from verifier.trust.certificate_facts import COMMITMENT, OCSP_SIGNING, SIGNATURE, Facts, facts_of
from verifier.trust.names import Name, read_name
from verifier.trust.signed import Signed, read_signed, verified, weakness
from verifier.trust.statement import REMOVED, Statement

MAX_BYTES = 1024 * 1024
_MOST_CARRIED = 16
_MOST_RESPONDERS = 4
"""Of one name or key, tried for one answer; answers carry one, and sometimes its chain."""
_BASIC = der.object_id("1.3.6.1.5.5.7.48.1.1")
_CUTOFF = der.object_id("1.3.6.1.5.5.7.48.1.6")
_INVALIDITY = der.object_id("2.5.29.24")
_NONCE = der.object_id("1.3.6.1.5.5.7.48.1.2")
_EXTENDED_REVOKE = der.object_id("1.3.6.1.5.5.7.48.1.9")
_REASON = der.object_id("2.5.29.21")
_UNDERSTOOD = frozenset({_CUTOFF, _INVALIDITY, _NONCE, _EXTENDED_REVOKE, _REASON})
_HASHES = {
    der.object_id("1.3.14.3.2.26"): "sha1",  # names the issuer; who that is is known by his signature
    der.object_id("2.16.840.1.101.3.4.2.4"): "sha224",
    der.object_id("2.16.840.1.101.3.4.2.1"): "sha256",
    der.object_id("2.16.840.1.101.3.4.2.2"): "sha384",
    der.object_id("2.16.840.1.101.3.4.2.3"): "sha512",
}
Standing = Callable[[Facts, datetime], bool]
"""Whether a delegated responder's certificate was not revoked at a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Single:
    """What an answer says about one certificate, by hashes of its issuer's name and key.

    Attributes:
        hash_name: as hashlib calls it; empty where it is none that is computed here.
        issuer_name: hash of the issuer's name.
        issuer_key: hash of the issuer's key.
        serial: serial number.
        word: what is said, but for whether its signature is weak.
    """

    hash_name: str
    issuer_name: bytes
    issuer_key: bytes
    serial: int
    word: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, read but not verified.

    Attributes:
        signed: taken apart, to be verified.
        responder: the responder's name, or the SHA-1 of his key.
        produced: producedAt.
        singles: about each certificate.
        certificates: those it carries, as they stand.
    """

    signed: Signed
    responder: Name | bytes
    produced: datetime
    singles: tuple[Single, ...]
    certificates: tuple[bytes, ...]


def read_answer(data: bytes) -> Answer | None:
    """Read an OCSPResponse, DER; None for what is none, tells of an error, or says what is not understood."""
    if len(data) > MAX_BYTES:
        return None
    try:
        return _read(data)
    except Exception:  # noqa: BLE001 - hostile DER: whatever the reader says, it is no answer
        return None


def _read(data: bytes) -> Answer | None:
    status, *held = der.elements(der.only(data, der.SEQUENCE), 2)
    if status.whole != b"\x0a\x01\x00" or not held:
        return None
    kind, basic = der.elements(der.only(held[0].content, der.SEQUENCE), 2)
    if kind.content != _BASIC or basic.tag != der.OCTET_STRING:
        return None
    signed = read_signed(basic.content)
    parts = der.elements(der.only(signed.body, der.SEQUENCE), 5)
    parts = parts[1:] if parts[0].tag == 0xA0 else parts  # noqa: PLR2004 - the version
    responder, produced, singles = parts[:3]
    if not _understood(der.optional(parts[3:], 0xA1)):
        return None
    carried = [one.content for one in signed.rest if one.tag == 0xA0]  # noqa: PLR2004 - certs
    return Answer(
        signed=signed,
        responder=_responder(responder),
        produced=der.moment(produced),
        singles=tuple(_single(one.content) for one in der.elements(singles.content)),
        certificates=tuple(
            one.whole for content in carried for one in der.elements(der.only(content, der.SEQUENCE))
        ),
    )


def _responder(element: der.Element) -> Name | bytes:
    if element.tag == 0xA1:  # noqa: PLR2004 - byName
        return read_name(der.only(element.content, der.SEQUENCE))
    if element.tag == 0xA2:  # noqa: PLR2004 - byKey
        return der.only(element.content, der.OCTET_STRING)
    raise ValueError("the responder does not say who he is")


def _extensions(content: bytes | None) -> Iterator[tuple[bytes, bool, bytes]]:
    for extension in der.elements(der.only(content, der.SEQUENCE)) if content else ():
        parts = der.elements(extension.content, 3)
        critical = len(parts) == 3 and der.truth(parts[1].content)  # noqa: PLR2004 - with `critical`
        yield parts[0].content, critical, parts[-1].content


def _understood(content: bytes | None) -> bool:
    return all(kind in _UNDERSTOOD or not critical for kind, critical, _ in _extensions(content))


def _single(content: bytes) -> Single:
    identifier, status, issued, *rest = der.elements(content, 5)
    algorithm, name, key, serial = der.elements(identifier.content, 4)
    extensions = der.optional(rest, 0xA1)
    values = {kind: value for kind, _, value in _extensions(extensions)}
    until = der.optional(rest, 0xA0)
    word = _word(
        status,
        Statement(
            status="good",
            issued=der.moment(issued),
            until=None if until is None else der.moment(der.elements(until, 1)[0]),
            reaches_back=der.moment(der.elements(values[_CUTOFF], 1)[0]) if _CUTOFF in values else None,
            invalid_since=der.moment(der.elements(values[_INVALIDITY], 1)[0])
            if _INVALIDITY in values
            else None,
        ),
        understood=_understood(extensions),
    )
    return Single(
        hash_name=_HASHES.get(der.elements(algorithm.content, 2)[0].content, ""),
        issuer_name=name.content,
        issuer_key=key.content,
        serial=int.from_bytes(serial.content, signed=True),
        word=word,
    )


def _word(status: der.Element, word: Statement, *, understood: bool) -> Statement:
    match status.tag:
        case _ if not understood:
            said = Statement(status="unclear", issued=word.issued)
        case 0x80 if not status.content:
            said = word
        case 0xA1:
            revoked, *why = der.elements(status.content, 2)
            reason = der.number(der.only(why[0].content, der.ENUMERATED)) if why else None
            said = Statement(
                status="unclear" if reason == REMOVED else "revoked",
                issued=word.issued,
                until=word.until,
                revoked_at=der.moment(revoked),
                reason=reason,
                invalid_since=word.invalid_since,
            )
        case 0x82:
            said = Statement(status="unknown", issued=word.issued)
        case _:
            raise ValueError("an answer of no known kind")
    return said


def about(answer: Answer, subject: Facts, issuer: Facts) -> list[Single]:
    """List what an answer says about a certificate (RFC 6960 §4.1.1, §4.2.2.3), unverified."""
    return [
        single
        for single in answer.singles
        if single.serial == subject.serial
        and single.hash_name
        and _same(single.hash_name, issuer.key_bits, single.issuer_key)
        and any(
            _same(single.hash_name, name, single.issuer_name)
            for name in (subject.issuer_der, issuer.subject_der)
        )
    ]


def _same(hash_name: str, data: bytes, expected: bytes) -> bool:
    return hmac.compare_digest(hashlib.new(hash_name, data, usedforsecurity=False).digest(), expected)


def answered(
    answer: Answer, subject: Facts, issuer: Facts, pool: tuple[x509.Certificate, ...], standing: Standing
) -> list[Statement]:
    """Give what an answer says about a certificate, if its issuer or someone he named says it.

    Args:
        answer: it.
        subject: the certificate.
        issuer: the one above it in the chain.
        pool: certificates among which the responder's may be, beside those the answer carries.
        standing: whether a responder's certificate was not revoked.
    """
    singles = about(answer, subject, issuer)
    if not singles:
        return []
    signer = _signer(answer, issuer, pool, standing)
    if signer is None:
        return []
    weak = bool(weakness(answer.signed, signer.key)) or (
        signer is not issuer and bool(weakness(signer.signed, issuer.key))
    )
    return [replace(single.word, weak=weak) for single in singles]


def _signer(
    answer: Answer, issuer: Facts, pool: tuple[x509.Certificate, ...], standing: Standing
) -> Facts | None:
    """Find who signed: the issuer, or a responder whom the issuer himself named so (§4.2.2.2)."""
    if _is(answer.responder, issuer) and verified(answer.signed, issuer.key):
        return issuer
    carried = certificates.load_all(answer.certificates[:_MOST_CARRIED])
    tried = 0
    for certificate in (*carried, *pool):
        found = facts_of(certificate)
        if found is None or found.issuer != issuer.subject or not _is(answer.responder, found):
            continue
        tried += 1
        if tried > _MOST_RESPONDERS:
            return None
        if _delegated(found, issuer, answer.produced) and verified(answer.signed, found.key):
            return found if standing(found, answer.produced) else None
    return None


def _is(responder: Name | bytes, one: Facts) -> bool:
    if isinstance(responder, bytes):
        return hmac.compare_digest(hashlib.sha1(one.key_bits, usedforsecurity=False).digest(), responder)
    return responder == one.subject


def _delegated(one: Facts, issuer: Facts, moment: datetime) -> bool:
    """Tell whether the issuer made this a certificate for answering in his place, in force at a moment."""
    return (
        one.extended is not None
        and OCSP_SIGNING in one.extended
        and (one.usages is None or bool(one.usages & {SIGNATURE, COMMITMENT}))
        and not one.unreadable
        and not one.unknown_critical
        and one.certificate.not_valid_before_utc <= moment <= one.certificate.not_valid_after_utc
        and verified(one.signed, issuer.key)
    )
