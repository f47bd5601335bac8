"""Evidence bundles: what the web answered, kept, so that a verification can be run again."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from converter.strict import load_json
from schemas.errors import Malformed, Problem, Unavailable
from schemas.evidence import Fetcher, Missing, Resource, Trust
from verifier.address import redirected, refusal, without_fragment
from verifier.fetch import JSON, MAX_BODY, MAX_REDIRECTS
from verifier.trust.references import as_recorded, referred

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST = 300
_NOT_KEPT = "The evidence bundle holds no answer for this address."


class BundleFetcher:
    """Replays an evidence bundle: `{"resources": {URL: answer or [answers by accept]}}`.

    An answer holds `status`, `content_type`, `location` and `body_base64` or `file` (a path below the
    bundle's folder). A URL that is not in the bundle is a failed fetch. The guard against addresses
    that are never asked holds here too, so that a replay says what the first run said.
    """

    at_hand = True

    def __init__(
        self,
        resources: Mapping[str, Any],
        folder: Path | None = None,
        *,
        trust: object = None,
        unanswered: object = None,
    ) -> None:
        """Take the members of a bundle.

        Args:
            resources: answers by URL.
            folder: where its files lie.
            trust: what it says of the trust it was recorded with.
            unanswered: why a URL gave no answer when it was asked, by URL.
        """
        self._resources = resources
        self._trust = trust
        self._unanswered = unanswered if isinstance(unanswered, Mapping) else {}
        self._folder = folder.resolve() if folder else None

    @classmethod
    def from_file(cls, path: Path) -> BundleFetcher:
        """Open a bundle.

        Raises:
            Unavailable: the file cannot be read.
            Malformed: it is not an evidence bundle.
        """
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Unavailable(str(path), f"The evidence bundle cannot be read: {error.strerror}.") from error
        bundle = load_json(data)
        resources = bundle.get("resources") if isinstance(bundle, dict) else None
        if not isinstance(resources, dict):
            problem = "The evidence bundle has no member `resources` that maps addresses to answers."
            raise Malformed(Problem(code="format.read", message=problem, where="/resources"))
        return cls.of(bundle, path.parent)

    @classmethod
    def of(cls, bundle: Mapping[str, Any], folder: Path | None = None) -> BundleFetcher:
        """Open a bundle that is at hand."""
        return cls(
            bundle["resources"], folder, trust=bundle.get("trust"), unanswered=bundle.get("unanswered")
        )

    def trust(self, own: Trust) -> Trust:
        """Return the asker's own trust as far as the bundle was recorded with it."""
        return as_recorded(own, self._trust)

    def fetch(self, url: str, *, accept: str = JSON) -> Resource | Missing:
        """Replay one URL, following the redirects the bundle holds."""
        here = without_fragment(url)
        for _ in range(MAX_REDIRECTS + 1):
            why = refusal(here, accept=accept)
            if why:
                return Missing(url=url, why=why, refused=True)
            answer = _chosen(self._resources.get(here), accept)
            if answer is None:
                told = self._unanswered.get(without_fragment(url))
                return Missing(url=url, why=told[:_LONGEST] if isinstance(told, str) and told else _NOT_KEPT)
            location, status = answer.get("location") or "", answer.get("status", 200)
            if not isinstance(status, int) or status not in _REDIRECTS or not location:
                return self._replayed(url, here, answer)
            here = without_fragment(redirected(here, location))
        return Missing(url=url, why=f"The address redirects more than {MAX_REDIRECTS} times.")

    def _replayed(self, url: str, here: str, answer: Mapping[str, Any]) -> Resource | Missing:
        status = answer.get("status", 200)
        body = self._body(answer)
        if not isinstance(status, int) or body is None or len(body) > MAX_BODY:
            return Missing(url=url, why="The evidence bundle's answer for this address cannot be used.")
        moved = here if here != without_fragment(url) else str(answer.get("location") or "")
        media = str(answer.get("content_type") or "")
        return Resource(url=url, status=status, content_type=media, body=body, location=moved)

    def _body(self, answer: Mapping[str, Any]) -> bytes | None:
        if isinstance(encoded := answer.get("body_base64"), str):
            try:
                return base64.b64decode(encoded, validate=True)
            except ValueError:
                return None
        name = answer.get("file")
        return b"" if name is None else self._file(name)

    def _file(self, name: object) -> bytes | None:
        if self._folder is None or not isinstance(name, str):
            return None
        try:
            path = (self._folder / name).resolve()
            # A bundle must not read the rest of the disk.
            return path.read_bytes() if path.is_relative_to(self._folder) else None
        except (OSError, ValueError):
            return None


def _chosen(entry: object, accept: str) -> Mapping[str, Any] | None:
    """Return the answer for an Accept: the same header, else an overlap of media types, else one without."""
    if isinstance(entry, Mapping):
        return entry
    if not isinstance(entry, list):
        return None
    answers = [answer for answer in entry if isinstance(answer, Mapping)]
    wanted = _media_types(accept)
    for fits in (
        lambda answer: answer.get("accept") == accept,
        lambda answer: bool(wanted & _media_types(str(answer.get("accept") or ""))),
        lambda answer: not answer.get("accept"),
        lambda answer: "*/*" in str(answer.get("accept") or ""),
    ):
        found = next((answer for answer in answers if fits(answer)), None)
        if found is not None:
            return found
    return None


def _media_types(accept: str) -> frozenset[str]:
    kinds = (part.partition(";")[0].strip().lower() for part in accept.split(","))
    return frozenset(kind for kind in kinds if kind and kind != "*/*")


class RecordingFetcher:
    """Asks another fetcher and keeps every answer, to be saved as an evidence bundle."""

    def __init__(self, inner: Fetcher) -> None:
        """Take the fetcher that does the asking."""
        self._inner = inner
        self._kept: dict[tuple[str, str], Resource] = {}
        self._unanswered: dict[str, str] = {}
        self._lock = Lock()

    def fetch(self, url: str, *, accept: str = JSON) -> Resource | Missing:
        """Ask the inner fetcher; of a URL that gave no answer the reason is kept, to be told again."""
        answer = self._inner.fetch(url, accept=accept)
        with self._lock:
            if isinstance(answer, Resource):
                self._kept[without_fragment(url), accept] = answer
            elif not answer.refused:  # the guard says again what it said
                self._unanswered.setdefault(without_fragment(url), answer.why)
        return answer

    def trust(self, own: Trust) -> Trust:
        """Return the asker's own trust; where a bundle is replayed, as far as it was recorded with it."""
        return self._inner.trust(own) if isinstance(self._inner, BundleFetcher) else own

    def bundle(self, trust: Trust | None = None) -> dict[str, Any]:
        """Return the evidence bundle of all that was answered, and of the trust it was judged with."""
        by_url: dict[str, list[dict[str, Any]]] = {}
        for (url, accept), answer in sorted(self._kept.items()):
            kept = {
                "status": answer.status,
                "content_type": answer.content_type,
                "location": answer.location or None,
                "body_base64": base64.b64encode(answer.body).decode(),
                "accept": accept,
            }
            by_url.setdefault(url, []).append(kept)
        resources = {url: _simplest(answers) for url, answers in by_url.items()}
        said: dict[str, Any] = {"trust": referred(trust)} if trust is not None else {}
        if self._unanswered:
            said["unanswered"] = dict(sorted(self._unanswered.items()))
        return {"resources": resources, **said}

    def save(self, path: Path) -> None:
        """Write the evidence bundle.

        Raises:
            Unavailable: the file cannot be written.
        """
        try:
            path.write_text(json.dumps(self.bundle(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise Unavailable(str(path), f"The evidence cannot be saved: {error.strerror}.") from error


def _simplest(answers: list[dict[str, Any]]) -> dict[str, Any] | list[dict[str, Any]]:
    """One answer needs no list and no accept (the bundle's own rule)."""
    if len(answers) > 1:
        return answers
    return {key: value for key, value in answers[0].items() if key != "accept"}
