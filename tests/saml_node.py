"""An eIDAS node of our own, that can be told to misbehave in one way at a time.

Signatures are made by the XML Security Library, encryption by the cryptography library: none by our own code.
"""

from __future__ import annotations

import base64
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import xmlsec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree
from samples.authorities import Holder, holder
from samples.usages import usage

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
PERSON = "http://eidas.europa.eu/attributes/naturalperson/"
DS = "http://www.w3.org/2000/09/xmldsig#"
XENC = "http://www.w3.org/2001/04/xmlenc#"
XENC11 = "http://www.w3.org/2009/xmlenc11#"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
SUBSTANTIAL = "http://eidas.europa.eu/LoA/substantial"
ISSUER, ENTITY = "https://node.example/metadata", "https://gateway.example/metadata"
HOLDER = {
    "PersonIdentifier": "AT/NL/e3b0c442",
    "CurrentFamilyName": "de Wit",
    "CurrentGivenName": "Noor",
    "DateOfBirth": "1999-02-03",
    "PlaceOfBirth": "Zierikzee",
}
USES = usage("digital_signature", "key_encipherment")
NODE = holder("eIDAS Node", key_name="rsa-2048-node", uses=USES)
OTHER = holder("Another Node", key_name="rsa-2048-other", uses=USES)
GATEWAY = holder("Gateway", key_name="rsa-2048-gateway", uses=USES)
Bend = Callable[[Any], Any]


def same(one: Any) -> Any:
    return one


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.000Z}"


@dataclass
class SamlNode:
    """What it says, and how it misbehaves.

    Attributes:
        person: attributes by their short names.
        now: by its clock.
        level: of assurance, as it says it.
        said: replaces what stands in the templates: `issuer`, `audience`, `recipient`, `destination`,
            `in_response_to`, `asked_by`, `start`, `end`, `until`, `signed_in`, `status`, `second`.
        assertion: changes the assertion before it is signed.
        response: changes the response before it is signed.
        signing: which are signed: `assertion`, `response`.
        signer: signs.
        method: signature algorithm; `digest`: digest algorithm.
        transforms: of the reference.
        key_info: what stands in KeyInfo: the certificate of this holder.
        encrypting: to whose key; None for none.
        wrapping: `key` and `data` algorithm.
        bent: changes the bytes at the end.
    """

    person: dict[str, str] = field(default_factory=lambda: dict(HOLDER))
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    level: str = SUBSTANTIAL
    said: dict[str, str | None] = field(default_factory=dict)
    attributes: str = ""
    assertion: Bend = same
    response: Bend = same
    signing: tuple[str, ...] = ("assertion",)
    signer: Holder = NODE
    method: str = xmlsec.constants.TransformRsaSha256.href
    digest: str = xmlsec.constants.TransformSha256.href
    transforms: tuple[str, ...] = ("http://www.w3.org/2000/09/xmldsig#enveloped-signature", "exclusive")
    key_info: Holder | None = NODE
    encrypting: Holder | None = GATEWAY
    wrapping: tuple[str, str] = (f"{XENC11}rsa-oaep", f"{XENC11}aes256-gcm")
    bent: Callable[[bytes], bytes] = same

    def answer(self, address: str, **said: str | None) -> dict[str, str]:
        """Answer a request as it stands in an address: the form that the browser posts."""
        query = dict(parse_qsl(urlsplit(address).query))
        request = etree.fromstring(zlib.decompress(base64.b64decode(query["SAMLRequest"]), -15))
        self.said = {
            "in_response_to": request.get("ID"),
            "recipient": request.get("AssertionConsumerServiceURL"),
            "asked_by": request.findtext(f"{{{ASSERTION}}}Issuer"),
            **self.said,
            **said,
        }
        raw = self.bent(self.made())
        return {"SAMLResponse": base64.b64encode(raw).decode(), "RelayState": query["RelayState"]}

    def made(self) -> bytes:
        """Make a response."""
        assertion = self.assertion(etree.fromstring(self._assertion()))
        if "assertion" in self.signing:
            self.sign(assertion)
        response = etree.fromstring(self._response())
        response.append(self._sealed(assertion) if self.encrypting is not None else assertion)
        response = self.response(response)
        if "response" in self.signing:
            self.sign(response)
        return etree.tostring(response)

    def _get(self, name: str, default: str) -> str:
        found = self.said.get(name, default)
        return "" if found is None else found

    def _attribute(self, name: str, default: str, at: str) -> str:
        """Write an attribute, or nothing where it is told to be None."""
        found = self.said.get(name, default)
        return "" if found is None else f'{at}="{found}"'

    def _assertion(self) -> bytes:
        later, soon = self.now + timedelta(minutes=5), self.now + timedelta(minutes=5)
        attributes = "".join(
            f'<saml:Attribute Name="{PERSON}{name}" FriendlyName="{name}" '
            'NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">'
            f"<saml:AttributeValue>{value}</saml:AttributeValue></saml:Attribute>"
            for name, value in self.person.items()
        )
        audience = self.said.get("audience", ENTITY)
        named = f"<saml:Audience>{audience}</saml:Audience>"
        restriction = f"<saml:AudienceRestriction>{named}</saml:AudienceRestriction>" if audience else ""
        return f"""
<saml:Assertion xmlns:saml="{ASSERTION}" ID="_assertion{os.urandom(8).hex()}" Version="2.0"
    IssueInstant="{moment(self.now)}"><saml:Issuer>{self._get("issuer", ISSUER)}</saml:Issuer>
  <saml:Subject>
    <saml:NameID>{self.person.get("PersonIdentifier", "")}</saml:NameID>
    <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
      <saml:SubjectConfirmationData {self._attribute("in_response_to", "", "InResponseTo")}
        {self._attribute("recipient", "", "Recipient")}
        {self._attribute("until", moment(soon), "NotOnOrAfter")}/>
    </saml:SubjectConfirmation>
  </saml:Subject>
  <saml:Conditions {self._attribute("start", moment(self.now), "NotBefore")}
    {self._attribute("end", moment(later), "NotOnOrAfter")}>{restriction}</saml:Conditions>
  <saml:AuthnStatement AuthnInstant="{self._get("signed_in", moment(self.now))}">
    <saml:AuthnContext><saml:AuthnContextClassRef>{self.level}</saml:AuthnContextClassRef></saml:AuthnContext>
  </saml:AuthnStatement>
  <saml:AttributeStatement>{attributes}{self.attributes}</saml:AttributeStatement>
</saml:Assertion>""".strip().encode()

    def _response(self) -> bytes:
        second = self.said.get("second")
        inner = f'<samlp:StatusCode Value="{second}"/>' if second else ""
        return f"""
<samlp:Response xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="_response{os.urandom(8).hex()}"
    Version="2.0" IssueInstant="{moment(self.now)}"
    {self._attribute("destination", self._get("recipient", ""), "Destination")}
    {self._attribute("answers", self._get("in_response_to", ""), "InResponseTo")}>
  <saml:Issuer>{self._get("answered_by", ISSUER)}</saml:Issuer>
  <samlp:Status>
    <samlp:StatusCode Value="{self._get("status", SUCCESS)}">{inner}</samlp:StatusCode>
  </samlp:Status>
</samlp:Response>""".strip().encode()

    def sign(self, element: Any) -> None:
        """Put a signature after the issuer, as the schema has it."""
        template = etree.fromstring(self._template(element.get("ID")))
        element.insert(1, template)
        xmlsec.tree.add_ids(element, ["ID"])
        context = xmlsec.SignatureContext()
        pem = self.signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        context.key = (
            xmlsec.Key.from_binary_data(xmlsec.constants.KeyDataHmac, self.signer.der)  # everybody has that
            if "hmac" in self.method
            else xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
        )
        context.sign(template)

    def _template(self, number: str) -> str:
        exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
        steps = "".join(
            f'<ds:Transform Algorithm="{exclusive if one == "exclusive" else one}"/>'
            for one in self.transforms
        )
        info = ""
        if self.key_info is not None:
            der = base64.b64encode(self.key_info.der).decode()
            shown = f"<ds:X509Data><ds:X509Certificate>{der}</ds:X509Certificate></ds:X509Data>"
            info = f"<ds:KeyInfo>{shown}</ds:KeyInfo>"
        return (
            f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'
            f'<ds:CanonicalizationMethod Algorithm="{exclusive}"/>'
            f'<ds:SignatureMethod Algorithm="{self.method}"/><ds:Reference URI="#{number}">'
            f'<ds:Transforms>{steps}</ds:Transforms><ds:DigestMethod Algorithm="{self.digest}"/>'
            f"<ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/>{info}</ds:Signature>"
        )

    def plaintext(self, assertion: bytes) -> bytes:
        """Give what is encrypted."""
        return assertion

    def _sealed(self, assertion: Any) -> Any:
        assert self.encrypting is not None
        by_key, by_data = self.wrapping
        content = os.urandom(16 if "128" in by_data else 32)
        plain = self.plaintext(etree.tostring(assertion))
        if by_data.endswith("-gcm"):
            nonce = os.urandom(12)
            sealed = nonce + AESGCM(content).encrypt(nonce, plain, None)
        else:
            start, short = os.urandom(16), 16 - len(plain) % 16
            padded = plain + bytes(short - 1) + bytes([short])
            mode = Cipher(algorithms.AES(content), modes.CBC(start)).encryptor()
            sealed = start + mode.update(padded) + mode.finalize()
        public = self.encrypting.key.public_key()
        assert isinstance(public, rsa.RSAPublicKey)
        wrapped = public.encrypt(content, _padding(by_key))
        digest = "" if "1_5" in by_key else f'<ds:DigestMethod xmlns:ds="{DS}" Algorithm="{XENC}sha256"/>'
        mask = f'<xenc11:MGF xmlns:xenc11="{XENC11}" Algorithm="{XENC11}mgf1sha256"/>'
        how = digest + (mask if by_key == f"{XENC11}rsa-oaep" else "")
        inner = f"""<ds:KeyInfo xmlns:ds="{DS}"><xenc:EncryptedKey>
<xenc:EncryptionMethod Algorithm="{by_key}">{how}</xenc:EncryptionMethod>
{_cipher(wrapped)}</xenc:EncryptedKey></ds:KeyInfo>"""
        return etree.fromstring(
            f"""<saml:EncryptedAssertion xmlns:saml="{ASSERTION}" xmlns:xenc="{XENC}">
<xenc:EncryptedData Type="{XENC}Element"><xenc:EncryptionMethod Algorithm="{by_data}"/>
{inner}{_cipher(sealed)}</xenc:EncryptedData></saml:EncryptedAssertion>"""
        )


def _cipher(raw: bytes) -> str:
    value = base64.b64encode(raw).decode()
    return f"<xenc:CipherData><xenc:CipherValue>{value}</xenc:CipherValue></xenc:CipherData>"


def _padding(algorithm: str) -> padding.AsymmetricPadding:
    if algorithm.endswith("rsa-1_5"):
        return padding.PKCS1v15()
    mask = hashes.SHA256() if algorithm == f"{XENC11}rsa-oaep" else hashes.SHA1()  # noqa: S303 - as it is named
    return padding.OAEP(padding.MGF1(mask), hashes.SHA256(), None)
