"""What an institution says about itself, so that a conversion need not invent it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.lang import LangString


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """Facts about one organisation; what is None is not said.

    Attributes:
        country: ISO 3166-1 alpha-2.
        registration: in the country's register; `vat`, `eidas_identifier` likewise by their schemes.
        url: homepage; `email`: of the office that awards.
    """

    legal_name: LangString | None = None
    country: str | None = None
    address: str | None = None
    registration: str | None = None
    vat: str | None = None
    eidas_identifier: str | None = None
    url: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstitutionProfile:
    """The profile file or request part.

    Attributes:
        issuer: who will seal.
        awarding_body: the school.
        organisations: by URL or URN, any other organisation in the document.
        language: of texts that do not say it, ISO 639-1.
        eqf_as: `qualification` (EQF makes a Qualification) or `note` (it stays a plain specification).
        given_name, family_name: the learner's, as the institution's word, for a single conversion only.
    """

    issuer: OrganisationFacts = field(default_factory=OrganisationFacts)
    awarding_body: OrganisationFacts = field(default_factory=OrganisationFacts)
    organisations: Mapping[str, OrganisationFacts] = field(default_factory=dict)
    language: str | None = None
    eqf_as: str = "qualification"
    given_name: str | None = None
    family_name: str | None = None
