"""Converted documents sealed with a key of the tests, by the school itself or by another organisation."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from samples.seals import b64, b64url, certificate, protected, seal_json, seal_xml

from schemas.document import Format
from schemas.evidence import Trust
from schemas.sealing import Sealing
from verifier.sealing.certificates import organisation

SCHOOL = certificate("rsa", organisation="Polder University", identifier="NTRNL-12345678")
OTHER = certificate("rsa", organisation="Zegel voor Scholen", identifier="NTRNL-87654321")
TRUST = Trust(anchors=(SCHOOL, OTHER))


def sealing(of: x509.Certificate, **changes: object) -> Sealing:
    """Take from a certificate what a draft needs."""
    said = organisation(of)
    facts = {"legal_name": said.names[0], "identifier": said.identifiers[0], "country": said.country}
    return Sealing(**{**facts, **changes})  # type: ignore[arg-type]


def seal(document: bytes, target: Format, of: x509.Certificate = SCHOOL) -> bytes:
    """Seal a converted credential, JAdES or XAdES baseline B."""
    if target is Format.ELM:
        carried = {
            "x5t#S256": b64url(of.fingerprint(hashes.SHA256())),
            "x5c": [b64(of.public_bytes(Encoding.DER))],
        }
        return seal_json(document, header=protected(**carried))
    return seal_xml(document, carried=of)
