"""EDCI XML: values in the codecs' domains, and Hypothesis credentials limited to what the format can say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from strategies_pivot import TEXTS, trees

from converter.codecs import CODECS, Context
from converter.codecs.edci2 import ECTS, ECVET
from converter.formats.edci2_arrange import LANGUAGES
from converter.pivot_paths import typed
from converter.table import inherited
from converter.tables import table
from schemas import vocabulary
from schemas.document import Format
from schemas.pivot import Credential

Tree = dict[str, Any]
CONTEXT = Context(language="en")
SHAPES = {shape.name: inherited(table(Format.EDCI), shape) for shape in table(Format.EDCI).shape}


def text(language: str, words: str, kind: str = "text/plain") -> dict[str, str]:
    return {"@lang": language, "@content-type": kind, "#text": words}


def concept(list_name: str, key: str, **more: str) -> Tree:
    known = vocabulary.concept(list_name, key)
    scheme = {"type": "ConceptScheme", "id": known.scheme_uri}
    named = {"id": known.uri, "pref_label": known.labels.to_tree(), "in_scheme": [scheme]}
    return {"type": "Concept", **more, **named}


DECIMALS = st.decimals(0, 400, places=2).map(lambda number: format(number, "f"))
TEXT_LISTS = st.dictionaries(
    st.sampled_from(sorted(LANGUAGES)), st.lists(TEXTS, min_size=1, max_size=3), min_size=1, max_size=3
).map(lambda said: [text(language, words) for language, texts in said.items() for words in texts])
TOPIC = vocabulary.concepts("qualification-topic")[0].uri
DOMAINS: dict[str, st.SearchStrategy[Any]] = {
    "edci_uri": TEXTS.map(str.strip).filter(bool),
    "edci_text": TEXT_LISTS,
    "edci_one_text": TEXTS.map(lambda words: [text("en", words)]),
    "edci_subject": TEXTS.map(lambda words: [{"#text": words, "@uri": TOPIC}])
    | TEXTS.map(lambda words: [{"#text": words}]),
    "edci_language": st.sampled_from(sorted(LANGUAGES - {"no"})),
    "edci_country": st.sampled_from(["NL", "NLD", "EL", "GRC", "WTC", "GEOR", "http://elders.example/1"]),
    "edci_credit_system": st.sampled_from([ECTS, ECVET]),
    "edci_points": DECIMALS,
    "edci_percentage": st.integers(0, 100).map(str),
}

SAMPLES: dict[str, Any] = {
    "string": "tekst",
    "same": {"where": "/x", "value": "y"},
    "edci_uri": "urn:x",
    "datetime": "2026-01-02T03:04:05Z",
    "date": "2026-01-02T00:00:00Z",
    "duration": "PT3H",
    "text": {"en": "words"},
    "edci_text": {"nl": "een", "en": ["two", "three"]},
    "edci_one_text": "words",
    "integer_text": 3,
    "boolean_text": True,
    "edci_points": "2.50",
    "edci_percentage": 12,
    "edci_subject": {"type": "Concept", "id": TOPIC, "pref_label": {"en": "topic"}},
    "edci_language": concept("language", "NLD"),
    "edci_country": concept("country", "NLD", notation="NL"),
    "edci_credit_system": concept("education-credit", "ecvet"),
}
"""A pivot value for each codec the table uses."""
ECTS_CREDIT = {"type": "CreditPoint", "framework": concept("education-credit", "ects")}


def _said() -> tuple[set[str], dict[tuple[str, str], str]]:
    """Every pivot place a row names, and the codec of those that stand directly in a shape's class."""
    places: set[str] = set()
    vias: dict[tuple[str, str], str] = {}
    for shape in SHAPES.values():
        for row in shape.row:
            cls = shape.pivot
            path = typed(row.pivot, shape.pivot)
            for step in path:
                places.add(f"{cls}.{step.name}")
                if len(path) == 1 and row.via in CODECS:
                    vias[cls, step.name] = row.via
                cls = step.type or cls
    return places, vias


_PLACES, _VIAS = _said()
_DAYS = st.dates().map(lambda day: f"{day.isoformat()}T00:00:00Z")
_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "datetime": st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    "date": _DAYS,
    "duration": st.integers(0, 500).map(lambda hours: f"PT{hours}H"),
    "text": TEXTS.map(lambda words: {"en": words}),
    "edci_uri": DOMAINS["edci_uri"],
    "edci_points": DECIMALS,
    "same": st.just({"where": "/displayParameters/nowhere", "value": "y"}),
}
_PLAIN = {
    ("PeriodOfTime", "start_date"): _DAYS,
    ("PeriodOfTime", "end_date"): _DAYS,
    ("Amount", "value"): DECIMALS,
    ("Mailbox", "id"): DOMAINS["edci_uri"],
    ("ConceptScheme", "id"): DOMAINS["edci_uri"],
}


def _scalars(cls: str, field: str) -> st.SearchStrategy[Any] | None:
    return _PLAIN.get((cls, field), _SCALARS.get(_VIAS.get((cls, field), "")))


Fix = Callable[[Any], Any]


def _only(*fields: str) -> Fix:
    return lambda node: {key: value for key, value in node.items() if key in ("type", *fields)}


def _but(field: str) -> Fix:
    return lambda node: {key: value for key, value in node.items() if key != field}


def _english(field: str) -> Fix:
    """Leave one text in one language: the format has it bare."""
    return lambda node: {
        "type": node["type"],
        **({field: {"en": str(next(iter(node[field].values())))}} if field in node else {}),
    }


def _first(nodes: list[Any]) -> list[Any]:
    return nodes[:1]


def _organisations(nodes: list[Tree]) -> list[Tree]:
    return [node for node in nodes if node["type"] == "Organisation"]


def _legal(nodes: list[Tree]) -> list[Tree]:
    """An identifier without a country is no legal one."""
    return [{**node, "type": "LegalIdentifier" if "spatial" in node else "Identifier"} for node in nodes]


def _credits(nodes: list[Tree]) -> list[Tree]:
    """The ECTS credits, which have an element of their own, come first and once."""
    others = [{**node, "framework": SAMPLES["edci_credit_system"]} for node in nodes[1:]]
    return [{**nodes[0], "framework": ECTS_CREDIT["framework"]}, *others]


def _claims(nodes: list[Tree]) -> list[Tree]:
    order = ("LearningAchievement", "LearningActivity", "LearningEntitlement")
    return [node for name in order for node in nodes if node["type"] == name]


def _place(node: Tree) -> Tree:
    said: Tree = _only("spatial_code")(node)
    return {key: value[:1] if key == "spatial_code" else value for key, value in said.items()}


_SPECIFICATION = "LearningAchievementSpecification"
_FIXES: dict[tuple[str, str], Fix] = {
    ("Credential", "issuer"): lambda node: node if node["type"] == "Organisation" else None,
    ("Credential", "credential_profiles"): _first,
    ("DisplayParameter", "primary_language"): lambda _: SAMPLES["edci_language"],
    ("DisplayParameter", "language"): lambda nodes: [SAMPLES["edci_language"] for _ in nodes],
    ("Concept", "in_scheme"): _first,
    ("LegalIdentifier", "spatial"): lambda _: SAMPLES["edci_country"],
    ("Note", "subject"): _english("pref_label"),
    ("ContactPoint", "contact_form"): lambda nodes: [_only("content_url")(node) for node in nodes],
    ("ContactPoint", "email_address"): lambda nodes: [node for node in nodes if "id" in node],
    ("Amount", "unit"): _only("id"),
    ("Person", "has_claim"): _claims,
    ("Organisation", "eidas_identifier"): _but("scheme_agency"),
    ("Accreditation", "decision"): _english("pref_label"),
    ("Accreditation", "organisation"): _first,
    ("LearningActivity", "temporal"): _first,
    ("LearningAssessment", "grade"): _english("note_literal"),
    (_SPECIFICATION, "credit_point"): _credits,
    (_SPECIFICATION, "influenced_by"): _first,
    (_SPECIFICATION, "proven_by"): _first,
    ("Qualification", "specialisation_of"): _first,
    ("AwardingOpportunity", "location"): _place,
}
_LISTS = {
    ("Qualification", "eqf_level"): "eqf",
    ("Qualification", "nqf_level"): "qdr",
    (_SPECIFICATION, "thematic_area"): "isced-f",
    (_SPECIFICATION, "learning_setting"): "learning-setting",
    ("Accreditation", "dc_type"): "accreditation",
    ("Accreditation", "limit_eqf_level"): "eqf",
    ("Credential", "credential_profiles"): "credential",
    ("LearningEntitlementSpecification", "entitlement_status"): "entitlement-status",
}
_PASSING = {
    ("Credential", "display_parameter"),
    ("Credential", "edci"),
    ("PriceDetail", "amount"),
    ("Amount", "unit"),
    ("Accreditation", "decision"),
    ("LearningActivity", "temporal"),
    ("LearningOpportunity", "temporal"),
    ("LearningAssessment", "grade"),
    ("LearningAssessment", "shortened_grading"),
    ("AwardingOpportunity", "location"),
    ("AwardingOpportunity", "temporal"),
    ("Concept", "in_scheme"),
    ("Note", "subject"),
}
"""Nodes that have no element of their own: without a member nothing of them is written."""


def _of_list(node: Tree, name: str) -> Tree:
    named = (node.get("in_scheme") or [{"type": "ConceptScheme"}])[0]
    return {**node, "in_scheme": [{**named, "id": f"http://data.europa.eu/snb/{name}/25831c2"}]}


def sayable(node: Any) -> Any:
    """Bring a credential into what EDCI XML can say, as the gaps of the table tell it."""
    if isinstance(node, list):
        return [sayable(item) for item in node]
    if not isinstance(node, dict) or "type" not in node:
        return node
    cls = node["type"]
    said = {field: _fixed(cls, field, sayable(value)) for field, value in node.items() if field != "type"}
    made: Tree = {"type": cls, **{f: value for f, value in said.items() if not _empty(cls, f, value)}}
    if cls == "Credential":  # the same moments once more, as VC Data Model 1.1 has them
        again = {"issued": "issuance_date", "valid_until": "expiration_date"}
        made |= {name: made[one] for one, name in again.items() if one in made}
    return made


def _fixed(cls: str, field: str, value: Any) -> Any:
    for owner in dict.fromkeys((_SPECIFICATION if cls == "Qualification" else cls, cls)):
        value = _FIXES[owner, field](value) if (owner, field) in _FIXES and value else value
        if (name := _LISTS.get((owner, field))) and value:
            many = isinstance(value, list)
            value = [_of_list(one, name) for one in value] if many else _of_list(value, name)
    if field == "identifier":
        return _legal(value)
    return _organisations(value) if field in ("awarding_body", "directed_by", "assessed_by") else value


def _empty(cls: str, field: str, value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    passing = (cls, field) in _PASSING and all(set(item) == {"type"} for item in items)
    return value in (None, []) or passing


def _in_place(cls: str, field: str) -> bool:
    return f"{cls}.{field}" in _PLACES


CREDENTIALS = trees(Credential, _in_place, _scalars).map(sayable)
