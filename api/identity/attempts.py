"""How often somebody may guess: a bounded number for each credential and client, in memory alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from schemas.errors import BadgepassError

MOST = 5
WINDOW = timedelta(hours=1)
_KEPT = 100_000  # clients with credentials; the oldest is forgotten first


class TooOften(BadgepassError):  # noqa: N818 - reads as a sentence
    """The attempts are spent.

    Attributes:
        wait: seconds until there is one again.
    """

    def __init__(self, wait: int) -> None:
        """Say how long to wait."""
        super().__init__(f"The attempts for this credential are spent; try again in {wait} seconds.")
        self.wait = wait


class Attempts:
    """Counts questions. Who asked about what is held as a keyed digest, whose key dies with the process."""

    def __init__(self, most: int = MOST, window: timedelta = WINDOW) -> None:
        """Start with a key of one's own; `most` attempts in each `window`."""
        self._key = secrets.token_bytes(32)
        self._most = most
        self._window = window
        self._made: OrderedDict[bytes, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def spend(self, credential: bytes, client: str, *, now: datetime) -> int:
        """Take one attempt.

        Args:
            credential: bytes that stand for the credential whatever it is wrapped in.
            client: who asks.
            now: timezone-aware.

        Returns:
            How many are left.

        Raises:
            TooOften: none was left.
        """
        digest = hashlib.sha256(credential).digest() + client.encode("utf-8", "replace")
        name = hmac.digest(self._key, digest, "sha256")
        with self._lock:
            recent = [at for at in self._made.pop(name, []) if now - at < self._window]
            spent = len(recent) >= self._most
            if not spent:
                recent.append(now)
            self._made[name] = recent
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        if spent:
            raise TooOften(max(1, int((recent[0] + self._window - now).total_seconds())))
        return self._most - len(recent)
