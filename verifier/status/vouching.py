"""Whose word a status list is: the one place where that is decided (ADR 0013)."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from schemas.evidence import Evidence
from schemas.status import ListSeal
from verifier.sealing.certificates import fingerprint, issued, organisation

_STRANGER = "It is sealed by another than who sealed the credential, and nothing shows that it may speak."


def doubt_about(seal: ListSeal | None, evidence: Evidence) -> str:
    """Say in one sentence why a list's word cannot be taken; empty where it can.

    It can where its seal holds and was made with the very key of the credential's seal, or by the same
    organisation: the same organizationIdentifier, in a certificate of the authority that issued the
    credential's own, or (`seal.trust`) one whose path is known to hold. So a list is trusted as far as the
    credential is, whose path is judged under `seal.path`, and no further.
    """
    if seal is None:
        return "It carries no seal, so anybody who can answer in its place may have made it."
    return _seal_fault(seal) or _certificate_fault(seal, evidence) or _stranger(seal, evidence)


def _seal_fault(seal: ListSeal) -> str:
    examined = seal.examined
    told = examined.faults[0][1] if examined.faults else ""
    if examined.intact is False:
        return f"Its seal does not hold. {told}".strip()
    if examined.intact is None or examined.signer is None:
        return told or _STRANGER
    return "Its seal rests on an algorithm or key that no longer counts as proof." if examined.weak else ""


def _certificate_fault(seal: ListSeal, evidence: Evidence) -> str:
    signer = seal.examined.signer
    if signer is None or fingerprint(signer) in evidence.trust.denied:
        return "Its certificate is on the list of those that count for nothing here."
    if not signer.not_valid_before_utc <= evidence.now <= signer.not_valid_after_utc:
        return "Its certificate was not in force at the moment this is about."
    if seal.trust is not None and (seal.trust.path.holds is False or seal.trust.path.revoked_at is not None):
        return f"Its certificate cannot be relied upon. {seal.trust.path.sentence}"
    return ""


def _stranger(seal: ListSeal, evidence: Evidence) -> str:
    signer, own = seal.examined.signer, evidence.seal.signer if evidence.seal is not None else None
    if signer is None or own is None:
        return _STRANGER
    return "" if _same_key(signer, own) or _same_sealer(seal, evidence, own) else _STRANGER


def _same_key(one: x509.Certificate, other: x509.Certificate) -> bool:
    """Tell whether two certificates are about one key: a renewed one is."""
    return _spki(one) == _spki(other)


def _spki(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _same_sealer(seal: ListSeal, evidence: Evidence, own: x509.Certificate) -> bool:
    """Tell whether the organisation is the same, by the word of an authority and not by its own."""
    signer = seal.examined.signer
    if signer is None:
        return False
    if _is_person(signer) or not set(organisation(signer).identifiers) & set(organisation(own).identifiers):
        return False
    if seal.trust is not None and seal.trust.path.holds:
        return True
    carried = evidence.seal.certificates if evidence.seal is not None else ()
    authorities = (*carried, *seal.examined.certificates, *evidence.trust.anchors)
    return any(issued(signer, by) and issued(own, by) for by in dict.fromkeys(authorities))


def _is_person(certificate: x509.Certificate) -> bool:
    """Tell whether the subject is a natural person, who may carry an employer's identifier (EN 319 412-2)."""
    subject = certificate.subject
    return any(subject.get_attributes_for_oid(oid) for oid in (NameOID.SURNAME, NameOID.GIVEN_NAME))
