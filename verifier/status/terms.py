"""Small readings that every kind of status list needs."""

from __future__ import annotations

from verifier.address import without_fragment
from verifier.badge import Node, many, one, text


def type_names(node: Node) -> frozenset[str]:
    """Return the types of a node without namespace: of an IRI, what stands after its last `#` or `/`."""
    found = (one for key in ("type", "@type") for one in many(node.get(key)))
    return frozenset(name.replace("#", "/").rpartition("/")[2] for name in found if isinstance(name, str))


def uri_of(value: object) -> str:
    """Return the URI a value is or names by its id; empty where there is none."""
    plain = one(value)
    if isinstance(plain, dict):
        plain = text(plain.get("id")) or text(plain.get("@id"))
    return plain.strip() if isinstance(plain, str) else ""


def same_address(first: str, second: str) -> bool:
    """Tell whether two URIs are asked at one address."""
    return bool(first) and without_fragment(first) == without_fragment(second)


def natural(value: object, digits: int = 12) -> int:
    """Read a whole number, a JSON number or base 10 text of at most so many digits; -1 where it is none."""
    plain = one(value)
    if isinstance(plain, int) and not isinstance(plain, bool):
        return plain if 0 <= plain < 10**digits else -1
    if isinstance(plain, str) and plain.isascii() and plain.isdigit() and len(plain) <= digits:
        return int(plain)
    return -1
