"""An encrypted assertion, opened with the gateway's key (XML Encryption 1.1; eIDAS cryptography 1.2 §3)."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lxml import etree

from api.identity.sources.saml_names import Element, fail, only, parsed
from verifier.sealing.certificates import decode_base64
from verifier.sealing.transforms import DS

XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
_CITE = "eIDAS cryptographic requirements 1.2 §3.2"
_GCM = {f"{XENC11}aes128-gcm": 16, f"{XENC11}aes192-gcm": 24, f"{XENC11}aes256-gcm": 32}
_OLD_OAEP, _OAEP = f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep"
_MASK = f"{XENC11}mgf1"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    f"{DS}sha1": hashes.SHA1(),  # noqa: S303 - OAEP needs no hash that withstands collisions (RFC 8017 §B.1)
    f"{XENC}sha256": hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384(),
    f"{XENC}sha512": hashes.SHA512(),
}
_MASKS: dict[str, hashes.HashAlgorithm] = {
    f"{_MASK}sha1": hashes.SHA1(),  # noqa: S303 - likewise
    f"{_MASK}sha256": hashes.SHA256(),
    f"{_MASK}sha384": hashes.SHA384(),
    f"{_MASK}sha512": hashes.SHA512(),
}
_NONCE, _TAG = 12, 16
_CLOSED = "The assertion cannot be decrypted with the key of this gateway."


def opened(encrypted: Element, key: rsa.RSAPrivateKey) -> Element:
    """Decrypt an EncryptedAssertion, and return the one element that was in it.

    It is parsed in the namespaces of its place, for whoever encrypts a part of a document may leave their
    declarations to the whole (XML Encryption 1.1 §4.5).

    Raises:
        Refused: what `decrypted` names; `identity.saml-read`: it was no single element.
    """
    plain = decrypted(encrypted, key)
    namespaces = encrypted.nsmap  # None stands for the default one, which the stubs do not know
    place = etree.tostring(etree.Element("place", nsmap=namespaces))  # type: ignore[arg-type]
    root = parsed(place.removesuffix(b"/>") + b">" + plain + b"</place>", _CITE)
    if len(root) != 1 or (root.text or "").strip() or (root[0].tail or "").strip():
        fail("saml-read", "What was encrypted is no assertion.", _CITE)
    return root[0]


def decrypted(encrypted: Element, key: rsa.RSAPrivateKey) -> bytes:
    """Decrypt an EncryptedAssertion. AES-GCM alone: every other mode lets a stranger ask about the plaintext.

    Whatever goes wrong is told in one way, for the same reason.

    Raises:
        Refused: `identity.saml-read` where it has another form, `.saml-encryption`.
    """
    data = only(encrypted, f"{{{XENC}}}EncryptedData", _CITE)
    length = _GCM.get(only(data, f"{{{XENC}}}EncryptionMethod", _CITE).get("Algorithm", ""))
    if length is None:
        fail("saml-encryption", "The assertion is encrypted in a way that is not opened here.", _CITE)
    keys = list(encrypted.iter(f"{{{XENC}}}EncryptedKey"))
    if len(keys) != 1:
        fail("saml-read", "The assertion is encrypted to another number of keys than one.", _CITE)
    sealed = _cipher(data)
    try:
        content = key.decrypt(_cipher(keys[0]), _padding(keys[0]))
        fitting = AESGCM(content) if len(content) == length and len(sealed) >= _NONCE + _TAG else None
        plain = fitting.decrypt(sealed[:_NONCE], sealed[_NONCE:], None) if fitting is not None else None
    except (ValueError, InvalidTag):
        plain = None
    if plain is None:
        fail("saml-encryption", _CLOSED, _CITE)
    return plain


def _cipher(element: Element) -> bytes:
    holder = only(element, f"{{{XENC}}}CipherData", _CITE)
    value = decode_base64(only(holder, f"{{{XENC}}}CipherValue", _CITE).text or "")
    if value is None:
        fail("saml-encryption", _CLOSED, _CITE)
    return value


def _padding(encrypted_key: Element) -> padding.AsymmetricPadding:
    """Read how the content key is wrapped (XML Encryption 1.1 §5.5.2): RSA-OAEP without a label."""
    method = only(encrypted_key, f"{{{XENC}}}EncryptionMethod", _CITE)
    algorithm = method.get("Algorithm", "")
    digest = method.find(f"{{{DS}}}DigestMethod")
    hashed = _HASHES.get(f"{DS}sha1" if digest is None else digest.get("Algorithm", ""))
    mask = method.find(f"{{{XENC11}}}MGF")
    named = f"{_MASK}sha1" if mask is None or algorithm == _OLD_OAEP else mask.get("Algorithm", "")
    masked = _MASKS.get(named)
    if algorithm not in (_OLD_OAEP, _OAEP) or hashed is None or masked is None:
        fail("saml-encryption", "The assertion is encrypted in a way that is not opened here.", _CITE)
    if method.find(f"{{{XENC}}}OAEPparams") is not None:
        fail("saml-encryption", "The assertion is encrypted in a way that is not opened here.", _CITE)
    return padding.OAEP(padding.MGF1(masked), hashed, None)
