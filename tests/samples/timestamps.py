"""A time-stamping authority of our own, in process: tokens by RFC 3161, written in DER by hand.

Shares no code with the reader under test: what it writes is put together from tags, lengths and values.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from lxml import etree
from samples.usages import AUTHORITY_USAGE

MOMENT = datetime(2026, 3, 2, 10, 0, 1, tzinfo=UTC)
DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
XADES_141 = "http://uri.etsi.org/01903/v1.4.1#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

SIGNED_DATA = "1.2.840.113549.1.7.2"
TST_INFO = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
HASHES = {
    "md5": "1.2.840.113549.2.5",
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
RSA_WITH = {
    "sha1": "1.2.840.113549.1.1.5",
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
ECDSA_WITH = {
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
_ALGORITHMS: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - to be told weak
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def der(tag: int, *contents: bytes) -> bytes:
    """Write one value."""
    content = b"".join(contents)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*contents: bytes) -> bytes:
    """Write a SEQUENCE."""
    return der(0x30, *contents)


def integer(value: int) -> bytes:
    """Write an INTEGER that is not negative."""
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    """Write an OBJECT IDENTIFIER."""
    first, second, *arcs = map(int, dotted.split("."))
    content = bytearray()
    for arc in (first * 40 + second, *arcs):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        content += bytes(reversed(groups))
    return der(0x06, bytes(content))


def hash_algorithm(name: str) -> bytes:
    """Write an AlgorithmIdentifier for a hash."""
    return sequence(oid(HASHES[name]), der(0x05))


@cache
def key(kind: str) -> Key:
    """Make one key of a kind: rsa, pss, rsa-1024, p256, p521, ed25519, or root."""
    curves = {"p256": ec.SECP256R1(), "p521": ec.SECP521R1()}
    if kind in curves:
        return ec.generate_private_key(curves[kind])
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 1024 if kind == "rsa-1024" else 2048)


@dataclass(frozen=True, kw_only=True)
class Authority:
    """One that stamps, and how; each switch but the first three breaks one rule.

    Attributes:
        kind: of key.
        hash_name: for the imprint, the content's digest and the signature.
        version: of the signing-certificate attribute, 1 or 2; 0 leaves it out.
        usages: extended key usages of the certificate.
        critical: says that extension critically.
        days: how long the certificate lasts, from 2026.
        carries: puts its certificate into the token.
        signers: how many sign.
        content_type: of what is signed.
        wrong: what is falsified: digest, value, certificate, serial, signer, time.
        imprint_hash: where it is another than `hash_name`.
        issued: a certificate by somebody else, and its key; `kind` must name the key's kind still.
    """

    kind: str = "rsa"
    hash_name: str = "sha256"
    version: int = 2
    usages: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.TIME_STAMPING,)
    critical: bool = True
    days: int = 3650
    carries: bool = True
    signers: int = 1
    content_type: str = TST_INFO
    wrong: frozenset[str] = field(default_factory=frozenset)
    imprint_hash: str = ""
    issued: tuple[x509.Certificate, Key] | None = None

    def but(self, *wrong: str) -> Authority:
        """Falsify something."""
        return replace(self, wrong=frozenset(wrong))

    @property
    def certificate(self) -> x509.Certificate:
        """Its certificate, issued by `root()`; the same one each time."""
        if self.issued:
            return self.issued[0]
        return _certificate(self.kind, self.usages, critical=self.critical, days=self.days)

    @property
    def key(self) -> Key:
        """Its private key."""
        return self.issued[1] if self.issued else key(self.kind)


@cache
def root() -> x509.Certificate:
    """Make the certificate of the authority's issuer, signed by itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Voorbeeld Tijd CA")])
    private = key("root")
    return (
        _builder(name, name, private, 3650)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(AUTHORITY_USAGE, critical=True)
        .sign(private, hashes.SHA256())
    )


def _builder(subject: x509.Name, issuer: x509.Name, private: Key, days: int) -> x509.CertificateBuilder:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
    )


@cache
def _certificate(
    kind: str, usages: tuple[x509.ObjectIdentifier, ...], *, critical: bool, days: int
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Voorbeeld Tijd {kind}")])
    builder = _builder(subject, root().subject, key(kind), days)
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=critical)
    return builder.sign(key("root"), hashes.SHA256())


def stamp(
    octets: bytes, *, authority: Authority | None = None, moment: datetime = MOMENT, accuracy: bytes = b""
) -> bytes:
    """Make a token over some octets.

    Args:
        octets: what is stamped.
        authority: who stamps.
        moment: the time said.
        accuracy: content of the Accuracy sequence, DER.
    """
    authority = authority or Authority()
    name = authority.imprint_hash or authority.hash_name
    hashed = hashlib.new(name, octets, usedforsecurity=False).digest()
    imprint = sequence(hash_algorithm(name), der(0x04, hashed))
    return stamp_imprint(imprint, authority=authority, moment=moment, accuracy=accuracy)


def stamp_imprint(
    imprint: bytes,
    *,
    authority: Authority,
    moment: datetime,
    accuracy: bytes = b"",
    serial: int = 7,
    nonce: bytes = b"",
) -> bytes:
    """Make a token over a MessageImprint, DER, as it stands in a request; the nonce likewise."""
    info = sequence(
        integer(1),
        oid("1.3.6.1.4.1.99999.1"),
        imprint,
        integer(serial),
        der(0x18, b"never" if "time" in authority.wrong else f"{moment:%Y%m%d%H%M%SZ}".encode()),
        sequence(accuracy) if accuracy else b"",
        nonce,
    )
    carried = authority.certificate.public_bytes(Encoding.DER)
    signed_data = sequence(
        integer(3),
        der(0x31, hash_algorithm(authority.hash_name)),
        sequence(oid(authority.content_type), der(0xA0, der(0x04, info))),
        der(0xA0, carried) if authority.carries else b"",
        der(0x31, *[_signer(authority, info)] * authority.signers),
    )
    return sequence(oid(SIGNED_DATA), der(0xA0, signed_data))


def _signer(authority: Authority, info: bytes) -> bytes:
    certificate, wrong = authority.certificate, authority.wrong
    hashed = hashlib.new(authority.hash_name, info, usedforsecurity=False).digest()
    attributes = [
        attribute(CONTENT_TYPE, oid(authority.content_type)),
        attribute(MESSAGE_DIGEST, der(0x04, bytes(len(hashed)) if "digest" in wrong else hashed)),
    ]
    if authority.version:
        attributes.append(_signing_certificate(authority))
    content = b"".join(sorted(attributes))
    value = _sign(authority, der(0x31, content))
    serial = certificate.serial_number + ("signer" in wrong)
    return sequence(
        integer(1),
        sequence(certificate.issuer.public_bytes(), integer(serial)),
        hash_algorithm(authority.hash_name),
        der(0xA0, content),
        _signature_algorithm(authority),
        der(0x04, bytes([value[0] ^ 1]) + value[1:] if "value" in wrong else value),
    )


def attribute(kind: str, value: bytes) -> bytes:
    """Write an attribute of one value."""
    return sequence(oid(kind), der(0x31, value))


def _signing_certificate(authority: Authority) -> bytes:
    """Write the attribute of RFC 2634 §5.4 or RFC 5035 §3."""
    certificate, wrong = authority.certificate, authority.wrong
    named = root() if "certificate" in wrong else certificate
    first = authority.version == 1
    hashed = named.fingerprint(hashes.SHA1() if first else hashes.SHA256())  # noqa: S303 - the old form
    serial = sequence(
        sequence(der(0xA4, certificate.issuer.public_bytes())),
        integer(certificate.serial_number + ("serial" in wrong)),
    )
    kind = SIGNING_CERTIFICATE if first else SIGNING_CERTIFICATE_V2
    return attribute(kind, sequence(sequence(sequence(der(0x04, hashed), serial))))


def _signature_algorithm(authority: Authority) -> bytes:
    name, private = authority.hash_name, authority.key
    if authority.kind == "pss":
        mask = sequence(oid("1.2.840.113549.1.1.8"), hash_algorithm(name))
        size = _ALGORITHMS[name].digest_size
        parameters = (
            der(0xA0, hash_algorithm(name)),
            der(0xA1, mask),
            der(0xA2, integer(20 if "salt" in authority.wrong else size)),
        )
        return sequence(oid("1.2.840.113549.1.1.10"), sequence(*parameters))
    if isinstance(private, rsa.RSAPrivateKey):
        return sequence(oid(RSA_WITH[name]), der(0x05))
    return sequence(
        oid("1.3.101.112" if isinstance(private, ed25519.Ed25519PrivateKey) else ECDSA_WITH[name])
    )


def _sign(authority: Authority, message: bytes) -> bytes:
    private = authority.key
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.sign(message)
    hashed = _ALGORITHMS[authority.hash_name]
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.sign(message, ec.ECDSA(hashed))
    if authority.kind == "pss":
        return private.sign(message, padding.PSS(padding.MGF1(hashed), hashed.digest_size), hashed)
    return private.sign(message, padding.PKCS1v15(), hashed)


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def canonical(element: Any) -> bytes:
    """Canonicalize exclusively, in place."""
    octets: bytes = etree.tostring(element, method="c14n", exclusive=True, with_comments=False)
    return octets


def whole(tree: Any) -> bytes:
    """Canonicalize a document without its signature; the tree is left as it was."""
    copy = etree.fromstring(etree.tostring(tree))
    signature = next(copy.iter(f"{{{DS}}}Signature"))
    parent = signature.getparent()
    assert parent is not None
    parent.remove(signature)
    octets: bytes = etree.tostring(copy, method="c14n", exclusive=True, with_comments=False)
    return octets


def add_to_xml(
    sealed: bytes, name: str, token: bytes, namespace: str = XADES, method: str = EXCLUSIVE
) -> bytes:
    """Put a timestamp into the unsigned properties of a sealed document, last."""
    tree = etree.fromstring(sealed)
    qualifying = next(tree.iter(f"{{{XADES}}}QualifyingProperties"))
    unsigned = qualifying.find(f"{{{XADES}}}UnsignedProperties/{{{XADES}}}UnsignedSignatureProperties")
    if unsigned is None:
        outer = etree.SubElement(qualifying, f"{{{XADES}}}UnsignedProperties")
        unsigned = etree.SubElement(outer, f"{{{XADES}}}UnsignedSignatureProperties")
    container = etree.SubElement(unsigned, f"{{{namespace}}}{name}")
    if method:
        etree.SubElement(container, f"{{{DS}}}CanonicalizationMethod", Algorithm=method)
    etree.SubElement(container, f"{{{XADES}}}EncapsulatedTimeStamp").text = _b64(token)
    return etree.tostring(tree, encoding="UTF-8", xml_declaration=True)


def over_value(sealed: bytes) -> bytes:
    """Give what a SignatureTimeStamp of a document is about."""
    return canonical(next(etree.fromstring(sealed).iter(f"{{{DS}}}SignatureValue")))


def over_everything(sealed: bytes) -> bytes:
    """Give what an archive timestamp would be about, put last into a document of the EDCI shape."""
    tree = etree.fromstring(sealed)

    def first(name: str) -> Any:
        return next(tree.iter(name))

    unsigned = tree.iter(f"{{{XADES}}}UnsignedSignatureProperties")
    parts = [
        first(f"{{{XADES}}}SignedProperties"),
        *(first(f"{{{DS}}}{name}") for name in ("SignedInfo", "SignatureValue", "KeyInfo")),
        *next(unsigned, ()),
    ]
    return whole(tree) + b"".join(map(canonical, parts))


def token_member(token: bytes) -> dict[str, Any]:
    """Write the JSON object that holds a token."""
    return {"tstTokens": [{"val": _b64(token)}]}


def add_to_json(sealed: bytes, component: dict[str, Any], *, encoded: bool = True) -> bytes:
    """Put a component into the `etsiU` of a sealed document in general serialisation, last."""
    members = json.loads(sealed)
    header = members["signatures"][0].setdefault("header", {})
    text = base64.urlsafe_b64encode(json.dumps(component).encode()).rstrip(b"=").decode()
    header.setdefault("etsiU", []).append(text if encoded else component)
    return json.dumps(members).encode()


def over_json_value(sealed: bytes) -> bytes:
    """Give what a `sigTst` is about."""
    value: str = json.loads(sealed)["signatures"][0]["signature"]
    return value.encode()


def over_json_everything(sealed: bytes) -> bytes:
    """Give what an `arcTst` would be about, put last."""
    members = json.loads(sealed)
    one = members["signatures"][0]
    before = "".join(one.get("header", {}).get("etsiU", []))
    return ".".join((members["payload"], one["protected"], one["signature"], before)).encode()
