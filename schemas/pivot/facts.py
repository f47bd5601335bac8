"""The two named blocks: what a badge has and ELM lacks, and what only EDCI XML has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.lang import LangString
from schemas.pivot.node import Node

if TYPE_CHECKING:
    from schemas.pivot.common import MediaObject
    from schemas.pivot.node import Opaque


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
class AlignmentFacts(Node):
    """An alignment to anything but an ESCO skill (OB 2.0 §AlignmentObject)."""

    url: str | None = None
    name: str | None = None
    text: str | None = None
    framework: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFacts(Node):
    """One piece of evidence (OB 2.0 §Evidence)."""

    url: str | None = None
    name: str | None = None
    text: str | None = None
    narrative: str | None = None
    genre: str | None = None
    audience: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerFacts(Node):
    """What edubadges says of issuer, faculty and institution beyond an organisation's own fields.

    Attributes:
        institution_name: the institution's name as the issuer's extension repeats it.
        grading_table: URL of the page that explains the grades.
        on_behalf_of: the faculty awards for another party, named by the two members that follow.
        image_english: URL of the issuer's logo for English readers; the other three likewise.
    """

    institution_name: str | None = None
    grading_table: str | None = None
    on_behalf_of: bool | None = None
    on_behalf_of_url: str | None = None
    on_behalf_of_name: str | None = None
    image_english: str | None = None
    image_dutch: str | None = None
    institution_image_english: str | None = None
    institution_image_dutch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeFacts(Node):
    """What one assertion says that ELM v3 has no place for.

    Attributes:
        category: `micro_credential`, `regular`, `extra_curricular` (edubadges typeBadgeClass).
        workload_kind: which of the two hour extensions the volume of learning came from: `StudyLoad` (Dutch
            vocational education) or `TimeInvestment`.
        supervised: edubadges assessmentSupervised; ELM has it with the identity check in one concept, and
            only beside a grade. `identity_verified` is assessmentIdVerified.
        image: URL of the assertion's image; `class_image` that of the badge class.
        updated_at: last change at the host, XSD dateTime text.
        verification: `HostedBadge` or `SignedBadge`; `verification_key` the key URL it names.
        alignment: to anything but ESCO skills, which are learning outcomes.
    """

    recipient: RecipientFacts | None = None
    category: str | None = None
    criteria: CriteriaFacts | None = None
    stackable: bool | None = None
    workload_kind: str | None = None
    supervised: bool | None = None
    identity_verified: bool | None = None
    quality_assurance: QualityAssuranceFacts | None = None
    grade_required: bool | None = None
    level_verified: bool | None = None
    image: str | None = None
    class_image: str | None = None
    updated_at: str | None = None
    verification: str | None = None
    verification_key: str | None = None
    alignment: tuple[AlignmentFacts, ...] = ()
    evidence: tuple[EvidenceFacts, ...] = ()
    issuer: IssuerFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayLabel(Node):
    """One label of an EDCI display template."""

    key: str | None = None
    text: LangString | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EdciFacts(Node):
    """What only EDCI XML has.

    Attributes:
        html_texts: pointers, in the arranged EDCI tree, to the texts whose content type is `text/html`.
        kept: small values without a place in ELM v3, each `{"where": pointer, "value": …}`, in the same tree.
        template: displayParameters/template; `html` its older form.
    """

    html_texts: tuple[str, ...] = ()
    kept: tuple[Opaque, ...] = ()
    template: str | None = None
    html: str | None = None
    background: MediaObject | None = None
    labels: tuple[DisplayLabel, ...] = ()
