"""Errors, split by whose fault it is: the document's, the world's, or ours.

Ours have no class here: a bug is an ordinary exception, and the doors turn it into `internal.error`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a document.

    Attributes:
        code: stable, `area.fact`; the sentence may change, the code may not.
        message: one sentence for a person; names fields, never quotes personal data.
        where: JSON pointer or element path into the document, empty for the whole.
        cite: the clause that says so.
    """

    code: str
    message: str
    where: str = ""
    cite: str = ""


class BadgepassError(Exception):
    """Root of every error this software raises on purpose."""


class DocumentError(BadgepassError):
    """The document is at fault."""

    def __init__(self, *problems: Problem) -> None:
        """Take at least one problem; the first is the headline."""
        super().__init__(problems[0].message)
        self.problems: tuple[Problem, ...] = problems


class NotRecognised(DocumentError):  # noqa: N818 - reads as a sentence
    """None of the known formats; the message names what was looked for."""


class Malformed(DocumentError):  # noqa: N818
    """Recognised, but the bytes cannot be taken apart safely (not well-formed, a DOCTYPE, too large)."""


class Unmappable(DocumentError):  # noqa: N818
    """Read, but cannot be lifted (a dangling reference, a value outside its codec's domain)."""


class Incomplete(DocumentError):  # noqa: N818
    """The target format demands facts that neither the document nor the request holds; lists them all."""


class Refused(DocumentError):  # noqa: N818
    """We could, but must not: a revoked source, something left out under `--strict`."""


class WorldError(BadgepassError):
    """The world is at fault: a server, a network, a disk."""


class Unavailable(WorldError):  # noqa: N818
    """A resource could not be had."""

    def __init__(self, url: str, why: str) -> None:
        """Name the resource and say in one sentence why it could not be had."""
        super().__init__(why)
        self.url = url
        self.why = why
