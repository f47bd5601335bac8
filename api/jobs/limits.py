"""How many calls somebody may make in a minute: counted in memory, and answered with when to come back."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from schemas.errors import BadgepassError

_MINUTE = 60.0
_KEPT = 10_000


class TooMany(BadgepassError):  # noqa: N818 - reads as a sentence
    """Somebody asks more than is given.

    Attributes:
        code: `request.rate` or `job.quota`.
        wait: seconds after which there is more.
    """

    def __init__(self, message: str, *, code: str, wait: int) -> None:
        """Say what was too much, and when there is more."""
        super().__init__(message)
        self.code = code
        self.wait = wait


class Calls:
    """A bucket for each caller, that fills again as time goes by."""

    def __init__(self, a_minute: int) -> None:
        """Allow so many calls in a minute, all at once where they were saved up."""
        self._most = float(a_minute)
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def spend(self, who: str, at: float) -> None:
        """Take one call.

        Args:
            who: calls.
            at: seconds of a clock that only goes on.

        Raises:
            TooMany: none is left.
        """
        with self._lock:
            left, then = self._left.pop(who, (self._most, at))
            left = min(self._most, left + (at - then) * self._most / _MINUTE)
            enough = left >= 1
            self._left[who] = (left - 1 if enough else left, at)
            while len(self._left) > _KEPT:
                self._left.popitem(last=False)
        if not enough:
            wait = max(1, round((1 - left) * _MINUTE / self._most))
            raise TooMany("There are more calls than may be in a minute.", code="request.rate", wait=wait)
