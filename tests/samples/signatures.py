"""Signatures that are no credential's: made by the XML Security Library and by hand, never by the engine.

Invented content and organisations only. The library digests and signs from a template; what it cannot make
(RSA-PSS with parameters, manifests, countersignatures) is digested here with hashlib over text written out as
it is canonicalized.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import xmlsec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree
from samples.seals import MORE, SHA256, SIGNING_TIME, b64, b64url, certificate, key, protected, sign

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
INCLUSIVE_11 = "http://www.w3.org/2006/12/xml-c14n11"
FILTER2 = "http://www.w3.org/2002/06/xmldsig-filter2"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
PSS = "http://www.w3.org/2007/05/xmldsig-more#rsa-pss"
ORDER = (
    b'<order xmlns="urn:example:order" n="1"><line Id="l1">two <b>maps</b></line>'
    b'<line Id="l2">tea</line></order>'
)
"""A document that is no credential."""

LEAVE_OUT = {
    "enveloped": f'<ds:Transform Algorithm="{DS}enveloped-signature"/>',
    "xpath": f'<ds:Transform Algorithm="{XPATH}"><ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath>'
    "</ds:Transform>",
    "filter2": f'<ds:Transform Algorithm="{FILTER2}"><f2:XPath xmlns:f2="{FILTER2}" Filter="subtract">'
    "/descendant::ds:Signature</f2:XPath></ds:Transform>",
}


def transform(algorithm: str) -> str:
    """Write one transform without parameters."""
    return f'<ds:Transform Algorithm="{algorithm}"/>'


def reference(uri: str | None, *transforms: str, digest: str = "", kind: str = "", name: str = "") -> str:
    """Write one reference; without a digest the library computes it."""
    steps = f"<ds:Transforms>{''.join(transforms)}</ds:Transforms>" if transforms else ""
    attributes = (f' Id="{name}"' if name else "") + (f' Type="{kind}"' if kind else "")
    attributes += "" if uri is None else f' URI="{uri}"'
    return (
        f'<ds:Reference{attributes}>{steps}<ds:DigestMethod Algorithm="{SHA256}"/>'
        f"<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
    )


def template(
    *references: str,
    objects: str = "",
    kind: str = "rsa",
    method: str = f'<ds:SignatureMethod Algorithm="{MORE}rsa-sha256"/>',
    canonical: str = EXCLUSIVE,
    name: str = "id-1",
    xades: bool = True,
    key_info: str | None = None,
) -> str:
    """Write a signature without its values.

    Args:
        references: as `reference` writes them.
        objects: ds:Object elements beside that of the properties.
        kind: the key.
        method: the SignatureMethod element.
        canonical: CanonicalizationMethod, and of the signed properties.
        name: its Id.
        xades: with signed properties that name the certificate.
        key_info: the content of KeyInfo; the certificate when not given, no KeyInfo when empty.
    """
    properties = ""
    every = list(references)
    if xades:
        every.append(
            reference(
                f"#xades-{name}", transform(canonical), kind="http://uri.etsi.org/01903#SignedProperties"
            )
        )
        properties = (
            f'<ds:Object><xades:QualifyingProperties xmlns:xades="{XADES}" Target="#{name}">'
            f'<xades:SignedProperties Id="xades-{name}"><xades:SignedSignatureProperties>'
            f"<xades:SigningTime>{SIGNING_TIME}</xades:SigningTime><xades:SigningCertificateV2><xades:Cert>"
            f'<xades:CertDigest><ds:DigestMethod Algorithm="{SHA256}"/><ds:DigestValue>'
            f"{b64(certificate(kind).fingerprint(hashes.SHA256()))}</ds:DigestValue></xades:CertDigest>"
            "</xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties>"
            "</xades:SignedProperties></xades:QualifyingProperties></ds:Object>"
        )
    if key_info is None:
        der = b64(certificate(kind).public_bytes(Encoding.DER))
        key_info = f"<ds:X509Data><ds:X509Certificate>{der}</ds:X509Certificate></ds:X509Data>"
    holder = f'<ds:KeyInfo Id="key-{name}">{key_info}</ds:KeyInfo>' if key_info else ""
    return (
        f'<ds:Signature xmlns:ds="{DS}" Id="{name}"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{canonical}"/>{method}{"".join(every)}</ds:SignedInfo>'
        f'<ds:SignatureValue Id="value-{name}"/>{holder}{properties}{objects}</ds:Signature>'
    )


def signed(document: bytes, kind: str = "rsa") -> bytes:
    """Have the library fill in the one signature of a document that has no value yet."""
    tree = etree.ElementTree(etree.fromstring(document))
    signature = next(
        one
        for one in tree.getroot().iter(f"{{{DS}}}Signature")
        if not one.findtext(f"{{{DS}}}SignatureValue")
    )
    context = xmlsec.SignatureContext()
    pem = key(kind).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
    for element in tree.getroot().iter("*"):
        if element.get("Id"):
            context.register_id(element, "Id")
    context.sign(signature)
    return etree.tostring(tree)


def peer_holds(document: bytes, kind: str = "rsa", nth: int = 0) -> bool:
    """Ask the library about one signature, with the key it must be of."""
    tree = etree.ElementTree(etree.fromstring(document))
    signature = list(tree.getroot().iter(f"{{{DS}}}Signature"))[nth]
    context = xmlsec.SignatureContext()
    der = certificate(kind).public_bytes(Encoding.DER)
    context.key = xmlsec.Key.from_memory(der, xmlsec.constants.KeyDataFormatCertDer)
    for element in tree.getroot().iter("*"):
        if element.get("Id"):
            context.register_id(element, "Id")
    try:
        context.verify(signature)
    except xmlsec.Error:
        return False
    return True


def enveloped(
    document: bytes = ORDER, how: str = "filter2", canonical: str = EXCLUSIVE, **more: Any
) -> bytes:
    """Sign a whole document, the signature its last element."""
    inside = template(reference("", LEAVE_OUT[how], transform(canonical)), canonical=canonical, **more)
    head, end, tail = document.rpartition(b"</")
    return signed(head + inside.encode() + end + tail, more.get("kind", "rsa"))


NOTE = "<note xmlns=''>Two maps</note>"


def enveloping(content: str = NOTE, *, as_text: bool = False, **more: Any) -> bytes:
    """Sign an object inside the signature: its markup, or the bytes that its text is base64 of."""
    inner = b64(content.encode()) if as_text else content
    steps = transform(f"{DS}base64") if as_text else transform(EXCLUSIVE)
    one = reference("#object-1", steps, kind=f"{DS}Object")
    made = template(one, objects=f'<ds:Object Id="object-1">{inner}</ds:Object>', **more)
    return signed(made.encode(), more.get("kind", "rsa"))


def beside(*identifiers: str, **more: Any) -> bytes:
    """Sign parts of the order by their Ids, the signature beside them."""
    parts = [reference(f"#{one}", transform(EXCLUSIVE)) for one in identifiers]
    head, end, tail = ORDER.rpartition(b"</")
    return signed(head + template(*parts, **more).encode() + end + tail)


def with_manifest(listed: str, digest: bytes) -> bytes:
    """Sign a manifest that lists one thing."""
    entry = reference(listed, digest=b64(digest))
    manifest = f'<ds:Object><ds:Manifest Id="manifest-1">{entry}</ds:Manifest></ds:Object>'
    one = reference("#manifest-1", transform(EXCLUSIVE), kind=f"{DS}Manifest")
    return by_hand(template(one, objects=manifest).encode())


def countersigned(over: str = "value-id-1") -> bytes:
    """Sign an order and countersign the signature, or something else."""
    document = enveloped()
    inside = template(
        reference(f"#{over}", transform(EXCLUSIVE), kind="http://uri.etsi.org/01903#CountersignedSignature"),
        kind="p256",
        method=f'<ds:SignatureMethod Algorithm="{MORE}ecdsa-sha256"/>',
        name="id-2",
    )
    unsigned = (
        "<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:CounterSignature>"
        f"{inside}</xades:CounterSignature></xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
    )
    at = document.index(b"</xades:QualifyingProperties>")
    return signed(document[:at] + unsigned.encode() + document[at:], "p256")


def pss(parameters: str, padded: padding.PSS, hashed: hashes.HashAlgorithm) -> bytes:
    """Sign an object with RSA-PSS and parameters, which the library does not make."""
    method = f'<ds:SignatureMethod Algorithm="{PSS}">{parameters}</ds:SignatureMethod>'
    return by_hand(enveloping(), method, lambda message: _rsa().sign(message, padded, hashed))


def by_hand(document: bytes, method: str = "", made: Callable[[bytes], bytes] | None = None) -> bytes:
    """Fill in digests of parts by their Id, put another algorithm in, and make the value anew."""
    tree = etree.ElementTree(etree.fromstring(document))
    info = next(tree.getroot().iter(f"{{{DS}}}SignedInfo"))
    parts = {one.get("Id"): one for one in tree.getroot().iter("*") if one.get("Id")}
    for one in info.iterchildren(f"{{{DS}}}Reference"):
        octets = etree.tostring(parts[one.get("URI", "")[1:]], method="c14n", exclusive=True, with_tail=False)
        one[-1].text = b64(hashlib.sha256(octets).digest())
    if method:
        info.replace(info[1], etree.fromstring(method.replace(" ", f' xmlns:ds="{DS}" ', 1)))
    made = made or (lambda message: sign(key("rsa"), message))
    message = etree.tostring(info, method="c14n", exclusive=True)
    next(tree.getroot().iter(f"{{{DS}}}SignatureValue")).text = b64(made(message))
    return etree.tostring(tree)


def _rsa() -> rsa.RSAPrivateKey:
    private = key("rsa")
    assert isinstance(private, rsa.RSAPrivateKey)
    return private


def several_tokens(payload: bytes, kinds: dict[str, str], **changes: Any) -> dict[str, Any]:
    """Sign a payload with several keys in general serialisation; the algorithm by the kind of key."""
    made = [token(payload, kind, alg, **changes) for kind, alg in kinds.items()]
    return {"payload": made[0][0], "signatures": [one for _, one in made]}


def token(
    payload: bytes, kind: str = "rsa", alg: str = "RS256", **changes: Any
) -> tuple[str, dict[str, Any]]:
    """Sign one payload; gives it as it is signed, and the signature object."""
    header = protected(kind, alg, **changes)
    text = b64url(payload) if header.get("b64", True) else payload.decode()
    start = b64url(json.dumps(header).encode())
    value = b64url(sign(key(kind), f"{start}.{text}".encode()))
    return text, {"protected": start, "signature": value}


def outside_by_hash(contents: dict[str, bytes], **changes: Any) -> bytes:
    """Sign content beside the file by its digests (sigD, ObjectIdByURIHash), compact."""
    said = {
        "mId": "http://uri.etsi.org/19182/ObjectIdByURIHash",
        "pars": list(contents),
        "hashM": "S256",
        "hashV": [b64url(hashlib.sha256(b64url(one).encode()).digest()) for one in contents.values()],
    }
    _, one = token(b"", sigD=said, crit=["sigT", "sigD"], **{"b64": None, **changes})
    return f"{one['protected']}..{one['signature']}".encode()


def outside_by_address(contents: dict[str, bytes]) -> bytes:
    """Sign content beside the file as the payload (sigD, ObjectIdByURI), compact."""
    said = {"mId": "http://uri.etsi.org/19182/ObjectIdByURI", "pars": list(contents)}
    header = protected(sigD=said, crit=["sigT", "sigD"], b64=None)
    start = b64url(json.dumps(header).encode())
    payload = "".join(b64url(one) for one in contents.values())
    value = sign(key("rsa"), f"{start}.{payload}".encode())
    return f"{start}..{b64url(value)}".encode()


def countersigned_token(payload: bytes, *, over: str = "", attached: bool = False) -> bytes:
    """Sign a payload and countersign the value, or something else."""
    text, one = token(payload)
    value = over or one["signature"]
    header = protected("p256", "ES256", b64=None, crit=["sigT"])
    start = b64url(json.dumps(header).encode())
    counter: dict[str, Any] = {
        "protected": start,
        "signature": b64url(sign(key("p256"), f"{start}.{value}".encode())),
    }
    if attached:
        counter["payload"] = value
    unsigned = base64.urlsafe_b64encode(json.dumps({"cSig": counter}).encode()).rstrip(b"=").decode()
    return json.dumps({"payload": text, "signatures": [{**one, "header": {"etsiU": [unsigned]}}]}).encode()
