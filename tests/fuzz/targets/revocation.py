"""CRLs, OCSP answers and the facts of certificates: never an exception, and no word that nobody signed."""

from __future__ import annotations

from functools import cache

from cryptography import x509
from fuzz_targets import first, repeatable
from samples import authorities

from verifier.sealing.certificates import load
from verifier.trust.certificate_facts import Facts, facts_of
from verifier.trust.crl import listed, read_list
from verifier.trust.ocsp import answered, read_answer

WORDS = (
    b"\x06\x03\x55\x1d",
    b"\x0a\x01\x00",
    b"\x18\x0f20260601120000Z",
    b"\x17\x0d",
    b"\xa0\x03\x02\x01",
    b"\x30\x80",
    b"\x01\x01\xff",
    b"\x06\x09\x2b\x06\x01\x05\x05\x07\x30\x01",
)
LONGEST = 8_000


def seeds() -> tuple[bytes, ...]:
    return first("revocation", _made)


def _made() -> tuple[bytes, ...]:
    root, middle, seal = authorities.root(), authorities.middle(), authorities.seal()
    responder = authorities.responder(middle)
    good = authorities.Word(subject=seal, issuer=middle)
    point = authorities.scope("http://crl.example/1"), True
    return (
        root.der,
        middle.der,
        seal.der,
        responder.der,
        authorities.crl(middle),
        authorities.crl(
            middle,
            authorities.Entry(serial=seal.serial, reason=x509.ReasonFlags.key_compromise),
            extensions=[point],
        ),
        authorities.answer(good, signer=middle),
        authorities.answer(good, signer=responder, carries=[responder], by_name=True),
        authorities.answer(authorities.Word(subject=seal, issuer=middle, status="revoked"), signer=middle),
    )


def run(data: bytes) -> None:
    for subject, issuer in _pairs():
        for one in _told(data, subject, issuer):
            assert one in _known(), "a certificate's status is told by what nobody signed"
    certificate = load(data)
    if certificate is not None:
        facts_of(certificate)


def _told(data: bytes, subject: Facts, issuer: Facts) -> list[str]:
    found = []
    crl = repeatable(data, read_list) if len(data) % 2 else read_list(data)
    if crl is not None and (word := listed(crl, subject, issuer)) is not None:
        found.append(repr(word))
    answer = read_answer(data)
    if answer is not None:
        found += map(repr, answered(answer, subject, issuer, (), lambda *_: True))
    return found


@cache
def _pairs() -> tuple[tuple[Facts, Facts], ...]:
    root, middle, seal, *_ = (facts_of(x509.load_der_x509_certificate(data)) for data in seeds()[:3])
    assert root is not None
    assert middle is not None
    assert seal is not None
    return ((seal, middle), (middle, root))


@cache
def _known() -> frozenset[str]:
    return frozenset(
        one for data in seeds() for subject, issuer in _pairs() for one in _told(data, subject, issuer)
    )
