"""The two named blocks: what a badge has and ELM lacks, and what only EDCI XML has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.lang import LangString
from schemas.pivot.node import Node

if TYPE_CHECKING:
    from schemas.pivot.common import MediaObject


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientFacts(Node):
    """Whom a badge is about: mostly a salted hash (OB 2.0 §IdentityObject).

    Attributes:
        identity: the hash (`sha256$…`) or the plain value.
        kind: `email`, `id`, `url`, `telephone`.
    """

    identity: str | None = None
    kind: str | None = None
    hashed: bool | None = None
    salt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityAssuranceFacts(Node):
    """The quality framework an edubadges micro-credential names; not an accreditation."""

    name: str | None = None
    url: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaFacts(Node):
    """What had to be done (OB 2.0 §Criteria)."""

    url: str | None = None
    narrative: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeFacts(Node):
    """What one assertion says that ELM v3 has no place for.

    Attributes:
        category: `micro_credential`, `regular`, `extra_curricular` (edubadges typeBadgeClass).
        workload_kind: which of the two hour extensions the volume of learning came from.
        image: URL of the assertion's image; `class_image` that of the badge class.
        updated_at: last change at the host, XSD dateTime text.
        verification: `HostedBadge` or `SignedBadge`; `verification_key` the key URL it names.
    """

    recipient: RecipientFacts | None = None
    category: str | None = None
    criteria: CriteriaFacts | None = None
    stackable: bool | None = None
    workload_kind: str | None = None
    quality_assurance: QualityAssuranceFacts | None = None
    grade_required: bool | None = None
    level_verified: bool | None = None
    image: str | None = None
    class_image: str | None = None
    updated_at: str | None = None
    verification: str | None = None
    verification_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayLabel(Node):
    """One label of an EDCI display template."""

    key: str | None = None
    text: LangString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EdciFacts(Node):
    """What only EDCI XML has.

    Attributes:
        html_texts: pointers to the texts whose content type is `text/html`.
        template: displayParameters/template; `html` its older form.
    """

    html_texts: tuple[str, ...] = ()
    template: str | None = None
    html: str | None = None
    background: MediaObject | None = None
    labels: tuple[DisplayLabel, ...] = ()
