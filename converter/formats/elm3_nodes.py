"""One tree whatever the JSON-LD looked like: what a node's values are in our form.

The form the mapping tables count on: a property that may stand more than once is always a list, one that may
stand once is a single value, a language map is a map, a reference is `{"id": …}`, `type` is a plain word (a
list only on the credential). Nothing is lost: an unknown key stays as it stands and is reported.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.document import Tree
from schemas.elm.context import Term, class_names, names_by_iri, spellings, terms
from schemas.elm.model import Property, model
from schemas.errors import Problem

DELIVERY = "#delivery"
"""Where the tree keeps the `deliveryDetails` of an upload form; no JSON-LD term can look like it."""
INCLUDED = "@included"
"""Where the tree keeps nodes that nothing refers to (JSON-LD 1.1 §9.13)."""
_ANY = Property(term="", ranges=("any",))
_STATUS_MEMBERS = frozenset({"status", "credentialStatus"})
_STATUS_TYPES = frozenset({"StatusList2021Entry", "BitstringStatusListEntry"})
_STATUS_TERMS = frozenset(
    f"status{name}" for name in ("ListCredential", "ListIndex", "Message", "Purpose", "Reference", "Size")
)
"""Of a status entry, which those who ask for a status read as JSON, whatever the context makes of it: the
profile has no place for one, and issuers write it so (Bitstring Status List §2.1, StatusList2021 §4.1)."""


def types_of(node: Mapping[str, Any]) -> list[str]:
    """Return the types a node states, as a list, whatever stands there."""
    stated = node.get("type", [])
    return [item for item in (stated if isinstance(stated, list) else [stated]) if isinstance(item, str)]


def class_of(node: Mapping[str, Any], ranges: tuple[str, ...] = ()) -> str:
    """Return the class by which a node's properties are looked up: stated, else the only one possible."""
    stated, classes = types_of(node), model().classes
    if model().credential_class in stated:
        return model().credential_class
    guess = ranges[0] if len(ranges) == 1 and ranges[0] in classes else ""
    return next((name for name in stated if name in classes), guess)


def pointer(where: str, *steps: str | int) -> str:
    """Extend a JSON pointer (RFC 6901 §3)."""
    if len(steps) == 1:  # by far the most
        (step,) = steps
        if isinstance(step, int) or not ("~" in step or "/" in step):
            return f"{where}/{step}"
    return where + "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


Place = tuple["Place", str | int] | tuple[()]
"""Where a value stands: the place above it and the last step; cheaper to extend than a pointer."""


def pointer_to(place: Place) -> str:
    """Return a place as a JSON pointer (RFC 6901 §3)."""
    steps: list[str | int] = []
    while place:
        place, step = place
        steps.append(step)
    return pointer("", *reversed(steps))


def is_term(key: str, known: Mapping[str, Term], row: Property | None) -> bool:
    """Tell whether a key means something here; two properties of the table are written as compact IRIs."""
    return key in known or (row is not None and ":" in key)


def contradictions(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return the keys that two descriptions of one id both have and say differently.

    A node below counts by its id alone, so that a repetition and a bare reference say the same.
    """
    return [key for key in other if key in one and _gist(one[key]) != _gist(other[key])]


def _gist(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {"id": value["id"]} if "id" in value else {key: _gist(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_gist(item) for item in value] if len(value) != 1 else _gist(value[0])
    return value


def data_problem(message: str, where: str) -> Problem:
    """Name something no shape sees, but which is not as it should be."""
    return Problem(code="format.data", message=message, where=where, cite="JSON-LD 1.1 §9")


@dataclass(slots=True)
class Normaliser:
    """One reading; gathers what is reported on the way.

    Attributes:
        problems: found so far.
    """

    problems: list[Problem] = field(default_factory=list)

    def node(self, given: Mapping[str, Any], where: str = "", ranges: tuple[str, ...] = ()) -> Tree:
        """Normalise a node and everything below it."""
        members = self._aliases(given, where)
        made: Tree = {}
        if "id" in members:
            made["id"] = members["id"]
        if "type" in members:
            made["type"] = self._type(members["type"], where)
        name, known = class_of(made, ranges), terms(frozenset(types_of(made)))
        for key, value in members.items():
            if key not in ("id", "type", "@context"):
                kept = self._member(name, known, key, value, where)
                if kept is not None:
                    made[key] = kept
        return made

    def _aliases(self, given: Mapping[str, Any], where: str) -> dict[str, Any]:
        """Give every key its one name: keywords, compact IRIs, first spellings."""
        members: dict[str, Any] = {}
        names = _one_names()
        for key, value in given.items():
            name = names.get(key, key)
            if name in members and name in ("id", "type"):
                self.problems.append(data_problem(f"The node says its {name} twice.", pointer(where, name)))
                members[key] = value
            elif name in members:
                members[name] = [*_listed(members[name]), *_listed(value)]
            else:
                members[name] = value
        if "id" in members and not isinstance(members["id"], str):
            self.problems.append(data_problem("An id is not a text.", pointer(where, "id")))
        return members

    def _type(self, given: Any, where: str) -> Any:  # noqa: ANN401 - as the document has it
        items = _listed(given)
        if not items or not all(isinstance(item, str) for item in items):
            self.problems.append(data_problem("A type is not a text.", pointer(where, "type")))
            return given
        names = [names_by_iri().get(item, item) for item in items]
        if set(names) & {model().credential_class, *model().credential_types}:
            return names
        if len(names) > 1:
            self.problems.append(
                data_problem("The node is of several types at once.", pointer(where, "type"))
            )
            return names
        if names[0] not in class_names() and ":" not in names[0]:
            message = f"{names[0][:60]!r} is no class of the context."
            self.problems.append(data_problem(message, pointer(where, "type")))
        return names[0]

    def _member(self, name: str, known: Mapping[str, Term], key: str, value: Any, where: str) -> Any:  # noqa: ANN401
        row = model().property(name, key)
        here = pointer(where, key)
        if not is_term(key, known, row):
            return self._unknown(key, value, here)
        if key in known and known[key].kind == "@language":
            return self._text(value, here)
        many, row = row is not None and row.is_list, row or _ANY
        values = [self._value(row, known.get(key, Term("")), item, here) for item in _flat(value)]
        if any(item == {} for item in values):
            self.problems.append(data_problem("An empty object says nothing and is left out.", here))
        kept = [item for item in values if item not in ({}, None)]
        if not kept:
            return None
        return kept if many or len(kept) > 1 else kept[0]

    def _unknown(self, key: str, value: Any, here: str) -> Any:  # noqa: ANN401
        if key == INCLUDED:
            items = [item for item in _listed(value) if isinstance(item, dict)]
            return [self.node(item, pointer(here, place)) for place, item in enumerate(items)] or None
        if key != DELIVERY and ":" not in key and not key.startswith("@"):
            message = f"{key[:60]!r} is not a term of the context here; a processor drops it."
            self.problems.append(data_problem(message, here))
        return value

    def _value(self, row: Property, term: Term, value: Any, where: str) -> Any:  # noqa: ANN401
        if isinstance(value, dict) and "@value" in value:
            return _unwrapped(term, value)
        if row.holds_nodes or (row is _ANY and term.kind == "@id"):
            return self._reference(row, value, where)
        if row.ranges == ("iri",) and isinstance(value, dict) and set(value) <= {"id", "@id"}:
            return value.get("id", value.get("@id"))
        if isinstance(value, dict):
            return self._foreign(value, where)
        return value

    def _foreign(self, value: Mapping[str, Any], where: str) -> Any:  # noqa: ANN401
        """Keep a node where the table expects none as it stands, and report its keys."""
        types = frozenset(types_of(value))
        known = {*terms(types), "id", "type"}
        if types & _STATUS_TYPES and where.rpartition("/")[2] in _STATUS_MEMBERS:
            known |= _STATUS_TERMS
        for key, inner in value.items():
            if key not in known:
                self._unknown(key, inner, pointer(where, key))
        return dict(value)

    def _reference(self, row: Property, value: Any, where: str) -> Any:  # noqa: ANN401
        if isinstance(value, str):
            return {"id": value}
        if isinstance(value, dict):
            return self.node(value, where, row.ranges)
        self.problems.append(data_problem("A plain value stands where a node is expected.", where))
        return value

    def _text(self, value: Any, where: str) -> Any:  # noqa: ANN401
        """Make a language map of whatever way the texts are said in (JSON-LD 1.1 §4.6.3)."""
        if isinstance(value, dict) and "@value" in value:
            message = "A value object stands for a language map; a processor takes its keys for languages."
            self.problems.append(data_problem(message, where))
        gathered: dict[str, list[Any]] = {}
        for item in _flat(value):
            if not isinstance(item, dict):
                gathered.setdefault("@none", []).append(item)
            elif "@value" in item:
                language = item.get("@language", "@none")
                gathered.setdefault(language if isinstance(language, str) else "@none", []).extend(
                    _flat(item["@value"])
                )
            else:
                for language, texts in item.items():
                    gathered.setdefault(language, []).extend(_flat(texts))
        if any(not isinstance(text, str) for texts in gathered.values() for text in texts):
            self.problems.append(data_problem("A text in a language map is not a text.", where))
        made = {
            language: texts[0] if len(texts) == 1 else texts for language, texts in gathered.items() if texts
        }
        return made or None


@functools.cache
def _one_names() -> dict[str, str]:
    """Return every key that is another name of one, with that one."""
    first = {**names_by_iri(), "@id": "id", "@type": "type"}
    known = spellings()
    return {**known, **{key: known.get(name, name) for key, name in first.items()}}


def _listed(value: Any) -> list[Any]:  # noqa: ANN401
    return list(value) if isinstance(value, list) else [value]


def _flat(value: Any) -> list[Any]:  # noqa: ANN401
    """Give the values of a property: nested arrays are one array, null is nothing (JSON-LD 1.1 §4.3)."""
    if isinstance(value, list):
        return [inner for item in value for inner in _flat(item)]
    return [] if value is None else [value]


def _unwrapped(term: Term, value: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Take a value object down to its value where its type is the one the term implies."""
    stated = value.get("@type", value.get("type"))
    if set(value) == {"@value"} and not term.kind:
        return value["@value"]
    same = stated == term.kind or stated == term.kind.replace("xsd:", "http://www.w3.org/2001/XMLSchema#")
    return value["@value"] if same and "@language" not in value else dict(value)
