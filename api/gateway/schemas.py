"""The schemas there are: our own, and what this machine holds of the official ones."""

from __future__ import annotations

from typing import Any

from api.gateway.asking import not_understood
from api.official.cache import Cache, Held
from schemas.own import NoSuchSchema, OwnSchema, own_schema, own_schemas


def schema_list(cache: Cache) -> dict[str, Any]:
    """List every schema of ours, and every official file with what the cache holds of it."""
    return {
        "own": [{"name": one.name, "kind": one.kind, "version": one.version} for one in own_schemas()],
        "cache": str(cache.folder),
        "official": [_official(held) for held in cache.held()],
    }


def shown_schema(name: str) -> OwnSchema:
    """Return one schema of ours.

    Raises:
        NotUnderstood: there is none by that name; the message names the nearest.
    """
    try:
        return own_schema(name)
    except NoSuchSchema as error:
        raise not_understood("request.schema", str(error), name[:60]) from None


def _official(held: Held) -> dict[str, Any]:
    return {
        "name": held.pin.name,
        "kind": held.pin.kind,
        "url": held.pin.urls[0],
        "pinned": list(held.pin.sha256),
        "state": str(held.state),
        "usable": held.usable,
        "sha256": held.sha256,
    }
