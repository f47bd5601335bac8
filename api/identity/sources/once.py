"""What may be used once: nonces and assertion numbers, remembered until nothing with them can count."""

from __future__ import annotations

import hashlib
from datetime import datetime
from threading import Lock

from schemas.errors import Unavailable

_MOST = 100_000


class Once:
    """Remembers the digests of what was used, in memory."""

    def __init__(self) -> None:
        self._used: dict[bytes, datetime] = {}
        self._lock = Lock()

    def first(self, value: str, *, until: datetime, now: datetime) -> bool:
        """Note a use; tell whether it was the first.

        Args:
            value: what may be used once.
            until: after this moment it is refused for another reason, so that it may be forgotten.
            now: timezone-aware.

        Raises:
            Unavailable: there are too many to remember; nothing is believed unremembered.
        """
        digest = hashlib.sha256(value.encode("utf-8", "replace")).digest()
        with self._lock:
            if digest in self._used:
                return False
            if len(self._used) >= _MOST:
                self._used = {one: end for one, end in self._used.items() if end > now}
            if len(self._used) >= _MOST:
                raise Unavailable("", "Too many sign-ins are remembered here; try again in some minutes.")
            self._used[digest] = until
            return True
