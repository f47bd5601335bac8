"""Holding a credential against its profile: how often, of what kind, from which list.

The codes keep two things apart. `format.profile`: a shape of the EDC application profile is broken, as the
official shapes would say. `format.data`: no shape sees it, yet it is wrong: no credential for the shapes to
look at, a day where a time is asked, a value its list does not have.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from converter.formats.elm3_index import Seen, index
from converter.formats.elm3_kinds import DATA, Told
from converter.formats.elm3_nodes import pointer_to
from converter.formats.elm3_rules import compiled
from schemas.document import Tree
from schemas.elm.model import ControlledList, model
from schemas.elm.profile import clause
from schemas.errors import Problem

TARGET = "format.data.target"
"""There is not exactly one credential: shapes without a target are satisfied by anything."""


def check_elm(tree: Tree, profile: str = "generic") -> tuple[Problem, ...]:
    """Check a tree as `read_elm` gives it against the generic profile and the one named.

    Args:
        tree: one credential.
        profile: `generic`, `converted`, `mandated`, `accredited` or `diploma-supplement`.
    """
    (nodes, dropped), shapes = index(tree), compiled(profile)
    told: Told = []
    for place in dropped:
        message = "What should refer to a node is no IRI; a processor drops it."
        told.append(
            Problem(code=DATA, message=message, where=pointer_to(place), cite="JSON-LD 1.1 API §8.1.2")
        )
    _targets(nodes, told)
    for seen in nodes:
        for name in seen.types:
            shape = shapes.get(name)
            if shape is not None:
                shape.judge(seen, seen.where, told)
        if "inScheme" in seen.values:
            _member(seen, told)
    return tuple(dict.fromkeys(told))  # two shapes may say the same of one value


def _targets(nodes: list[Seen], told: Told) -> None:
    """Exactly one credential, which says both that it is verifiable and that it is European."""
    kind = model().credential_class
    found = [seen for seen in nodes if kind in seen.types]
    if len(found) != 1:
        message = f"There are {len(found)} nodes of type {kind}; exactly one is the rule."
        where = pointer_to(found[1].where) if found else "/type"
        told.append(_target(message, where, kind))
    for seen in found:
        told.extend(
            _target(
                f"The credential does not say that it is a {name}.", pointer_to((seen.where, "type")), name
            )
            for name in model().credential_types
            if name not in seen.types
        )


def _target(message: str, where: str, name: str) -> Problem:
    cite = clause(model().shapes["structure"], name)
    return Problem(code=TARGET, message=message, where=where, cite=cite)


def _member(seen: Seen, told: Told) -> None:
    """A value that says which list it is of is one of that list's, as far as all of them are known."""
    for scheme in seen.values["inScheme"]:
        known = _lists().get(scheme.id) if isinstance(scheme, Seen) else None
        if known is not None and seen.id and not known.holds(seen.id):
            message = f"The controlled list {known.name} is named, which does not have this value."
            told.append(Problem(code=DATA, message=message, where=pointer_to(seen.where), cite=known.scheme))


@functools.cache
def _lists() -> Mapping[str, ControlledList]:
    return {one.scheme: one for one in model().lists.values()}
