"""The same node by other hands: signatures of signxml, encryption of the XML Security Library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import xmlsec
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree
from saml_node import ASSERTION, DS, XENC, XENC11, SamlNode
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLSigner

_SIGNATURE = f"{{{DS}}}Signature"


class _Signer(XMLSigner):
    def check_deprecated_methods(self) -> None:
        """Sign by what is deprecated, too: somebody may."""


@dataclass
class SignxmlNode(SamlNode):
    """Signs with signxml, by the names it has for the algorithms."""

    signs: SignatureMethod = SignatureMethod.RSA_SHA256
    digests: DigestAlgorithm = DigestAlgorithm.SHA256
    canonical: CanonicalizationMethod = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0

    def sign(self, element: Any) -> None:
        key = self.signer.key
        assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
        signer = _Signer(
            signature_algorithm=self.signs, digest_algorithm=self.digests, c14n_algorithm=self.canonical
        )
        signed = signer.sign(
            etree.fromstring(etree.tostring(element)),
            key=key,
            cert=[self.signer.certificate],
            reference_uri=f"#{element.get('ID')}",
        )
        element.insert(1, signed.find(_SIGNATURE))


@dataclass
class XmlsecSealed(SamlNode):
    """Encrypts with the XML Security Library.

    Attributes:
        peer: the wrapped key stands beside the content, and not in it.
        mask: of the newer OAEP.
        digest: of OAEP; empty for the one that is meant where none is named.
    """

    peer: bool = False
    mask: str = f"{XENC11}mgf1sha256"
    oaep_digest: str = f"{XENC}sha256"

    def _sealed(self, assertion: Any) -> Any:
        assert self.encrypting is not None
        by_key, by_data = self.wrapping
        holder = etree.Element(f"{{{ASSERTION}}}EncryptedAssertion", nsmap={"saml": ASSERTION, "xenc": XENC})
        holder.append(assertion)
        template = xmlsec.template.encrypted_data_create(
            holder, xmlsec.constants.TransformAes256Gcm, type=xmlsec.constants.TypeEncElement, ns="xenc"
        )
        xmlsec.template.encrypted_data_ensure_cipher_value(template)
        info = xmlsec.template.encrypted_data_ensure_key_info(template, ns="ds")
        wrapped = xmlsec.template.add_encrypted_key(info, xmlsec.constants.TransformRsaOaep)
        xmlsec.template.encrypted_data_ensure_cipher_value(wrapped)
        (how,) = wrapped.findall(f"{{{XENC}}}EncryptionMethod")
        how.set("Algorithm", by_key)
        if self.oaep_digest:
            etree.SubElement(how, f"{{{DS}}}DigestMethod", Algorithm=self.oaep_digest)
        if by_key.startswith(XENC11):
            etree.SubElement(how, f"{{{XENC11}}}MGF", Algorithm=self.mask)
        template.find(f"{{{XENC}}}EncryptionMethod").set("Algorithm", by_data)
        manager = xmlsec.KeysManager()
        public = self.encrypting.key.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )
        manager.add_key(xmlsec.Key.from_memory(public, xmlsec.constants.KeyDataFormatPem))
        context = xmlsec.EncryptionContext(manager)
        bits = 128 if "128" in by_data else 256
        context.key = xmlsec.Key.generate(
            xmlsec.constants.KeyDataAes, bits, xmlsec.constants.KeyDataTypeSession
        )
        data = context.encrypt_xml(template, assertion)
        if self.peer:
            (key,) = data.iter(f"{{{XENC}}}EncryptedKey")
            key.getparent().remove(key)
            data.addnext(key)
        return holder


@dataclass
class SealedAsTold(SamlNode):
    """Encrypts more, or something else, than the assertion, which stands for each `%s`."""

    plain: bytes = b"%s"

    def plaintext(self, assertion: bytes) -> bytes:
        return self.plain.replace(b"%s", assertion)
