"""Sign-in at an eIDAS node or a broker that speaks its profile: SAML 2.0, an answer that the browser posts.

A request by HTTP-Redirect, signed where there is a key for it; the answer by HTTP-POST (SAML bindings §3.4,
§3.5; eIDAS SAML message format 1.2).
"""

from __future__ import annotations

import base64
import hmac
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import quote_plus

from lxml import etree

from api.identity.source import Begun
from api.identity.sources.claims import identity_from
from api.identity.sources.once import Once
from api.identity.sources.refusing import refused
from api.identity.sources.saml_assertion import SamlAsked
from api.identity.sources.saml_names import (
    ASSERTION,
    EIDAS,
    LEVELS,
    POST,
    PROTOCOL,
    URI,
    Element,
    saml,
    samlp,
)
from api.identity.sources.saml_response import SamlKeys, answered
from converter.identity_table import claim_tables
from schemas.errors import Unavailable
from schemas.identity import Assurance, Identity, Origin
from schemas.key import Key
from verifier.sealing.certificates import decode_base64
from verifier.sealing.scheme import xml_method

_GROUND = "consent"
_MANDATORY = ("PersonIdentifier", "CurrentFamilyName", "CurrentGivenName", "DateOfBirth")
"""Of every natural person (Regulation (EU) 2015/1501, annex 1)."""
_LONGEST = 512 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What the operator agreed with a node.

    Attributes:
        name: by which the operator and its address know the source.
        issuer: the node's entity ID.
        entity: ours.
        address: of the node's single sign-on service, for HTTP-Redirect.
        keys: what its answers are held against.
        least: the lowest level of assurance that will do.
        levels: authentication contexts that count, each with what it is worth.
        sector: `public` or `private`, as the operator is (eIDAS SAML message format 1.2 §4.1).
        key: signs requests; None sends them unsigned.
        until: from when on what is known of the node does not count any more; None where nothing says so.
    """

    name: str
    issuer: str
    entity: str
    address: str
    keys: SamlKeys
    least: Assurance = Assurance.SUBSTANTIAL
    levels: Mapping[str, Assurance] = field(default_factory=lambda: dict(LEVELS))
    sector: Literal["public", "private"] = "private"
    key: Key | None = field(default=None, repr=False)
    until: datetime | None = None


class SamlSignIn:
    """One node, as the operator configured it; satisfies `api.identity.source.SignIn`."""

    source = "eidas"

    def __init__(self, node: Node) -> None:
        """Take the configuration."""
        self.node = node
        self._used = Once()

    @property
    def name(self) -> str:
        """By which its address knows it."""
        return self.node.name

    def begin(self, back: str, *, now: datetime) -> Begun:
        """Begin a sign-in; see `api.identity.source.SignIn`.

        Raises:
            Unavailable: the node's metadata has expired.
        """
        self._check_known(now)
        number, state = f"_{secrets.token_hex(20)}", secrets.token_urlsafe(32)
        request = _request(self.node, number, posted_to(back), now)
        deflate = zlib.compressobj(9, wbits=-15)
        packed = deflate.compress(request) + deflate.flush()
        query = f"SAMLRequest={_sent(packed)}&RelayState={quote_plus(state)}"
        query += _signature(query, self.node.key)
        joint = "&" if "?" in self.node.address else "?"
        return Begun(
            address=f"{self.node.address}{joint}{query}",
            kept={"number": number, "state": state},
            letter=state,
        )

    def finish(self, begun: Begun, back: str, said: Mapping[str, str], *, now: datetime) -> Identity:
        """Make an identity of what the browser posted; see `api.identity.source.SignIn`.

        Raises:
            Refused: `identity.state`, `.provider`, `.saml-replayed`, and what `saml_response` names.
            Malformed: a value of the wrong kind, a BSN, or no name at all.
            Unavailable: the node's metadata has expired.
        """
        self._check_known(now)
        if not hmac.compare_digest(said.get("RelayState", "").encode(), begun.kept["state"].encode()):
            raise refused("state", "This sign-in was not begun here.", cite="SAML bindings §3.5.3")
        sent = said.get("SAMLResponse", "")
        raw = decode_base64(sent) if 0 < len(sent) <= _LONGEST else None
        if raw is None:
            raise refused("saml-read", "The answer is too large, or is none.", cite="SAML bindings §3.5.4")
        asked = SamlAsked(
            request=begun.kept["number"],
            recipient=posted_to(back),
            entity=self.node.entity,
            issuer=self.node.issuer,
            levels=self.node.levels,
            least=self.node.least,
        )
        found = answered(raw, asked, self.node.keys, now=now)
        if not self._used.first(found.number, until=found.until, now=now):
            raise refused("saml-replayed", "This assertion was used before.", cite="SAML profiles §4.1.4.5")
        origin = Origin(source=self.source, assurance=found.assurance, at=now, ground=_GROUND)
        return identity_from(found.claims, origin, now=now)

    def _check_known(self, now: datetime) -> None:
        """Believe no key whose word has run out (SAML metadata §2.3.2, validUntil)."""
        if self.node.until is not None and now >= self.node.until:
            raise Unavailable(self.node.address, "The metadata of the node has expired.")


def posted_to(back: str) -> str:
    """Return where the node has the browser post its answer."""
    return f"{back}/answer"


def asked_attributes() -> dict[str, bool]:
    """Name the attributes that the table reads, each with whether every person has it."""
    rows = claim_tables()["eidas"].row
    uris = dict.fromkeys(row.claim.strip('"') for row in rows)
    return {uri: uri.rpartition("/")[2] in _MANDATORY for uri in uris}


def _request(node: Node, number: str, recipient: str, now: datetime) -> bytes:
    """Write an AuthnRequest (SAML core §3.4.1; eIDAS SAML message format 1.2 §4)."""
    names = {"samlp": PROTOCOL, "saml": ASSERTION, "eidas": EIDAS}
    request: Element = etree.Element(
        samlp("AuthnRequest"),
        {
            "ID": number,
            "Version": "2.0",
            "IssueInstant": f"{now:%Y-%m-%dT%H:%M:%SZ}",
            "Destination": node.address,
            "ForceAuthn": "true",
            "IsPassive": "false",
            "ProtocolBinding": POST,
            "AssertionConsumerServiceURL": recipient,
        },
        nsmap=names,
    )
    etree.SubElement(request, saml("Issuer")).text = node.entity
    extensions = etree.SubElement(request, samlp("Extensions"))
    etree.SubElement(extensions, f"{{{EIDAS}}}SPType").text = node.sector
    wanted = etree.SubElement(extensions, f"{{{EIDAS}}}RequestedAttributes")
    for uri, always in asked_attributes().items():
        one = {"Name": uri, "NameFormat": URI, "isRequired": str(always).lower()}
        etree.SubElement(wanted, f"{{{EIDAS}}}RequestedAttribute", one)
    context = etree.SubElement(request, samlp("RequestedAuthnContext"), {"Comparison": "minimum"})
    least = next(uri for uri, level in node.levels.items() if level is node.least)
    etree.SubElement(context, saml("AuthnContextClassRef")).text = least
    return etree.tostring(request, encoding="UTF-8", xml_declaration=False)


def _signature(query: str, key: Key | None) -> str:
    """Sign a query as it stands (SAML bindings §3.4.4.1)."""
    if key is None:
        return ""
    signed = f"{query}&SigAlg={quote_plus(xml_method(key))}"
    return signed[len(query) :] + f"&Signature={_sent(key.sign(signed.encode()))}"


def _sent(raw: bytes) -> str:
    return quote_plus(base64.b64encode(raw))
