"""The credential itself: the pivot of every conversion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.lang import LangString
from schemas.pivot.node import Node

if TYPE_CHECKING:
    from schemas.pivot.agents import Accreditation, AnyAgent, Person
    from schemas.pivot.common import AnyIdentifier, Concept, MediaObject
    from schemas.pivot.facts import EdciFacts
    from schemas.pivot.node import Opaque


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Node):
    """What proves the credential: an accreditation, a mandate, or the embedded original."""

    dc_type: Concept | None = None
    evidence_statement: str | None = None
    evidence_target: AnyAgent | None = None
    embedded_evidence: tuple[MediaObject, ...] = ()
    accreditation: Accreditation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayParameter(Node):
    """How the credential presents itself."""

    title: LangString | None = None
    description: LangString | None = None
    language: tuple[Concept, ...] = ()
    primary_language: Concept | None = None
    summary_display: str | None = None
    individual_display: tuple[IndividualDisplay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndividualDisplay(Node):
    """The rendered pages in one language."""

    language: Concept | None = None
    display_detail: tuple[DisplayDetail, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayDetail(Node):
    """One rendered page."""

    image: MediaObject | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialSchema(Node):
    """A schema the credential says it follows; never fetched on its word.

    Attributes:
        kind: `ShaclValidator2017` in every profile of ELM v3.
    """

    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential(Node):
    """One credential in ELM v3 terms, whatever it came from.

    Times are XSD dateTime texts, durations XSD durations, numbers with a scale their decimal text: the
    pivot keeps what was written, and codecs translate.

    Attributes:
        issuer: who seals; not always the school.
        credential_subject: the learner; the claims hang on the person.
        issued: when the seal was, or is to be, put on it.
        credential_status: status entries as they stand, opaque: the verifier reads them.
        edci: what only EDCI XML has.
    """

    identifier: tuple[AnyIdentifier, ...] = ()
    credential_profiles: tuple[Concept, ...] = ()
    credential_schema: tuple[CredentialSchema, ...] = ()
    issuer: AnyAgent | None = None
    issued: str | None = None
    issuance_date: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    expiration_date: str | None = None
    credential_subject: Person | None = None
    display_parameter: DisplayParameter | None = None
    attachment: tuple[MediaObject, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    holder: tuple[AnyAgent, ...] = ()
    credential_status: tuple[Opaque, ...] = ()
    status: tuple[Opaque, ...] = ()
    terms_of_use: tuple[Opaque, ...] = ()
    edci: EdciFacts | None = None
