"""What is said of a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.lang import LangString
from schemas.pivot.node import Node

if TYPE_CHECKING:
    from schemas.pivot.agents import AnyAgent
    from schemas.pivot.common import AnyIdentifier, Concept, Location, Note, PeriodOfTime, WebResource
    from schemas.pivot.facts import BadgeFacts
    from schemas.pivot.specifications import (
        AnyLearningSpecification,
        LearningActivitySpecification,
        LearningAssessmentSpecification,
        LearningEntitlementSpecification,
        LearningOpportunity,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardingProcess(Node):
    """Who awarded a claim, when and where."""

    identifier: tuple[AnyIdentifier, ...] = ()
    description: LangString | None = None
    location: Location | None = None
    additional_note: tuple[Note, ...] = ()
    used: tuple[LearningAssessment, ...] = ()
    awards: tuple[AnyClaim, ...] = ()
    awarding_body: tuple[AnyAgent, ...] = ()
    awarding_date: str | None = None
    educational_system_note: Concept | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Node):
    """Something said of a person."""

    title: LangString | None = None
    description: LangString | None = None
    identifier: tuple[AnyIdentifier, ...] = ()
    dc_type: tuple[Concept, ...] = ()
    additional_note: tuple[Note, ...] = ()
    supplementary_document: tuple[WebResource, ...] = ()
    awarded_by: AwardingProcess | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningAchievement(Node):
    """What a person has learnt and has been awarded."""

    title: LangString | None = None
    description: LangString | None = None
    identifier: tuple[AnyIdentifier, ...] = ()
    dc_type: tuple[Concept, ...] = ()
    additional_note: tuple[Note, ...] = ()
    supplementary_document: tuple[WebResource, ...] = ()
    learning_opportunity: LearningOpportunity | None = None
    credit_received: tuple[CreditPoint, ...] = ()
    proven_by: tuple[LearningAssessment, ...] = ()
    influenced_by: tuple[LearningActivity, ...] = ()
    awarded_by: AwardingProcess | None = None
    entitles_to: tuple[LearningEntitlement, ...] = ()
    specified_by: AnyLearningSpecification | None = None
    has_part: tuple[LearningAchievement, ...] = ()
    is_part_of: tuple[LearningAchievement, ...] = ()
    badge: BadgeFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningActivity(Node):
    """What a person has done in order to learn."""

    title: LangString | None = None
    description: LangString | None = None
    identifier: tuple[AnyIdentifier, ...] = ()
    dc_type: tuple[Concept, ...] = ()
    additional_note: tuple[Note, ...] = ()
    supplementary_document: tuple[WebResource, ...] = ()
    temporal: tuple[PeriodOfTime, ...] = ()
    location: tuple[Location, ...] = ()
    learning_opportunity: LearningOpportunity | None = None
    workload: str | None = None
    directed_by: tuple[AnyAgent, ...] = ()
    awarded_by: AwardingProcess | None = None
    influences: tuple[LearningAchievement, ...] = ()
    specified_by: LearningActivitySpecification | None = None
    has_part: tuple[LearningActivity, ...] = ()
    is_part_of: tuple[LearningActivity, ...] = ()
    level_of_completion: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningAssessment(Node):
    """How learning was assessed, with the grade."""

    title: LangString | None = None
    description: LangString | None = None
    identifier: tuple[AnyIdentifier, ...] = ()
    dc_type: tuple[Concept, ...] = ()
    additional_note: tuple[Note, ...] = ()
    supplementary_document: tuple[WebResource, ...] = ()
    date_issued: str | None = None
    location: Location | None = None
    grade: Note | None = None
    grade_status: Concept | None = None
    shortened_grading: ShortenedGrading | None = None
    result_distribution: ResultDistribution | None = None
    id_verification: Concept | None = None
    awarded_by: AwardingProcess | None = None
    assessed_by: tuple[AnyAgent, ...] = ()
    proves: LearningAchievement | None = None
    has_part: tuple[LearningAssessment, ...] = ()
    is_part_of: tuple[LearningAssessment, ...] = ()
    specified_by: LearningAssessmentSpecification | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningEntitlement(Node):
    """What a person may now do."""

    title: LangString | None = None
    description: LangString | None = None
    identifier: tuple[AnyIdentifier, ...] = ()
    dc_type: Concept | None = None
    additional_note: tuple[Note, ...] = ()
    supplementary_document: tuple[WebResource, ...] = ()
    date_issued: str | None = None
    expiry_date: str | None = None
    awarded_by: AwardingProcess | None = None
    entitled_by: tuple[LearningAchievement, ...] = ()
    has_part: tuple[LearningEntitlement, ...] = ()
    is_part_of: tuple[LearningEntitlement, ...] = ()
    specified_by: LearningEntitlementSpecification | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPoint(Node):
    """Credits in a named framework."""

    framework: Concept | None = None
    point: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDistribution(Node):
    """How a whole group scored."""

    description: LangString | None = None
    result_category: tuple[ResultCategory, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultCategory(Node):
    """One bar of a result distribution."""

    label: str | None = None
    score: str | None = None
    maximum_score: str | None = None
    minimum_score: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortenedGrading(Node):
    """The share below, at and above a grade."""

    percentage_lower: int | None = None
    percentage_equal: int | None = None
    percentage_higher: int | None = None


AnyClaim = Claim | LearningAchievement | LearningActivity | LearningAssessment | LearningEntitlement
