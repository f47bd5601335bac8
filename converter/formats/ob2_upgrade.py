"""Open Badges 1.0 and 1.1 said in the terms of 2.0 (Open Badges 2.0 Implementation Guide, upgrading)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from converter.formats.ob2_terms import (
    ALIGNMENT_TERMS,
    CLASSES,
    CONTEXT,
    CONTEXTS,
    TYPE_PREFIXES,
    VERIFICATION_TYPES,
)
from schemas.document import Tree

_ALIASES: dict[str, str] = {"@id": "id", "@type": "type"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAIVE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?")
_UNIX_TIME = re.compile(r"\d{10}")
_NEWEST_UNIX_TIME = 253_402_300_799  # the last second of the year 9999


def version_of(tree: Tree) -> str:
    """Tell which version an Open Badges node is written in: 2.0, 1.1, 1.0 or 0.5.

    The context decides; without one, 1.1 and 2.0 are told by their type and 1.0 by having none.
    """
    contexts = tree.get("@context")
    known = [CONTEXTS[c] for c in _listed(contexts) if isinstance(c, str) and c in CONTEXTS]
    if known:
        return "2.0" if "2.0" in known else "1.1"
    if contexts is not None or "type" in tree or "@type" in tree or _says_revoked(tree):
        return "2.0"
    return "0.5" if isinstance(tree.get("recipient"), str) else "1.0"


def types_of(node: Tree) -> tuple[str, ...]:
    """List the types of a node, whether it gives one or several, by short name where there is one."""
    given = node.get("type", node.get("@type"))
    return tuple(_short(value) for value in _listed(given) if isinstance(value, str))


def upgrade(tree: Tree, *, url: str = "", version: str = "") -> Tree:
    """Say an assertion, badge class or issuer in 2.0 terms; unknown keys are kept as they are.

    Args:
        tree: one node, of any version, with others embedded or referenced.
        url: where it was fetched from: the id of a 1.0 node, which has none of its own.
        version: of the assertion that led here; it counts where the node has no context of its own.

    Times of 1.0 and 1.1 may be a Unix time or lack a zone; both are read as UTC.
    """
    if not version or "@context" in tree:
        version = version_of(tree)
    node = plain_names(tree)
    if "verify" in node and "verification" not in node:
        node["verification"] = node.pop("verify")
    if isinstance(node.get("verification"), dict):
        node["verification"] = _verification(node["verification"], legacy=version != "2.0")
    if version in {"1.0", "1.1"}:
        node = _legacy(node, version, url)
    return node


def plain_names(value: Tree) -> Tree:
    """Write `@id` and `@type` as the context has them: `id` and `type`; contexts stay untouched."""
    named: Tree = _plain(value)
    return named


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON is any value
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    node: Tree = {}
    for key, member in value.items():
        name = _ALIASES.get(str(key), str(key))
        if name in value:  # both spellings: a collision, told by the reader
            name = str(key)
        node[name] = member if key == "@context" else _plain(member)
    if "type" in node:
        node["type"] = _short_types(node["type"])
    return node


def _short_types(given: Any) -> Any:  # noqa: ANN401 - JSON is any value
    if isinstance(given, list):
        return [_short(item) if isinstance(item, str) else item for item in given]
    return _short(given) if isinstance(given, str) else given


def _short(name: str) -> str:
    for prefix in TYPE_PREFIXES:
        if name.startswith(prefix) and name.removeprefix(prefix) in CLASSES:
            return name.removeprefix(prefix)
    return name


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - JSON is any value
    return value if isinstance(value, list) else [] if value is None else [value]


def _says_revoked(tree: Tree) -> bool:
    return tree.get("revoked") is True and "badge" not in tree


def _verification(given: Tree, *, legacy: bool) -> Tree:
    kind = given.get("type")
    node = {**given}
    if isinstance(kind, str):
        node["type"] = VERIFICATION_TYPES.get(kind, kind)
    if legacy and node.get("type") == "SignedBadge" and "url" in given and "creator" not in given:
        node["creator"] = given["url"]  # 1.x points at the public key with `url`
    return node


def _legacy(node: Tree, version: str, url: str) -> Tree:
    kind = _kind(node)
    if kind and "type" not in node:
        node["type"] = kind
    if kind == "Assertion":
        _identify(node, url)
        for key in ("issuedOn", "expires"):
            if key in node:
                node[key] = _moment(node[key])
        node = _embedded(node, "badge", version)
    if kind == "BadgeClass":
        node = _aligned(_embedded(node, "issuer", version))
    if url and "id" not in node and version == "1.0":
        node["id"] = url
    node["@context"] = _newer(node.get("@context"))
    return node


def _kind(node: Tree) -> str:
    known = [name for name in types_of(node) if name in CLASSES]
    if known:
        return known[0]
    if "badge" in node and "recipient" in node:
        return "Assertion"
    if "criteria" in node and "issuer" in node:
        return "BadgeClass"
    return "Issuer" if "name" in node and "url" in node else ""


def _identify(node: Tree, url: str) -> None:
    verification = node.get("verification")
    if "id" in node or not isinstance(verification, dict) or verification.get("type") != "HostedBadge":
        return
    place = verification.get("url") or url
    if place:
        node["id"] = place


def _embedded(node: Tree, key: str, version: str) -> Tree:
    inner = node.get(key)
    if isinstance(inner, dict):
        return {**node, key: upgrade(inner, version=version)}
    return node


def _aligned(node: Tree) -> Tree:
    given = node.get("alignment")
    if given is None:
        return node
    items = [_alignment(item) for item in given] if isinstance(given, list) else _alignment(given)
    return {**node, "alignment": items}


def _alignment(item: Any) -> Any:  # noqa: ANN401 - JSON is any value
    if not isinstance(item, dict):
        return item
    return {
        key if ALIGNMENT_TERMS.get(key, key) in item else ALIGNMENT_TERMS.get(key, key): value
        for key, value in item.items()
    }


def _newer(context: Any) -> Any:  # noqa: ANN401 - JSON is any value
    if context is None:
        return CONTEXT
    if isinstance(context, list):
        return [_newer(item) for item in context]
    return CONTEXT if isinstance(context, str) and context in CONTEXTS else context


def _moment(given: Any) -> Any:  # noqa: ANN401 - JSON is any value
    """Give a 1.x time its zone; what is no time at all is left for the data model to fail."""
    if isinstance(given, str) and _UNIX_TIME.fullmatch(given):
        given = int(given)
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= _NEWEST_UNIX_TIME:
        return datetime.fromtimestamp(given, UTC).isoformat()
    if isinstance(given, str) and _DATE.fullmatch(given):
        return f"{given}T00:00:00+00:00"
    if isinstance(given, str) and _NAIVE.fullmatch(given):
        return f"{given}+00:00"
    return given
