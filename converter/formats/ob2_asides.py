"""What the arranged badge sets beside its members, so that rows can reach it, and how it is put back.

`set_aside` runs on the class of an assertion that has its lists already, `put_back` on the class as lowered.
"""

from __future__ import annotations

from typing import Any

from schemas.document import Tree

ESCO = "ESCO"
ISCED_F = "ISCED-F"
FIELD_OF_STUDY = "field of study"
"""What `about` says of an alignment to a value of the EU's list of fields; such a value has one list."""

FIELDS = "http://data.europa.eu/snb/isced-f/"
ALIGNMENT = ("targetName", "targetUrl", "targetFramework", "targetCode", "targetDescription")
EVIDENCE = ("name", "id", "genre", "audience", "description", "narrative")
TOLD = ("name", "id", "description", "narrative")
"""Of a piece of evidence, in a note."""

ALIGNED = ("targetName", "targetUrl")
PROVEN = ("name", "id")
"""By what two mentions of an alignment, of a piece of evidence, are the same."""

QUALITY = {
    "name": "qualityAssuranceName",
    "url": "qualityAssuranceUrl",
    "text": "qualityAssuranceDescription",
}
STATEMENTS = ("stackable", "eqfNlqfLevelVerified")
STUDY_LOAD = "studyLoad"
"""The statement that the hours are vocational education's study load, which is no time investment."""

ON_BEHALF = {"name": "on_behalf_of_display_name", "url": "on_behalf_of_url"}
_NODE = frozenset({"type", "@context"})
_LONG = {"targetDescription", "description", "narrative"}
"""What may run over lines in a note."""


def set_aside(badge: Tree) -> Tree:
    """Set beside a class's members what becomes a note, an outcome or a field of study."""
    badge = {**badge}
    criteria = badge.get("criteria")
    if isinstance(criteria, dict) and (criteria.keys() & {"id", "narrative"}):
        badge["criteria"] = {**criteria, "about": "criteria"}
    quality = {name: badge.pop(key) for name, key in QUALITY.items() if badge.get(key) is not None}
    if quality:
        badge["qualityAssurance"] = {**quality, "about": "qualityAssurance"}
    said = [{"about": key, "holds": badge[key]} for key in STATEMENTS if isinstance(badge.get(key), bool)]
    if (badge.get("workload") or {}).get("kind") == "StudyLoad":
        said.append({"about": STUDY_LOAD, "holds": True})
    if said:
        badge["statements"] = said
    if badge.get("alignment"):
        _sort_alignment(badge)
    return badge


def set_evidence_aside(assertion: Tree) -> Tree:
    """Set a note for each piece of evidence beside the evidence."""
    evidence = assertion["evidence"]
    known, rest = _parted(evidence, EVIDENCE)
    return {**assertion, "evidence": known} | _some(
        evidenceRest=rest, evidenceNotes=[_noted(one, TOLD, "evidence") for one in evidence]
    )


def put_back(badge: Tree) -> Tree:
    """Undo `set_aside` on a class that was lowered."""
    badge = {**badge}
    if (word := badge.pop("gradedType", None)) and word not in badge.get("assessmentType", []):
        badge["assessmentType"] = [*badge.get("assessmentType", []), word]
    criteria = badge.get("criteria")
    if isinstance(criteria, dict):
        badge["criteria"] = {key: value for key, value in criteria.items() if key != "about"}
    for name, value in badge.pop("qualityAssurance", {}).items():
        if name in QUALITY:
            badge.setdefault(QUALITY[name], value)
    for statement in badge.pop("statements", []):
        if statement.keys() >= {"about", "holds"} and statement["about"] in STATEMENTS:
            badge.setdefault(statement["about"], statement["holds"])
        elif statement == {"about": STUDY_LOAD, "holds": True} and "workload" in badge:
            badge["workload"] = {"kind": "StudyLoad", **badge["workload"]}
    skills = [
        skill
        for outcome in badge.pop("skillOutcomes", [])
        if outcome
        for key in ("skills", "otherSkills")
        for skill in outcome.get(key, [])
        if skill
    ]
    others = [_without(one, "about") for one in badge.get("alignment", []) if one]
    notes = [_without(one, "about") for one in badge.pop("alignmentNotes", []) if one]
    if found := [*skills, *_added(others, notes, ALIGNED)]:
        badge["alignment"] = [_named(one) for one in found]
    return badge


def put_evidence_back(assertion: Tree) -> Tree:
    """Make pieces of evidence of notes that tell of one, where it is not there yet."""
    made = {key: value for key, value in assertion.items() if key != "evidenceNotes"}
    notes = [
        {"type": "Evidence", **_without(one, "about")} for one in assertion.get("evidenceNotes", []) if one
    ]
    if found := _added([one for one in assertion.get("evidence", []) if one], notes, PROVEN):
        made["evidence"] = found
    return made


def name_principal(faculty: Tree) -> Tree:
    """Put together on whose behalf a faculty awards."""
    said = {name: faculty[key] for name, key in ON_BEHALF.items() if faculty.get(key)}
    if faculty.get("on_behalf_of") is not True or not said:
        return faculty
    return {**faculty, "onBehalf": {**said, "about": "onBehalf"}}


def restore_principal(faculty: Tree) -> Tree:
    """Undo `name_principal`."""
    made = {key: value for key, value in faculty.items() if key != "onBehalf"}
    for name, value in faculty.get("onBehalf", {}).items():
        if name in ON_BEHALF:
            made.setdefault("on_behalf_of", True)
            made.setdefault(ON_BEHALF[name], value)
    return made


def _named(alignment: Any) -> Any:  # noqa: ANN401
    """OB 2.0 AlignmentObject: a target has a name; where none is known, its address is it."""
    if not isinstance(alignment, dict):
        return alignment
    name = alignment.get("targetName") or alignment.get("fallback")
    made = _without(alignment, "fallback")
    return {**made, "targetName": name} if name else made


def _sort_alignment(badge: Tree) -> None:
    """Take ESCO skills out, mark fields of study, and set a note for each other alignment beside the list."""
    given = badge["alignment"]
    kinds = [_kind(one) for one in given]
    skills = [
        {"title": one.get("targetName"), "skills": [one]} if kind == ESCO else None
        for one, kind in zip(given, kinds, strict=True)
    ]
    known, rest = _parted(
        [None if kind == ESCO else one for one, kind in zip(given, kinds, strict=True)], ALIGNMENT
    )
    badge["alignment"] = [
        {**one, "about": kind} if kind == FIELD_OF_STUDY else one
        for one, kind in zip(known, kinds, strict=True)
    ]
    notes = [
        None if kind else _noted(one, ALIGNMENT, "alignment") for one, kind in zip(given, kinds, strict=True)
    ]
    badge |= _some(skillOutcomes=skills, alignmentRest=rest, alignmentNotes=notes)


def _kind(alignment: Any) -> str:  # noqa: ANN401 - JSON is any value
    if not isinstance(alignment, dict):
        return ""
    framework, url = alignment.get("targetFramework"), alignment.get("targetUrl")
    if framework == ESCO:
        return ESCO
    listed = framework == ISCED_F and isinstance(url, str) and url.startswith(FIELDS)
    return FIELD_OF_STUDY if listed else ""


def _noted(node: Any, members: tuple[str, ...], about: str) -> Tree | None:  # noqa: ANN401
    """Take what a note can tell of a node; None where it tells nothing or not line by line."""
    if not isinstance(node, dict):
        return None
    said = {key: node[key] for key in members if node.get(key) is not None}
    lines = all(isinstance(one, str) and (key in _LONG or "\n" not in one) for key, one in said.items())
    return {**said, "about": about} if said and lines else None


def _parted(nodes: list[Any], members: tuple[str, ...]) -> tuple[list[Any], list[Any]]:
    """Part the members a list's rows read from what else its nodes hold."""
    known, rest = [], []
    for node in nodes:
        mine = node.keys() & {*members, *_NODE} if isinstance(node, dict) else frozenset()
        known.append({key: node[key] for key in node if key in mine} if isinstance(node, dict) else node)
        others = {key: node[key] for key in node if key not in mine} if isinstance(node, dict) else {}
        rest.append(others or None)
    return known, rest


def _some(**lists: list[Any]) -> Tree:
    return {name: items for name, items in lists.items() if any(item is not None for item in items)}


def _added(present: list[Any], further: list[Tree], same: tuple[str, ...]) -> list[Any]:
    told = {tuple(one.get(key) for key in same) for one in present if isinstance(one, dict)}
    return [*present, *(one for one in further if tuple(one.get(key) for key in same) not in told)]


def _without(node: Any, key: str) -> Any:  # noqa: ANN401
    return {name: value for name, value in node.items() if name != key} if isinstance(node, dict) else node
