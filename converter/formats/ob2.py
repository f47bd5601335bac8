"""Open Badges: one assertion, of any version, as a document whose tree is in 2.0 terms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

from converter.formats.ob2_terms import CONTEXTS, HARMLESS_CONTEXTS, LINKED, SAID_BY_IRI, TERMS
from converter.formats.ob2_upgrade import types_of, upgrade, version_of
from schemas.document import Container, Document, Format, Seal, SealKind, Tree
from schemas.errors import Problem

__all__ = ["examine", "looks_like_ob2", "read_ob2", "read_signed_ob2", "upgrade", "version_of"]

MEDIA_TYPE = "application/ld+json"
MEDIA_TYPE_SIGNED = "application/jose"
DATA_MODEL = "Open Badges 2.0, Data Model"
JSON_LD = "Open Badges 2.0, JSON-LD"
_CLASSES = frozenset(
    {"Assertion", "BadgeClass", "Issuer", "RevocationList", "CryptographicKey", "Endorsement"}
)
_MAX_PROBLEMS = 100  # one is enough to doubt a badge; a hostile one would make millions
_REVOKED_KEYS = frozenset({"revoked", "revocationReason", "id", "@id", "uid", "@context", "type", "@type"})


def looks_like_ob2(tree: Tree) -> bool:
    """Tell whether a JSON object is of Open Badges, by context, type or the shape of 1.0 and 0.5.

    A stripped body that only says `revoked` counts; an error answer of a server does not.
    """
    contexts = tree.get("@context")
    listed = contexts if isinstance(contexts, list) else [contexts]
    if any(isinstance(context, str) and context in CONTEXTS for context in listed):
        return True
    if _CLASSES.intersection(types_of(tree)):
        return True
    if tree.get("revoked") is True and _REVOKED_KEYS.issuperset(tree):
        return True
    return "badge" in tree and "recipient" in tree


def read_ob2(
    tree: Tree,
    *,
    raw: bytes,
    original: bytes | None = None,
    containers: tuple[Container, ...] = (),
    problems: tuple[Problem, ...] = (),
    source_url: str = "",
) -> Document:
    """Read an assertion that stands as plain JSON.

    Args:
        tree: the parsed JSON object.
        raw: the bytes it was parsed from.
        original: all the bytes handed in; `raw` when not given.
        containers: wrappings taken off so far, from the outside in.
        problems: what the containers got wrong.
        source_url: where it was fetched, the id of a 1.0 assertion that names none.
    """
    return Document(
        format=Format.OB2,
        version=version_of(tree),
        containers=containers,
        raw=raw,
        original=raw if original is None else original,
        media_type=MEDIA_TYPE,
        tree=upgrade(tree, url=source_url),
        problems=(*problems, *examine(tree)),
        source_url=source_url,
    )


def read_signed_ob2(
    payload: Tree,
    *,
    token: bytes,
    original: bytes | None = None,
    containers: tuple[Container, ...] = (),
    problems: tuple[Problem, ...] = (),
    source_url: str = "",
) -> Document:
    """Read an assertion that is the payload of a compact JWS; the token itself is the document's bytes."""
    return Document(
        format=Format.OB2,
        version=version_of(payload),
        containers=containers,
        raw=token,
        original=token if original is None else original,
        media_type=MEDIA_TYPE_SIGNED,
        tree=upgrade(payload),
        seal=Seal(kind=SealKind.JWS, raw=token),
        problems=(*problems, *examine(payload)),
        source_url=source_url,
    )


def examine(tree: Tree) -> tuple[Problem, ...]:
    """List what keeps an Open Badges node from meaning what its names say.

    Contexts are judged by their address and never fetched: an unknown one, or one written inline that gives
    a term of Open Badges another meaning, is told. An extension has its own context, and only its keys.
    """
    problems = chain(_class_problems(tree), _node_problems(tree, ""))
    return tuple(islice(problems, _MAX_PROBLEMS))


def _class_problems(tree: Tree) -> Iterator[Problem]:
    types = types_of(tree)
    if "@context" not in tree and "type" in tree and tree.get("revoked") is not True:
        yield _schema(
            "The badge has no @context, which JSON-LD needs to give its names a meaning.", "/@context"
        )
    if version_of(tree) == "0.5":
        yield _schema("This is an Open Badges 0.5 assertion, for which no upgrade to 2.0 is specified.", "")
    elif types and "Assertion" not in types and tree.get("revoked") is not True:
        known = next((name for name in types if name in _CLASSES), "something else")
        yield _schema(f"An Assertion was expected, but the document is of type {known}.", "/type")


def _node_problems(node: Tree, where: str) -> Iterator[Problem]:
    yield from _context_problems(node.get("@context"), f"{where}/@context")
    for key in node:
        if key in {"@id", "@type"} and key[1:] in node:
            yield _data(
                f"The node gives both {key} and {key[1:]}, which are one and the same.", f"{where}/{key}"
            )
        if key in SAID_BY_IRI:
            yield _data(
                "A property is named by its IRI and not by its Open Badges term; it is not read.", where
            )
    if "verify" in node and "verification" in node:
        yield _data(
            "The node gives both verify and verification, which are one and the same.", f"{where}/verify"
        )
    for term in LINKED:
        yield from _linked_problems(node.get(term), f"{where}/{term}")


def _linked_problems(value: Any, where: str) -> Iterator[Problem]:  # noqa: ANN401 - JSON is any value
    if isinstance(value, dict):
        yield from _node_problems(value, where)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            if isinstance(item, dict):
                yield from _node_problems(item, f"{where}/{at}")


def _context_problems(context: Any, where: str) -> Iterator[Problem]:  # noqa: ANN401 - JSON is any value
    for item in context if isinstance(context, list) else () if context is None else (context,):
        if isinstance(item, dict):
            changed = sorted(TERMS.intersection(item))
            if changed:
                names = ", ".join(changed[:5])
                yield _data(
                    f"A context inside the badge gives Open Badges terms another meaning: {names}.", where
                )
        elif not isinstance(item, str):
            yield _data("The @context holds something that is neither an address nor a context.", where)
        elif item not in CONTEXTS and item not in HARMLESS_CONTEXTS:
            yield _data(
                "The @context names an address that is not a context of Open Badges; it is not fetched.",
                where,
            )


def _data(message: str, where: str) -> Problem:
    return Problem(code="format.data", message=message, where=where, cite=JSON_LD)


def _schema(message: str, where: str) -> Problem:
    return Problem(code="format.schema", message=message, where=where, cite=DATA_MODEL)
