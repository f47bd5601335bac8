"""Seals of our own making, in the shape EDCI XML and ELM carry them; the engine's own transforms make them.

Invented organisations only. python-xmlsec, which shares no code with the engine, checks them in the tests.
"""

from __future__ import annotations

import base64
import copy
import hashlib
import io
import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree

from verifier.sealing.envelope import SIGNED_PROPERTIES_TYPE, XADES
from verifier.sealing.transforms import (
    DS,
    ENVELOPED,
    EXCLUSIVE,
    FILTER2,
    XPATH1,
    Canonicalization,
    octets_of,
)

SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
MORE = "http://www.w3.org/2001/04/xmldsig-more#"
SIGNING_TIME = "2026-03-02T10:00:00Z"

CREDENTIAL = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<?pi kept?>\n'
    b'<europassCredential xmlns="http://data.europa.eu/snb"'
    b' xmlns:cred="http://data.europa.eu/europass/model/credentials/w3c#"'
    b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" cred:id="urn:credential:1" xml:lang="nl">\n'
    b'  <title><text lang="nl" content-type="text/plain">Inleiding zee\xc3\xabn</text></title>\n'
    b"  <description><![CDATA[a < b & c]]></description>\n"
    b'  <credentialSubject id="urn:person:1"><fullName>Noor Visser</fullName></credentialSubject>\n'
    b"  <!-- a remark --><proof/>tail\n"
    b"</europassCredential>\n"
)
PAYLOAD = b'{"id": "urn:credential:1", "title": "Inleiding zee\xc3\xabn", "grade": "8"}'

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@cache
def key(kind: str = "rsa") -> Key:
    """Make one key of a kind: rsa, rsa-1024, p256, p384, p521, ed25519, other (another rsa)."""
    curves = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1(), "p521": ec.SECP521R1()}
    if kind in curves:
        return ec.generate_private_key(curves[kind])
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 1024 if kind == "rsa-1024" else 2048)


def certificate(
    kind: str = "rsa",
    *,
    organisation: str = "Hogeschool Voorbeeld",
    identifier: str = "NTRNL-12345678",
    person: str = "",
) -> x509.Certificate:
    """Make a self-signed certificate for a key, the same one each time; a person's has a surname."""
    return _certificate(kind, organisation, identifier, person)


@cache
def _certificate(kind: str, organisation: str, identifier: str, person: str) -> x509.Certificate:
    names = [
        (NameOID.COUNTRY_NAME, "NL"),
        (NameOID.ORGANIZATION_NAME, organisation),
        (NameOID.ORGANIZATION_IDENTIFIER, identifier),
        (NameOID.COMMON_NAME, person or f"{organisation} e-Seal"),
        (NameOID.SURNAME, person),
    ]
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in names if value])
    private = key(kind)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2035, 1, 1, tzinfo=UTC))
    )
    return builder.sign(private, None if kind == "ed25519" else hashes.SHA256())


def sign(private: Key, message: bytes, hashed: hashes.HashAlgorithm | None = None) -> bytes:
    """Sign as XMLDSig and JOSE want it: PKCS#1 v1.5, or r and s side by side."""
    hashed = hashed or hashes.SHA256()
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(message, padding.PKCS1v15(), hashed)
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private.sign(message)
    r, s = decode_dss_signature(private.sign(message, ec.ECDSA(hashed)))
    size = (private.curve.key_size + 7) // 8
    return r.to_bytes(size) + s.to_bytes(size)


def b64(data: bytes) -> str:
    """Encode as XML wants it."""
    return base64.b64encode(data).decode()


def b64url(data: bytes) -> str:
    """Encode as JOSE wants it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


TRANSFORMS = {
    "filter2": f'<ds:Transform Algorithm="{FILTER2}"><f2:XPath xmlns:f2="{FILTER2}" Filter="subtract">'
    "/descendant::ds:Signature</f2:XPath></ds:Transform>",
    "xpath": f'<ds:Transform Algorithm="{XPATH1}"><ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath>'
    "</ds:Transform>",
    "enveloped": f'<ds:Transform Algorithm="{ENVELOPED}"/>',
}


def seal_xml(  # noqa: PLR0913 - each is one part of a seal
    document: bytes = CREDENTIAL,
    *,
    kind: str = "rsa",
    transform: str = "filter2",
    canonical: str = EXCLUSIVE,
    method: str = f"{MORE}rsa-sha256",
    hashed: hashes.HashAlgorithm | None = None,
    carried: x509.Certificate | None = None,
    named: x509.Certificate | None = None,
    identifier: str = "id-1",
) -> bytes:
    """Seal a document that holds an empty `proof`, as the EDCI issuer does: XAdES baseline B.

    Args:
        document: the XML.
        kind: the key that signs.
        transform: how the document reference leaves the signature out.
        canonical: canonicalization of all three.
        method: SignatureMethod.
        hashed: for the signature.
        carried: certificate in KeyInfo.
        named: certificate whose digest the signed properties give.
        identifier: Id of the signature, and part of its other Ids.
    """
    carried = carried or certificate(kind)
    named = named or carried
    how = Canonicalization(exclusive=canonical == EXCLUSIVE)
    tree = etree.ElementTree(etree.fromstring(document, etree.XMLParser(strip_cdata=False)))
    proof = next(tree.getroot().iterchildren("{*}proof"))
    c14n = f'<ds:Transform Algorithm="{canonical}"/>'
    signature = etree.fromstring(
        f'<ds:Signature xmlns:ds="{DS}" Id="{identifier}"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{canonical}"/><ds:SignatureMethod Algorithm="{method}"/>'
        f'<ds:Reference Id="r-{identifier}" URI="">'
        f"<ds:Transforms>{TRANSFORMS[transform]}{c14n}</ds:Transforms>"
        f'<ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue/></ds:Reference>'
        f'<ds:Reference Type="{SIGNED_PROPERTIES_TYPE}" URI="#xades-{identifier}">'
        f"<ds:Transforms>{c14n}</ds:Transforms>"
        f'<ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue/></ds:Reference></ds:SignedInfo>'
        f'<ds:SignatureValue Id="value-{identifier}"/><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
        f"{b64(carried.public_bytes(Encoding.DER))}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        f'<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#{identifier}">'
        f'<xades:SignedProperties Id="xades-{identifier}"><xades:SignedSignatureProperties>'
        f"<xades:SigningTime>{SIGNING_TIME}</xades:SigningTime><xades:SigningCertificateV2><xades:Cert>"
        f'<xades:CertDigest><ds:DigestMethod Algorithm="{SHA512}"/><ds:DigestValue>'
        f"{b64(named.fingerprint(hashes.SHA512()))}</ds:DigestValue></xades:CertDigest></xades:Cert>"
        f"</xades:SigningCertificateV2></xades:SignedSignatureProperties><xades:SignedDataObjectProperties>"
        f'<xades:DataObjectFormat ObjectReference="#r-{identifier}"><xades:MimeType>text/xml</xades:MimeType>'
        f"</xades:DataObjectFormat></xades:SignedDataObjectProperties></xades:SignedProperties>"
        f"</xades:QualifyingProperties></ds:Object></ds:Signature>"
    )
    digests = list(signature.iterfind(f"{{{DS}}}SignedInfo/{{{DS}}}Reference/{{{DS}}}DigestValue"))
    digests[0].text = b64(hashlib.sha256(_whole(tree, how, transform)).digest())
    proof.append(signature)
    properties = next(signature.iter(f"{{{XADES}}}SignedProperties"))
    digests[1].text = b64(hashlib.sha256(octets_of(properties, how)).digest())
    signature[1].text = b64(sign(key(kind), octets_of(signature[0], how), hashed))
    return etree.tostring(tree, encoding="UTF-8", xml_declaration=True)


def _whole(tree: Any, how: Canonicalization, transform: str) -> bytes:
    """Canonicalize the document: a seal of one inside it is left out, but for the enveloped transform."""
    sink = io.BytesIO()
    if transform != "enveloped":
        tree = copy.deepcopy(tree)
        for inner in list(tree.getroot().iter(f"{{{DS}}}Signature")):
            inner.getparent().remove(inner)
    tree.write_c14n(sink, exclusive=how.exclusive, with_comments=False)
    return sink.getvalue()


def holding(*children: bytes, document: bytes = CREDENTIAL) -> bytes:
    """Put documents into the `childCredentials` of a credential that is not sealed yet."""
    held = b"".join(b"<childCredential>" + bare(child) + b"</childCredential>" for child in children)
    return document.replace(b"<proof/>", b"<proof/><childCredentials>" + held + b"</childCredentials>")


def presenting(credential: bytes) -> bytes:
    """Put a credential into a presentation that is not sealed yet."""
    start = b'<vp:verifiablePresentation xmlns:vp="http://data.europa.eu/snb/vp" id="urn:presentation:1">'
    return start + bare(credential) + b"<vp:proof/></vp:verifiablePresentation>"


def bare(document: bytes) -> bytes:
    """Take off what stands before the document element."""
    return document[document.index(b"<europassCredential") :].strip()


def inclusive(document: bytes = CREDENTIAL) -> bytes:
    """Take `xml:lang` off the root: no inclusively canonicalized seal is made below one."""
    return document.replace(b' xml:lang="nl"', b"")


def protected(kind: str = "rsa", alg: str = "RS256", **changes: Any) -> dict[str, Any]:
    """Make the protected header of an ELM seal; a change to None takes a parameter out."""
    carried = certificate(kind)
    header = {
        "alg": alg,
        "typ": "jose+json",
        "x5t#S256": b64url(carried.fingerprint(hashes.SHA256())),
        "x5c": [b64(carried.public_bytes(Encoding.DER))],
        "b64": False,
        "sigT": SIGNING_TIME,
        "crit": ["b64", "sigT"],
        **changes,
    }
    return {name: value for name, value in header.items() if value is not None}


def seal_json(
    payload: bytes = PAYLOAD,
    *,
    kind: str = "rsa",
    header: dict[str, Any] | bytes | None = None,
    unprotected: dict[str, Any] | None = None,
    hashed: hashes.HashAlgorithm | None = None,
    form: str = "general",
) -> bytes:
    """Seal a payload as JAdES baseline B.

    Args:
        payload: JSON text.
        kind: the key that signs.
        header: protected; bytes are taken as they are.
        unprotected: beside it.
        hashed: for the signature.
        form: general, flattened or compact.
    """
    header = protected(kind) if header is None else header
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    encoded = header.get("b64", True) if isinstance(header, dict) else True
    text = b64url(payload) if encoded else payload.decode()
    start = b64url(raw)
    value = b64url(sign(key(kind), f"{start}.{text}".encode(), hashed))
    if form == "compact":
        return f"{start}.{text}.{value}".encode()
    one: dict[str, Any] = {"protected": start, "signature": value}
    if unprotected is not None:
        one["header"] = unprotected
    outer = {"payload": text, **one} if form == "flattened" else {"payload": text, "signatures": [one]}
    return json.dumps(outer).encode()
