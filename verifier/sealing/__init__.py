"""Seals: XAdES in EDCI XML and JAdES in ELM. Here they are examined, cryptography alone."""

from __future__ import annotations

from schemas.document import Document, SealKind
from schemas.evidence import SealExamination
from verifier.sealing.jades import examine_jades
from verifier.sealing.nested import inner_documents, taken_out
from verifier.sealing.xades import examine_xades

__all__ = ["examine", "examine_jades", "examine_xades", "inner_documents", "taken_out"]


def examine(document: Document) -> SealExamination | None:
    """Examine a document's seal by its kind; None where there is none that is examined here.

    The compact JWS of a signed badge is another matter: its key comes from the issuer's own profile.

    Raises:
        Malformed: the bytes the seal lives in cannot be taken apart.
    """
    if document.seal is None:
        return None
    match document.seal.kind:
        case SealKind.XADES:
            return examine_xades(document.seal.raw)
        case SealKind.JADES:
            return examine_jades(document.seal.raw)
        case _:
            return None
