"""The stage between the EDCI tree as read and as the table speaks of it, in both directions.

`arrange` runs after reading and before lifting, `restore` after lowering and before writing. Members that
begin with `#` exist only between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from converter.codecs.edci2 import ECTS
from converter.formats.edci2_places import (
    ACHIEVEMENTS,
    EIDAS,
    HTML,
    KEPT,
    LANGUAGES,
    MARKS,
    ONCE,
    ORGANISATIONS,
    PSEUDO,
    REARRANGEMENTS,
    TYPE,
    is_kept,
    language,
    repeats,
    usual_name,
)
from converter.paths import escape, unescape
from converter.residue import Residue
from schemas.document import Tree

__all__ = ["LANGUAGES", "PSEUDO", "REARRANGEMENTS", "arrange", "restore"]


def arrange(tree: Tree) -> Tree:
    """Bring the tree of a read EDCI credential into the form the table speaks of."""
    notes = _Notes()
    arranged: Tree = _arranged(tree, ("europassCredential", ""), "", notes)
    if notes.html:
        arranged[HTML] = notes.html
    if notes.kept:
        arranged[KEPT] = notes.kept
    return arranged


@dataclass(slots=True)
class _Notes:
    html: list[str] = field(default_factory=list)
    kept: list[dict[str, Any]] = field(default_factory=list)


def _arranged(node: Tree, kinds: tuple[str, str], where: str, notes: _Notes) -> Tree:
    def step(inner: Tree, around: tuple[str, str], there: str) -> Tree:
        return _arranged(inner, around, there, notes)

    kind = kinds[0]
    made: Tree = {}
    for key, value in _apart(node, kind).items():
        here = f"{where}/{escape(key)}"
        if key in MARKS:
            continue
        if is_kept(key, *kinds):
            notes.kept.append({"where": here, "value": value})
        elif key == "text" and isinstance(value, list):
            made[key] = _plain_texts(value, here, notes)
        else:
            value = _merged(value) if repeats(key, kind) else value  # noqa: PLW2901 - the value as arranged
            made[key] = _walk(value, (key, kind), here, step)
    if TYPE in made and "type" in made:
        others = list(enumerate(made.pop("type")))[1:]
        notes.kept += [{"where": f"{where}/type/{index}", "value": value} for index, value in others]
    if kind == "hasECTSCreditPoints":
        made.setdefault("@schemeID", ECTS)
    if kind in ACHIEVEMENTS and kind != usual_name(node):
        notes.kept.append({"where": f"{where}/#name", "value": kind})
        made["#name"] = usual_name(node)
    return made


def _walk(
    value: Any,  # noqa: ANN401 - any tree
    kinds: tuple[str, str],
    where: str,
    step: Callable[[Tree, tuple[str, str], str], Tree],
) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_walk(item, kinds, f"{where}/{index}", step) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    key, parent = kinds
    return step(value, (str(value.get("#name", key)), parent), where)


def _merged(value: Any) -> Any:  # noqa: ANN401
    """Make one element of several; only what their texts and subjects say is there to be merged."""
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return value
    merged: Tree = {}
    for item in value:
        for key, inner in item.items():
            merged[key] = [*merged.get(key, []), *inner] if isinstance(inner, list) else inner
    return merged


def _plain_texts(texts: list[Any], where: str, notes: _Notes) -> list[Any]:
    order = list(dict.fromkeys(language(text) for text in texts))
    plain = []
    for index, text in enumerate(sorted(texts, key=lambda text: order.index(language(text)))):
        if isinstance(text, dict) and text.get("@content-type") == "text/html":
            notes.html.append(f"{where}/{index}")
            plain.append({**text, "@content-type": "text/plain"})
        else:
            plain.append(text)
    return plain


def _apart(node: Tree, kind: str) -> Tree:
    """Put apart what ELM has apart: an organisation's eIDAS identifier, an assessment's first type."""
    if kind in ORGANISATIONS:
        for index, identifier in enumerate(node.get("identifier", [])):
            if (
                isinstance(identifier, dict)
                and str(identifier.get("@schemeAgencyName")).casefold() == "eidas"
            ):
                others = [*node["identifier"][:index], *node["identifier"][index + 1 :]]
                mine = {key: value for key, value in identifier.items() if key != "@schemeAgencyName"}
                return {**node, EIDAS: mine, "identifier": others}
    types = node.get("type")
    if kind == "assessmentSpecification" and isinstance(types, list) and types:
        rest = {key: value for key, value in node.items() if key != "type"}
        return {**rest, TYPE: types[0], **({"type": [{}, *types[1:]]} if types[1:] else {})}
    return node


def restore(tree: Tree) -> tuple[Tree, tuple[Residue, ...]]:
    """Bring a lowered tree into the form the writer takes.

    Returns:
        the tree, and what could not stand in it, by its pointer in the tree that was given.
    """
    left: list[Residue] = []
    bare = {key: value for key, value in tree.items() if key not in (HTML, KEPT)}
    restored: Tree = _copied(bare)
    for kept in tree.get(KEPT, []):
        _put_back(restored, kept, left)
    for where in tree.get(HTML, []):
        _put_back(restored, {"where": f"{where}/@content-type", "value": "text/html"}, left)
    return _restored(restored, ("europassCredential", ""), "", left), tuple(left)


def _copied(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict):
        return {key: _copied(inner) for key, inner in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _put_back(tree: Tree, kept: Tree, left: list[Residue]) -> None:
    *way, last = (unescape(part) for part in kept["where"].split("/")[1:])
    node: Any = tree
    for part in way:
        if part == "type" and isinstance(node, dict) and TYPE in node:
            node.setdefault("type", [{}])  # the first type stands apart
        node = _member(node, part)
    if isinstance(node, dict):
        node[last] = kept["value"]
    elif isinstance(node, list) and last.isdigit():
        node += [{} for _ in range(int(last) + 1 - len(node))]
        node[int(last)] = kept["value"]
    else:
        left.append(Residue(kept["where"], "what this belonged to is no longer there"))


def _member(node: Any, part: str) -> Any:  # noqa: ANN401
    if isinstance(node, list):
        return node[int(part)] if part.isdigit() and int(part) < len(node) else None
    return node.get(part) if isinstance(node, dict) else None


def _restored(node: Tree, kinds: tuple[str, str], where: str, left: list[Residue]) -> Tree:
    def step(inner: Tree, around: tuple[str, str], there: str) -> Tree:
        return _restored(inner, around, there, left)

    kind = kinds[0]
    made: Tree = {}
    for key, value in node.items():
        here = f"{where}/{escape(key)}"
        if key == EIDAS:
            made["identifier"] = [{**value, "@schemeAgencyName": "eIDAS"}, *made.get("identifier", [])]
        elif key == TYPE:
            others = node.get("type", [{}])[1:]
            made["type"] = _walk([value, *others], ("type", kind), f"{where}/type", step)
        elif key == "type" and TYPE in node:
            continue
        elif key == "identifier" and EIDAS in node:
            made[key] = [*made.get(key, []), *value]
        elif key == "text" and isinstance(value, list):
            made[key] = list(_known_languages(value, here, left, once=here in ONCE))
        else:
            value = _walk(value, (key, kind), here, step)  # noqa: PLW2901 - the value as restored
            made[key] = _dealt(value) if repeats(key, kind) and isinstance(value, dict) else value
    return made


def _known_languages(texts: list[Any], where: str, left: list[Residue], *, once: bool) -> Iterator[Any]:
    """Leave out what the schema's list of languages does not have; a region alone is dropped."""
    taken = {language(text) for text in texts}
    written: set[str] = set()
    for index, text in enumerate(texts):
        tag = language(text)
        short = tag.split("-")[0].lower()
        if once and tag in written:
            left.append(Residue(f"{where}/{index}", "EDCI XML has one title and one description a language"))
        elif tag in LANGUAGES:
            written.add(tag)
            yield text
        elif short in LANGUAGES and short not in taken:
            taken.add(short)
            yield {**text, "@lang": short}
        else:
            left.append(Residue(f"{where}/{index}", "EDCI XML does not have this language"))


def _dealt(element: Tree) -> list[Tree]:
    """Deal out texts: the n-th text of each language goes into the n-th element; the rest to the first."""
    piles: list[list[Any]] = []
    met: dict[str, int] = {}
    for text in element.get("text", []):
        nth = met.get(language(text), 0)
        met[language(text)] = nth + 1
        if nth == len(piles):
            piles.append([])
        piles[nth].append(text)
    first, *more = piles or [[]]
    rest = {key: value for key, value in element.items() if key != "text"}
    return [{"text": first, **rest} if first else rest, *({"text": texts} for texts in more)]
