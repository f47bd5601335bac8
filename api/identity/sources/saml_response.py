"""From the bytes of a SAML response to what its one signed assertion says; pure (core §3.2.2, §3.3.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from api.identity.sources.saml_assertion import Asserted, SamlAsked, asserted
from api.identity.sources.saml_encryption import opened
from api.identity.sources.saml_names import Element, fail, only, parsed, saml, samlp, text_of
from api.identity.sources.saml_signature import is_signed, signed_octets

_CITE = "SAML core §3.3.3"
_STATUS = "urn:oasis:names:tc:SAML:2.0:status:"
_CANCELLED = frozenset(f"{_STATUS}{one}" for one in ("AuthnFailed", "RequestDenied"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlKeys:
    """What a response is opened and held against.

    Attributes:
        node: certificates of the node's keys, by the operator's word.
        own: decrypts; None where nothing is encrypted to this gateway.
        encrypted: whether a plain assertion is refused.
    """

    node: tuple[x509.Certificate, ...]
    own: rsa.RSAPrivateKey | None = field(default=None, repr=False)
    encrypted: bool = True


def answered(raw: bytes, asked: SamlAsked, keys: SamlKeys, *, now: datetime) -> Asserted:
    """Check a response.

    Where the response is signed, only what that signature covers is read on; the assertion's own signature is
    then checked if it has one, and demanded if the response has none.

    Raises:
        Refused: `identity.cancelled`, `.provider`, `.saml-…`, `.acr`.
    """
    response = parsed(raw, _CITE)
    if response.tag != samlp("Response") or response.get("Version") != "2.0":
        fail("saml-read", "The answer is no response of SAML 2.0.", _CITE)
    whole = is_signed(response)
    if whole:
        response = parsed(signed_octets(response, keys.node), _CITE)
    _check_response(response, asked)
    assertion = _assertion(response, keys)
    if is_signed(assertion) or not whole:
        assertion = parsed(signed_octets(assertion, keys.node), _CITE)
    if max(_assertions_in(response), _assertions_in(assertion)) > 1:
        fail("saml-read", "Another assertion stands somewhere in the answer.", _CITE)
    return asserted(assertion, asked, now=now)


def _assertions_in(element: Element) -> int:
    return sum(1 for _ in element.iter(saml("Assertion"), saml("EncryptedAssertion")))


def _check_response(response: Element, asked: SamlAsked) -> None:
    """Look at what says whose answer to what this is, and whether it is a good one."""
    codes = [one.get("Value", "") for one in only(response, samlp("Status"), _CITE).iter(samlp("StatusCode"))]
    if not codes or codes[0] != f"{_STATUS}Success":
        if _CANCELLED & set(codes):
            fail("cancelled", "The holder did not sign in, or did not agree.", _CITE)
        fail("provider", "The node refused the sign-in without saying who the holder is.", _CITE)
    if text_of(only(response, saml("Issuer"), _CITE)) != asked.issuer:
        fail("saml-issuer", "The answer is another node's than the one that was asked.", _CITE)
    if response.get("InResponseTo") != asked.request:
        fail("saml-request", "The answer is to another request.", _CITE)
    if response.get("Destination") != asked.recipient:
        fail("saml-request", "The answer is meant for another address.", "SAML bindings §3.5.5.2")


def _assertion(response: Element, keys: SamlKeys) -> Element:
    """Find the one assertion, and decrypt it where it is encrypted."""
    plain = response.findall(saml("Assertion"))
    sealed = response.findall(saml("EncryptedAssertion"))
    if len(plain) + len(sealed) != 1:
        fail("saml-read", f"The answer has {len(plain) + len(sealed)} assertions where one belongs.", _CITE)
    if plain:
        if keys.encrypted:
            fail("saml-encryption", "The assertion should be encrypted, and is not.", _CITE)
        return plain[0]
    if keys.own is None:
        fail("saml-encryption", "The assertion is encrypted, and this gateway has no key for it.", _CITE)
    found = opened(sealed[0], keys.own)
    if found.tag != saml("Assertion"):
        fail("saml-read", "What was encrypted is no assertion.", _CITE)
    return found
