"""Names in certificates: when two are the same, and which lie within a constraint.

Cites RFC 5280 §7 and §4.2.1.10.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from verifier.trust import der

Name = tuple[frozenset[tuple[bytes, str]], ...]
"""A distinguished name, prepared for comparison: without regard for case, spacing and string type."""
GeneralName = tuple[int, "Name | str | bytes"]
"""A context tag number, and the value: a name for 4, text for 1, 2 and 6, octets for the others."""

MAIL, HOST, DIRECTORY, ADDRESS, IP = 1, 2, 4, 6, 7
_CONTEXT = 0x1F
_ENCODINGS = {12: "utf-8", 19: "ascii", 20: "latin-1", 22: "latin-1", 28: "utf-32-be", 30: "utf-16-be"}
_EMAIL = der.object_id("1.2.840.113549.1.9.1")
MOST_COMPARISONS = 20_000


def read_name(content: bytes) -> Name:
    """Read the content of a Name.

    Raises:
        ValueError: it is none.
    """
    return tuple(
        frozenset(_attribute(one.content) for one in der.elements(part.content))
        for part in der.elements(content)
    )


def _attribute(content: bytes) -> tuple[bytes, str]:
    kind, value = der.elements(content, 2)
    encoding = _ENCODINGS.get(value.tag)
    text = value.content.decode(encoding, "replace") if encoding else value.content.hex()
    return kind.content, " ".join(text.split()).casefold()


def read_general_names(content: bytes) -> tuple[GeneralName, ...]:
    """Read the names that stand side by side in GeneralNames.

    Raises:
        ValueError: they are none.
    """
    return tuple(_general_name(one) for one in der.elements(content))


def _general_name(element: der.Element) -> GeneralName:
    kind = element.tag & _CONTEXT
    if kind == DIRECTORY:
        return kind, read_name(der.only(element.content, der.SEQUENCE))
    if kind in {MAIL, HOST, ADDRESS}:
        return kind, element.content.decode("latin-1")
    return kind, element.content


@dataclass(frozen=True, slots=True, kw_only=True)
class NameConstraints:
    """What names the certificates below may have; each subtree by its base."""

    permitted: tuple[GeneralName, ...] = ()
    excluded: tuple[GeneralName, ...] = ()


def read_constraints(content: bytes) -> NameConstraints:
    """Read the content of NameConstraints; `minimum` and `maximum` must be left out (§4.2.1.10).

    Raises:
        ValueError: it is none of those.
    """
    found = der.elements(content)

    def bases(tag: int) -> tuple[GeneralName, ...]:
        subtrees = der.elements(der.optional(found, tag) or b"")
        return tuple(_general_name(*der.elements(one.content, 1)) for one in subtrees)

    return NameConstraints(permitted=bases(0xA0), excluded=bases(0xA1))


def names_of(subject: Name, alternatives: Iterable[GeneralName]) -> tuple[GeneralName, ...]:
    """List every name that constraints are about; addresses in the subject where no other stands."""
    others = tuple(alternatives)
    found = ((DIRECTORY, subject), *others) if subject else others
    if not any(kind == MAIL for kind, _ in others):
        found += tuple((MAIL, text) for part in subject for kind, text in part if kind == _EMAIL)
    return found


def allowed(names: tuple[GeneralName, ...], constraints: NameConstraints) -> bool:
    """Tell whether all names lie where they may; what cannot be compared may not (§4.2.1.10)."""
    if len(names) * (len(constraints.permitted) + len(constraints.excluded)) > MOST_COMPARISONS:
        return False
    for kind, value in names:
        permitted = [base for base_kind, base in constraints.permitted if base_kind == kind]
        excluded = [base for base_kind, base in constraints.excluded if base_kind == kind]
        if (permitted or excluded) and kind not in {MAIL, HOST, DIRECTORY, ADDRESS, IP}:
            return False
        if permitted and not any(_within(kind, value, base) for base in permitted):
            return False
        if any(_within(kind, value, base, unless=False) for base in excluded):
            return False
    return True


def _within(kind: int, value: Name | str | bytes, base: Name | str | bytes, *, unless: bool = True) -> bool:
    """Tell whether a name lies in a subtree; what cannot be told counts against the certificate."""
    try:
        if isinstance(value, tuple) and isinstance(base, tuple):
            return value[: len(base)] == base
        if isinstance(value, bytes) and isinstance(base, bytes):
            return _in_network(value, base)
        if isinstance(value, str) and isinstance(base, str):
            return _in_domain(kind, value.casefold(), base.casefold())
    except ValueError:
        pass
    return not unless


def _in_network(value: bytes, base: bytes) -> bool:
    half = len(base) // 2
    if len(value) != half:
        return False
    mask = int.from_bytes(base[half:])
    return int(ipaddress.ip_address(value)) & mask == int.from_bytes(base[:half]) & mask


def _in_domain(kind: int, value: str, base: str) -> bool:
    if kind == HOST:
        bare = base.removeprefix(".")
        return not bare or value == bare or value.endswith("." + bare)
    if kind == MAIL and "@" in base:
        return value == base
    host = value.rpartition("@")[2] if kind == MAIL else urlsplit(value).hostname
    if not host:
        raise ValueError("an address without a host")
    return host.endswith(base) if base.startswith(".") else host == base
