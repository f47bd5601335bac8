"""Claims: the structural nodes and titles the targets demand, made from values at hand."""

from __future__ import annotations

from typing import Any

from converter.enrich.draft import Draft, Node, Request, is_reference, items, of_class
from schemas.document import Format

CLAIMS = ("LearningAchievement", "LearningActivity", "LearningAssessment", "LearningEntitlement", "Claim")
SPECIFICATIONS = (
    "LearningAchievementSpecification",
    "Qualification",
    "LearningActivitySpecification",
    "LearningAssessmentSpecification",
    "LearningEntitlementSpecification",
)


def claims(draft: Draft, request: Request) -> None:
    """Complete every claim for the target: title, award, specification."""
    _titles(draft, request)
    if request.target is not Format.EDCI:
        _awards(draft)
    if request.target is Format.EDCI:
        _specifications(draft)
    if request.profile.eqf_as == "note":
        _level_as_note(draft, request)


def claimed(draft: Draft, request: Request) -> None:
    """Ask, once all is fitted, for what a credential is about: a claim, and a title."""
    subject = draft.tree.get("credential_subject") or {}
    if request.target is Format.ELM and not items(subject, "has_claim"):
        sentence = "ELM v3 is about what a learner achieved or did, and the document claims nothing."
        draft.miss("claim", sentence)
    display = draft.tree.get("display_parameter") or {}
    if not display.get("title") and first_title(draft.tree) is None:
        draft.miss("title", "A credential has a title, and the document gives none, nor have its claims.")


def first_title(tree: Node) -> Any:  # noqa: ANN401 - a language map
    """Return the title of the first claim that has one, or of what specifies it."""
    for claim in items(tree.get("credential_subject") or {}, "has_claim"):
        for said in (claim, claim.get("specified_by") or {}):
            if said.get("title"):
                return said["title"]
    return None


def _titles(draft: Draft, request: Request) -> None:
    """EDC-AP 1.1.0 and EDCI 1.2: a claim has a title, and so has what specifies it."""
    for where, node in of_class(draft.tree, *CLAIMS):
        specified = node.get("specified_by")
        if not node.get("title") and specified and specified.get("title"):
            why = "The title of what specifies it."
            draft.add(where, node, "title", specified["title"], rule="structure", why=why)
        if not node.get("title"):
            title = (draft.tree.get("display_parameter") or {}).get("title")
            if title:
                draft.add(where, node, "title", title, rule="structure", why="The credential's title.")
        if specified and not is_reference(specified) and not specified.get("title") and node.get("title"):
            why = "The title of the claim it specifies."
            draft.add(f"{where}/specified_by", specified, "title", node["title"], rule="structure", why=why)
    for where, node in of_class(draft.tree, *SPECIFICATIONS):
        if not node.get("title") and request.target is Format.ELM:
            inner = _above_title(draft.tree, where)
            if inner:
                why = "The title of what it belongs to."
                draft.add(where, node, "title", inner, rule="structure", why=why)


def _above_title(tree: Node, where: str) -> Any:  # noqa: ANN401 - a language map
    while where:
        where = where.rpartition("/")[0]
        here: Any = tree
        for part in where.split("/")[1:]:
            here = here[int(part)] if isinstance(here, list) else here[part]
        if isinstance(here, dict) and here.get("title"):
            return here["title"]
    return None


def _awards(draft: Draft) -> None:
    """EDC-AP 1.1.0: every claim was awarded; without a word, with the claim around it or by the issuer."""
    issuer = draft.tree.get("issuer")
    for where, node in of_class(draft.tree, *CLAIMS):
        if node.get("awarded_by"):
            award = node["awarded_by"]
            if not is_reference(award) and not award.get("awarding_body") and issuer:
                why = "No awarding body is named, so the issuer stands for it."
                body = [_reference(issuer)]
                draft.add(f"{where}/awarded_by", award, "awarding_body", body, rule="structure", why=why)
            continue
        outer = _outer_award(draft.tree, where)
        if outer:
            why = "Awarded together with what it belongs to."
            draft.add(where, node, "awarded_by", _brief(outer), rule="structure", why=why)
        elif issuer:
            award = {"type": "AwardingProcess", "awarding_body": [_reference(issuer)]}
            why = "No awarding process is named, so the issuer stands for the awarding body."
            draft.add(where, node, "awarded_by", award, rule="structure", why=why)


def _brief(award: Node) -> Node:
    """Say again who awarded, by reference where there is an id."""
    if award.get("id"):
        return _reference(award)
    return {**award, "awarding_body": [_reference(body) for body in items(award, "awarding_body")]}


def _reference(node: Node) -> Node:
    return {"type": node["type"], "id": node["id"]} if node.get("id") else node


def _outer_award(tree: Node, where: str) -> Node | None:
    while where:
        where = where.rpartition("/")[0]
        here: Any = tree
        for part in where.split("/")[1:]:
            here = here[int(part)] if isinstance(here, list) else here[part]
        if isinstance(here, dict) and isinstance(here.get("awarded_by"), dict):
            award: Node = here["awarded_by"]
            return award
    return None


def _specifications(draft: Draft) -> None:
    """EDCI 1.2 AchievementType: specifiedBy is mandatory."""
    for where, node in of_class(draft.tree, "LearningAchievement"):
        if not node.get("specified_by") and node.get("title"):
            made = {"type": "LearningAchievementSpecification", "title": node["title"]}
            why = "The format demands a specification; this one says the title alone."
            draft.add(where, node, "specified_by", made, rule="structure", why=why)


def _level_as_note(draft: Draft, request: Request) -> None:
    """A badge is rarely a qualification: on the institution's word its EQF level becomes a note."""
    for where, node in of_class(draft.tree, "Qualification"):
        level = node.get("eqf_level")
        node["type"] = "LearningAchievementSpecification"
        for name in (
            "nqf_level",
            "accreditation",
            "qualification_code",
            "is_partial_qualification",
        ):
            if name in node:
                draft.drop(where, node, name, why="Only a qualification has it, and the profile wants none.")
        if level:
            draft.drop(where, node, "eqf_level", why="The profile wants the EQF level as a note.")
            number = str(level.get("id", "")).rpartition("/")[2]
            note = {"type": "Note", "note_literal": {request.language: f"EQF {number}"}}
            why = "The institution's word: the EQF level as a note."
            draft.append(where, node, "additional_note", note, rule="profile [defaults] eqf_as", why=why)
