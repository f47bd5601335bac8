"""What a container says about the badge or credential it encloses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from schemas.errors import Malformed, NotRecognised, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """The bytes found inside a container.

    Attributes:
        data: the enclosed bytes: JSON, a compact JWS or a URL.
        problems: what the container got wrong and could be read all the same.
    """

    data: bytes
    problems: tuple[Problem, ...] = ()


def malformed(message: str, where: str = "", cite: str = "") -> NoReturn:
    """Raise Malformed with one sentence."""
    raise Malformed(Problem(code="format.read", message=message, where=where, cite=cite))


def unbaked(message: str, cite: str = "") -> NoReturn:
    """Raise NotRecognised for a whole container that encloses nothing we know."""
    raise NotRecognised(Problem(code="format.read.nothing-enclosed", message=message, cite=cite))
