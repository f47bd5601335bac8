"""What goes into a credential because an organisation will seal it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealing:
    """Who will seal, by the certificate alone, and when.

    Attributes:
        legal_name: O of the certificate's subject.
        identifier: organizationIdentifier (2.5.4.97) as it stands, e.g. `NTRNL-12345678`.
        country: C, ISO 3166-1 alpha-2.
        at: the moment of sealing, timezone-aware; becomes `issued`.
        mandate: the statement by which another body than the awarding one may seal, in the language of the
            document; empty takes one in general words.
        status: entries of `status`, as they are to stand in ELM.
    """

    legal_name: str
    identifier: str
    country: str
    at: datetime
    mandate: str = ""
    status: tuple[Mapping[str, Any], ...] = ()
