"""Which contexts a document may name, and how one that words things its own way is brought to ours."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from pyld import jsonld

from converter.formats.elm3_nodes import Place, data_problem, pointer, pointer_to
from schemas.elm.context import accepted, context, document_for, meanings, names_by_iri
from schemas.elm.model import model
from schemas.errors import Problem

MAX_VALUES = 20_000  # a processor takes about a second for these; the largest real credential has some 6,000
_CONTEXT_COST = 200  # activating a context takes a processor as long as so many values
UNCLEAR = "format.data.context"
"""It is not known what a name means: the context is not of the closed set, or the document redefines it."""
_UNKNOWN = "urn:badgepass:unknown:"
_BASE = "https://relative.invalid/"  # RFC 2606: no document can mean it; marks what was relative
_ELSEWHERE = "https://elsewhere.invalid/"  # so that nothing is made relative on the way back
_VCDM2 = "https://www.w3.org/ns/credentials/v2"
_PLAIN_KEYWORDS = {"@id", "@type", "@value", "@language", "@none", "@included", "@graph"}


def in_our_terms(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the document in the terms of our context, without its own context, and what was seen.

    Contexts are never fetched: a URL outside the closed set is reported and the keys are read as they stand.
    Only a document with a context or keys of its own goes through a JSON-LD processor.
    """
    stated = document.get("@context")
    problems = [*_context_problems(stated), *_redefinitions(document)]
    body = {key: value for key, value in document.items() if key != "@context"}
    inline = any(isinstance(item, Mapping) for item in _listed(stated))
    if not problems and (inline or _is_peculiar(body)):
        if _size({"@context": stated, **body}, MAX_VALUES) < 0:
            problems.append(_unclear("Too large for a JSON-LD processor; read as it stands."))
            return body, problems
        try:
            return _processed(stated, body), problems
        except Exception as error:  # noqa: BLE001 - the processor raises what it likes on hostile input
            reason = getattr(error, "code", None) or type(error).__name__
            problems.append(
                _unclear(f"A JSON-LD processor refuses the document ({reason}); read as it stands.")
            )
    return body, problems


def _size(value: Any, left: int) -> int:  # noqa: ANN401 - any JSON
    """Return how much of an allowance the values of a document leave; below zero is too much."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    left -= 1
    if isinstance(value, Mapping) and "@context" in value:
        left -= _CONTEXT_COST * len(_listed(value["@context"]))
    for item in inner:
        if left < 0:
            break
        left = _size(item, left)
    return left


def _context_problems(stated: Any) -> Iterator[Problem]:  # noqa: ANN401 - any JSON
    items = _listed(stated)
    if not items:
        yield _unclear("There is no @context; to a processor no key means anything.")
        return
    for item in items:
        if item == _VCDM2:
            yield _unclear(
                "The context of VC 2.0 cannot stand beside that of ELM v3, which redefines a term it protects"
                " (protected term redefinition)."
            )
        elif isinstance(item, str) and item not in accepted():
            yield _unclear(f"The context {item[:100]!r} is not accepted and never fetched.")
        elif not isinstance(item, (str, Mapping)):
            yield _unclear("A context is neither a URL nor an object.")
    if all(isinstance(item, Mapping) or (isinstance(item, str) and item in accepted()) for item in items):
        yield from _pair_problems([accepted()[item] for item in items if isinstance(item, str)], len(items))


def _unclear(message: str, where: str = "/@context") -> Problem:
    """Say why it is not known what a name of the document means."""
    return Problem(code=UNCLEAR, message=message, where=where, cite="JSON-LD 1.1 §3.1")


def _redefinitions(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Report each context, at the top or on a node, that gives a name of the profile another meaning."""
    left: list[tuple[Any, Place]] = [(dict(document), ())]
    while left:
        value, where = left.pop()
        if isinstance(value, list):
            left += [(value[at], (where, at)) for at in range(len(value) - 1, -1, -1)]
        elif isinstance(value, dict):
            if "@context" in value:
                yield from _redefined(value["@context"], where)
            left += [
                (inner, (where, key))
                for key, inner in reversed(value.items())
                if isinstance(inner, (dict, list)) and key != "@context"
            ]


def _redefined(stated: Any, where: Place) -> Iterator[Problem]:  # noqa: ANN401 - any JSON
    here = pointer(pointer_to(where), "@context")
    for item in _listed(stated):
        if isinstance(item, Mapping):
            yield from (
                _unclear(f"The document gives {name[:60]!r}, a name of the profile, another meaning.", here)
                for name in sorted(item, key=str)
                if meanings().get(name, item[name]) != item[name]
            )
        elif where and isinstance(item, str) and item not in accepted():
            yield _unclear(f"The context {item[:100]!r} is not accepted and never fetched.", here)


def _pair_problems(named: list[str], count: int) -> Iterator[Problem]:
    """An own inline context may define everything itself; URLs alone must name the pair, in its order."""
    if len(named) == count and set(named) != {"credential", "profile"}:
        yield data_problem("The contexts of VC 1.1 and of the EDC profile are not both named.", "/@context")
    elif named and named[0] != "credential":
        yield data_problem("The context of VC 1.1 does not come first (W3C VC 1.1 §4.1).", "/@context")


def _is_peculiar(body: dict[str, Any]) -> bool:
    """Tell whether keys or types are worded otherwise than our terms, anywhere."""
    left: list[Any] = [body]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            for key, inner in value.items():
                if not key.isalpha() and _is_peculiar_member(key, inner):
                    return True
                if key == "type" and _is_peculiar_member(key, inner):
                    return True
                if isinstance(inner, (dict, list)):
                    left.append(inner)
        elif isinstance(value, list):
            left += value
    return False


def _is_peculiar_member(key: str, value: Any) -> bool:  # noqa: ANN401
    if key in ("type", "@type"):
        return any(":" in item for item in _listed(value) if isinstance(item, str))
    if key.startswith("@"):
        return key not in _PLAIN_KEYWORDS
    return ":" in key and key not in _compact_terms()


@functools.cache
def _compact_terms() -> set[str]:
    """Return the properties that are written as compact IRIs for want of a term."""
    return {term for row in model().classes.values() for term in row.properties if ":" in term}


def _processed(stated: Any, body: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Expand with the document's context, compact with ours; unknown keys are kept under a name of ours."""
    options = {"documentLoader": _load, "base": _BASE, "processingMode": "json-ld-1.1"}
    contexts = [{"@vocab": _UNKNOWN}, *_listed(stated)]
    expanded = jsonld.expand({"@context": contexts, **body}, options)
    ours = [context("credential")["@context"], context("profile")["@context"]]
    compacted = jsonld.compact(expanded, ours, {**options, "base": _ELSEWHERE, "skipExpansion": True})
    compacted.pop("@context", None)
    restored = _restored(compacted)
    return restored if isinstance(restored, dict) else {"@graph": restored}


def _restored(value: Any, key: str = "") -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_restored(item, key) for item in value]
    if isinstance(value, Mapping):
        return {name.removeprefix(_UNKNOWN): _restored(inner, name) for name, inner in value.items()}
    if isinstance(value, str) and key in ("type", "@type"):
        return names_by_iri().get(value, value).removeprefix(_UNKNOWN)
    return value.removeprefix(_BASE) if isinstance(value, str) else value


def _load(url: str, _options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    found = document_for(url)
    if found is None:
        raise jsonld.JsonLdError("not accepted", "jsonld.LoadDocumentError", code="context not accepted")
    return {"contextUrl": None, "documentUrl": url, "document": found, "contentType": "application/ld+json"}


def _listed(value: Any) -> list[Any]:  # noqa: ANN401
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
