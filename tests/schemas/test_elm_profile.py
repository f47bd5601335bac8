"""The table of the profile: every rule of the official shapes, and nothing else, each with its clause."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from official_elm import our_shapes
from rdflib.collection import Collection
from shared_files import SHARED

from converter.formats.elm3_rules import compiled
from schemas.elm import model, terms
from schemas.elm.context import accepted, full_iri
from schemas.elm.profile import PLACES, PROFILES, Rule, clause, rules
from schemas.elm.shacl import shapes
from schemas.official import shipped_pins

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
FILES = {
    "generic-no-cv": "EDC-generic-no-cv.ttl",
    "converted": "EDC-converted.ttl",
    "issued-by-mandate": "EDC-issuedByMandate.ttl",
    "accredited": "EDC-accredited.ttl",
    "diploma-supplement": "EDC-diplomaSupplement.ttl",
}
Fact = tuple[str, str, int, int | None, frozenset[str], bool, int | None]
"""Class, path, least, most, kinds, one text a language, highest."""


@functools.cache
def official(file: str) -> rdflib.Graph:
    assert SHARED is not None
    return rdflib.Graph().parse(SHARED / "official/elm-v3/shacl" / file)


def own_rules() -> Iterator[Rule]:
    yield from {
        (rule.shapes, rule.owner, rule.row.term): rule for p in PROFILES for rule in rules(p)
    }.values()


def path_of(rule: Rule) -> str:
    known = terms(frozenset({*model().credential_types, "VerifiablePresentation"}))
    return full_iri(rule.row.term, known.get(rule.row.term))


def fact_of(rule: Rule) -> Fact:
    row = rule.row
    kinds = frozenset(full_iri(name) for name in row.ranges) if row.holds_nodes else plain(row.ranges[0])
    return (full_iri(rule.owner), path_of(rule), row.least, row.most, kinds, row.unique, row.highest)


def plain(name: str) -> frozenset[str]:
    if name in ("iri", "literal"):
        return frozenset({str(SH.IRI if name == "iri" else SH.Literal)})
    full = {"text": str(rdflib.RDF.langString), "rdf:HTML": str(rdflib.RDF.HTML)}
    return frozenset({full.get(name) or str(rdflib.XSD) + name.removeprefix("xsd:")})


def facts(graph: rdflib.Graph) -> Iterator[Fact]:
    for shape, target in graph.subject_objects(SH.targetClass):
        if (shape, SH.deactivated, rdflib.Literal(lexical_or_value=True)) in graph:
            continue
        for one in graph.objects(shape, SH.property):
            yield (str(target), *fact(graph, one))


def fact(graph: rdflib.Graph, one: Any) -> Any:
    def number(what: Any, otherwise: int | None) -> int | None:
        found = graph.value(one, what)
        return otherwise if found is None else int(found)

    choices = graph.value(one, SH["or"])
    holders = [one] if choices is None else list(Collection(graph, choices))
    kinds = {str(kind) for holder in holders for kind in graph.objects(holder, SH["class"])}
    kinds |= {str(kind) for kind in graph.objects(one, SH.datatype)}
    kinds |= {str(kind) for kind in graph.objects(one, SH.nodeKind)} if not kinds else set()
    for node in graph.objects(one, SH.node) if not kinds else ():
        kinds |= {str(kind) for kind in graph.objects(node, SH["class"])}
        choices = graph.value(node, SH["or"])
        holders = [] if choices is None else list(Collection(graph, choices))
        kinds |= {str(kind) for holder in holders for kind in graph.objects(holder, SH["class"])}
        # The last of a claim's choices is a shape and not a class: what `where.claim` says.
        kinds |= {full_iri("Claim") for holder in holders if (holder, SH.node, None) in graph}
    unique = graph.value(one, SH.uniqueLang) is not None
    path = str(graph.value(one, SH.path))
    return (
        path,
        number(SH.minCount, 0),
        number(SH.maxCount, None),
        frozenset(kinds),
        unique,
        number(SH.maxInclusive, None),
    )


UNREACHED = {(rule.owner, rule.row.term) for rule in own_rules() if rule.row.unreached}


@pytest.mark.shared
@pytest.mark.parametrize("name", FILES)
def test_every_official_rule_is_in_the_table_and_no_other(name: str) -> None:
    """A rule that no term reaches has another path by its nature: its class and count alone are held."""
    ours = {fact_of(rule) for rule in own_rules() if rule.shapes == name and rule.owner not in PLACES}
    away = {fact_of(rule)[:2] for rule in own_rules() if (rule.owner, rule.row.term) in UNREACHED}
    reached = {one for one in ours if one[:2] not in away}
    theirs = set(facts(official(FILES[name])))
    assert reached - theirs == set()
    left = sorted((one[0], one[2], one[3]) for one in theirs - reached)
    assert left == sorted((one[0], one[2], one[3]) for one in ours - reached)


@pytest.mark.shared
def test_every_official_list_is_in_the_table_and_no_other() -> None:
    graph = official("EDC-generic-full.ttl")
    theirs = set()
    for shape, target in graph.subject_objects(SH.targetClass):
        for one in graph.objects(shape, SH.property):
            inner = graph.value(graph.value(one, SH.node), SH.property)
            typed = graph.value(inner, SH["class"]) is not None
            theirs.add(
                (str(target), str(graph.value(one, SH.path)), str(graph.value(inner, SH.hasValue)), typed)
            )
    ours = {
        (full_iri(rule.owner), path_of(rule), rule.listing.scheme, rule.listing.typed)
        for rule in own_rules()
        if rule.listing is not None and not rule.row.unreached
    }
    assert ours - theirs == set()
    assert {one for one in theirs - ours if "defaultLanguage" not in one[1]} == set()


@pytest.mark.shared
@pytest.mark.parametrize(("place", "shape"), [("issuer", "IssuerNodeShape"), ("claim", "ClaimTypeNodeShape")])
def test_what_a_place_asks_is_the_official_node_shape(place: str, shape: str) -> None:
    graph = official("EDC-generic-no-cv.ttl")
    name = next(one for one in graph.subjects(rdflib.RDF.type, SH.NodeShape) if str(one).endswith(shape))
    theirs = {fact(graph, one) for one in graph.objects(name, SH.property)}
    assert {fact_of(rule)[1:] for rule in rules() if rule.owner == place} == theirs


def test_each_row_has_its_clause() -> None:
    found = {(rule.owner, rule.row.term): rule.clause for rule in rules("converted")}
    assert found["Organisation", "legalName"] == "EDC-AP 1.1.0 generic-no-cv, Organisation.legalName"
    country = next(rule for rule in rules() if (rule.owner, rule.row.term) == ("Address", "countryCode"))
    assert country.list_clause == "EDC-AP 1.1.0 generic-full, Address.countryCode"
    added = [rule for rule in rules("converted") if rule.shapes == "converted"]
    assert {rule.clause for rule in added} == {
        "EDC-AP 1.1.0 converted, EuropeanDigitalCredential.evidence",
        "EDC-AP 1.1.0 converted, Evidence.embeddedEvidence",
    }
    assert clause("x", "y") == "EDC-AP 1.1.0 x, y"


@pytest.mark.parametrize("profile", PROFILES)
def test_each_profile_adds_to_the_generic_one(profile: str) -> None:
    assert set(rules()) <= set(rules(profile))
    assert (set(rules()) == set(rules(profile))) == (profile == "generic")
    assert set(compiled(profile)) == {rule.owner for rule in rules(profile)} - set(PLACES)
    assert compiled(profile) is compiled(profile)


def test_the_diploma_supplement_builds_on_the_accredited_profile() -> None:
    assert set(rules("accredited")) < set(rules("diploma-supplement"))


def test_what_is_a_language_map_is_a_text_in_every_rule() -> None:
    """The checker counts on it: a map of one text for each language is not looked at value by value."""
    for rule in own_rules():
        term = terms(frozenset({"VerifiableCredential", "VerifiablePresentation"})).get(rule.row.term)
        if term is not None and not rule.row.unreached:
            assert (term.kind == "@language") == rule.row.is_text, rule.clause


@pytest.mark.parametrize("profile", PROFILES)
def test_the_shapes_of_ours_are_shacl(profile: str) -> None:
    graph = our_shapes(profile)
    counted = sum(1 for _ in graph.triples((None, SH.property, None)))
    lists = {rule.listing.name for rule in rules(profile) if rule.listing is not None}
    assert counted == sum(1 for rule in rules(profile) if not rule.row.unreached) + len(lists)
    assert shapes(profile) == shapes(profile)
    with_target = {str(one) for one in graph.objects(None, SH.targetClass)}
    reached = {rule.owner for rule in rules(profile) if not rule.row.unreached}
    assert with_target == {full_iri(owner) for owner in reached - set(PLACES)}


def official_values(folder: Path, base: str) -> set[str]:
    text = "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.json")))
    return {part.split('"', 1)[0] for part in text.split(f'"{base}')[1:]}


@pytest.mark.shared
@pytest.mark.parametrize("name", [one.name for one in model().lists.values() if one.members])
def test_a_list_of_which_all_values_are_known_is_the_official_one(name: str, shared: Path) -> None:
    one = model().lists[name]
    assert one.members == official_values(shared / "official/elm-v3/vocabularies", one.base)


def test_every_accepted_context_is_pinned_by_its_digest() -> None:
    pinned = {pin.context for pin in shipped_pins() if pin.context}
    assert set(accepted().values()) <= pinned
