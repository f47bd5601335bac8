"""SHACL of ours, made from the rules: a third opinion beside the compiled checker and the official shapes.

Nothing of the official files stands here; what is alike is alike because both say the same facts. The rules
marked `unreached` are left out: the official shapes never reach them, and this is to give the same verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.elm.context import full_iri, terms
from schemas.elm.model import ControlledList, Property, model
from schemas.elm.profile import PLACES, Rule, rules

_PREFIXES = {
    "sh": "http://www.w3.org/ns/shacl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "": "urn:badgepass:shapes:",
}
_CLAIMS = ("LearningAchievement", "LearningActivity", "LearningAssessment", "LearningEntitlement")


def shapes(profile: str = "generic") -> str:
    """Return the rules of a profile as SHACL (W3C 2017) in Turtle."""
    by_owner: dict[str, list[Rule]] = {}
    for rule in rules(profile):
        if not rule.row.unreached:
            by_owner.setdefault(rule.owner, []).append(rule)
    blocks = [f"@prefix {name}: <{iri}> ." for name, iri in _PREFIXES.items()]
    for owner, owned in by_owner.items():
        target = () if owner in PLACES else (f"sh:targetClass {_class(owner)}",)
        blocks.append(_block(f":{owner}", (*target, *map(_property, owned))))
    blocks += [_block(f":list-{one.name}", _list(one)) for one in _lists(profile)]
    blocks.append(_block(":claim-of-a-kind", (_or([*_CLAIMS], ":claim"),)))
    return "\n".join(blocks) + "\n"


def _block(name: str, members: Iterable[str]) -> str:
    body = "".join(f" ;\n  {member}" for member in members)
    return f"\n{name} a sh:NodeShape{body} ."


def _property(rule: Rule) -> str:
    members = [f"sh:path {_path(rule)}", *_count(rule.row), *_kind(rule.row)]
    return f"sh:property [ {' ; '.join(members)} ]"


def _count(row: Property) -> Iterator[str]:
    if row.least:
        yield f"sh:minCount {row.least}"
    if row.most is not None:
        yield f"sh:maxCount {row.most}"
    if row.unique:
        yield "sh:uniqueLang true"
    if row.highest is not None:
        yield f"sh:maxInclusive {row.highest}"


def _kind(row: Property) -> Iterator[str]:
    if row.holds_nodes:
        if set(_CLAIMS) < set(row.ranges):
            yield "sh:node :claim-of-a-kind"
        else:
            yield _or(row.ranges)
        if row.term == "issuer":
            yield "sh:node :issuer"
        if row.scheme is not None:
            yield f"sh:nodeKind sh:IRI ; sh:node :list-{row.scheme.name}"
    elif row.ranges in (("iri",), ("literal",)):
        yield f"sh:nodeKind sh:{'IRI' if row.ranges == ('iri',) else 'Literal'}"
    elif row.ranges != ("any",):
        yield f"sh:datatype {'rdf:langString' if row.is_text else row.ranges[0]}"


def _or(ranges: Iterable[str], shape: str = "") -> str:
    kinds = [f"sh:class {_class(name)}" for name in ranges]
    if len(kinds) == 1 and not shape:
        return kinds[0]
    choices = [f"[ {kind} ]" for kind in kinds] + [shape] * bool(shape)
    return f"sh:or ( {' '.join(choices)} )"


def _lists(profile: str) -> Iterator[ControlledList]:
    found = {rule.listing.name: rule.listing for rule in rules(profile) if rule.listing is not None}
    yield from found.values()


def _list(one: ControlledList) -> Iterator[str]:
    typed = "sh:class skos:ConceptScheme ; " * one.typed
    yield f"sh:property [ sh:path skos:inScheme ; {typed}sh:hasValue <{one.scheme}> ; sh:nodeKind sh:IRI ]"


def _class(name: str) -> str:
    return f"<{full_iri(name)}>"


def _path(rule: Rule) -> str:
    """Return the IRI of a rule's term as it is on a node of that class."""
    known = terms(frozenset({*model().credential_types, "VerifiablePresentation"}))
    return f"<{full_iri(rule.row.term, known.get(rule.row.term))}>"
