"""What edubadges writes beside the Open Badges vocabulary: member names, by the kind of node."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.ob2.extensions import COMMON, EDUBADGES, OURS
from schemas.ob2.model import (
    ALIGNMENT,
    ASSERTION,
    BADGE_CLASS,
    EVIDENCE,
    IDENTITY,
    PROFILE,
    VERIFICATION,
    Class,
)

PREFIX = "extensions:"

_EVERYWHERE = frozenset({"@context", "@language", "id", "type"})
_NAMED = frozenset({"name", "name_english", "name_dutch", "entityId"})
_DESCRIBED = frozenset({"description", "description_english", "description_dutch"})
_PICTURED = frozenset({"image", "image_english", "image_dutch"})

ASSERTION_MEMBERS = frozenset({"updatedAt", "sourceUrl", "hostedUrl", "timestamp", "signature", "uid"})
CLASS_MEMBERS = frozenset(
    {
        "stackable",
        "gradeAchievedRequired",
        "eqfNlqfLevelVerified",
        "typeBadgeClass",
        "participation",
        "assessmentType",
        "assessmentSupervised",
        "assessmentIdVerified",
        "grade_achieved",
        "user",
        "endorsements",
        "endorsed",
        "qualityAssuranceName",
        "qualityAssuranceUrl",
        "qualityAssuranceDescription",
        "award_allowed_institutions",
        "formal",
        "archived",
        "self_enrollment_disabled",
        "awardNonValidatedNameAllowed",
    }
)
ISSUER_MEMBERS = _NAMED | _DESCRIBED | _PICTURED | {"url_english", "url_dutch", "faculty"}
FACULTY_MEMBERS = _NAMED | {
    "on_behalf_of",
    "on_behalf_of_url",
    "on_behalf_of_display_name",
    "institution",
}
INSTITUTION_MEMBERS = _NAMED | _DESCRIBED | _PICTURED

_NESTED = {
    ("Assertion", "badge"): "BadgeClass",
    ("Assertion", "recipient"): "IdentityObject",
    ("Assertion", "verification"): "VerificationObject",
    ("Assertion", "evidence"): "Evidence",
    ("BadgeClass", "issuer"): "Issuer",
    ("BadgeClass", "alignment"): "AlignmentObject",
    ("BadgeClass", "criteria"): "Criteria",
    ("Issuer", "faculty"): "Faculty",
    ("Faculty", "institution"): "Institution",
}


def _terms(of: Class) -> frozenset[str]:
    return frozenset(one.term for one in of.properties) | _EVERYWHERE


_MEMBERS: Mapping[str, frozenset[str]] = {
    "Assertion": _terms(ASSERTION) | ASSERTION_MEMBERS,
    "BadgeClass": _terms(BADGE_CLASS) | CLASS_MEMBERS,
    "Issuer": _terms(PROFILE) | ISSUER_MEMBERS,
    "Faculty": FACULTY_MEMBERS | _EVERYWHERE,
    "Institution": INSTITUTION_MEMBERS | _EVERYWHERE,
    "IdentityObject": _terms(IDENTITY),
    "VerificationObject": _terms(VERIFICATION),
    "Evidence": _terms(EVIDENCE),
    "AlignmentObject": _terms(ALIGNMENT),
    "Criteria": frozenset({"narrative"}) | _EVERYWHERE,
}
_EXTENSIONS = {
    name.casefold(): schema for name, schema in (*EDUBADGES.items(), *COMMON.items(), *OURS.items())
}


def member(kind: str, name: str) -> str | None:
    """Tell what a member of a node leads to: the kind of node, '' for a value, None where there is none.

    Args:
        kind: `Assertion`, `BadgeClass`, `Issuer` … or the name of an extension.
        name: the member's key.
    """
    if name.startswith(PREFIX) and kind in ("Assertion", "BadgeClass", "Issuer"):
        bare = name.removeprefix(PREFIX)
        return bare if bare.casefold() in _EXTENSIONS else None
    if kind.casefold() in _EXTENSIONS:
        return "" if name in _EXTENSIONS[kind.casefold()]["properties"] or name in _EVERYWHERE else None
    if name == "id" and kind == "Image":
        return ""
    if name not in _MEMBERS.get(kind, frozenset()):
        return None
    return "Image" if name == "image" else _NESTED.get((kind, name), "")
