"""A node's answer: whatever is done to one, it tells of no other person.

An input is a response; or, behind a zero byte, an assertion that is read as if it were signed.
"""

from __future__ import annotations

import base64
import contextlib
import json
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from fuzz_targets import first, kept, repeatable
from lxml import etree
from saml_node import DS, ENTITY, ISSUER, NODE, SamlNode

from api.identity.sources.saml_assertion import Asserted, SamlAsked, asserted
from api.identity.sources.saml_names import LEVELS, parsed
from api.identity.sources.saml_response import SamlKeys, answered
from schemas.errors import DocumentError
from schemas.identity import Assurance

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
WORDS = (
    b"<saml:Assertion ",
    b"</saml:Assertion>",
    b"<saml:EncryptedAssertion>",
    b"<saml:Attribute ",
    b"<saml:AttributeValue>",
    b"<ds:Signature ",
    b"<ds:Transform ",
    b' ID="_one"',
    b' URI="#_one"',
    b"xml:id",
    b"<!---->",
    b"<?x?>",
    b'LatinScript="false"',
    b"NotOnOrAfter",
    b"\0",
)
LONGEST = 16_000
ASKED = SamlAsked(
    request="_request",
    recipient="https://gateway.example/answer",
    entity=ENTITY,
    issuer=ISSUER,
    levels=LEVELS,
    least=Assurance.LOW,
)


def seeds() -> tuple[bytes, ...]:
    return first("saml", _made)


def _made() -> tuple[bytes, ...]:
    said: dict[str, str | None] = {"in_response_to": ASKED.request, "recipient": ASKED.recipient}
    nodes = [
        SamlNode(now=NOW, encrypting=None, signing=signing, said=dict(said))
        for signing in (("assertion",), ("response",), ("assertion", "response"), ())
    ]
    responses = [one.made() for one in nodes]
    bare = etree.fromstring(responses[-1])
    return (*responses, SamlNode(now=NOW, said=dict(said)).made(), b"\0" + etree.tostring(bare[-1]))


@cache
def _trusted() -> x509.Certificate:
    """Return the certificate of the node that made the first inputs; its key is not made a second time."""
    for data in seeds():
        for one in etree.fromstring(data.lstrip(b"\0")).iter(f"{{{DS}}}X509Certificate"):
            return x509.load_der_x509_certificate(base64.b64decode(one.text or ""))
    return NODE.certificate


def run(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        found = repeatable(data, _read)
        assert data.startswith(b"\0") or _told(found) in _known(), "an answer tells what no node said"


def _read(data: bytes) -> Asserted:
    if data.startswith(b"\0"):
        return asserted(parsed(data[1:], ""), ASKED, now=NOW)
    return answered(data, ASKED, SamlKeys(node=(_trusted(),), encrypted=False), now=NOW)


def _told(found: Asserted) -> str:
    return json.dumps([found.number, found.assurance, dict(found.claims)])


@cache
def _known() -> frozenset[str]:
    told = set()
    for data in (*seeds(), *kept("saml").values()):
        if not data.startswith(b"\0"):
            with contextlib.suppress(DocumentError):
                told.add(_told(_read(data)))
    return frozenset(told)
