"""Open Badges 1.0 and 1.1 as JSON Schemas of ours: what is upgraded to 2.0, and how each term changes.

Facts of the specifications 1.0 and 1.1 and of the 2.0 Implementation Guide, "Upgrading". What a schema here
accepts can be said in 2.0 terms (`converter/formats/ob2_upgrade.py`); each term that changes says so.
"""

from __future__ import annotations

from typing import Any

from schemas.ob2.json_schema import BASE, CLASS_DRAFT, IMAGE_LINK, IRI

Schema = dict[str, Any]
VERSIONS = ("1.0", "1.1")
CONTEXTS_1_1 = ("https://w3id.org/openbadges/v1", "https://openbadgespec.org/v1/context.json")

_NOTHING: Schema = {"not": {}}
_TEXT: Schema = {"type": "string"}
_ADDRESS: Schema = {"type": "string", "pattern": IRI}
_WEB: Schema = {"allOf": [_ADDRESS, {"pattern": "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]"}]}
_TIME: Schema = {
    "description": "Upgraded to a time with a zone; what has none, and a Unix time, is read as UTC.",
    "anyOf": [
        {"type": "integer", "minimum": 0, "maximum": 253402300799},
        {"type": "string", "pattern": "^[0-9]{10}$"},
        {
            "type": "string",
            "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
            r"(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$",
        },
    ],
}
_RECIPIENT: Schema = {
    "type": "object",
    "required": ["type", "hashed", "identity"],
    "properties": {
        "type": {"type": "string", "pattern": r"\S"},
        "hashed": {"type": "boolean"},
        "identity": _TEXT,
        "salt": _TEXT,
    },
}
_VERIFY: Schema = {
    "description": "Upgraded to `verification`: `hosted` is HostedBadge, whose `url` becomes the id of a "
    "badge that has none; `signed` is SignedBadge, whose `url` becomes `creator`, the key.",
    "type": "object",
    "required": ["type", "url"],
    "properties": {"type": {"enum": ["hosted", "signed"]}, "url": _WEB},
}
_ALIGNMENT: Schema = {
    "type": "object",
    "required": ["name", "url"],
    "properties": {
        "name": {**_TEXT, "description": "Upgraded to `targetName`."},
        "url": {**_ADDRESS, "description": "Upgraded to `targetUrl`."},
        "description": {**_TEXT, "description": "Upgraded to `targetDescription`."},
    },
}
_MEMBERS: dict[str, dict[str, Schema]] = {
    "assertion": {
        "uid": {**_TEXT, "description": "Kept as it is; 2.0 knows badges by their id."},
        "recipient": _RECIPIENT,
        "badge": _ADDRESS,
        "verify": _VERIFY,
        "issuedOn": _TIME,
        "image": IMAGE_LINK,
        "evidence": _ADDRESS,
        "expires": _TIME,
    },
    "badge-class": {
        "name": _TEXT,
        "description": _TEXT,
        "image": IMAGE_LINK,
        "criteria": _ADDRESS,
        "issuer": _ADDRESS,
        "alignment": {"type": "array", "items": _ALIGNMENT},
        "tags": {"type": "array", "items": _TEXT},
    },
    "issuer": {
        "name": _TEXT,
        "url": _WEB,
        "description": _TEXT,
        "image": IMAGE_LINK,
        "email": {**_TEXT, "description": "2.0 demands it; an upgrade does not invent one."},
        "revocationList": _ADDRESS,
    },
}
_REQUIRED = {
    "assertion": ("uid", "recipient", "badge", "verify", "issuedOn"),
    "badge-class": ("name", "description", "image", "criteria", "issuer"),
    "issuer": ("name", "url"),
}
_TYPES = {"assertion": "Assertion", "badge-class": "BadgeClass", "issuer": "Issuer"}
_EMBEDDED = {"assertion": ("badge", "badge-class"), "badge-class": ("issuer", "issuer")}
CLASSES = tuple(_MEMBERS)


def older_schema(version: str, name: str) -> Schema:
    """Return the JSON Schema (draft 2020-12) of a class of an older version.

    Args:
        version: one of `VERSIONS`.
        name: one of `CLASSES`.

    Raises:
        KeyError: no such version or class.
    """
    if version not in VERSIONS:
        raise KeyError(version)
    title = f"Open Badges {version}: {name.replace('-', ' ')}"
    return {
        "$schema": CLASS_DRAFT,
        "$id": f"{BASE}{version}/{name}.json",
        "title": title,
        **_class(version, name),
    }


def _class(version: str, name: str) -> Schema:
    members, required = dict(_MEMBERS[name]), list(_REQUIRED[name])
    if version == "1.1":  # the version that became JSON-LD: types, ids, and nodes in place of addresses
        members |= {"@context": _among(CONTEXTS_1_1), "id": _ADDRESS, "type": _among((_TYPES[name],))}
        required += ["@context", "type", "id"]
        if name in _EMBEDDED:
            term, inner = _EMBEDDED[name]
            members[term] = {"anyOf": [_ADDRESS, _class(version, inner)]}
    elif name == "assertion":
        members |= dict.fromkeys(("@context", "type", "id"), _NOTHING)
    return {"type": "object", "required": required, "properties": members}


def _among(words: tuple[str, ...]) -> Schema:
    return {"anyOf": [{"enum": list(words)}, {"type": "array", "contains": {"enum": list(words)}}]}
