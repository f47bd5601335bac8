"""Holding a credential against the model table: how often, of what kind, from which list.

The codes keep two things apart. `format.profile`: a shape of the EDC application profile is broken.
`format.data`: no shape sees it, yet it is wrong: a day where a time is asked, a value its list does not have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from converter.formats.elm3_index import Link, Literal, Seen, index
from converter.formats.elm3_lexical import is_date_only, well_formed
from schemas.document import Tree
from schemas.elm.model import Property, model
from schemas.errors import Problem

_CITE = "EDC application profile 1.1.0, {}"
_IRI = re.compile(r"_:|[A-Za-z][A-Za-z0-9+.-]*:")
_CLAIMS = ("LearningAchievement", "LearningActivity", "LearningAssessment", "LearningEntitlement")


def check_elm(tree: Tree, profile: str = "generic") -> tuple[Problem, ...]:
    """Check a tree as `read_elm` gives it against the generic profile and the one named.

    Args:
        tree: one credential.
        profile: `generic`, `converted`, `mandated`, `accredited` or `diploma-supplement`.
    """
    check = _Check(index(tree))
    problems = [*check.target(), *check.all_nodes(), *check.demands(profile)]
    return tuple(dict.fromkeys(problems))  # two shapes may say the same of one value


@dataclass(slots=True)
class _Check:
    nodes: dict[str, Seen]

    def target(self) -> Iterator[Problem]:
        """Exactly one credential: shapes without a target are satisfied by anything."""
        found = [seen for seen in self.nodes.values() if model().credential_class in seen.types]
        if len(found) != 1:
            yield _broken(
                f"There are {len(found)} nodes of type EuropeanDigitalCredential; exactly one is the rule.",
                found[1].where if found else "/type",
                model().credential_class,
            )
        for seen in found:
            yield from (
                _broken(f"The credential does not say that it is a {kind}.", "/type", kind)
                for kind in model().credential_types
                if kind not in seen.types
            )

    def all_nodes(self) -> Iterator[Problem]:
        """Each node against the shape of each of its types."""
        for seen in self.nodes.values():
            for name in seen.types:
                shape = model().classes.get(name)
                for row in shape.properties.values() if shape and not shape.off else ():
                    yield from self._row(seen, row, name)

    def demands(self, profile: str) -> Iterator[Problem]:
        """What the declared profile asks beyond the generic one."""
        for name, row in model().demands(profile):
            for seen in self.nodes.values():
                if name in seen.types:
                    yield from self._row(seen, row, f"{name} in the {profile} profile")

    def _row(self, seen: Seen, row: Property, owner: str) -> Iterator[Problem]:
        if row.beyond:
            return
        values = seen.values.get(row.term, {})
        if row.unreached:
            yield from (
                Problem(**{**_fields(problem), "code": "format.data"})
                for problem in self._counted(seen, row, values, owner)
            )
            return
        yield from self._counted(seen, row, values, owner)
        for value, where in values.items():
            yield from self._value(row, value, where, owner)

    def _counted(
        self, seen: Seen, row: Property, values: Mapping[Literal | Link, str], owner: str
    ) -> Iterator[Problem]:
        what = f"{row.term} of {owner}"
        if len(values) < row.least:
            yield _broken(f"The {what} is missing.", f"{seen.where}/{row.term}", owner)
        if row.most is not None and len(values) > row.most:
            message = f"The {what} may stand {row.most} time only, not {len(values)} times."
            yield _broken(message, list(values.values())[row.most], owner)
        if row.unique:
            tags = Counter(
                value.language for value in values if isinstance(value, Literal) and value.language
            )
            for tag in sorted(tag for tag, count in tags.items() if count > 1):
                message = f"The {what} says several things in one language ({tag[:20]})."
                yield _broken(message, f"{seen.where}/{row.term}", owner)

    def _value(self, row: Property, value: Literal | Link, where: str, owner: str) -> Iterator[Problem]:
        if row.holds_nodes:
            yield from self._node(row, value, where, owner)
        elif isinstance(value, Link):
            yield from self._misplaced(row, value, where, owner)
        elif row.ranges == ("iri",):
            yield _broken(f"The {row.term} is not an IRI.", where, owner)
        elif row.ranges not in (("literal",), ("any",)):
            yield from _plain(row, value, where, owner)

    def _misplaced(self, row: Property, value: Link, where: str, owner: str) -> Iterator[Problem]:
        """A node where the table has none: fine for an IRI; dropped by a processor where it is no IRI."""
        if row.ranges == ("any",) or (row.ranges == ("iri",) and self.nodes[value.key].named):
            return
        message = f"A node stands where the {row.term} is a plain value."
        if self.nodes[value.key].named and not _IRI.match(value.key):
            message = f"The context takes the {row.term} for an IRI, which it is not; a processor drops it."
            yield Problem(code="format.data", message=message, where=where, cite=_CITE.format(owner))
        else:
            yield _broken(message, where, owner)

    def _node(self, row: Property, value: Literal | Link, where: str, owner: str) -> Iterator[Problem]:
        if isinstance(value, Literal):
            yield _broken(f"A plain value stands where the {row.term} is a node.", where, owner)
            return
        seen = self.nodes[value.key]
        if row.term == "issuer":
            yield from self._by_place("issuer", seen, where)
        if not set(row.ranges) & set(seen.types):
            yield _broken(f"The {row.term} is not of type {' or '.join(row.ranges)}.", where, owner)
        elif set(_CLAIMS) < set(row.ranges) and not set(_CLAIMS) & set(seen.types):
            yield from self._by_place("claim", seen, where)
        if row.scheme:
            yield from self._listed(row, value, where, owner)

    def _by_place(self, place: str, seen: Seen, where: str) -> Iterator[Problem]:
        """What a node must have because of where it stands; told there, not where the node came first."""
        here = replace(seen, where=where)
        for row in model().where[place].values():
            yield from self._row(here, row, f"the {place}")

    def _listed(self, row: Property, value: Link, where: str, owner: str) -> Iterator[Problem]:
        assert row.scheme is not None  # noqa: S101 - the caller asked
        seen = self.nodes[value.key]
        schemes = [item for item in seen.values.get("inScheme", {}) if isinstance(item, Link)]
        named = seen.named and all(self.nodes[item.key].named for item in schemes)
        typed = all("ConceptScheme" in self.nodes[item.key].types for item in schemes)
        if not named or Link(row.scheme.scheme) not in schemes or (row.scheme.typed and not typed):
            message = f"The {row.term} does not say that it comes from the controlled list {row.scheme.name}."
            yield _broken(message, where, owner)
        elif not row.scheme.holds(value.key):
            message = f"The {row.term} is no value of the controlled list {row.scheme.name}."
            yield Problem(code="format.data", message=message, where=where, cite=row.scheme.scheme)


def _plain(row: Property, value: Literal, where: str, owner: str) -> Iterator[Problem]:
    asked = row.ranges[0]
    if value.datatype != asked:
        needs = "a text in a language" if asked == "text" else f"an {asked}"
        yield _broken(f"The {row.term} is not {needs}.", where, owner)
    elif not well_formed(asked, value.text):
        lenient = asked == "xsd:anyURI" or (asked == "xsd:dateTime" and is_date_only(value.text))
        yield Problem(
            code="format.data" if lenient else "format.profile",
            message=f"The {row.term} is not written as an {asked}.",
            where=where,
            cite="XML Schema 1.1 part 2 §3",
        )
    elif row.highest is not None and int(value.text) > row.highest:
        yield _broken(f"The {row.term} is more than {row.highest}.", where, owner)


def _broken(message: str, where: str, owner: str) -> Problem:
    return Problem(code="format.profile", message=message, where=where, cite=_CITE.format(owner))


def _fields(problem: Problem) -> dict[str, str]:
    return {"message": problem.message, "where": problem.where, "cite": problem.cite}
