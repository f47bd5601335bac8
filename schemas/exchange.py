"""A request to a service the operator chose: a time-stamping authority, a signing service, a wallet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from schemas.evidence import Missing, Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What is sent.

    Attributes:
        method: `GET`, `POST`, `PUT` or `DELETE`.
        headers: beside those that the client sets of itself; may hold a secret, so it is never logged.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


class Exchange(Protocol):
    """Asks the services that the operator named, and no other. Never raises for what the world does."""

    def send(self, request: Outgoing) -> Resource | Missing:
        """Send one request and return its answer, whatever its status; redirects are not followed."""
