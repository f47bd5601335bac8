"""What goes into a credential because an organisation will seal it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.lang import LangString


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
        mandate_title: of the file that holds the statement.
        status: entries of `status`, as they are to stand in ELM.
        credential_status: URI of one of them, to be named by `credentialStatus` too; empty where it is not.
    """

    legal_name: str
    identifier: str
    country: str
    at: datetime
    mandate: str = ""
    mandate_title: LangString | None = None
    status: tuple[Mapping[str, Any], ...] = ()
    credential_status: str = ""
