"""Extensions we do not know: what their own context and schema say, within bounds.

The one place where a document decides what is fetched; so only through the guarded client, and what comes
back is run only when it cannot keep us busy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from converter.formats.ob2_terms import CLASSES, CONTEXTS
from schemas.document import Tree
from schemas.evidence import Resource
from verifier.asked import Answer, is_web, json_object
from verifier.badge import Node, many, text, type_names

MAX_EXTENSIONS = 100
MAX_RULES = 8
MAX_SCHEMA = 64 * 1024
_MAX_WORK = 2**24  # bytes of schema times bytes of extension: every rule may look at every value
_MAX_ERRORS = 20
_MAX_REFERENCES = 16  # each may be followed by two more: 2^8 steps, not 2^100
_PATTERNS = frozenset({"pattern", "patternProperties"})
_DRAFTS = {"draft-04": "Draft4Validator", "draft-06": "Draft6Validator", "draft-07": "Draft7Validator"}
_VALIDATION = ("validation", "obi:validation", "https://w3id.org/openbadges#validation")
_TYPE = ("validatesType", "obi:validatesType", "https://w3id.org/openbadges#validatesType")
_SCHEMA = ("validationSchema", "obi:validationSchema", "https://w3id.org/openbadges#validationSchema")


class Unrunnable(Exception):  # noqa: N818 - reads as a sentence
    """A stranger's schema that we will not run; the message says why."""


def context_addresses(extension: Node) -> list[str]:
    """List the contexts an extension names by address; that of Open Badges itself says nothing of it."""
    named = (item for item in many(extension.get("@context")) if is_web(item) and item not in CONTEXTS)
    return list(islice(dict.fromkeys(named), MAX_RULES + 1))


def small_object(answer: Answer | None) -> Tree | None:
    """Return the JSON object an address answered, unless it is larger than a context or schema may be."""
    large = isinstance(answer, Resource) and len(answer.body) > MAX_SCHEMA
    return None if large else json_object(answer)


def foreign_types(extension: Node) -> list[str]:
    """List the types of an extension beside `Extension` itself."""
    not_foreign = CLASSES | {"obi:Extension"}
    return list(dict.fromkeys(name for name in type_names(extension) if name not in not_foreign))


def schema_addresses(context: Node, names: list[str]) -> list[str]:
    """List the schemas a context gives for some types (Open Badges 2.0, Extensions: TypeValidation)."""
    wanted = set(names)
    found = (_first(rule, _SCHEMA) for rule in _rules(context) if _first(rule, _TYPE) in wanted)
    return list(dict.fromkeys(schema for schema in found if schema))


def _rules(context: Node) -> Iterator[Mapping[str, Any]]:
    for term in _VALIDATION:
        for rule in many(context.get(term)):
            if isinstance(rule, dict):
                yield rule


def _first(rule: Mapping[str, Any], terms: tuple[str, ...]) -> str:
    for term in terms:
        value = rule.get(term)
        if isinstance(value, dict):
            value = value.get("@id", value.get("id"))
        if text(value):
            return text(value)
    return ""


def violations(schema: Tree, extension: Node, size: int) -> list[str]:
    """Hold an extension against a stranger's schema; name the members that break it, never their values.

    Raises:
        Unrunnable: too large, of another draft, with patterns (a regular expression can run for ever), with
            references elsewhere or too many of them, or no schema at all.
    """
    if size > MAX_SCHEMA:
        raise Unrunnable("The extension's schema is too large to be run.")
    if size * len(json.dumps(extension)) > _MAX_WORK:
        raise Unrunnable("The extension is too large for its schema to be run.")
    _bounded(schema)
    version = str(schema.get("$schema", "draft-04"))
    name = next((name for mark, name in _DRAFTS.items() if mark in version), None)
    if name is None:
        raise Unrunnable("The extension's schema is written in a version of JSON Schema that is not run.")
    import jsonschema  # noqa: PLC0415 - dear, and few badges have an extension that is not known
    from jsonschema.exceptions import SchemaError  # noqa: PLC0415
    from referencing.exceptions import Unresolvable  # noqa: PLC0415

    validator = getattr(jsonschema, name)
    try:
        validator.check_schema(schema)
        errors = list(islice(validator(schema).iter_errors(extension), _MAX_ERRORS))
    except SchemaError:
        raise Unrunnable("What the extension's context names as its schema is no JSON Schema.") from None
    except (Unresolvable, RecursionError):
        raise Unrunnable("The extension's schema refers to what cannot be resolved.") from None
    return sorted({_place(error.absolute_path, str(error.validator)) for error in errors})


def _place(path: Any, rule: str) -> str:  # noqa: ANN401 - jsonschema's own deque
    return f"/{'/'.join(str(step) for step in path)} ({rule})" if path else f"({rule})"


def _bounded(schema: Tree) -> None:
    references = 0
    todo: list[object] = [schema]
    while todo:
        item = todo.pop()
        if isinstance(item, list):
            todo.extend(item)
        elif isinstance(item, dict):
            if _PATTERNS.intersection(item):
                raise Unrunnable("The extension's schema holds patterns, which are not run for strangers.")
            target = item.get("$ref")
            if isinstance(target, str):
                references += 1
                if not target.startswith("#") or references > _MAX_REFERENCES:
                    raise Unrunnable("The extension's schema refers to others in a way that is not followed.")
            todo.extend(item.values())
