"""What a node says of itself: its metadata, in a file that the operator took from it (SAML metadata §2.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from api.identity.sources.saml_names import METADATA, PROTOCOL, Element, fail, instant, only, parsed
from verifier.sealing.certificates import decode_base64, load_all
from verifier.sealing.transforms import DS

REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_CITE = "SAML metadata §2.4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What is taken from it.

    Attributes:
        address: of its single sign-on service for HTTP-Redirect; empty where it has none, or several.
        certificates: of the keys that sign its answers.
        until: from when on it may not be used any more; None where it does not say.
    """

    address: str
    certificates: tuple[x509.Certificate, ...]
    until: datetime | None


def described(raw: bytes, issuer: str) -> Described:
    """Read the metadata of one node. Whether it is the node's own is the word of who put it there.

    Args:
        raw: an EntityDescriptor; a list of them is refused, for it says nothing of one node.
        issuer: the entity ID that it has to be about.

    Raises:
        Refused: `identity.saml-metadata`, `.saml-read`: it is no such thing, or about another node.
    """
    entity = parsed(raw, _CITE)
    if entity.tag != _md("EntityDescriptor") or entity.get("entityID") != issuer:
        fail("saml-metadata", "The metadata is not about this node.", _CITE)
    role = only(entity, _md("IDPSSODescriptor"), _CITE)
    if PROTOCOL not in role.get("protocolSupportEnumeration", "").split():
        fail("saml-metadata", "The metadata is not about a node that speaks SAML 2.0.", _CITE)
    certificates = load_all(_ders(role))
    if not certificates:
        fail("saml-metadata", "The metadata has no certificate of a key that signs.", _CITE)
    services = role.findall(_md("SingleSignOnService"))
    places = [one.get("Location", "") for one in services if one.get("Binding") == REDIRECT]
    return Described(
        address=places[0] if len(places) == 1 else "",
        certificates=certificates,
        until=_until((entity, role)),
    )


def _md(name: str) -> str:
    return f"{{{METADATA}}}{name}"


def _ders(role: Element) -> list[bytes | None]:
    """Return the certificates of keys that are for signing, or for everything (SAML metadata §2.4.1.1)."""
    path = f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate"
    keys = [one for one in role.findall(_md("KeyDescriptor")) if one.get("use", "signing") == "signing"]
    return [decode_base64(one.text or "") for key in keys for one in key.findall(path)]


def _until(elements: Iterable[Element]) -> datetime | None:
    said = [one.get("validUntil") for one in elements if one.get("validUntil") is not None]
    ends = [end for end in map(instant, said) if end is not None]
    if len(ends) != len(said):
        fail("saml-metadata", "The metadata does not say until when it counts.", _CITE)
    return min(ends, default=None)
