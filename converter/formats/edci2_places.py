"""Where the EDCI tree and the table part ways: the named rearrangements, and the places they concern."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.document import Tree

REARRANGEMENTS = (
    (
        "repeated text elements",
        "Where EDCI XML repeats an element for more texts, one holds them all; writing deals them out again.",
        "ELM has one language map there, with several texts for a language.",
    ),
    (
        "texts by language",
        "Texts of one language stand together, in the order the languages first appear.",
        "A language map has no other order; the order of languages carries no meaning.",
    ),
    (
        "HTML texts",
        "The pointers of texts marked text/html are listed; writing marks them again.",
        "ELM's language maps have no content type.",
    ),
    (
        "kept values",
        "Small values that ELM has no place for are listed with their pointers; writing puts them back.",
        "So that an older EDCI XML converted to 1.2 loses nothing.",
    ),
    (
        "eIDAS identifier",
        "The identifier of an organisation whose scheme agency is eIDAS stands apart from the others.",
        "ELM has a property of its own for it, EDCI XML only the name of the agency.",
    ),
    (
        "ECTS scheme",
        "ECTS credit points without a scheme get the one that their element's name says.",
        "The scheme is optional in EDCI XML and tells the two kinds of credits apart in ELM.",
    ),
    (
        "first type of an assessment specification",
        "The first type stands apart; the others are kept values.",
        "ELM has one type there, EDCI XML several.",
    ),
    (
        "bare references",
        "The mark of a reference back to an enclosing node, or to nowhere, is taken off; its id remains.",
        "The pivot writes such a reference as a node with an id alone.",
    ),
)
"""Name, what is done, why: shown in the crosswalk."""

HTML, KEPT, EIDAS, TYPE = "#html", "#kept", "#eidas", "#type"
MARKS = frozenset({"#ref", "#dangling"})
"""What the reader says of a reference that it does not replace; the verifier reads it there."""
PSEUDO = (HTML, KEPT, EIDAS, TYPE)
"""Members of the arranged tree that the wire model does not have; a table may name them."""

_LANGUAGES = "bg cs da de el en es et fi fr ga hr hu is it lt lv mk mt nl no pl pt ro sk sl sr sv tr"
LANGUAGES = frozenset(_LANGUAGES.split())
"""LanguageCharCodeEnumType."""

_PLACES = frozenset({"hasLocation", "location", "placeOfBirth", "providedAt"})
_SPECIFICATIONS = frozenset({"learningSpecification", "qualification"})
ACHIEVEMENTS = frozenset({"learningAchievement", "qualificationAward"})
ORGANISATIONS = frozenset({"organization", "accreditingAgent"})
ONCE = frozenset({"/title/text", "/description/text"})
_ANYWHERE = frozenset(
    {"altLabel", "name", "fullAddress", "scheduleInformation", "targetDescription", "targetFrameworkName"}
)
_REPEATED = {
    "definition": _SPECIFICATIONS,
    "prefLabel": frozenset({"credentialSubject", "learningOutcome"}),
    "description": _PLACES | {"contactPoint", "priceDetails"},
    "label": frozenset({"category"}),
}
"""Elements that repeat, by the node they stand in; ELM has one language map there."""

_NOTED = frozenset(
    {"additionalNote", "note", "entryRequirementsNote", "fullAddress", "admissionProcedure"}
) | {"scheduleInformation"}
_SPEAKING = _SPECIFICATIONS | {"learningOutcome"}
_IDENTIFIERS = frozenset(
    {EIDAS, "identifier", "registration", "vatIdentifier", "taxIdentifier", "nationalId"}
)
_SCORES = frozenset({"grade", "score", "minScore", "maxScore", "decision"})
_KEPT: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("wallet", lambda kind, _: kind == "contactPoint"),
    ("altLabel", lambda kind, _: kind == "learningOpportunity"),
    ("@type", lambda kind, _: kind in _IDENTIFIERS),
    ("@schemeID", lambda kind, _: kind in _SCORES),
    ("subject", lambda kind, parent: not (kind in _NOTED or (kind == "description" and parent in _SPEAKING))),
)
"""Members without a place in ELM, by the kind of the node they stand in and of the node around that."""


def is_kept(name: str, kind: str, parent: str) -> bool:
    """Tell whether a member of a node of some kind, itself in another, is a kept value."""
    return any(name == kept and of(kind, parent) for kept, of in _KEPT)


def repeats(name: str, kind: str) -> bool:
    """Tell whether an element repeats in a node of some kind where ELM has one language map."""
    return name in _ANYWHERE or kind in _REPEATED.get(name, ())


def language(text: Any) -> str:  # noqa: ANN401 - any item of a list of texts
    """Return the language a text element says."""
    return str(text.get("@lang", "")) if isinstance(text, dict) else ""


def usual_name(achievement: Tree) -> str:
    """Tell what the table calls an achievement: an award where a qualification specifies it."""
    specified_by = achievement.get("specifiedBy")
    name = specified_by.get("#name") if isinstance(specified_by, dict) else None
    return "qualificationAward" if name == "qualification" else "learningAchievement"
