"""`badgepass doctor`."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from api.cli.terminal import print_json, print_lines
from api.cli.world import list_store, moment, official_cache, published_files
from api.doctor.asking import published
from api.doctor.conditions import SOURCES, Age, Condition, cached_files, conditions, trusted_lists

_OLDER, _NOT_ASKED = 1, 3
_ENDS = {
    0: "Nothing is older than it should be.",
    _OLDER: "Something is older than it should be.",
    _NOT_ASKED: "Nothing is known to be older, but not everything could be asked.",
}
_HINT = "These are ages; `badgepass doctor --ask` compares with what is published now."


def run(asked: Namespace) -> int:
    """Tell what is older than the world.

    Returns:
        0 where nothing is, 1 where something is, 3 where something that was to be asked could not be.
    """
    cache, now = official_cache(asked), moment(asked)
    ask = asked.ask or asked.mirror is not None
    found: list[Condition] = []
    for one in _found(
        conditions(now, (*SOURCES, cached_files(cache), trusted_lists(list_store(asked)))),
        asked if ask else None,
    ):
        found.append(one)
        if not asked.json:
            print_lines(*_told(one))
            sys.stdout.flush()
    end = _end(found)
    if asked.json:
        print_json({"at": now.isoformat(), "asked": ask, "end": _ENDS[end], "things": list(map(_row, found))})
    else:
        print_lines("", _ENDS[end], *(() if ask else (_HINT,)))
    return end


def _found(offline: Iterable[Condition], asked: Namespace | None) -> Iterator[Condition]:
    yield from offline
    if asked is not None:
        mirror, fetcher = published_files(asked)
        yield from published(official_cache(asked).pins, fetcher, mirror=mirror)


def _end(found: Iterable[Condition]) -> int:
    ages = {one.age for one in found}
    return _OLDER if Age.OLDER in ages else _NOT_ASKED if Age.UNKNOWN in ages else 0


def _told(one: Condition) -> Iterator[str]:
    version = f"  ({one.version})" if one.version else ""
    if one.age is Age.TOLD and version:
        yield f"{'':<9}{one.name}{version}"
        return
    yield f"{'' if one.age is Age.TOLD else one.age:<9}{one.name}{version}"
    yield f"{'':<9}{one.says}"


def _row(one: Condition) -> dict[str, Any]:
    return {**asdict(one), "age": str(one.age), "since": one.since.isoformat() if one.since else None}
