"""The Open Badges 2.0 data model and the known extensions as JSON Schema documents, made from the tables.

A schema can say that a property is missing, stands too often, or has a value of another kind. It cannot open
an address, look into a data URI, or tell whether a day is in the calendar: the verifier does that too.

Written for what JSON-LD allows everywhere: a value, a value object (`@value`), or a list of one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from schemas.ob2.extensions import COMMON, EDUBADGES, OURS, Schema
from schemas.ob2.model import CLASSES, Class, Kind, Property

CLASS_DRAFT = "https://json-schema.org/draft/2020-12/schema"
EXTENSION_DRAFT = "http://json-schema.org/draft-04/schema#"
"""The draft that badge validators run on extensions (Open Badges 2.0, Extensions)."""
BASE = "https://w3id.org/badgepass/schemas/ob2/"
TYPE_PREFIXES = ("", "obi:", "https://w3id.org/openbadges#")
"""The ways a type of the 2.0 context is spelt."""

IRI = r'^[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>"{}|\\^`]+$'
_HASH = r"^([Ss][Hh][Aa]256\$[0-9A-Fa-f]{64}|[Mm][Dd]5\$[0-9A-Fa-f]{32})$"
_EMAIL = r"^[^@\s]+@[^@\s]+$"
_MOMENT = (
    r"^\s*([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}|[0-9]{4}-?[Ww][0-9]{2}-?[0-9])"
    r"[Tt][0-9]{2}(:?[0-9]{2}(:?[0-9]{2}([.,][0-9]+)?)?)?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)\s*$"
)
_NODE: Schema = {"type": "object", "not": {"required": ["@value"]}}
_TEXT: Schema = {"type": "string"}
_DATA = r"^[Dd][Aa][Tt][Aa]:"


def _pattern(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


def _or_node(value: Schema) -> Schema:
    return {"anyOf": [value, _NODE]}


IMAGE_LINK: Schema = {
    "anyOf": [
        {"allOf": [_pattern(IRI), {"not": {"pattern": _DATA}}]},
        _pattern(r"^[Dd][Aa][Tt][Aa]:[Ii][Mm][Aa][Gg][Ee]/([Pp][Nn][Gg]|[Ss][Vv][Gg]\+[Xx][Mm][Ll])[;,]"),
    ]
}
_KINDS: Mapping[Kind, Schema] = {
    Kind.TEXT: _TEXT,
    Kind.LABEL: {"type": ["string", "number"]},
    Kind.IRI: _pattern(IRI),
    Kind.WEB: {"allOf": [_pattern(IRI), _pattern(r"^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]")]},
    Kind.MOMENT: _pattern(_MOMENT),
    Kind.FLAG: {"type": "boolean"},
    Kind.EMAIL: _pattern(_EMAIL),
    Kind.PHONE: _pattern(r"^\+[1-9][0-9]{1,14}(;ext=[0-9]{1,10})?$"),
    Kind.LANGUAGE: _pattern(r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"),
    Kind.IMAGE: _or_node(IMAGE_LINK),
    Kind.LINK: _or_node(_pattern(IRI)),
    Kind.KEY: _or_node(_pattern(IRI)),
    Kind.NODE: _NODE,
    Kind.ENTRY: _or_node(_TEXT),
}
_WORD: Schema = {"anyOf": [_pattern(r"\S"), {"type": "array", "minItems": 2, "items": {"type": "string"}}]}


@cache
def class_names() -> tuple[str, ...]:
    """List the classes by the name their schema goes by: `badge-class` for `BadgeClass`."""
    return tuple(_hyphened(name) for name in CLASSES)


@cache
def extension_names() -> tuple[str, ...]:
    """List the known extensions."""
    return (*EDUBADGES, *COMMON, *OURS)


def class_schema(name: str) -> Schema:
    """Return the JSON Schema (draft 2020-12) of a class, all that it embeds included.

    Args:
        name: one of `class_names()`.

    Raises:
        KeyError: no such class.
    """
    rules = next((one for one in CLASSES.values() if _hyphened(one.name) == name), None)
    if rules is None:
        raise KeyError(name)
    return {
        "$schema": CLASS_DRAFT,
        "$id": f"{BASE}{name}.json",
        "title": f"Open Badges 2.0: {rules.title}",
        **_class(rules),
        "$defs": _definitions(rules),
    }


def extension_schema(name: str) -> Schema:
    """Return the JSON Schema (draft 4) of an extension.

    Raises:
        KeyError: no such extension.
    """
    known = {**EDUBADGES, **COMMON, **OURS}
    return {
        "$schema": EXTENSION_DRAFT,
        "id": f"{BASE}extensions/{name}.json",
        "title": f"Open Badges extension: {name}",
        **_as_draft_4(known[name]),
    }


def _as_draft_4(schema: Any) -> Any:  # noqa: ANN401 - JSON is any value
    """Leave out `required: []`, and say dependencies by the one word draft 4 has (§5.4.3.1, §5.4.5)."""
    if isinstance(schema, list):
        return [_as_draft_4(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        "dependencies" if key == "dependentRequired" else key: _as_draft_4(value)
        for key, value in schema.items()
        if (key, value) != ("required", [])
    }


def _hyphened(name: str) -> str:
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name).lstrip("-")


def _definitions(rules: Class) -> Schema:
    """Say once what a value of each kind looks like, and what each embedded class holds."""
    classes = [rules, *(CLASSES[name] for name in _embedded(rules))]
    values = {_value_name(row): _spelt(_value(row)) for one in classes for row in one.properties}
    return dict(sorted(values.items())) | {one.name: _class(one) for one in classes[1:]}


def _embedded(rules: Class) -> tuple[str, ...]:
    """List the classes a class embeds, and they in turn."""
    found: dict[str, None] = {}
    todo = [row.node for row in rules.properties if row.node]
    while todo:
        name = todo.pop(0)
        if name not in found:
            found[name] = None
            todo += [row.node for row in CLASSES[name].properties if row.node]
    return tuple(found)


def _class(rules: Class) -> Schema:
    made: Schema = {
        "type": "object",
        "properties": {row.term: _property(row) for row in rules.properties},
    }
    required = [row.term for row in rules.properties if row.required]
    if rules.types:
        names = [prefix + name for prefix in TYPE_PREFIXES for name in rules.types]
        # `type` and `@type` are the same member; the first one counts.
        made["anyOf"] = [
            {"required": ["type"], "properties": {"type": _among(names)}},
            {"not": {"required": ["type"]}, "required": ["@type"], "properties": {"@type": _among(names)}},
        ]
    if required:
        made["required"] = required
    return made | (_IDENTITY if rules.name == "IdentityObject" else {})


def _among(names: list[str]) -> Schema:
    return {"anyOf": [{"enum": names}, {"type": "array", "contains": {"enum": names}}]}


def _property(row: Property) -> Schema:
    """Say what a property may be: null and empty lists are nothing, so only allowed where nothing is."""
    value: Schema = {"$ref": f"#/$defs/{_value_name(row)}"}
    nothing: list[Schema] = [] if row.required else [{"type": "null"}]
    if row.kind is Kind.WORD:  # several words are one value
        return {"anyOf": [value, *nothing]}
    several: Schema = {
        "type": "array",
        "items": {"anyOf": [value, {"type": "null"}]},
        "contains": {"not": {"type": "null"}},
        "minContains": 1 if row.required else 0,
    }
    if not row.many:
        several["maxContains"] = 1
    return {"anyOf": [value, several, *nothing]}


def _value_name(row: Property) -> str:
    return f"{row.kind.name.lower()}-{row.node}" if row.node else row.kind.name.lower()


def _spelt(value: Schema) -> Schema:
    """Allow the ways JSON-LD has to write one value: bare, as a value object, either in a list of one."""
    wrapped: Schema = {"type": "object", "required": ["@value"], "properties": {"@value": value}}
    one: Schema = {"type": "array", "minItems": 1, "maxItems": 1, "items": {"anyOf": [value, wrapped]}}
    return {"anyOf": [value, wrapped, one]}


def _value(row: Property) -> Schema:
    if row.kind in _FORMS:
        return _FORMS[row.kind]
    if row.kind is Kind.IMAGE:
        return {
            "anyOf": [IMAGE_LINK, {**_NODE, "required": ["id"], "properties": {"id": _spelt(IMAGE_LINK)}}]
        }
    if not row.node:
        return _KINDS[row.kind]
    embedded: Schema = {"allOf": [_NODE, {"$ref": f"#/$defs/{row.node}"}]}
    return embedded if row.kind is Kind.NODE else {"anyOf": [_pattern(IRI), embedded]}


_CRITERIA: Schema = {
    "anyOf": [
        _pattern(IRI),
        {**_NODE, "required": ["id"], "properties": {"id": _spelt(_pattern(IRI))}},
        {
            "allOf": [_NODE, {"not": {"required": ["id"]}}],
            "required": ["narrative"],
            "properties": {"narrative": _spelt(_TEXT)},
        },
    ]
}
"""An address, or a node with one or else with a narrative (Open Badges 2.0, Criteria)."""

_FORMS: Mapping[Kind, Schema] = {Kind.CRITERIA: _CRITERIA, Kind.WORD: _WORD}

_IDENTITY: Schema = {
    "allOf": [
        {
            "if": {
                "properties": {"hashed": {"const": True}, "identity": _TEXT},
                "required": ["hashed", "identity"],
            },
            "then": {"properties": {"identity": _pattern(_HASH)}},
        },
        {
            "if": {
                "properties": {"hashed": {"const": False}, "identity": _TEXT},
                "required": ["hashed", "identity"],
            },
            "then": {"properties": {"identity": {"not": {"pattern": _HASH}}}},
        },
        {
            "if": {
                "properties": {
                    "hashed": {"const": False},
                    "identity": _TEXT,
                    "type": {"enum": ["email", "schema:email"]},
                },
                "required": ["hashed", "identity", "type"],
            },
            "then": {"properties": {"identity": _pattern(_EMAIL)}},
        },
    ]
}
"""A hash is said to be one, and what is said to be an e-mail address is one (IdentityObject)."""
