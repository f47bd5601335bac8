"""What claims consist of: one description for many learners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.lang import LangString
from schemas.pivot.node import Node

if TYPE_CHECKING:
    from schemas.pivot.agents import Accreditation, AnyAgent, Organisation
    from schemas.pivot.claims import CreditPoint
    from schemas.pivot.common import (
        AnyIdentifier,
        Concept,
        Grant,
        Location,
        MediaObject,
        Note,
        PeriodOfTime,
        PriceDetail,
        WebResource,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningAchievementSpecification(Node):
    """What an achievement consists of."""

    identifier: tuple[AnyIdentifier, ...] = ()
    title: LangString | None = None
    description: LangString | None = None
    additional_note: tuple[Note, ...] = ()
    supplementary_document: tuple[WebResource, ...] = ()
    homepage: tuple[WebResource, ...] = ()
    alt_label: LangString | None = None
    category: LangString | None = None
    dc_type: tuple[Concept, ...] = ()
    date_modified: str | None = None
    language: tuple[Concept, ...] = ()
    volume_of_learning: str | None = None
    mode: tuple[Concept, ...] = ()
    learning_outcome_summary: Note | None = None
    thematic_area: tuple[Concept, ...] = ()
    education_subject: tuple[Concept, ...] = ()
    credit_point: tuple[CreditPoint, ...] = ()
    education_level: tuple[Concept, ...] = ()
    learning_setting: Concept | None = None
    maximum_duration: str | None = None
    target_group: tuple[Concept, ...] = ()
    entry_requirement: Note | None = None
    learning_outcome: tuple[LearningOutcome, ...] = ()
    influenced_by: tuple[LearningActivitySpecification, ...] = ()
    proven_by: tuple[LearningAssessmentSpecification, ...] = ()
    entitles_to: tuple[LearningEntitlementSpecification, ...] = ()
    awarding_opportunity: tuple[AwardingOpportunity, ...] = ()
    has_part: tuple[AnyLearningSpecification, ...] = ()
    is_part_of: tuple[AnyLearningSpecification, ...] = ()
    specialisation_of: tuple[AnyLearningSpecification, ...] = ()
    generalisation_of: tuple[AnyLearningSpecification, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification(LearningAchievementSpecification):
    """An achievement specification with a level in a framework."""

    is_partial_qualification: bool | None = None
    eqf_level: Concept | None = None
    nqf_level: tuple[Concept, ...] = ()
    accreditation: tuple[Accreditation, ...] = ()
    qualification_code: tuple[Concept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningActivitySpecification(Node):
    """What an activity consists of."""

    identifier: tuple[AnyIdentifier, ...] = ()
    title: LangString | None = None
    description: LangString | None = None
    additional_note: tuple[Note, ...] = ()
    supplementary_document: tuple[WebResource, ...] = ()
    homepage: tuple[WebResource, ...] = ()
    alt_label: LangString | None = None
    category: LangString | None = None
    date_modified: str | None = None
    dc_type: tuple[Concept, ...] = ()
    language: tuple[Concept, ...] = ()
    volume_of_learning: str | None = None
    contact_hour: tuple[str, ...] = ()
    mode: tuple[Concept, ...] = ()
    influences: tuple[AnyLearningSpecification, ...] = ()
    has_part: tuple[LearningActivitySpecification, ...] = ()
    is_part_of: tuple[LearningActivitySpecification, ...] = ()
    specialisation_of: tuple[LearningActivitySpecification, ...] = ()
    generalisation_of: tuple[LearningActivitySpecification, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningAssessmentSpecification(Node):
    """How an assessment is made."""

    identifier: tuple[AnyIdentifier, ...] = ()
    title: LangString | None = None
    description: LangString | None = None
    additional_note: tuple[Note, ...] = ()
    supplementary_document: tuple[WebResource, ...] = ()
    homepage: tuple[WebResource, ...] = ()
    alt_label: LangString | None = None
    category: LangString | None = None
    date_modified: str | None = None
    dc_type: Concept | None = None
    language: tuple[Concept, ...] = ()
    mode: tuple[Concept, ...] = ()
    grading_scheme: GradingScheme | None = None
    proves: tuple[AnyLearningSpecification, ...] = ()
    has_part: tuple[LearningAssessmentSpecification, ...] = ()
    is_part_of: tuple[LearningAssessmentSpecification, ...] = ()
    specialisation_of: tuple[LearningAssessmentSpecification, ...] = ()
    generalisation_of: tuple[LearningAssessmentSpecification, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningEntitlementSpecification(Node):
    """What an entitlement allows."""

    identifier: tuple[AnyIdentifier, ...] = ()
    title: LangString | None = None
    description: LangString | None = None
    additional_note: tuple[Note, ...] = ()
    supplementary_document: tuple[WebResource, ...] = ()
    homepage: tuple[WebResource, ...] = ()
    alt_label: LangString | None = None
    category: LangString | None = None
    date_modified: str | None = None
    dc_type: Concept | None = None
    entitlement_status: Concept | None = None
    limit_organisation: tuple[Organisation, ...] = ()
    limit_jurisdiction: tuple[Concept, ...] = ()
    limit_occupation: tuple[Concept, ...] = ()
    limit_national_occupation: tuple[Concept, ...] = ()
    entitled_by: tuple[AnyLearningSpecification, ...] = ()
    has_part: tuple[LearningEntitlementSpecification, ...] = ()
    is_part_of: tuple[LearningEntitlementSpecification, ...] = ()
    specialisation_of: tuple[LearningEntitlementSpecification, ...] = ()
    generalisation_of: tuple[LearningEntitlementSpecification, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningOutcome(Node):
    """What a learner knows, understands and can do."""

    identifier: tuple[AnyIdentifier, ...] = ()
    title: LangString | None = None
    dc_type: Concept | None = None
    additional_note: tuple[Note, ...] = ()
    reusability_level: Concept | None = None
    related_skill: tuple[Concept, ...] = ()
    related_esco_skill: tuple[Concept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningOpportunity(Node):
    """A course on offer."""

    identifier: tuple[AnyIdentifier, ...] = ()
    title: LangString | None = None
    description: LangString | None = None
    dc_type: tuple[Concept, ...] = ()
    additional_note: tuple[Note, ...] = ()
    homepage: tuple[WebResource, ...] = ()
    supplementary_document: tuple[WebResource, ...] = ()
    temporal: PeriodOfTime | None = None
    duration: str | None = None
    mode: tuple[Concept, ...] = ()
    learning_schedule: Concept | None = None
    schedule_information: Note | None = None
    admission_procedure: Note | None = None
    price_detail: tuple[PriceDetail, ...] = ()
    provided_by: tuple[Organisation, ...] = ()
    grant: tuple[Grant, ...] = ()
    location: tuple[Location, ...] = ()
    learning_achievement_specification: AnyLearningSpecification | None = None
    learning_activity_specification: LearningActivitySpecification | None = None
    has_part: tuple[LearningOpportunity, ...] = ()
    is_part_of: tuple[LearningOpportunity, ...] = ()
    banner_image: MediaObject | None = None
    application_deadline: tuple[str, ...] = ()
    default_language: Concept | None = None
    description_html: tuple[LangString, ...] = ()
    date_modified: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardingOpportunity(Node):
    """A chance to have a qualification awarded."""

    identifier: tuple[AnyIdentifier, ...] = ()
    location: Location | None = None
    temporal: PeriodOfTime | None = None
    awarding_body: tuple[AnyAgent, ...] = ()
    learning_achievement_specification: AnyLearningSpecification | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingScheme(Node):
    """How grades are to be read."""

    identifier: tuple[AnyIdentifier, ...] = ()
    title: LangString | None = None
    description: LangString | None = None
    supplementary_document: tuple[WebResource, ...] = ()


AnyLearningSpecification = LearningAchievementSpecification | Qualification
