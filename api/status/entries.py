"""How a credential says where its status is told (W3C Bitstring Status List v1.0 §2.1)."""

from __future__ import annotations

from typing import Literal

from schemas.document import Tree

Purpose = Literal["revocation", "suspension"]
PURPOSES: tuple[Purpose, ...] = ("revocation", "suspension")


def address(base: str, list_id: str, purpose: Purpose) -> str:
    """Return where a list is published.

    Args:
        base: the tenant's public address, without a slash at the end.
        list_id: of the list.
        purpose: which of the two lists that share places.
    """
    return f"{base.rstrip('/')}/status/{list_id}/{purpose}"


def entries_of(base: str, list_id: str, place: int) -> tuple[Tree, ...]:
    """Write the members of `status`, one for each purpose, as issuers of ELM credentials write them."""
    return tuple(
        {
            "id": f"{address(base, list_id, purpose)}#{place}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": str(place),
            "statusListCredential": address(base, list_id, purpose),
        }
        for purpose in PURPOSES
    )
