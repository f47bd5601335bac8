"""Asking many URLs at once, each one only once."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from converter.strict import load_json
from schemas.document import Tree
from schemas.errors import Malformed
from schemas.evidence import Fetcher, Missing, Resource
from verifier.address import without_fragment
from verifier.fetch import JSON

ANYTHING = (
    "application/ld+json, application/json;q=0.9, application/xml;q=0.8, image/png;q=0.7, "
    "image/svg+xml;q=0.7, */*;q=0.1"
)
IMAGES = "image/png, image/svg+xml, image/*;q=0.5"
KEYS = "application/ld+json, application/json, application/x-pem-file, text/plain;q=0.5"
OK = 200
GONE = 410
_AT_ONCE = 8
_AT_MOST = 60
_TOO_MANY = f"The document names more than {_AT_MOST} addresses."
Answer = Resource | Missing


class Asked:
    """What every URL answered so far. Fragments are not asked; one badge may cause sixty questions."""

    def __init__(self, fetcher: Fetcher) -> None:
        """Take the fetcher that does the asking."""
        self._fetcher = fetcher
        self._at_hand = bool(getattr(fetcher, "at_hand", False))  # nothing to wait for, no threads
        self._answers: dict[str, Future[Answer]] = {}
        self._lock = Lock()

    def ask(self, url: str, *, accept: str = JSON) -> Answer:
        """Ask one URL, or return what it answered before."""
        place = without_fragment(url)
        with self._lock:
            known = self._answers.get(place)
            if known is None and len(self._answers) >= _AT_MOST:
                return Missing(
                    url=url, why=f"The document names more than {_AT_MOST} addresses.", refused=True
                )
            future: Future[Answer] = known or Future()
            self._answers[place] = future
        if known is None:
            future.set_result(self._answered(place, accept))
        return future.result()

    def ask_all(self, questions: Iterable[tuple[str, str]]) -> None:
        """Ask several URLs side by side, each with its Accept."""
        asked = {(url, accept): None for url, accept in questions if is_web(url)}
        with self._lock:
            wanted = [one for one in asked if without_fragment(one[0]) not in self._answers][: _AT_MOST + 1]
        if self._at_hand or len(wanted) < 2:  # noqa: PLR2004 - one question needs no thread
            for url, accept in wanted:
                self.ask(url, accept=accept)
            return
        with ThreadPoolExecutor(max_workers=min(_AT_ONCE, len(wanted))) as pool:
            for _ in pool.map(lambda question: self.ask(question[0], accept=question[1]), wanted):
                pass

    def resources(self) -> dict[str, Answer]:
        """Return every answer, by the URL asked."""
        return {url: future.result() for url, future in sorted(self._answers.items())}

    def _answered(self, url: str, accept: str) -> Answer:
        try:
            return self._fetcher.fetch(url, accept=accept)
        except Exception:  # noqa: BLE001 - a fetcher must not raise; one that does has still not answered
            return Missing(url=url, why="The address could not be asked.")


def is_web(url: object) -> bool:
    """Tell whether a value is something to ask the web."""
    return isinstance(url, str) and url.lower().startswith(("https://", "http://"))


def json_object(answer: Answer | None) -> Tree | None:
    """Return the JSON object a URL answered with 200, else None."""
    if not isinstance(answer, Resource) or answer.status != OK:
        return None
    try:
        value = load_json(answer.body)
    except Malformed:
        return None
    return value if isinstance(value, dict) else None
