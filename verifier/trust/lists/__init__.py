"""EU trusted lists (ETSI TS 119 612): from hostile bytes to authenticated values. No I/O.

`signature` holds a list's signature against given certificates and gives the octets it covers; only those
are `read`. `lotl` decides which certificates may sign the list of lists, `snapshot` puts it and the national
lists together, `identity` finds a service by its certificate.
"""

from __future__ import annotations

from verifier.trust.lists.fault import ListRefusal
from verifier.trust.lists.journal import Publication, publications
from verifier.trust.lists.lotl import announced, authenticated_lotl, national_pointers, pivots_before
from verifier.trust.lists.read import read_list, territory_of
from verifier.trust.lists.signature import MAX_BYTES, signed_octets
from verifier.trust.lists.snapshot import Brought, snapshot_of

__all__ = [
    "MAX_BYTES",
    "Brought",
    "ListRefusal",
    "Publication",
    "announced",
    "authenticated_lotl",
    "national_pointers",
    "pivots_before",
    "publications",
    "read_list",
    "signed_octets",
    "snapshot_of",
    "territory_of",
]
