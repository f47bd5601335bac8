"""The root of every pivot class, and the register by which trees find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

Opaque = Any
"""A plain JSON value carried as it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything with an identity.

    A node that carries only its `id` is a reference to the node of that id elsewhere in the credential.

    Attributes:
        id: a URI; two nodes with one id are the same thing and must say the same.
    """

    REGISTER: ClassVar[dict[str, type[Node]]] = {}

    id: str | None = None

    def __init_subclass__(cls) -> None:
        """Register by name: the `type` tag of a pivot tree is the class's name."""
        Node.REGISTER[cls.__name__] = cls
