"""What the ob2 table cannot say in rows: a few rearrangements of the badge, each with its inverse.

`arrange` runs on the assembled assertion before lifting, `restore` after lowering and before writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from converter.formats.ob2_asides import (
    name_principal,
    put_back,
    put_evidence_back,
    restore_principal,
    set_aside,
    set_evidence_aside,
)
from converter.formats.ob2_extensions import (
    CLASS_EXTENSIONS,
    ISSUER_EXTENSIONS,
    PREFIX,
    arranged_extensions,
    bare,
    headed,
    outcomes_of,
    restored_extensions,
    value_of,
)
from schemas.document import Tree

__all__ = ["PREFIX", "REARRANGEMENTS", "arrange", "outcomes_of", "restore"]

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
        "notes",
        "What becomes a note, as criteria and evidence do, stands once more by itself; writing undoes it.",
        "Europass has notes for them; the badge's own members are kept beside.",
    ),
    (
        "skills and fields of study",
        "An alignment to ESCO becomes an outcome with its skills; one to the EU's ISCED-F list is marked.",
        "ELM has a place for both; writing makes an alignment of each, named by its address if need be.",
    ),
    (
        "regions",
        "The region of a language such as nl_BE stands apart; nl_NL and en_EN have none to tell.",
        "Europass names languages without regions, and the region is told as left out.",
    ),
    (
        "extension headers",
        "The @context and type of edubadges' extensions are taken off and written anew as edubadges does.",
        "An extension is known by its key; its address differs from server to server and says nothing.",
    ),
)
"""Name, what is done, why: shown in the crosswalk."""

_WORDS = ("participation", "assessmentType")
_LABELS = frozenset({"@context", "type", "id"})


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
        node = set_evidence_aside(node)
    return _without_none(bare(node, CLASS_EXTENSIONS))


def restore(tree: Tree) -> Tree:
    """Turn what lowering made into an assertion as edubadges would write it."""
    node = put_evidence_back(tree)
    if "image" in node:
        node["image"] = _address(node["image"])
    if "evidence" in node:
        node["evidence"] = [_reference(one) for one in node["evidence"] if one]
    if isinstance(node.get("badge"), dict):
        node["badge"] = _reference(_restored_class({**node["badge"]}))
    return _in_order(node)


def _settle(node: Tree, badge: Tree, key: str, moved: Any) -> None:  # noqa: ANN401 - JSON is any value
    """Give a repeated extension to the class; one that says something else than the class stays put."""
    if key not in badge:
        badge[key] = moved
    elif value_of(badge[key]) != value_of(moved):
        node[key] = moved


def _arranged_class(badge: Tree) -> Tree:
    badge = bare(badge, CLASS_EXTENSIONS)
    for key in ("criteria", "image", "issuer"):
        badge[key] = _node(badge.get(key))
    for key in ("alignment", "tags"):
        if key in badge:
            badge[key] = _listed(badge[key])
    for key in _WORDS:
        if isinstance(badge.get(key), str):
            badge[key] = [word.strip() for word in badge[key].split(",") if word.strip()]
    if isinstance(badge["issuer"], dict):
        issuer = bare(badge["issuer"], ISSUER_EXTENSIONS)
        if isinstance(issuer.get("faculty"), dict):
            issuer["faculty"] = name_principal(issuer["faculty"])
        badge["issuer"] = _without_none({**issuer, "image": _node(issuer.get("image"))})
    return set_aside(_without_none(arranged_extensions(badge)))


def _restored_class(badge: Tree) -> Tree:
    badge = put_back(badge)
    for key in ("criteria", "image"):
        if key in badge:
            badge[key] = _address(badge[key])
    if isinstance(badge.get("issuer"), dict):
        badge["issuer"] = _restored_issuer({**badge["issuer"]})
    for key in ("alignment", *_WORDS):
        if isinstance(badge.get(key), list):
            badge[key] = [one for one in badge[key] if one]
    for key in _WORDS:
        if isinstance(badge.get(key), list):
            badge[key] = ",".join(dict.fromkeys(badge[key]))
    return _in_order(headed(restored_extensions(badge), CLASS_EXTENSIONS))


def _restored_issuer(issuer: Tree) -> Any:  # noqa: ANN401 - a node or its address
    if isinstance(issuer.get("faculty"), dict):
        issuer["faculty"] = restore_principal(issuer["faculty"])
    if "image" in issuer:
        issuer["image"] = _address(issuer["image"])
    return _reference(_in_order(headed(issuer, ISSUER_EXTENSIONS)))


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


def _in_order(node: Tree) -> Tree:
    """Put first what says what a node is."""
    first = {key: node[key] for key in ("@context", "type", "id", "name") if key in node}
    return first | node


def _without_none(node: Tree) -> Tree:
    return {key: value for key, value in node.items() if value is not None}
