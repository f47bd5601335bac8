"""Certification authorities of our own: certificates, CRLs, OCSP answers; good ones, and each fault alone.

Certificates and CRLs are built by the cryptography library; OCSP answers are put together from tags, lengths
and values, so that any member can be what it should not be. Invented organisations only; keys are made anew
in each run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from samples.timestamps import der, hash_algorithm, integer, oid, sequence
from samples.usages import AUTHORITY_USAGE, usage

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
START, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
SHA1, SHA256 = hashes.SHA1(), hashes.SHA256()  # noqa: S303 - to be told weak
WEAK = hashes.SHA224()
"""The library signs no certificate with SHA-1 any more."""
ASSURED = "0.4.0.194121.2.1"
NO_CHECK = "1.3.6.1.5.5.7.48.1.5"
EXPIRED_ON_LIST = "2.5.29.60"
CUTOFF = "1.3.6.1.5.5.7.48.1.6"

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
_CURVES = {"p384": ec.SECP384R1(), "p521": ec.SECP521R1(), "brainpool": ec.BrainpoolP256R1()}
Extensions = Sequence[tuple[x509.ExtensionType, bool]]


@cache
def key(name: str) -> Key:
    """Make a key, the same one each time: P-256, unless its name tells another kind, or `rsa-` the bits."""
    if name == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if name.startswith("rsa-"):
        return rsa.generate_private_key(65537, int(name.split("-")[1]))
    return ec.generate_private_key(_CURVES.get(name, ec.SECP256R1()))


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: Key

    @property
    def der(self) -> bytes:
        """Give the certificate's bytes."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def serial(self) -> int:
        """Give the certificate's number."""
        return self.certificate.serial_number


def named(title: str, *, mail: str = "", country: str = "NL") -> x509.Name:
    """Make an organisation's name."""
    parts = [(NameOID.COUNTRY_NAME, country), (NameOID.ORGANIZATION_NAME, title)]
    parts += [(NameOID.COMMON_NAME, title), (NameOID.EMAIL_ADDRESS, mail)]
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts if text])


SEAL_USAGE = usage("content_commitment")
"""As real seals have it: not digitalSignature."""


def holder(  # noqa: PLR0913 - a form
    title: str,
    issuer: Holder | None = None,
    *,
    key_name: str = "",
    subject: x509.Name | None = None,
    issuer_name: x509.Name | None = None,
    basic: tuple[bool, int | None] | None = (False, None),
    uses: x509.KeyUsage | None = SEAL_USAGE,
    extensions: Extensions = (),
    start: datetime = START,
    end: datetime = END,
    hashed: hashes.HashAlgorithm = SHA256,
    salted: int | None = None,
    identified: bool = True,
    public: CertificatePublicKeyTypes | None = None,
) -> Holder:
    """Issue a certificate; signed by itself without an issuer.

    Args:
        title: organisation; names the key too, if nothing else does.
        issuer: who signs.
        key_name: which key it is for.
        subject: instead of one made of the title.
        issuer_name: instead of the issuer's, for names spelled in another way.
        basic: `cA` and `pathLenConstraint`; None leaves the extension out.
        uses: keyUsage; None leaves it out.
        extensions: further ones, each with whether it is critical.
        start: from when.
        end: until when.
        hashed: for the signature.
        salted: length of the salt, where it is signed with RSASSA-PSS.
        identified: with key identifiers.
        public: for a key that lies elsewhere, on a token say; the holder's own is of no use then.
    """
    private = key(key_name or title)
    public = public or private.public_key()
    subject = subject or named(title)
    above = issuer.certificate.subject if issuer else subject
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name or above)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )
    every = list(extensions)
    if basic is not None:
        every.append((x509.BasicConstraints(ca=basic[0], path_length=basic[1]), True))
    if uses is not None:
        every.append((uses, True))
    signer = issuer.key if issuer else private
    if identified:
        every.append((x509.SubjectKeyIdentifier.from_public_key(public), False))
        every.append((x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False))
    for extension, critical in every:
        builder = builder.add_extension(extension, critical=critical)
    if isinstance(signer, ed25519.Ed25519PrivateKey):
        return Holder(certificate=builder.sign(signer, None), key=private)
    pss = None if salted is None else padding.PSS(padding.MGF1(hashed), salted)
    return Holder(certificate=builder.sign(signer, hashed, rsa_padding=pss), key=private)


def authority(
    title: str,
    issuer: Holder | None = None,
    *,
    path_length: int | None = None,
    key_name: str = "",
    extensions: Extensions = (),
    start: datetime = START,
    end: datetime = END,
) -> Holder:
    """Issue a certification authority's certificate."""
    return holder(
        title,
        issuer,
        key_name=key_name,
        basic=(True, path_length),
        uses=AUTHORITY_USAGE,
        extensions=extensions,
        start=start,
        end=end,
    )


@cache
def root() -> Holder:
    """Make the root of the usual case."""
    return authority("Voorbeeld Wortel CA")


@cache
def middle() -> Holder:
    """Make the issuing authority of the usual case."""
    return authority("Voorbeeld Zegel CA", root())


@cache
def seal() -> Holder:
    """Make the seal of the usual case."""
    return holder("Hogeschool Voorbeeld", middle())


def responder(issuer: Holder, *, title: str = "Voorbeeld Antwoorden", **form: object) -> Holder:
    """Issue a certificate for answering in the issuer's place, exempt from being asked about itself."""
    usual: dict[str, object] = {
        "uses": usage("digital_signature"),
        "extensions": ((purposes(ExtendedKeyUsageOID.OCSP_SIGNING), False), (x509.OCSPNoCheck(), False)),
    }
    return holder(title, issuer, **(usual | form))  # type: ignore[arg-type]


def purposes(*kinds: x509.ObjectIdentifier) -> x509.ExtendedKeyUsage:
    """Make an extKeyUsage."""
    return x509.ExtendedKeyUsage(kinds)


def unknown(dotted: str = "1.3.6.1.4.1.99999.7", value: bytes = b"\x05\x00") -> x509.UnrecognizedExtension:
    """Make an extension that nobody knows, or one that the library does not."""
    return x509.UnrecognizedExtension(x509.ObjectIdentifier(dotted), value)


def points(*urls: str) -> x509.CRLDistributionPoints:
    """Say where CRLs are."""
    return x509.CRLDistributionPoints(
        [
            x509.DistributionPoint(
                full_name=[x509.UniformResourceIdentifier(url)],
                relative_name=None,
                reasons=None,
                crl_issuer=None,
            )
            for url in urls
        ]
    )


def access(*, responders: Sequence[str] = (), issuers: Sequence[str] = ()) -> x509.AuthorityInformationAccess:
    """Say where OCSP responders are, and the issuer's certificate."""
    kinds = (
        (AuthorityInformationAccessOID.OCSP, responders),
        (AuthorityInformationAccessOID.CA_ISSUERS, issuers),
    )
    return x509.AuthorityInformationAccess(
        [
            x509.AccessDescription(kind, x509.UniformResourceIdentifier(url))
            for kind, urls in kinds
            for url in urls
        ]
    )


def scope(url: str = "", **flags: object) -> x509.IssuingDistributionPoint:
    """Make an issuingDistributionPoint with some members set."""
    every: dict[str, object] = {
        "full_name": [x509.UniformResourceIdentifier(url)] if url else None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**(every | flags))  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One certificate on a list."""

    serial: int
    moment: datetime = NOW - 10 * DAY
    reason: x509.ReasonFlags | None = None
    invalid_since: datetime | None = None
    extensions: Extensions = ()


def crl(
    issuer: Holder,
    *entries: Entry,
    issued: datetime = NOW - DAY,
    until: datetime = NOW + 7 * DAY,
    extensions: Extensions = (),
    signer: Key | None = None,
    hashed: hashes.HashAlgorithm = SHA256,
) -> bytes:
    """Make a list; `signer` signs it in place of the issuer."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.certificate.subject)
        .last_update(issued)
        .next_update(until)
        .add_extension(x509.CRLNumber(7), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    for entry in entries:
        one = x509.RevokedCertificateBuilder().serial_number(entry.serial).revocation_date(entry.moment)
        if entry.reason:
            one = one.add_extension(x509.CRLReason(entry.reason), critical=False)
        if entry.invalid_since:
            one = one.add_extension(x509.InvalidityDate(entry.invalid_since), critical=False)
        for extension, critical in entry.extensions:
            one = one.add_extension(extension, critical=critical)
        builder = builder.add_revoked_certificate(one.build())
    private = signer or issuer.key
    edwards = isinstance(private, ed25519.Ed25519PrivateKey)
    return builder.sign(private, None if edwards else hashed).public_bytes(Encoding.DER)


def time(moment: datetime) -> bytes:
    """Write a GeneralizedTime."""
    return der(0x18, f"{moment:%Y%m%d%H%M%SZ}".encode())


@dataclass(frozen=True, kw_only=True)
class Word:
    """What an answer says about one certificate.

    Attributes:
        subject: the certificate.
        issuer: who issued it.
        status: good, revoked or unknown.
        issued: thisUpdate.
        until: nextUpdate; None leaves it out.
        revoked_at: when.
        reason: CRLReason; None leaves it out.
        cutoff: archive cutoff; None leaves it out.
        hash_name: of the identifier.
        wrong: what of the identifier is another's: name, key, serial.
        critical: with a critical extension that nobody knows.
    """

    subject: Holder
    issuer: Holder
    status: str = "good"
    issued: datetime = NOW - DAY
    until: datetime | None = NOW + DAY
    revoked_at: datetime = NOW - 10 * DAY
    reason: int | None = None
    cutoff: datetime | None = None
    hash_name: str = "sha1"
    wrong: frozenset[str] = field(default_factory=frozenset)
    critical: bool = False


def key_bits(certificate: x509.Certificate) -> bytes:
    """Give the octets of a public key as they stand in its BIT STRING."""
    public = certificate.public_key()
    if isinstance(public, ec.EllipticCurvePublicKey):
        return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return public.public_bytes(Encoding.DER, PublicFormat.PKCS1)


def _single(word: Word) -> bytes:
    def hashed(what: str, data: bytes) -> bytes:
        other = b"another" if what in word.wrong else b""
        return der(0x04, hashlib.new(word.hash_name, data + other, usedforsecurity=False).digest())

    identifier = sequence(
        hash_algorithm(word.hash_name),
        hashed("name", word.issuer.certificate.subject.public_bytes()),
        hashed("key", key_bits(word.issuer.certificate)),
        integer(word.subject.serial + ("serial" in word.wrong)),
    )
    reason = b"" if word.reason is None else der(0xA0, der(0x0A, bytes([word.reason])))
    status = {
        "good": der(0x80),
        "revoked": der(0xA1, time(word.revoked_at), reason),
        "unknown": der(0x82),
    }[word.status]
    extensions = b""
    if word.cutoff:
        extensions += sequence(oid(CUTOFF), der(0x04, time(word.cutoff)))
    if word.critical:
        extensions += sequence(oid("1.3.6.1.4.1.99999.7"), der(0x01, b"\xff"), der(0x04, der(0x05)))
    return sequence(
        identifier,
        status,
        time(word.issued),
        der(0xA0, time(word.until)) if word.until else b"",
        der(0xA1, sequence(extensions)) if extensions else b"",
    )


def answer(
    *words: Word,
    signer: Holder,
    carries: Sequence[Holder] = (),
    produced: datetime = NOW - DAY,
    by_name: bool = False,
    hash_name: str = "sha256",
    called: Holder | None = None,
) -> bytes:
    """Make an OCSPResponse.

    Args:
        words: what it says.
        signer: who signs.
        carries: certificates beside it.
        produced: producedAt.
        by_name: the responder is told by name, not by key.
        hash_name: of the signature: sha256 or sha1.
        called: whom it says that the responder is, if not the signer.
    """
    who = (called or signer).certificate
    key_hash = hashlib.sha1(key_bits(who), usedforsecurity=False).digest()
    body = sequence(
        der(0xA1, who.subject.public_bytes()) if by_name else der(0xA2, der(0x04, key_hash)),
        time(produced),
        sequence(*map(_single, words)),
    )
    assert isinstance(signer.key, ec.EllipticCurvePrivateKey)
    algorithm, hashed = {"sha256": ("4.3.2", SHA256), "sha1": ("4.1", SHA1)}[hash_name]
    basic = sequence(
        body,
        sequence(oid(f"1.2.840.10045.{algorithm}")),
        der(0x03, b"\x00", signer.key.sign(body, ec.ECDSA(hashed))),
        der(0xA0, sequence(*(one.der for one in carries))) if carries else b"",
    )
    return sequence(der(0x0A, b"\x00"), der(0xA0, sequence(oid("1.3.6.1.5.5.7.48.1.1"), der(0x04, basic))))
