"""A source that a holder signs in at, for tests of what comes after: it says what it was told to say."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from identity_samples import handed

from api.identity.source import Begun
from converter.identity_reading import identity_of
from schemas.errors import Problem, Refused
from schemas.identity import Identity


@dataclass
class StubSignIn:
    """Sends the browser straight back; `recipient` is the value it knows the holder by."""

    name: str = "stub"
    source: str = "eidas"
    said: dict[str, Any] = field(default_factory=dict)
    recipient: dict[str, str] | None = None

    def begin(self, back: str, *, now: datetime) -> Begun:
        assert now.tzinfo is not None
        state = secrets.token_urlsafe(8)
        return Begun(address=f"{back}?state={state}&code=c", kept={"state": state})

    def finish(self, begun: Begun, back: str, said: Mapping[str, str], *, now: datetime) -> Identity:
        assert back.endswith(f"/identity/back/{self.name}")
        if said.get("state") != begun.kept["state"]:
            raise Refused(Problem(code="identity.state", message="This sign-in was not begun here."))
        raw = handed(**{"source": self.source, "loa": "high", "ground": None, **self.said})
        made = identity_of({**raw, "recipient": self.recipient or {"id": "unknown"}}, now=now).identity
        return made if self.recipient else replace(made, recipient=None)
