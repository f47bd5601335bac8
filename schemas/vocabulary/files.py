from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from schemas.vocabulary.concept import Concept
from schemas.vocabulary.lists import concept, concepts


def file_type(media_type: str) -> Concept:
    """Return the file type of a media type; a structured suffix counts (`+json`, RFC 6839), else plain bytes.

    JSON-LD has no entry of its own in the EU list and is JSON there; a compact JWS is text.
    """
    essence = media_type.partition(";")[0].strip().lower()
    if found := _by_media_type().get(essence):
        return found
    suffix = essence.rpartition("+")[2] if "+" in essence else ""
    if suffix in {"json", "xml", "zip"}:
        return concept("file-type", suffix.upper())
    return concept("file-type", "TXT" if essence.startswith("text/") else "OCTET")


def media_type(file_type_uri: str) -> str | None:
    """Return the usual media type of a file type, by IRI or code; None where the type is not one we know."""
    try:
        return concept("file-type", file_type_uri).media_types[0]
    except KeyError:
        return None


@cache
def _by_media_type() -> Mapping[str, Concept]:
    return {name: one for one in concepts("file-type") for name in one.media_types}
