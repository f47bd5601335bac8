"""Concepts: which list a value stands in, and what it is called."""

from __future__ import annotations

from converter.enrich.draft import Draft, Node, Request, of_class
from schemas import vocabulary

RULE = "controlled lists"


def concept(uri: str) -> Node:
    """Make the pivot node of a list value that the vocabulary tables know."""
    known = vocabulary.by_uri(uri)
    if known is None:
        raise KeyError(uri)
    return {
        "type": "Concept",
        "id": known.uri,
        "pref_label": known.labels.to_tree(),
        "in_scheme": [{"type": "ConceptScheme", "id": known.scheme_uri}],
    }


def country_concept(code: str) -> Node | None:
    """Make the concept of an ISO 3166-1 alpha-2 country, or None where there is no such country."""
    known = vocabulary.country(code)
    return concept(known.uri) if known else None


def language_concept(code: str) -> Node | None:
    """Make the concept of an ISO 639-1 language, or None where the lists do not know it."""
    known = vocabulary.language(code)
    return concept(known.uri) if known else None


def concepts(draft: Draft, request: Request) -> None:
    """Say of each known concept which list it stands in (ELM demands it) and its name (EDCI demands it)."""
    del request
    for where, node in of_class(draft.tree, "Concept"):
        known = vocabulary.by_uri(node.get("id", ""))
        if known is None:
            continue
        if not node.get("in_scheme"):
            scheme = [{"type": "ConceptScheme", "id": known.scheme_uri}]
            draft.add(where, node, "in_scheme", scheme, rule=RULE, why="The list this value stands in.")
        if not node.get("pref_label"):
            labels = known.labels.to_tree()
            draft.add(where, node, "pref_label", labels, rule=RULE, why="What the list calls this value.")
