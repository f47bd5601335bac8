"""Where a value of an arranged badge stands in the badge as it was given."""

from __future__ import annotations

import re
from typing import Any

from converter.formats.ob2_arrange import OUTCOMES, PREFIX, WORKLOADS
from converter.paths import escape
from schemas.document import Tree


def place_of(pointer: str, assertion: Tree) -> str:
    """Say where a value of the arranged tree stands in the assertion it was made from.

    Args:
        pointer: into the arranged tree.
        assertion: as it was given to `arrange`.
    """
    kind = next((k for k in WORKLOADS if _has(assertion, f"{PREFIX}{k}Extension")), WORKLOADS[1])
    pointer = pointer.replace("/badge/workload/hours", f"/badge/{PREFIX}{kind}Extension/{kind}")
    pointer = pointer.replace("/badge/workload/kind", f"/badge/{PREFIX}{kind}Extension/type")
    pointer = re.sub(rf"(/badge/{OUTCOMES})/outcomes(/\d+)?", r"\1/LearningOutcome", pointer)
    first = pointer.removeprefix("/badge/")
    if first.startswith(PREFIX) and _resolved(assertion, pointer) in ("", "/badge"):
        pointer = f"/{first}"
    return _resolved(assertion, pointer)


def _has(assertion: Tree, key: str) -> bool:
    badge = assertion.get("badge")
    return key in assertion or (isinstance(badge, dict) and key in badge)


def _resolved(tree: Any, pointer: str) -> str:  # noqa: ANN401 - any tree
    """Follow a pointer as far as it leads."""
    found = ""
    for part in pointer.split("/")[1:]:
        if isinstance(tree, dict):
            key = next((name for name in tree if escape(str(name)) == part), None)
            if key is None:
                break
            tree = tree[key]
        elif isinstance(tree, list) and part.isdigit() and int(part) < len(tree):
            tree = tree[int(part)]
        else:
            break
        found += f"/{part}"
    return found
