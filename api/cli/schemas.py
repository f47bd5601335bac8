"""`badgepass schemas`: list, fetch, show."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from api.cli.files import write_standard
from api.cli.terminal import plain, print_json, print_lines
from api.cli.world import official_cache, published_files
from api.gateway.schemas import schema_list, shown_schema
from api.official.fetching import Came, Told, fetched

_CHANGED, _UNREACHABLE = 1, 3


def run(asked: Namespace) -> int:
    """Do one of the tasks."""
    tasks: dict[str, Callable[[Namespace], int]] = {"list": _list, "fetch": _fetch, "show": _show}
    return tasks[asked.task](asked)


def _list(asked: Namespace) -> int:
    known = schema_list(official_cache(asked))
    if asked.json:
        print_json(known)
    else:
        print_lines(*_listed(known))
    return 0


def _listed(known: dict[str, Any]) -> Iterator[str]:
    yield "Our own (badgepass schemas show NAME):"
    for one in known["own"]:
        yield f"  {one['name']:<48} {one['kind']:<20} {one['version']}".rstrip()
    yield from ("", f"The official ones, in {known['cache']} (badgepass schemas fetch):")
    for one in known["official"]:
        older = ", an earlier one is used" if one["state"] == "changed" and one["usable"] else ""
        yield f"  {one['name']:<32} {one['state']}{older}"
        yield f"    published  {one['url']}"
        for pinned in one["pinned"]:
            yield f"    expected   {pinned}"
        if one["sha256"] and one["sha256"] not in one["pinned"]:
            yield f"    found      {one['sha256']}"


def _fetch(asked: Namespace) -> int:
    """Fetch; 1 where something published has changed, else 3 where something could not be had."""
    cache, (mirror, fetcher) = official_cache(asked), published_files(asked)
    told: list[Told] = []
    for one in fetched(cache, cache.wanted(asked.names), fetcher, mirror=mirror):
        told.append(one)
        if not asked.json:
            print_lines(*_told(one))
            sys.stdout.flush()
    if asked.json:
        print_json({"cache": str(cache.folder), "files": [asdict(one) for one in told]})
    ends = {one.came for one in told}
    return _CHANGED if Came.CHANGED in ends else _UNREACHABLE if Came.UNREACHABLE in ends else 0


def _told(one: Told) -> Iterator[str]:
    yield f"{one.came:<12} {one.name}" + (f"  <{one.url}>" if one.url else "")
    if one.why:
        yield f"             {one.why}"
    if one.came is Came.CHANGED:
        yield f"             its digest is {one.sha256}"


def _show(asked: Namespace) -> int:
    text = shown_schema(asked.name).written()
    if sys.stdout.isatty():
        print_lines(*(plain(line) for line in text.splitlines()))
    else:
        write_standard(text.encode())
    return 0
