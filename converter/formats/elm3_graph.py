"""Nesting a flattened document: nodes by id under the credential, as the other form has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from converter.formats.elm3_nodes import INCLUDED, data_problem, types_of
from converter.strict import MAX_BYTES, MAX_DEPTH
from schemas.elm.context import terms
from schemas.elm.model import model
from schemas.errors import Malformed, Problem

MAX_NODES = 20_000  # the largest real credential repeats some 1,200 nodes
_FEW = 50  # so many values are looked at for a repetition; more would be quadratic on hostile input


def nested(nodes: list[Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Nest a `@graph` from its credential on; a node that is its own ancestor becomes a bare reference.

    Nodes nothing refers to are kept under `@included`.

    Raises:
        Malformed: nested, it would be deeper or larger than any credential.
    """
    problems: list[Problem] = []
    if len(nodes) > MAX_NODES:
        raise _too_large()
    objects = [_keyed(node) for node in nodes if isinstance(node, Mapping)]
    if len(objects) != len(nodes):
        problems.append(data_problem("The graph holds something that is not a node.", "/@graph"))
    by_id: dict[str, dict[str, Any]] = {}
    for node in objects:
        name = node.get("id")
        if isinstance(name, str) and name in by_id:
            problems.append(
                data_problem("The graph describes one id twice; the descriptions are joined.", "/@graph")
            )
            by_id[name] = _joined(by_id[name], node)
        elif isinstance(name, str):
            by_id[name] = node
    roots = [node for node in objects if model().credential_class in types_of(node)] or _presentations(
        objects
    )
    if len(roots) != 1:
        message = f"The graph holds {len(roots)} credentials; exactly one is the rule."
        problems.append(Problem(code="format.data.target", message=message, where="/@graph"))
    nesting = _Nesting(by_id=by_id)
    tree = nesting.nest(by_id.get(str(roots[0].get("id")), roots[0]), ()) if roots else {}
    left = [
        node
        for node in objects
        if node not in roots[:1] and str(node.get("id")) not in nesting.seen and len(node) > 1
    ]
    if left:
        problems.append(data_problem("The graph holds nodes the credential does not refer to.", "/@graph"))
        tree[INCLUDED] = left
    return tree, problems


@dataclass(slots=True)
class _Nesting:
    by_id: Mapping[str, dict[str, Any]]
    seen: set[str] = field(default_factory=set)
    count: int = 0
    weight: int = 0

    def nest(self, node: Mapping[str, Any], above: tuple[str, ...]) -> dict[str, Any]:
        self.count += 1
        self.weight += sum(len(value) for value in node.values() if isinstance(value, str))
        if self.count > MAX_NODES or self.weight > MAX_BYTES or len(above) > MAX_DEPTH // 2:
            raise _too_large()
        name = node.get("id")
        line = (*above, name if isinstance(name, str) else "")
        if isinstance(name, str):
            self.seen.add(name)
        known = terms(frozenset(types_of(node)))
        return {
            key: self._value(value, line, referring=key in known and known[key].kind in ("@id", "@graph"))
            for key, value in node.items()
        }

    def _value(self, value: Any, line: tuple[str, ...], *, referring: bool) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, list):
            return [self._value(item, line, referring=referring) for item in value]
        if isinstance(value, str) and referring and value in self.by_id:
            return {"id": value} if value in line else self.nest(self.by_id[value], line)
        if isinstance(value, Mapping) and referring:
            keyed = _keyed(value)
            name = keyed.get("id")
            if set(keyed) == {"id"} and isinstance(name, str) and name in self.by_id:
                return self._value(name, line, referring=True)
            return self.nest(keyed, line) if "@value" not in keyed else keyed
        return value


def _too_large() -> Malformed:
    message = "Nested, the flattened credential is larger or deeper than any credential is."
    return Malformed(Problem(code="format.read", message=message, where="/@graph"))


def _keyed(node: Mapping[str, Any]) -> dict[str, Any]:
    return {{"@id": "id", "@type": "type"}.get(key, key): value for key, value in node.items()}


def _presentations(objects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        node for node in objects if {"VerifiablePresentation", "VerifiableCredential"} & set(types_of(node))
    ]


def _joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Join two descriptions of one node, as a processor does: every value of both."""
    made = dict(first)
    for key, value in second.items():
        if key not in made:
            made[key] = value
        elif made[key] != value and key != "id":
            ours = made[key] if isinstance(made[key], list) else [made[key]]
            theirs = value if isinstance(value, list) else [value]
            made[key] = ours + [item for item in theirs if item not in ours[:_FEW]]
    return made
