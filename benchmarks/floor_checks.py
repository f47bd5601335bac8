"""Floors of verification: the unavoidable parsing, hashing and arithmetic, written by hand.

They decide the good case of our samples and hold no place for any other: never a verifier.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from lxml import etree

_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_PARSER = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, strip_cdata=False)
_PADDING, _SHA256 = padding.PKCS1v15(), hashes.SHA256()


def hosted_badge(data: bytes, web: Mapping[str, bytes], learner: str, now: datetime) -> bool:
    """Check a hosted badge against what its web answered: same, in scope, in time, about the learner."""
    hosted = orjson.loads(web[orjson.loads(data)["id"]])
    return (
        hosted["id"] == orjson.loads(data)["id"]
        and hosted["verification"]["type"] == "HostedBadge"
        and _about(hosted, web, learner, now)
    )


def signed_badge(token: bytes, web: Mapping[str, bytes], learner: str, now: datetime) -> bool:
    """Check a signed badge: signature by the key of its issuer, in time, about the learner."""
    signed, _, signature = token.rpartition(b".")
    badge = orjson.loads(_unbase64url(signed.partition(b".")[2]))
    key = orjson.loads(web[badge["verification"]["creator"]])
    issuer = orjson.loads(web[orjson.loads(web[badge["badge"]])["issuer"]])
    if key["owner"] != issuer["id"] or issuer["publicKey"] != key["id"]:
        return False
    _verify(load_pem_public_key(key["publicKeyPem"].encode()), _unbase64url(signature), signed)
    return _about(badge, web, learner, now)


def _about(badge: Mapping[str, Any], web: Mapping[str, bytes], learner: str, now: datetime) -> bool:
    kind = orjson.loads(web[badge["badge"]])
    issuer = orjson.loads(web[kind["issuer"]])
    recipient = badge["recipient"]
    digest = hashlib.sha256((learner + recipient["salt"]).encode()).hexdigest()
    return (
        kind["id"] == badge["badge"]
        and issuer["id"] == kind["issuer"]
        and all(kind[term] for term in ("name", "description", "criteria", "image"))
        and datetime.fromisoformat(badge["issuedOn"]) <= now
        and hmac.compare_digest(recipient["identity"], f"sha256${digest}")
    )


def xades(data: bytes) -> str:
    """Check the one seal of an EDCI credential; give the digest of its signer's certificate.

    Raises:
        cryptography.exceptions.InvalidSignature: it does not hold.
        ValueError: a digest does not hold.
    """
    tree: Any = etree.ElementTree(etree.fromstring(data, _PARSER))
    signature: Any = next(tree.getroot().iter(f"{_DS}Signature"))
    info: Any = signature.find(f"{_DS}SignedInfo")
    properties = next(signature.iter(f"{_XADES}SignedProperties"))
    found = [_digest(_canonical(properties))]
    signed = _canonical(info)
    value = _unbase64(signature.findtext(f"{_DS}SignatureValue"))
    certificate = x509.load_der_x509_certificate(
        _unbase64(next(signature.iter(f"{_DS}X509Certificate")).text)
    )
    wanted = [reference.findtext(f"{_DS}DigestValue") for reference in info.findall(f"{_DS}Reference")]
    _drop(signature)
    sink = io.BytesIO()
    tree.write_c14n(sink, exclusive=True, with_comments=False)
    found.insert(0, _digest(sink.getvalue()))
    if found != wanted:
        raise ValueError("a digest does not hold")
    _verify(certificate.public_key(), value, signed)
    return certificate.fingerprint(_SHA256).hex()


def jades(data: bytes) -> str:
    """Check the one seal of an ELM credential and parse what it covers; give its signer's digest.

    Raises:
        cryptography.exceptions.InvalidSignature: it does not hold.
    """
    outer = orjson.loads(data)
    one = outer["signatures"][0]
    header = orjson.loads(_unbase64url(one["protected"]))
    certificate = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    message = f"{one['protected']}.{outer['payload']}".encode()
    _verify(certificate.public_key(), _unbase64url(one["signature"]), message)
    orjson.loads(_unbase64url(outer["payload"]) if header.get("b64", True) else outer["payload"])
    return certificate.fingerprint(_SHA256).hex()


def _verify(key: object, signature: bytes, message: bytes) -> None:
    assert isinstance(key, rsa.RSAPublicKey), "the samples are sealed with RSA"
    key.verify(signature, message, _PADDING, _SHA256)


def _canonical(node: Any) -> bytes:  # noqa: ANN401 - an element
    return etree.tostring(node, method="c14n", exclusive=True, with_comments=False)


def _drop(node: Any) -> None:  # noqa: ANN401
    """Take a node out and leave the text after it."""
    parent, before, tail = node.getparent(), node.getprevious(), node.tail or ""
    parent.remove(node)
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail


def _digest(data: bytes) -> str:
    return base64.b64encode(hashlib.sha256(data).digest()).decode()


def _unbase64(text: str | None) -> bytes:
    return base64.b64decode("".join((text or "").split()))


def _unbase64url(text: str | bytes) -> bytes:
    return base64.urlsafe_b64decode(text + "==" if isinstance(text, str) else text + b"==")
