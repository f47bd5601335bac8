"""Bringing the official schema files into the cache."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from api.official.cache import Cache, State
from schemas.evidence import Fetcher, Missing, Resource
from schemas.official import Pin, digest

_OK = 200
ACCEPT = {
    "xsd": "application/xml, text/xml;q=0.9, */*;q=0.1",
    "shapes": "text/turtle, */*;q=0.1",
    "context": "application/ld+json, application/json;q=0.9, */*;q=0.1",
}


class Came(StrEnum):
    """How asking for one file ended."""

    FETCHED = "fetched"
    AT_HAND = "at hand"  # there already with an accepted digest; not asked again
    CHANGED = "changed"  # what is published has a digest that is not accepted; kept beside, not used
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of one file.

    Attributes:
        url: where it came from, or where it was asked last.
        why: what stood in the way, in one sentence.
        sha256: of what is in the cache now, or of what came and is not used.
    """

    name: str
    came: Came
    url: str = ""
    why: str = ""
    sha256: str = ""


def fetched(cache: Cache, wanted: Iterable[Pin], fetcher: Fetcher, *, mirror: str = "") -> Iterator[Told]:
    """Ask for every file that is not in the cache as it should be; each is told as soon as it is known.

    Args:
        cache: where they are kept.
        wanted: which ones.
        fetcher: the only way to the world.
        mirror: a folder on the web to ask instead of the published addresses.

    Raises:
        NotUnderstood: the cache cannot be written.
    """
    for pin in wanted:
        held = cache.one(pin)
        if held.state is State.MATCHES:
            yield Told(name=pin.name, came=Came.AT_HAND, sha256=held.sha256)
        else:
            yield _one(cache, pin, fetcher, mirror)


def _one(cache: Cache, pin: Pin, fetcher: Fetcher, mirror: str) -> Told:
    """Ask the addresses in turn; the first answer with an accepted digest is the file."""
    urls = (f"{mirror.rstrip('/')}/{quote(pin.name)}",) if mirror else pin.urls
    told = Told(name=pin.name, came=Came.UNREACHABLE)
    for url in urls:
        answer = fetcher.fetch(url, accept=ACCEPT[pin.kind])
        why_not = no_file(answer)
        if isinstance(answer, Missing) or why_not:
            if told.came is Came.UNREACHABLE:
                told = Told(name=pin.name, came=Came.UNREACHABLE, url=url, why=why_not)
            continue
        if cache.keep(pin, answer.body):
            return Told(name=pin.name, came=Came.FETCHED, url=url, sha256=digest(answer.body))
        why = "What is published there has a digest that is not accepted; it was kept beside and is not used."
        told = Told(name=pin.name, came=Came.CHANGED, url=url, why=why, sha256=digest(answer.body))
    return told


def no_file(answer: Resource | Missing) -> str:
    """Say in one sentence why an answer is no file; empty where it is one."""
    if isinstance(answer, Missing):
        return answer.why
    if answer.status != _OK:
        return f"The address answers {answer.status}."
    return "" if answer.body else "The address answers nothing."
