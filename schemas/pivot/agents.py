"""Persons, organisations and the decisions about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.lang import LangString
from schemas.pivot.node import Node

if TYPE_CHECKING:
    from schemas.pivot.claims import AnyClaim
    from schemas.pivot.common import (
        AnyIdentifier,
        Concept,
        ContactPoint,
        LegalIdentifier,
        Location,
        MediaObject,
        Note,
        WebResource,
    )
    from schemas.pivot.specifications import Qualification


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent(Node):
    """Somebody or something that can act."""

    identifier: tuple[AnyIdentifier, ...] = ()
    alt_label: LangString | None = None
    pref_label: LangString | None = None
    location: tuple[Location, ...] = ()
    additional_note: tuple[Note, ...] = ()
    contact_point: tuple[ContactPoint, ...] = ()
    group_member_of: tuple[Group, ...] = ()
    date_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Agent):
    """A natural person; as credential subject, the learner."""

    national_id: LegalIdentifier | None = None
    full_name: LangString | None = None
    given_name: LangString | None = None
    family_name: LangString | None = None
    birth_name: LangString | None = None
    patronymic_name: LangString | None = None
    member_of: tuple[Organisation, ...] = ()
    date_of_birth: str | None = None
    place_of_birth: Location | None = None
    citizenship_country: tuple[Concept, ...] = ()
    gender: Concept | None = None
    has_claim: tuple[AnyClaim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Agent):
    """A legal entity or a unit of one."""

    dc_type: tuple[Concept, ...] = ()
    homepage: tuple[WebResource, ...] = ()
    accreditation: tuple[Accreditation, ...] = ()
    eidas_identifier: LegalIdentifier | None = None
    registration: LegalIdentifier | None = None
    legal_name: LangString | None = None
    vat_identifier: tuple[LegalIdentifier, ...] = ()
    tax_identifier: tuple[LegalIdentifier, ...] = ()
    logo: MediaObject | None = None
    has_sub_organization: tuple[Organisation, ...] = ()
    sub_organization_of: Organisation | None = None
    has_member: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Node):
    """Several agents."""

    pref_label: LangString | None = None
    alt_label: LangString | None = None
    dc_type: tuple[Concept, ...] = ()
    additional_note: tuple[Note, ...] = ()
    location: tuple[Location, ...] = ()
    contact_point: tuple[ContactPoint, ...] = ()
    member: tuple[AnyAgent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accreditation(Node):
    """A quality decision on an organisation or a qualification."""

    identifier: tuple[AnyIdentifier, ...] = ()
    dc_type: Concept | None = None
    title: LangString | None = None
    description: LangString | None = None
    homepage: tuple[WebResource, ...] = ()
    date_issued: str | None = None
    additional_note: tuple[Note, ...] = ()
    supplementary_document: tuple[WebResource, ...] = ()
    decision: Concept | None = None
    report: WebResource | None = None
    organisation: tuple[Organisation, ...] = ()
    limit_qualification: Qualification | None = None
    limit_field: tuple[Concept, ...] = ()
    limit_eqf_level: tuple[Concept, ...] = ()
    limit_jurisdiction: tuple[Concept, ...] = ()
    limit_credential_type: tuple[Concept, ...] = ()
    accrediting_agent: Organisation | None = None
    review_date: str | None = None
    expiry_date: str | None = None
    landing_page: tuple[WebResource, ...] = ()
    status: str | None = None
    date_modified: str | None = None
    valid: str | None = None


AnyAgent = Agent | Person | Organisation
