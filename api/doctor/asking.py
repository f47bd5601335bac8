"""Asking the published addresses whether what they hold is still what is pinned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from api.doctor.conditions import Age, Condition
from api.official.fetching import ACCEPT, no_file
from schemas.evidence import Fetcher, Missing
from schemas.official import Pin, digest

_COMMIT = re.compile(r"/[0-9a-f]{40}/")
"""An address of one commit answers the same for ever, and so tells nothing about what is published now."""
_STATED = re.compile(rb'owl:versionInfo\s+"([0-9][0-9.]{0,20})"')
_WHAT = {"xsd": "An official schema", "shapes": "Official shapes", "context": "An official context"}


def published(pins: Iterable[Pin], fetcher: Fetcher, *, mirror: str = "") -> Iterator[Condition]:
    """Ask for every pinned file and compare digests; nothing is kept. Each is told as soon as it is known.

    Args:
        pins: of the files.
        fetcher: the guarded client.
        mirror: a folder on the web to ask instead of the published addresses.
    """
    for pin in pins:
        urls = (f"{mirror.rstrip('/')}/{quote(pin.name)}",) if mirror else _living(pin)
        yield _one(pin, urls, fetcher)


def _living(pin: Pin) -> tuple[str, ...]:
    return tuple(url for url in pin.urls if not _COMMIT.search(url))


def _one(pin: Pin, urls: tuple[str, ...], fetcher: Fetcher) -> Condition:
    """Take the first address that answers a file: that is what is published."""
    why = "It has no address that could change."
    for url in urls:
        answer = fetcher.fetch(url, accept=ACCEPT[pin.kind])
        why = no_file(answer)
        if why or isinstance(answer, Missing):
            continue
        if pin.accepts(answer.body):
            return _said(pin, Age.CURRENT, "What is published is what is pinned.")
        stated = _STATED.search(answer.body)
        version = stated[1].decode() if stated else ""
        named = f", which calls itself version {version}" if version else ""
        says = f"Another file is published at <{url}>{named}; its sha-256 is {digest(answer.body)}."
        return _said(pin, Age.OLDER, says, version)
    return _said(pin, Age.UNKNOWN, f"It could not be asked. {why}")


def _said(pin: Pin, age: Age, says: str, version: str = "") -> Condition:
    return Condition(name=pin.name, what=_WHAT[pin.kind], age=age, says=says, version=version)
