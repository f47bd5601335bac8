"""ELM v3 JSON-LD: reading every form it comes in.

Plain, `@graph` flattened, the `{credential, deliveryDetails}` upload form, sealed with JAdES in any of three
serialisations, or inside a presentation. Contexts are never fetched.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from converter.formats.elm3_check import check_elm
from converter.formats.elm3_context import in_our_terms
from converter.formats.elm3_graph import nested
from converter.formats.elm3_nodes import (
    DELIVERY,
    Normaliser,
    Place,
    contradictions,
    data_problem,
    pointer,
    pointer_to,
    types_of,
)
from converter.formats.elm3_place import standing
from converter.formats.elm3_write import Written, write_elm
from converter.formats.jades import is_compact, is_jades, split_jades
from converter.strict import load_json
from schemas.document import Container, Document, Format, Seal, SealKind, Tree
from schemas.elm.model import model
from schemas.errors import Malformed, NotRecognised, Problem

__all__ = ["Written", "check_elm", "read_elm", "write_elm"]

MAX_OBJECTS = 20_000
"""A document of more JSON objects is refused: some fifteen times the largest real credential."""
MAX_TOLD = 500
"""So many problems of one code are told one by one."""
_PRESENTATIONS = {"VerifiablePresentation", "EuropeanDigitalPresentation"}


def read_elm(data: bytes, *, original: bytes | None = None, source_url: str = "") -> Document:
    """Read an ELM v3 credential into one nested tree in the terms of the EDC context.

    Args:
        data: the document's own bytes.
        original: all the bytes that were handed in, where `data` was inside something else.
        source_url: where it came from.

    Returns:
        The document. `tree` follows the form told in `elm3_nodes`; `deliveryDetails` stand under `#delivery`,
        nodes that nothing refers to under `@included`; `@context` is not part of it. `problems` holds what
        stands out: `format.profile` where a shape of the declared profile is broken, `format.data` where
        something is wrong that no shape sees.

    Raises:
        Malformed: the JSON or the JWS cannot be taken apart, or it is larger than any credential is.
        NotRecognised: JSON, but no object.
    """
    reading = _Reading()
    document = reading.opened(data)
    _refuse_too_many(document)
    tree = reading.tree(document)
    variant = model().variant([str(item.get("id")) for item in _nodes(tree.get("credentialProfiles"))])
    reading.problems += _disagreements(tree)
    reading.problems += check_elm(tree, variant)
    return Document(
        format=Format.ELM,
        version="3",
        containers=tuple(reading.containers),
        raw=data,
        original=data if original is None else original,
        media_type=reading.media_type,
        tree=tree,
        seal=reading.seal,
        problems=_worth_telling(
            [replace(one, where=standing(reading.written, one.where)) for one in reading.problems]
        ),
        variant=variant,
        source_url=source_url,
        inside=reading.inside,
    )


@dataclass(slots=True)
class _Reading:
    containers: list[Container] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    media_type: str = "application/ld+json"
    seal: Seal | None = None
    inside: bytes | None = None
    written: Tree = field(default_factory=dict)

    def opened(self, data: bytes) -> dict[str, Any]:
        """Take the JSON out of its seal."""
        if is_compact(data):
            return self._unsealed(data, "application/jose")
        found = load_json(data)
        if is_jades(found):
            return self._unsealed(data, "application/jose+json")
        return _object(found)

    def _unsealed(self, data: bytes, media_type: str) -> dict[str, Any]:
        payload = self.inside = split_jades(data).payload
        self.containers.append(Container.JADES)
        self.seal = Seal(kind=SealKind.JADES, raw=data)
        self.media_type = media_type
        return _object(load_json(payload))

    def tree(self, document: dict[str, Any]) -> Tree:
        """Take the credential out of its form and normalise it."""
        delivery = None
        if isinstance(document.get("credential"), dict) and "credentialSubject" not in document:
            self.containers.append(Container.UPLOAD)
            delivery = document.get("deliveryDetails")
            self._report_others(document)
            document = document["credential"]
        body, problems = in_our_terms(document)
        self.problems += problems
        if isinstance(body.get("@graph"), list):
            if set(body) - {"@graph"}:
                message = "A graph stands beside other keys; only the graph is read."
                self.problems.append(data_problem(message, "/@graph"))
            body, problems = nested(body["@graph"])
            self.problems += problems
        body = self.written = self._presented(body)
        normaliser = Normaliser()
        tree = normaliser.node(body)
        self.problems += normaliser.problems
        if delivery is not None:
            tree[DELIVERY] = delivery
        return tree

    def _report_others(self, document: Mapping[str, Any]) -> None:
        for key in document:
            if key not in ("credential", "deliveryDetails"):
                message = f"{key[:60]!r} has no place in an upload form."
                self.problems.append(data_problem(message, pointer("", key)))

    def _presented(self, body: dict[str, Any]) -> dict[str, Any]:
        """Go on with the credential of a presentation where it holds exactly one in plain sight."""
        if not _PRESENTATIONS & set(types_of({"type": body.get("type", body.get("@type", []))})):
            return body
        self.containers.append(Container.PRESENTATION)
        held = [item for item in _nodes(body.get("verifiableCredential")) if _is_credential(item)]
        message = (
            f"This is a presentation that holds {len(held)} European digital credentials in plain sight."
        )
        self.problems.append(data_problem(message, "/verifiableCredential"))
        return held[0] if len(held) == 1 else body


def _object(found: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    if isinstance(found, list):
        return _object(found[0]) if len(found) == 1 else {"@graph": found}
    if not isinstance(found, dict):
        message = "A European digital credential is a JSON object; this is none."
        raise NotRecognised(Problem(code="format.read", message=message))
    return found


def _refuse_too_many(document: dict[str, Any]) -> None:
    """Bound the work before it begins: all of it is linear in the objects, so they are counted."""
    count, left = 0, deque[Any]([document])
    while left:
        value = left.pop()
        if isinstance(value, dict):
            count += 1
            left.extend(inner for inner in value.values() if not isinstance(inner, str))
        elif isinstance(value, list):
            left.extend(value)
        if count > MAX_OBJECTS:
            message = f"The document holds more than {MAX_OBJECTS:,} objects, more than any credential does."
            raise Malformed(Problem(code="format.read", message=message))


def _worth_telling(problems: list[Problem]) -> tuple[Problem, ...]:
    """Say each thing once, and of a great many only how many more there are."""
    told: list[Problem] = []
    more: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for problem in dict.fromkeys(problems):
        seen[problem.code] += 1
        if seen[problem.code] <= MAX_TOLD:
            told.append(problem)
        else:
            more[problem.code] += 1
    told += [Problem(code=code, message=f"There are {count} more of these.") for code, count in more.items()]
    return tuple(told)


def _nodes(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _is_credential(node: Mapping[str, Any]) -> bool:
    return model().credential_class in types_of({"type": node.get("type", node.get("@type", []))})


def _disagreements(tree: Tree) -> Iterator[Problem]:
    """Report each id whose descriptions differ in a property that both have; a processor merges them."""
    first: dict[str, dict[str, Any]] = {}
    told: set[str] = set()
    for node, where in _walk(tree):
        name = node.get("id")
        if not isinstance(name, str) or name in told:
            continue
        known = first.setdefault(name, node)
        differing = contradictions(known, node) if known is not node else []
        if differing:
            told.add(name)
            message = (
                f"Two nodes of one id say different things ({differing[0][:40]}); a processor merges them."
            )
            yield data_problem(message, pointer_to(where))


def _walk(tree: Tree) -> Iterator[tuple[dict[str, Any], Place]]:
    """Yield every node in the order of the document, with its place."""
    left: list[tuple[Any, Place]] = [(tree, ())]
    while left:
        value, where = left.pop()
        if isinstance(value, dict):
            yield value, where
            left += [
                (inner, (where, key))
                for key, inner in reversed(value.items())
                if isinstance(inner, (dict, list)) and key != DELIVERY
            ]
        elif isinstance(value, list):
            left += [(value[at], (where, at)) for at in range(len(value) - 1, -1, -1)]
