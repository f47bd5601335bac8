"""Who an organisation is, as a source vouched for it: the eIDAS minimum data set of a legal person.

Regulation (EU) 2015/1501, annex, section 2: current legal name and a unique identifier; and, where they are
known, an address and the numbers of registers.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.identity import Origin, PersonIdentifier, PostalAddress

SCHEME = "eIDAS LegalPersonIdentifier"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalPerson:
    """An organisation; what is None or empty is not said.

    Attributes:
        identifier: its LegalPersonIdentifier.
        vat, tax: its numbers for these.
        origin: whose word it is, all of it.
    """

    legal_name: str
    identifier: PersonIdentifier
    vat: tuple[PersonIdentifier, ...] = ()
    tax: tuple[PersonIdentifier, ...] = ()
    address: PostalAddress | None = None
    origin: Origin
