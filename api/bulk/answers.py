"""What the web answered about a badge: what is its own, and what all of its class share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from converter.mould import Opened
from converter.mould_cutting import Pieces
from converter.mould_marks import OWN_OF_BADGES
from schemas.evidence import Fetcher, Missing, Resource
from verifier.fetch import JSON

Answer = Resource | Missing
_STRANGE = "No badge of the class asked for this."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What answered about one badge.

    Attributes:
        shared: by address, of those that are not the badge's own; the same for a whole class.
        hosted: what its host answers to its id; None where it does not.
    """

    shared: Mapping[str, Answer]
    hosted: bytes | None = None


def answered_of(resources: Mapping[str, Answer], name: str) -> Answered | None:
    """Sort what answered; None where more of the web answered for a badge than one copy of its own.

    Args:
        resources: by address.
        name: the badge's id.
    """
    hosted = resources.get(name)
    shared = {url: answer for url, answer in resources.items() if not url.startswith(name)}
    for url, answer in resources.items():
        # edubadges answers for some pictures with nothing
        if url.startswith(name) and url != name and isinstance(answer, Resource) and answer.body:
            return None
    return Answered(shared=shared, hosted=hosted.body if isinstance(hosted, Resource) else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """What was asked about the first badge of a class, and how it was answered.

    Attributes:
        own: by what follows the id, of addresses that begin with it.
        shared: of all others.
        hosted: what the host answered to the id, cut where a learner's own stands.
        accepts: what was asked for at each address, own ones by what follows the id.
    """

    own: Mapping[str, Answer]
    shared: Mapping[str, Answer]
    hosted: Pieces | None
    accepts: Mapping[tuple[bool, str], str]

    @classmethod
    def of(cls, badge: Opened, resources: Mapping[str, Answer]) -> Recalled | None:
        """Recall how a badge was answered; None where its class cannot be known by it."""
        answered = answered_of(resources, badge.id)
        if answered is None:
            return None
        own = {url[len(badge.id) :]: one for url, one in resources.items() if url.startswith(badge.id)}
        plain = all(_is_plain(answer, badge.values["id"]) for answer in own.values())
        strange = any(url.startswith(badge.values["prefix"]) for url in answered.shared)
        if strange or not plain or not _agrees(answered.hosted, badge):
            return None
        named = {badge.values[name]: name for name in OWN_OF_BADGES if name in badge.values}
        try:
            hosted = Pieces.of(answered.hosted.decode(), named) if answered.hosted is not None else None
        except UnicodeDecodeError:
            return None
        return cls(own=own, shared=answered.shared, hosted=hosted, accepts={})

    def answering(self, marks: Mapping[str, str]) -> Recall:
        """Return what answers a badge of marks as the first was answered."""
        return Recall(self, marks["prefix"] + marks["id"], self._hosted_of(marks))

    def as_asked(self, recall: Recall) -> Recalled | None:
        """Keep what was asked for; None where a badge of marks asked otherwise than the first did."""
        asked = {(True, rest) for rest in self.own} | {(False, url) for url in self.shared}
        return replace(self, accepts=recall.accepts) if set(recall.accepts) == asked else None

    def again(self, badge: Opened, fetcher: Fetcher | None) -> Answered | None:
        """Ask for another badge of the class; None where it is answered otherwise than the first was.

        Args:
            badge: another of the class.
            fetcher: None where nothing answers, and so nobody is asked.
        """
        hosted = self._hosted_of(badge.values)
        if fetcher is not None:
            for url, expected in self.shared.items():
                if fetcher.fetch(url, accept=self.accepts[False, url]) != expected:
                    return None
            for rest, expected in self.own.items():
                url = badge.id + rest
                answer = fetcher.fetch(url, accept=self.accepts[True, rest])
                if answer != _told_of(expected, url, b"" if rest else hosted):
                    return None
        return Answered(shared=self.shared, hosted=hosted)

    def _hosted_of(self, values: Mapping[str, str]) -> bytes | None:
        if self.hosted is None:
            return None
        return self.hosted.filled({name: values[name].encode() for name in OWN_OF_BADGES if name in values})


class Recall:
    """Answers a badge of marks as the first of its class was answered, and notes what it asked for."""

    at_hand = True

    def __init__(self, recalled: Recalled, name: str, hosted: bytes | None) -> None:
        """Take what is recalled, the id of the badge of marks, and what its host answers."""
        self._recalled, self._name, self._hosted = recalled, name, hosted
        self.accepts: dict[tuple[bool, str], str] = {}

    def fetch(self, url: str, *, accept: str = JSON) -> Answer:
        """Answer as the first was answered."""
        own = url.startswith(self._name)
        place = url[len(self._name) :] if own else url
        self.accepts[own, place] = accept
        answer = (self._recalled.own if own else self._recalled.shared).get(place)
        if answer is None:
            return Missing(url=url, why=_STRANGE)
        return _told_of(answer, url, b"" if place else self._hosted) if own else answer


def _told_of(answer: Answer, url: str, body: bytes | None) -> Answer:
    if isinstance(answer, Missing):
        return replace(answer, url=url)
    return replace(answer, url=url, body=body or b"")


def _is_plain(answer: Answer, name: str) -> bool:
    """Tell an answer that says nothing of the badge but in its body."""
    if isinstance(answer, Missing):
        return name not in answer.why
    return not answer.location and name not in answer.content_type


def _agrees(hosted: bytes | None, badge: Opened) -> bool:
    """Tell whether the copy that a host has is about the same learner."""
    if hosted is None:
        return True
    try:
        tree: Any = orjson.loads(hosted)
    except orjson.JSONDecodeError:
        return False
    return isinstance(tree, dict) and tree.get("recipient") == badge.recipient
