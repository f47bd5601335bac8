"""Where a value of an arranged badge stands in the badge as it was given."""

from __future__ import annotations

import re
from typing import Any

from converter.formats.ob2_asides import ALIGNED, ON_BEHALF, PROVEN, QUALITY, STUDY_LOAD
from converter.formats.ob2_extensions import OUTCOMES, PREFIX, WORKLOADS
from converter.paths import escape
from schemas.document import Tree

_SKILL = re.compile(r"/badge/skillOutcomes/(\d+)(?:/(skills|otherSkills)/(\d+))?(?P<rest>.*)")
_ALIGNMENT = re.compile(r"/badge/alignment(Notes|Rest)?/(\d+)(?P<rest>.*)")
_EVIDENCE = re.compile(r"/evidence(Notes|Rest)?/(\d+)(?P<rest>.*)")
_STATEMENT = re.compile(r"/badge/statements/(\d+)(?:/.*)?")
_FACULTY = "/badge/issuer/faculty"


def place_of(pointer: str, assertion: Tree, arrangement: Tree | None = None) -> str:
    """Say where a value of the arranged tree stands in the assertion beside it.

    Args:
        pointer: into the arranged tree.
        assertion: as it was given to `arrange`, or as `restore` made it.
        arrangement: the arranged tree.
    """
    pointer = _aside(pointer, arrangement or {}, assertion)
    kind = next((k for k in WORKLOADS if _has(assertion, f"{PREFIX}{k}Extension")), WORKLOADS[1])
    pointer = pointer.replace("/badge/workload/hours", f"/badge/{PREFIX}{kind}Extension/{kind}")
    pointer = pointer.replace("/badge/workload/kind", f"/badge/{PREFIX}{kind}Extension/type")
    pointer = re.sub(rf"(/badge/{OUTCOMES})/outcomes(/\d+)?", r"\1/LearningOutcome", pointer)
    first = pointer.removeprefix("/badge/")
    if first.startswith(PREFIX) and _resolved(assertion, pointer) in ("", "/badge"):
        pointer = f"/{first}"
    return _resolved(assertion, pointer)


def _aside(pointer: str, arrangement: Tree, assertion: Tree) -> str:
    """Find what `ob2_asides` set beside the members."""
    badge = arrangement.get("badge")
    badge = badge if isinstance(badge, dict) else {}
    if found := _STATEMENT.fullmatch(pointer):
        about = _at(badge.get("statements"), found[1]).get("about", "")
        return "/badge/workload/kind" if about == STUDY_LOAD else f"/badge/{about}"
    if found := _SKILL.fullmatch(pointer):
        return _skill(badge.get("skillOutcomes") or [], found, assertion)
    if found := _ALIGNMENT.fullmatch(pointer):
        aligned = _at(badge.get(f"alignment{found[1] or ''}"), found[2])
        known = {} if found[1] == "Rest" else aligned
        return _aligned(known, int(found[2]), found["rest"].removesuffix("/about"), assertion)
    if found := _EVIDENCE.fullmatch(pointer):
        piece = {} if found[1] == "Rest" else _at(arrangement.get(f"evidence{found[1] or ''}"), found[2])
        at = _index(_listed(assertion, "evidence"), piece, PROVEN, int(found[2]))
        return f"/evidence/{at}{found['rest'].removesuffix('/about')}"
    return _renamed(pointer, assertion)


def _renamed(pointer: str, assertion: Tree) -> str:
    for name, member in QUALITY.items():
        pointer = pointer.replace(f"/badge/qualityAssurance/{name}", f"/badge/{member}")
    for name, member in ON_BEHALF.items():
        pointer = pointer.replace(f"{_FACULTY}/onBehalf/{name}", f"{_FACULTY}/{member}")
    if pointer == "/badge/qualityAssurance/about":
        return next((f"/badge/{one}" for one in QUALITY.values() if _has(assertion, one)), "/badge")
    return pointer.replace(f"{_FACULTY}/onBehalf/about", f"{_FACULTY}/on_behalf_of")


def _skill(outcomes: list[Any], found: re.Match[str], assertion: Tree) -> str:
    """Find an alignment to a skill: as given, its outcome has its place; as lowered, they stand in a row."""
    own, key, at = int(found[1]), found[2] or "skills", int(found[3] or 0)
    outcome = _at(outcomes, found[1])
    skill = _at(outcome.get(key), str(at))
    if None not in outcomes:
        at += sum(len(_skills(one)) for one in outcomes[:own])
        at += len(outcome.get("skills", [])) if key != "skills" else 0
        own = at
    return _aligned(skill, own, found["rest"].replace("/title", "/targetName"), assertion)


def _aligned(aligned: Tree, at: int, rest: str, assertion: Tree) -> str:
    """Find an alignment by its name and address; one without a name was given its address as one."""
    items = _listed(assertion, "badge", "alignment")
    name = aligned.get("targetName") or aligned.get("fallback")
    index = _index(items, {**aligned, "targetName": name}, ALIGNED, at) if aligned else at
    if rest == "/fallback":
        rest = "/targetUrl" if aligned.get("targetName") else "/targetName"
    return f"/badge/alignment/{index}{rest}"


def _at(items: Any, index: str) -> Tree:  # noqa: ANN401 - any tree
    item = items[int(index)] if isinstance(items, list) and int(index) < len(items) else None
    return item if isinstance(item, dict) else {}


def _listed(tree: Any, *way: str) -> list[Any]:  # noqa: ANN401
    for key in way:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree if isinstance(tree, list) else [] if tree is None else [tree]


def _skills(outcome: Any) -> list[Any]:  # noqa: ANN401
    return [*outcome.get("skills", []), *outcome.get("otherSkills", [])] if isinstance(outcome, dict) else []


def _index(items: list[Any], node: Tree, same: tuple[str, ...], at: int) -> int:
    """Find the item that says the same as a node; if there are several, the one where it is looked for."""
    alike = [
        index
        for index, item in enumerate(items)
        if node and isinstance(item, dict) and all(item.get(key) == node.get(key) for key in same)
    ]
    return at if at in alike or not alike else alike[0]


def _has(assertion: Tree, key: str) -> bool:
    badge = assertion.get("badge")
    return key in assertion or (isinstance(badge, dict) and key in badge)


def _resolved(tree: Any, pointer: str) -> str:  # noqa: ANN401 - any tree
    """Follow a pointer as far as it leads."""
    found = ""
    for part in pointer.split("/")[1:]:
        if isinstance(tree, dict):
            # A part without a tilde is a name as it stands; no name that is escaped comes out so.
            key = part if part in tree and "~" not in part else None
            key = key or next((name for name in tree if escape(str(name)) == part), None)
            if key is None:
                break
            tree = tree[key]
        elif isinstance(tree, list) and part.isdigit() and int(part) < len(tree):
            tree = tree[int(part)]
        else:
            break
        found += f"/{part}"
    return found
