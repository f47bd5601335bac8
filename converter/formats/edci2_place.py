"""Where a value of an arranged EDCI tree stands in the tree as it is read and written."""

from __future__ import annotations

from typing import Any

from converter.formats.edci2_places import EIDAS, HTML, KEPT, ORGANISATIONS, TYPE
from converter.paths import unescape
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
        return _kept(arranged.get(first), rest.partition("/")[0]) or pointer
    return _resolved(tree, pointer.split("/")[1:])


def _kept(kept: Any, index: str) -> str:  # noqa: ANN401 - any tree
    """Follow a kept value, or the place of an HTML text, to the pointer that stands in the list."""
    if not isinstance(kept, list) or not index.isdigit() or int(index) >= len(kept):
        return ""
    item = kept[int(index)]
    if not isinstance(item, dict):
        return f"{item}/@content-type"
    return str(item.get("where", ""))


def _resolved(tree: Any, parts: list[str]) -> str:  # noqa: ANN401 - any tree
    """Follow a pointer as far as it leads; where one element became several, to the one that says it."""
    found = ""
    for part in _unparted(tree, parts):
        if isinstance(tree, list) and not part.isdigit():
            having = [at for at, item in enumerate(tree) if _member(item, part) is not None]
            if len(having) != 1:
                break
            tree, found = tree[having[0]], f"{found}/{having[0]}"
        tree = _member(tree, part)
        if tree is None:
            break
        found += f"/{part}"
    return found


def _unparted(tree: Any, parts: list[str]) -> list[str]:  # noqa: ANN401 - any tree
    """Undo in a pointer what `arrange` puts apart: an eIDAS identifier, an assessment's first type."""
    way: list[str] = []
    kind = ""
    for part in parts:
        if part == TYPE:
            steps = ["type", "0"]
        elif part == EIDAS:
            steps = ["identifier", str(_eidas(tree, kind))]
        elif part.isdigit() and way[-1:] == ["identifier"]:
            steps = [str(int(part) + (int(part) >= _eidas(tree, kind)))]
        else:
            steps = [part]
        way += steps
        if part == "identifier":
            continue  # the position after it is told by the node that holds them
        kind = kind if part.isdigit() else part
        for step in steps:
            tree = _member(tree, step)
    return way


def _member(tree: Any, part: str) -> Any:  # noqa: ANN401 - any tree
    if isinstance(tree, list):
        return tree[int(part)] if part.isdigit() and int(part) < len(tree) else None
    if isinstance(tree, dict):
        return tree.get(unescape(part))
    return None


def _eidas(node: Any, kind: str) -> int:  # noqa: ANN401 - any tree
    """Return the position of the identifier of an organisation that eIDAS gave, or one after the last."""
    items = node.get("identifier") if isinstance(node, dict) else None
    if not isinstance(items, list):
        return 0
    if node.get("#name", kind) not in ORGANISATIONS:
        return len(items)
    agencies = [item.get("@schemeAgencyName") if isinstance(item, dict) else None for item in items]
    return next((at for at, one in enumerate(agencies) if str(one).casefold() == "eidas"), len(items))
