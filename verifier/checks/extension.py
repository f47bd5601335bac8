"""Extensions: the known ones by our own schemas, others by their own."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from schemas.evidence import Evidence, Missing, Resource
from schemas.ob2.extensions import Schema, known_extension
from verifier.address import without_fragment
from verifier.asked import OK, is_web
from verifier.badge import Node, extensions, is_badge, nodes, type_names
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Finding
from verifier.foreign_schema import (
    MAX_EXTENSIONS,
    MAX_RULES,
    MAX_SCHEMA,
    Unrunnable,
    context_addresses,
    foreign_types,
    schema_addresses,
    small_object,
    violations,
)

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

CODE = "extension.valid"
CITE = "Open Badges 2.0, Extensions"


def valid_extensions(evidence: Evidence) -> Iterator[Finding]:
    """Every extension holds what its publisher demands of it."""
    if not is_badge(evidence):
        return
    every = (item for at, where in nodes(evidence) for item in extensions(at, where))
    found = list(islice(every, MAX_EXTENSIONS))
    if next(every, None) is not None:
        message = f"The badge has more than {MAX_EXTENSIONS} extensions; the others were not looked at."
        yield undecided(CODE, message, "", CITE)
    if evidence.badge_class is None or evidence.issuer is None:
        message = "Badge class or issuer are not known, and so are their extensions."
        yield undecided(CODE, message, "/badge", CITE)
    elif not found:
        yield not_applicable(CODE, "The badge has no extensions.", "", CITE)
    for key, extension, where in found:
        yield from _judged(evidence, key, extension, where)


def _judged(evidence: Evidence, key: str, extension: Node, where: str) -> Iterator[Finding]:
    if "Extension" not in type_names(extension) and "obi:Extension" not in type_names(extension):
        yield failed(CODE, "The extension is not of type Extension.", f"{where}/type", CITE)
        return
    if key and "@context" not in extension:
        message = "The extension has no @context, which would give its names a meaning."
        yield failed(CODE, message, f"{where}/@context", CITE)
        return
    types = foreign_types(extension)
    known = {found[0]: found for found in map(known_extension, (key, *types)) if found is not None}
    for found in known.values():
        yield _by_our_schema(found, extension, where)
    foreign = [name for name in types if known_extension(name) is None]
    if len(foreign) > MAX_RULES:
        yield undecided(CODE, "The extension is of more types than are looked at.", where, CITE)
    for name in foreign[:MAX_RULES]:
        yield _by_its_own(evidence, name, extension, where)
    if not known and not foreign:
        yield undecided(CODE, "The extension names no type of its own.", where, CITE)


def _by_our_schema(known: tuple[str, Schema], extension: Node, where: str) -> Finding:
    name, _ = known
    errors = sorted(_validator(name).iter_errors(extension), key=lambda error: list(error.path))
    if not errors:
        return passed(CODE, f"The {name} extension holds what it must.", where, CITE)
    first = errors[0]
    place = "".join(f"/{step}" for step in first.absolute_path)
    broken = (
        "a member it must have is missing" if first.validator == "required" else "a value is of another kind"
    )
    return failed(CODE, f"The {name} extension is not valid: {broken}.", where + place, CITE)


@functools.cache
def _validator(name: str) -> Draft202012Validator:
    """Make the validator of a known extension, once; only badges with extensions need the library."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    known = known_extension(name)
    return Draft202012Validator(known[1] if known else True)


def _by_its_own(evidence: Evidence, name: str, extension: Node, where: str) -> Finding:
    schemas = _schemas(evidence, name, extension, where)
    if isinstance(schemas, Finding):
        return schemas
    for schema in schemas:
        problem = _trouble(evidence, schema, "schema", where) or _against(evidence, schema, extension, where)
        if problem is not None:
            return problem
    return passed(CODE, "The extension holds what its own schema demands.", where, CITE)


def _schemas(evidence: Evidence, name: str, extension: Node, where: str) -> list[str] | Finding:
    """List the schemas that an extension's contexts name for a type, or say why there are none to run."""
    addresses = context_addresses(extension)
    if not addresses:
        return undecided(CODE, "The extension is not known and names no context to ask.", where, CITE)
    for url in addresses[:MAX_RULES]:
        problem = _trouble(evidence, url, "context", where)
        if problem is not None:
            return problem
    contexts = [small_object(evidence.resources.get(without_fragment(url))) or {} for url in addresses]
    schemas = list(dict.fromkeys(url for context in contexts for url in schema_addresses(context, [name])))
    if not schemas:
        return undecided(CODE, "The extension's context names no schema for it.", where, CITE)
    if len(schemas) > MAX_RULES or len(addresses) > MAX_RULES:
        message = "The extension's contexts and schemas are more than are looked at."
        return undecided(CODE, message, where, CITE)
    return schemas


def _trouble(evidence: Evidence, url: str, what: str, where: str) -> Finding | None:
    answer = evidence.resources.get(without_fragment(url))
    if not is_web(url) or answer is None:
        return undecided(CODE, f"The extension's {what} was not asked for.", where, CITE)
    if isinstance(answer, Missing):
        return undecided(CODE, f"The extension's {what} could not be had. {answer.why}", where, CITE)
    if answer.status != OK:
        return failed(CODE, f"The extension's {what} is not there: it answers {answer.status}.", where, CITE)
    if len(answer.body) > MAX_SCHEMA:
        return undecided(CODE, f"The extension's {what} is too large to be looked at.", where, CITE)
    if small_object(answer) is None:
        return failed(CODE, f"The extension's {what} is not a JSON object.", where, CITE)
    return None


def _against(evidence: Evidence, url: str, extension: Node, where: str) -> Finding | None:
    answer = evidence.resources[without_fragment(url)]
    schema = small_object(answer)
    if schema is None or not isinstance(answer, Resource):
        return undecided(CODE, "The extension's schema could not be had.", where, CITE)
    try:
        broken = violations(schema, extension, len(answer.body))
    except Unrunnable as reason:
        return undecided(CODE, str(reason), where, CITE)
    if broken:
        return failed(CODE, f"The extension breaks its own schema at {broken[0]}.", where, CITE)
    return None


EXTENSION_CHECKS = (valid_extensions,)
