"""What the ob2 table cannot say in rows: a few rearrangements of the badge, each with its inverse.

`arrange` runs on the assembled assertion before lifting, `restore` after lowering and before writing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from schemas.document import Tree

REARRANGEMENTS = (
    (
        "references as nodes",
        "What is given by its address alone becomes a node with that address as id; writing reverses it.",
        "Open Badges allows both forms and they mean the same.",
    ),
    (
        "single values as lists",
        "One alignment, tag, piece of evidence or programme identifier becomes a list of one and stays one.",
        "Open Badges allows both forms; edubadges has written lists since 2023.",
    ),
    (
        "words between commas",
        "The words of participation and assessmentType become a list; writing joins them with commas.",
        "edubadges holds several words in one text, and each means a concept of its own.",
    ),
    (
        "extensions on the assertion",
        "A class extension on the assertion moves to the badge class, unless that has one, and stays there.",
        "Before 2022 edubadges repeated the extensions of the class in each badge.",
    ),
    (
        "workload",
        "The hours of StudyLoad or TimeInvestment become `workload` with `hours` and `kind`.",
        "edubadges has two extensions for one thing: vocational education has its own word for study hours.",
    ),
    (
        "outcomes",
        "The items of a learning outcome stand beside its text; writing drops them, or makes a text of them.",
        "ELM has a learning outcome for each item, edubadges one text for all.",
    ),
    (
        "extension headers",
        "The @context and type of edubadges' extensions are taken off and written anew as edubadges does.",
        "An extension is known by its key; its address differs from server to server and says nothing.",
    ),
)
"""Name, what is done, why: shown in the crosswalk."""

PREFIX = "extensions:"
ROOT = "https://api.edubadges.nl/extensions"
CLASS_EXTENSIONS = (
    "LanguageExtension",
    "ECTSExtension",
    "EQFExtension",
    "StudyLoadExtension",
    "TimeInvestmentExtension",
    "LearningOutcomeExtension",
    "EducationProgramIdentifierExtension",
)
ISSUER_EXTENSIONS = (
    "InstitutionIdentifierExtension",
    "InstitutionNameExtension",
    "InstitutionCountryExtension",
    "GradingTableExtension",
)
WORKLOADS = ("StudyLoad", "TimeInvestment")
"""What `workload.kind` says; the extension has the same name."""

OUTCOMES = f"{PREFIX}LearningOutcomeExtension"
PROGRAMMES = f"{PREFIX}EducationProgramIdentifierExtension"
_HEADER = frozenset({"@context", "type"})
_WORDS = ("participation", "assessmentType")
_LABELS = frozenset({"@context", "type", "id"})
_ITEM = re.compile(r"\s*(?:[*+\-•]|\d{1,3}[.)])\s+(?P<text>\S.*)")


def arrange(assertion: Tree) -> Tree:
    """Bring an assembled assertion into the one form the table is written for; nothing is lost."""
    node = {**assertion}
    badge = _node(node.get("badge"))
    if isinstance(badge, dict):
        badge = {**badge}
        for name in CLASS_EXTENSIONS:
            moved = node.pop(PREFIX + name, None)
            if moved is not None:
                _settle(node, badge, PREFIX + name, moved)
        node["badge"] = _arranged_class(badge)
    node["image"] = _node(node.get("image"))
    if "evidence" in node:
        node["evidence"] = [_node(one) for one in _listed(node["evidence"])]
    return _without_none(_bare(node, CLASS_EXTENSIONS))


def restore(tree: Tree) -> Tree:
    """Turn what lowering made into an assertion as edubadges would write it."""
    node = {**tree}
    for key in ("image", "evidence"):
        if key in node:
            node[key] = (
                [_reference(one) for one in node[key] if one] if key == "evidence" else _address(node[key])
            )
    if isinstance(node.get("badge"), dict):
        node["badge"] = _reference(_restored_class({**node["badge"]}))
    return node


def _settle(node: Tree, badge: Tree, key: str, moved: Any) -> None:  # noqa: ANN401 - JSON is any value
    """Give a repeated extension to the class; one that says something else than the class stays put."""
    if key not in badge:
        badge[key] = moved
    elif _value(badge[key]) != _value(moved):
        node[key] = moved


def _value(extension: Any) -> Any:  # noqa: ANN401
    if isinstance(extension, dict):
        return {name: value for name, value in extension.items() if name not in _HEADER}
    return extension


def _arranged_class(badge: Tree) -> Tree:
    badge = _bare(badge, CLASS_EXTENSIONS)
    for key in ("criteria", "image", "issuer"):
        badge[key] = _node(badge.get(key))
    for key in ("alignment", "tags"):
        if key in badge:
            badge[key] = _listed(badge[key])
    for key in _WORDS:
        if isinstance(badge.get(key), str):
            badge[key] = [word.strip() for word in badge[key].split(",") if word.strip()]
    if isinstance(badge["issuer"], dict):
        issuer = _bare(badge["issuer"], ISSUER_EXTENSIONS)
        badge["issuer"] = _without_none({**issuer, "image": _node(issuer.get("image"))})
    if isinstance(programmes := badge.get(PROGRAMMES), dict) and "EducationProgramIdentifier" in programmes:
        given = _listed(programmes["EducationProgramIdentifier"])
        known = all(isinstance(one, int | str) and not isinstance(one, bool) for one in given)
        badge[PROGRAMMES] = {**programmes, "EducationProgramIdentifier": given if known else {"": given}}
    _take_workload(badge)
    outcome = badge.get(OUTCOMES)
    if isinstance(outcome, dict) and isinstance(outcome.get("LearningOutcome"), str):
        badge[OUTCOMES] = {**outcome, "outcomes": outcomes_of(outcome["LearningOutcome"])}
    return _without_none(badge)


def _take_workload(badge: Tree) -> None:
    for kind in WORKLOADS:
        extension = badge.get(f"{PREFIX}{kind}Extension")
        if isinstance(extension, dict) and kind in extension:
            rest = {name: value for name, value in extension.items() if name != kind}
            badge["workload"] = {"hours": extension[kind], "kind": kind}
            del badge[f"{PREFIX}{kind}Extension"]
            if rest:
                badge[f"{PREFIX}{kind}Extension"] = rest
            return


def outcomes_of(text: str) -> list[str]:
    """Split a learning outcome into the items of its list; a text without a list is one outcome."""
    items = [found["text"].strip() for line in text.splitlines() if (found := _ITEM.match(line))]
    return items or ([text.strip()] if text.strip() else [])


def _restored_class(badge: Tree) -> Tree:
    for key in ("criteria", "image"):
        if key in badge:
            badge[key] = _address(badge[key])
    if isinstance(badge.get("issuer"), dict):
        issuer = {**badge["issuer"]}
        if "image" in issuer:
            issuer["image"] = _address(issuer["image"])
        badge["issuer"] = _reference(_headed(issuer, ISSUER_EXTENSIONS))
    for key in ("alignment", *_WORDS):
        if isinstance(badge.get(key), list):
            badge[key] = [one for one in badge[key] if one]
    for key in _WORDS:
        if isinstance(badge.get(key), list):
            badge[key] = ",".join(badge[key])
    if programmes := badge.get(PROGRAMMES):
        kept = [one for one in programmes["EducationProgramIdentifier"] if not isinstance(one, dict)]
        badge[PROGRAMMES] = {**programmes, "EducationProgramIdentifier": kept}
    _give_workload(badge)
    _give_outcomes(badge)
    return _headed(badge, CLASS_EXTENSIONS)


def _give_workload(badge: Tree) -> None:
    workload = badge.pop("workload", None)
    if workload and "hours" in workload:
        kind = workload.get("kind", WORKLOADS[1])
        key = f"{PREFIX}{kind}Extension"
        badge[key] = {**badge.get(key, {}), kind: workload["hours"]}


def _give_outcomes(badge: Tree) -> None:
    extension = badge.get(OUTCOMES)
    if not extension:
        return
    items = [one for one in extension.get("outcomes", []) if isinstance(one, str)]
    aligned = {one.get("targetName") for one in badge.get("alignment", []) if isinstance(one, dict)}
    own = [item for item in items if item not in aligned]
    kept = {name: value for name, value in extension.items() if name != "outcomes"}
    if "LearningOutcome" not in kept and own:
        kept["LearningOutcome"] = own[0] if len(own) == 1 else "\n".join(f"* {item}" for item in own)
    if kept:
        badge[OUTCOMES] = kept
    else:
        del badge[OUTCOMES]


def _bare(node: Tree, names: tuple[str, ...]) -> Tree:
    """Take the header off the known extensions of a node."""
    known = {PREFIX + name for name in names}
    return {key: _value(value) if key in known else value for key, value in node.items()}


def _headed(node: Tree, names: tuple[str, ...]) -> Tree:
    known = {PREFIX + name: name for name in names}
    return {
        key: {"@context": f"{ROOT}/{known[key]}/context.json", "type": ["Extension", key], **value}
        if key in known
        else value
        for key, value in node.items()
    }


def _node(value: Any) -> Any:  # noqa: ANN401 - JSON is any value
    return {"id": value} if isinstance(value, str) else value


def _listed(value: Any) -> list[Any]:  # noqa: ANN401
    return value if isinstance(value, list) else [] if value is None else [value]


def _address(value: Any) -> Any:  # noqa: ANN401
    return value["id"] if isinstance(value, Mapping) and value.keys() == {"id"} else value


def _reference(value: Any) -> Any:  # noqa: ANN401
    """Make a node that says no more than which it is an address again."""
    if isinstance(value, Mapping) and "id" in value and value.keys() <= _LABELS:
        return value["id"]
    return value


def _without_none(node: Tree) -> Tree:
    return {key: value for key, value in node.items() if value is not None}
