"""What to ask the web about a certificate: whether it was revoked, and who issued it.

The addresses stand in certificates, so they are anybody's words: few are asked, through the guarded client
alone, and what comes back is believed only for the signature on it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509 import ocsp as x509_ocsp

from schemas.evidence import Missing, Resource
from verifier.address import CERTIFICATE, OCSP_ANSWER, REVOCATION_LIST
from verifier.sealing import certificates
from verifier.trust.carried import Revocations
from verifier.trust.certificate_facts import Facts, facts_of
from verifier.trust.chains import Pool, lineage
from verifier.trust.crl import read_list
from verifier.trust.names import ADDRESS
from verifier.trust.ocsp import read_answer
from verifier.trust.revocation import exempt

MOST_QUESTIONS = 8
_MOST_OF_A_SORT = 2
_MOST_CERTIFICATES = 64
_MOST_ARMOURED = 64
_OK = 200
_ARMOUR = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,32})-----([A-Za-z0-9+/=\s]+)-----END \1-----")


class Question(NamedTuple):
    """One URL, and the Accept it is asked with, which is what lets it be asked over plain http."""

    url: str
    accept: str


def questions(
    certificate: x509.Certificate, *, pool: Iterable[x509.Certificate], anchors: Iterable[x509.Certificate]
) -> tuple[Question, ...]:
    """List what to ask about a certificate and those above it, the nearest first; at most eight in all.

    Of each that has an issuer at hand and may have been revoked: its OCSP responders by GET (RFC 6960
    appendix A.1, the identifier with SHA-1 as every responder knows it, no nonce, so that an answer made
    beforehand may be kept and replayed) and its CRL distribution points. Of each that has none: where its
    issuer's certificate is said to be. Once those answered, asking again leads further.
    """
    found = facts_of(certificate)
    if found is None:
        return ()
    asked: dict[Question, None] = {}
    for one, issuer in lineage(found, Pool(anchors, pool)):
        if one is found or not one.self_issued:
            asked |= dict.fromkeys(_about(one, issuer))
    return tuple(asked)[:MOST_QUESTIONS]


def _about(one: Facts, issuer: Facts | None) -> Iterator[Question]:
    if issuer is None:
        yield from (Question(url, CERTIFICATE) for url in _web(one.issuers))
        return
    if exempt(one):
        return
    request = quote(base64.b64encode(_request(one, issuer)).decode(), safe="")
    for url in _web(one.responders):
        yield Question(f"{url.rstrip('/')}/{request}", OCSP_ANSWER)
    points = (value for point in one.points for kind, value in point if kind == ADDRESS)
    yield from (Question(url, REVOCATION_LIST) for url in _web(str(value) for value in points))


def _web(urls: Iterable[str]) -> list[str]:
    found = [url for url in dict.fromkeys(urls) if url.lower().startswith(("http://", "https://"))]
    return found[:_MOST_OF_A_SORT]


def _request(one: Facts, issuer: Facts) -> bytes:
    def hashed(data: bytes) -> bytes:
        digest = hashes.Hash(hashes.SHA1())  # noqa: S303 - a name for the issuer, no proof of him
        digest.update(data)
        return digest.finalize()

    builder = x509_ocsp.OCSPRequestBuilder().add_certificate_by_hash(
        hashed(one.issuer_der),
        hashed(issuer.key_bits),
        one.serial,
        hashes.SHA1(),  # noqa: S303 - likewise
    )
    return builder.build().public_bytes(Encoding.DER)


def answered(resources: Iterable[Resource | Missing]) -> Revocations:
    """Read OCSP answers, CRLs and certificates out of what was answered, by content.

    Certificates stand there as DER, PEM or PKCS#7, CRLs as DER or PEM, whatever the media type says.
    """
    crls: dict[bytes, None] = {}
    ocsps: dict[bytes, None] = {}
    found: dict[x509.Certificate, None] = {}
    for resource in resources:
        if isinstance(resource, Missing) or resource.status != _OK:
            continue
        for data in _bare(resource.body):
            if read_list(data) is not None:
                crls[data] = None
            elif read_answer(data) is not None:
                ocsps[data] = None
            else:
                found |= dict.fromkeys(_certificates(data))
    return Revocations(crls=tuple(crls), ocsps=tuple(ocsps), certificates=tuple(found))


def _bare(body: bytes) -> list[bytes]:
    """Take the armour off, if there is any."""
    if body.lstrip()[:5] != b"-----":
        return [body]
    armoured = (match[2] for match, _ in zip(_ARMOUR.finditer(body), range(_MOST_ARMOURED), strict=False))
    decoded = (certificates.decode_base64(text.decode("ascii")) for text in armoured)
    return [data for data in decoded if data]


def _certificates(data: bytes) -> tuple[x509.Certificate, ...]:
    if (one := certificates.load(data)) is not None:
        return (one,)
    try:
        held = pkcs7.load_der_pkcs7_certificates(data)[:_MOST_CERTIFICATES]
        return certificates.load_all(one.public_bytes(Encoding.DER) for one in held)
    except Exception:  # noqa: BLE001 - whatever the reader says of bytes from the web, they hold no certificate
        return ()
