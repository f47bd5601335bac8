"""Where a value of an arranged EDCI tree stands in the tree as it is read and written."""

from __future__ import annotations

from typing import Any

from converter.formats.edci2_places import EIDAS, HTML, KEPT, TYPE
from converter.paths import escape
from schemas.document import Tree


def place_of(pointer: str, tree: Tree, arranged: Tree) -> str:
    """Say where a value of the arranged tree stands in the tree beside it.

    Args:
        pointer: into the arranged tree.
        tree: the tree as read, or as the writer takes it.
        arranged: the arranged tree, for the values it keeps by their pointers.
    """
    first, _, rest = pointer.removeprefix("/").partition("/")
    if first in (KEPT, HTML):
        return _kept(arranged.get(first), rest.partition("/")[0], first) or pointer
    return _resolved(tree, pointer.split("/")[1:])


def _kept(kept: Any, index: str, name: str) -> str:  # noqa: ANN401 - any tree
    """Follow a kept value to the pointer that is kept with it."""
    if not isinstance(kept, list) or not index.isdigit() or int(index) >= len(kept):
        return ""
    item = kept[int(index)]
    where = item.get("where") if isinstance(item, dict) else item
    if not isinstance(where, str):
        return ""
    value = item.get("value") if isinstance(item, dict) else None
    if isinstance(value, list) and value[0] == {} and value[1:] == value[-1:]:
        return f"{where}/1"  # the other of two types of an assessment specification
    return f"{where}/@content-type" if name == HTML else where


def _resolved(tree: Any, parts: list[str]) -> str:  # noqa: ANN401 - any tree
    """Follow a pointer as far as it leads; where one element became several, to the one that says it."""
    found = ""
    moved = False
    for part in parts:
        if part == TYPE:
            tree, found = _member(tree, "type"), f"{found}/type"
            part = "0"  # noqa: PLW2901 - the step as it stands
        elif part == EIDAS:
            items = _member(tree, "identifier")
            part = str(_eidas(items))  # noqa: PLW2901
            tree, found = items, f"{found}/identifier"
        elif isinstance(tree, list) and moved and part.isdigit():
            part = str(int(part) + (int(part) >= _eidas(tree)))  # noqa: PLW2901
        moved = part == "identifier" and _apart(tree)
        if isinstance(tree, list) and not part.isdigit():
            one = _one(tree, part)
            if one is None:
                break
            tree, found = tree[one], f"{found}/{one}"
        inner = _member(tree, part)
        if inner is None:
            break
        tree, found = inner, f"{found}/{part}"
    return found


def _member(tree: Any, part: str) -> Any:  # noqa: ANN401 - any tree
    if isinstance(tree, list):
        return tree[int(part)] if part.isdigit() and int(part) < len(tree) else None
    if isinstance(tree, dict):
        return next((value for name, value in tree.items() if escape(str(name)) == part), None)
    return None


def _one(items: list[Any], part: str) -> int | None:
    """Find the only one of several elements that has a member."""
    having = [at for at, item in enumerate(items) if _member(item, part) is not None]
    return having[0] if len(having) == 1 else None


def _apart(node: Any) -> bool:  # noqa: ANN401 - any tree
    """Tell whether an identifier of this node was put apart from the others."""
    items = node.get("identifier") if isinstance(node, dict) else None
    return isinstance(items, list) and _eidas(items) < len(items)


def _eidas(items: Any) -> int:  # noqa: ANN401 - any tree
    """Return the position of the first identifier that eIDAS gave, or one after the last."""
    if not isinstance(items, list):
        return 0
    agencies = [item.get("@schemeAgencyName") if isinstance(item, dict) else None for item in items]
    return next(
        (at for at, agency in enumerate(agencies) if str(agency).casefold() == "eidas"), len(items)
    )
