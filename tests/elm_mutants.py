"""Seeded mutants of credentials: one or two things done to a good one, as real documents go wrong."""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from strategies_elm import NEVER, one_value, smallest

from converter.formats.elm3_write import write_elm
from schemas.elm.context import class_names, terms
from schemas.elm.model import model
from schemas.elm.profile import PROFILES

Step = str | int
Tree = dict[str, Any]
_TERMS = sorted(terms(frozenset({"VerifiableCredential"})).keys() - NEVER - {"proof"})
_CLASSES = sorted(class_names() & set(model().classes))
_SCALARS = (
    "2026-02-30T00:00:00Z",
    "2026-02-28",
    "soon",
    "PT",
    "P1Y2M",
    "",
    "101",
    "-1",
    "1.5",
    "https://x y",
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A document that is to be judged, the profile to judge it by, and what was done to it."""

    document: Tree
    profile: str
    done: str


def grown(rng: Random) -> Tree:
    """Return a valid credential with optional properties added at random, so that every class is met."""
    tree = smallest(rng.choice(("generic", "converted")))
    _grow(rng, tree, model().credential_class, 5, itertools.count(1000))
    return json.loads(write_elm(tree, mend=False).data)  # type: ignore[no-any-return]


def _grow(rng: Random, node: Tree, name: str, depth: int, numbers: Iterator[int]) -> None:
    optional = [
        row
        for row in model().classes[name].properties.values()
        if not (row.beyond or row.unreached or row.term in NEVER or ":" in row.term or row.term in node)
    ]
    for row in rng.sample(optional, min(len(optional), rng.randint(0, 3))):
        node[row.term] = one_value(row, numbers)
    for value in list(node.values()) if depth else ():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and item.get("type") in model().classes and item["type"] != "Concept":
                _grow(rng, item, item["type"], depth - 1, numbers)


def mutants(bases: list[Tree], count: int, seed: int) -> Iterator[Mutant]:
    """Make so many mutants; the same seed makes the same."""
    rng = Random(seed)  # noqa: S311 - a seed, no secret
    made = 0
    while made < count:
        document = copy.deepcopy(rng.choice(bases)) if rng.random() < 0.4 else grown(rng)
        done = [how(rng, document) for how in rng.choices(_WAYS, k=rng.choice((1, 1, 2)))]
        if any(done):
            made += 1
            profile = rng.choice(("generic", *PROFILES))
            yield Mutant(document, profile, "; ".join(one for one in done if one))


def _places(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        if step != "@context":
            yield (*path, step)
            yield from _places(inner, (*path, step))


def _at(document: Any, path: tuple[Step, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def _pick(rng: Random, document: Tree, fits: Callable[[Step, Any], bool]) -> tuple[Any, Step, str] | None:
    found = [path for path in _places(document) if fits(path[-1], _at(document, path))]
    if not found:
        return None
    path = rng.choice(found)
    return _at(document, path[:-1]), path[-1], "/".join(map(str, path))


def _is_node(_step: Step, value: Any) -> bool:
    return isinstance(value, dict) and "type" in value


def _is_concept(_step: Step, value: Any) -> bool:
    return isinstance(value, dict) and "inScheme" in value


def _is_text(_step: Step, value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and "type" not in value and "id" not in value


def _drop(rng: Random, document: Tree) -> str:
    holder, step, where = _pick(rng, document, lambda step, _: step != "id") or (None, "", "")
    if holder is not None:
        del holder[step]
    return f"drop {where}"


def _drop_id(rng: Random, document: Tree) -> str:
    holder, step, where = _pick(rng, document, lambda step, _: step == "id") or (None, "", "")
    if holder is not None:
        del holder[step]
    return f"drop {where}"


def _double(rng: Random, document: Tree) -> str:
    """A second value like the first: under another id, under the same, or another text."""
    chosen = _pick(
        rng, document, lambda step, value: step not in ("id", "type") and not isinstance(value, list)
    )
    if chosen is None or isinstance(chosen[0], list):
        return ""
    holder, step, where = chosen
    value = holder[step]
    again: Any = copy.deepcopy(value)
    if isinstance(value, dict) and "id" in value and rng.random() < 0.8:
        again["id"] += "-bis"
    elif isinstance(value, str):
        again += "1"
    elif _is_text(step, value):
        again = {tag: [text, "anders"] for tag, text in value.items() if isinstance(text, str)}
        value = []
    holder[step] = again if value == [] else [value, again]
    return f"double {where}"


def _rename(rng: Random, document: Tree) -> str:
    chosen = _pick(rng, document, lambda step, _: isinstance(step, str) and step not in ("id", "type"))
    if chosen is None:
        return ""
    holder, step, where = chosen
    name = rng.choice([*_TERMS, "unheard", f"{step}s"])
    holder[name] = holder.pop(step)
    return f"rename {where} {name}"


def _retype(rng: Random, document: Tree) -> str:
    chosen = _pick(rng, document, _is_node)
    if chosen is None:
        return ""
    holder, step, where = chosen
    holder[step]["type"] = rng.choice(
        [*_CLASSES, [rng.choice(_CLASSES), holder[step]["type"]], "Unheard", "nil"]
    )
    return f"retype {where} {holder[step]['type']}"


def _replace(rng: Random, document: Tree) -> str:
    """Another kind of value: a number, a truth, a node, a text, or one that is not well written."""
    chosen = _pick(
        rng, document, lambda step, value: step not in ("id", "type") and not isinstance(value, list)
    )
    if chosen is None:
        return ""
    holder, step, where = chosen
    values: list[Any] = [*_SCALARS, *_SCALARS, 5, True, {"nl": "x"}, {"id": "urn:other"}, {"@value": "x"}]
    values += [
        {"@value": "2026-01-01", "@type": "xsd:date"},
        {"@value": "7", "@type": "xsd:integer"},
        2.5,
        None,
    ]
    holder[step] = rng.choice(values)
    return f"replace {where} {holder[step]}"


def _list_value(rng: Random, document: Tree) -> str:
    chosen = _pick(rng, document, _is_concept)
    if chosen is None:
        return ""
    holder, step, where = chosen
    holder[step]["id"] = rng.choice([str(holder[step].get("id")) + "ZZ", "urn:nothing"])
    return f"list value {where}"


def _scheme(rng: Random, document: Tree) -> str:
    chosen = _pick(rng, document, _is_concept)
    if chosen is None:
        return ""
    holder, step, where = chosen
    other = rng.choice(sorted(one.scheme for one in model().lists.values()))
    schemes: list[Any] = [
        other,
        {"id": other, "type": "ConceptScheme"},
        {"id": other},
        {"type": "ConceptScheme"},
        [holder[step]["inScheme"], {"id": other, "type": "ConceptScheme"}],
        [holder[step]["inScheme"], {"id": "urn:no-scheme"}],
    ]
    holder[step]["inScheme"] = rng.choice(schemes)
    return f"scheme {where} {holder[step]['inScheme']}"


def _languages(rng: Random, document: Tree) -> str:
    chosen = _pick(rng, document, _is_text)
    if chosen is None:
        return ""
    holder, step, where = chosen
    tag, text = next(iter(holder[step].items()))
    changes: list[Any] = [
        {**holder[step], tag: [text, "een ander"]},
        {**holder[step], tag: [text, text]},
        {**holder[step], tag.upper(): "een ander"},
        {**holder[step], tag.upper(): text},
        {**holder[step], "@none": "zonder taal"},
        {**holder[step], "fy": "oar"},
        "zonder taal",
        [{"@value": "x", "@language": "nl"}],
    ]
    holder[step] = rng.choice(changes)
    return f"languages {where} {list(holder[step])}"


def _move(rng: Random, document: Tree) -> str:
    source, target = _pick(rng, document, _is_node), _pick(rng, document, _is_node)
    if source is None or target is None or source[0] is target[0][target[1]]:
        return ""
    holder, step, where = source
    goal, term = target[0][target[1]], rng.choice(_TERMS)
    moved = copy.deepcopy(holder[step])
    if rng.random() < 0.5:
        del holder[step]
    goal[step if isinstance(step, str) else term] = moved
    return f"move {where} to {target[2]}"


def _same_id(rng: Random, document: Tree) -> str:
    source, target = _pick(rng, document, _is_node), _pick(rng, document, _is_node)
    if source is None or target is None or "id" not in source[0][source[1]]:
        return ""
    target[0][target[1]]["id"] = source[0][source[1]]["id"]
    return f"same id {source[2]} {target[2]}"


_WAYS = (
    _drop,
    _drop,
    _drop_id,
    _double,
    _double,
    _rename,
    _retype,
    _replace,
    _replace,
    _list_value,
    _scheme,
    _languages,
    _move,
    _same_id,
)
