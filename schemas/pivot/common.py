"""What every other class is made of: concepts, identifiers, notes, places, files."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.lang import LangString
from schemas.pivot.node import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept(Node):
    """A value of a controlled list; `id` is the list value (SKOS)."""

    pref_label: LangString | None = None
    notation: str | None = None
    in_scheme: tuple[ConceptScheme, ...] = ()
    definition: LangString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptScheme(Node):
    """The controlled list a concept stands in."""

    pref_label: LangString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier(Node):
    """A number or name that some scheme gives to a thing (ADMS)."""

    notation: str | None = None
    scheme_agency: LangString | None = None
    creator: str | None = None
    date_issued: str | None = None
    dc_type: tuple[Concept, ...] = ()
    scheme_name: str | None = None
    scheme_version: str | None = None
    scheme_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalIdentifier(Identifier):
    """An identifier a country gives: registration, VAT, tax, eIDAS."""

    spatial: Concept | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Node):
    """A text with an optional subject."""

    note_literal: LangString | None = None
    subject: Concept | None = None
    note_format: Concept | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WebResource(Node):
    """A page or file on the web."""

    title: LangString | None = None
    language: Concept | None = None
    content_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaObject(Node):
    """A file carried inside the credential, base64."""

    title: LangString | None = None
    description: LangString | None = None
    content_type: Concept | None = None
    attachment_type: Concept | None = None
    content_encoding: Concept | None = None
    content_size: int | None = None
    content: str | None = None
    content_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Node):
    """A place."""

    identifier: tuple[AnyIdentifier, ...] = ()
    description: LangString | None = None
    address: tuple[Address, ...] = ()
    geographic_name: LangString | None = None
    spatial_code: tuple[Concept, ...] = ()
    geometry: tuple[Geometry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(Node):
    """A postal address; the country is the one thing demanded."""

    identifier: tuple[AnyIdentifier, ...] = ()
    full_address: Note | None = None
    country_code: Concept | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Geometry(Node):
    """A point on the map."""

    longitude: tuple[str, ...] = ()
    latitude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone(Node):
    """A telephone number."""

    phone_number: str | None = None
    country_dialing: str | None = None
    area_dialing: str | None = None
    dial_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox(Node):
    """An e-mail address; `id` is a `mailto:` URI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint(Node):
    """How to reach an agent."""

    additional_note: tuple[Note, ...] = ()
    description: LangString | None = None
    address: tuple[Address, ...] = ()
    phone: tuple[Phone, ...] = ()
    email_address: tuple[Mailbox, ...] = ()
    contact_form: tuple[WebResource, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodOfTime(Node):
    """From when to when."""

    pref_label: LangString | None = None
    start_date: str | None = None
    end_date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Node):
    """A sum of money."""

    unit: Concept | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceDetail(Node):
    """What a learning opportunity costs."""

    identifier: tuple[AnyIdentifier, ...] = ()
    pref_label: LangString | None = None
    description: LangString | None = None
    additional_note: tuple[Note, ...] = ()
    amount: Amount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Node):
    """Money for learners."""

    title: LangString | None = None
    description: LangString | None = None
    supplementary_document: tuple[WebResource, ...] = ()
    dc_type: Concept | None = None
    content_url: str | None = None


AnyIdentifier = Identifier | LegalIdentifier
