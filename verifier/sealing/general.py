"""The second face of the engine: every signature of any signed file, each with what it covers (ADR 0012)."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.document import Seal, SealKind
from schemas.evidence import Signature
from verifier.sealing.fault import Refusal
from verifier.sealing.general_json import examine_tokens
from verifier.sealing.general_xml import examine_signatures


def examine_general(seal: Seal, at_hand: Mapping[str, bytes] | None = None) -> tuple[Signature, ...]:
    """Examine every signature of a file, countersignatures included; each is named and judged by itself.

    Args:
        seal: where the signatures live.
        at_hand: content outside the file, by the address the signatures give. What is not here is never
            fetched, and stays undecided.

    Raises:
        Malformed: the bytes cannot be taken apart.
    """
    examine = examine_signatures if seal.kind is SealKind.XADES else examine_tokens
    try:
        return examine(seal.raw, at_hand)
    except Refusal as refusal:
        return (Signature(name="signature 1", seal=seal, examination=refusal.examination()),)
