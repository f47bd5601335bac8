"""Things with an age, and what is to be said of each at a moment."""

from __future__ import annotations

import functools
import platform
import ssl
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib import metadata

from api.official.cache import Cache, State
from api.trust.store import ListStore
from api.trust.telling import freshness
from schemas.readings import readings


class Age(StrEnum):
    """How a thing stands to the world."""

    CURRENT = "current"  # young enough, or the same as what is published
    OLDER = "older"  # somebody should look, or something else is published
    UNKNOWN = "unknown"  # it could not be asked
    TOLD = "told"  # a version, for whoever asks; nothing is said of its age


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What is to be said of one thing.

    Attributes:
        name: short, stable.
        what: for a person.
        age: how it stands.
        says: one sentence.
        version: as its publisher calls it; may be empty.
        since: the day it is from, or was read; None where that is not known.
        days: from then to the moment asked about; None likewise.
    """

    name: str
    what: str
    age: Age
    says: str
    version: str = ""
    since: date | None = None
    days: int | None = None


Source = Callable[[datetime], Iterable[Condition]]
"""Things with an age: asked for their conditions at a moment, without asking any address.

A snapshot of trusted lists becomes one by `aged`, given the day it was taken and for how long it counts.
"""

_LIBRARIES = ("cryptography", "lxml", "httpx", "httpcore", "pyld", "pydantic", "fastapi", "pikepdf", "typst")
"""What verdicts and conversions rest on."""
_LIST_DAYS = 7
"""Lists change from one day to the next; a week is what an operator may be on leave."""
_SUPPORTED_UNTIL = {
    (3, 11): date(2027, 10, 31),
    (3, 12): date(2028, 10, 31),
    (3, 13): date(2029, 10, 31),
    (3, 14): date(2030, 10, 31),
}
"""Until when a Python gets security fixes: PEP 664, 693, 719, 745; the last day of the month they name."""


def aged(
    name: str,
    what: str,
    *,
    since: date,
    now: datetime,
    limit: int,
    version: str = "",
    verb: str = "Taken on",
    mend: str = "",
) -> Condition:
    """Say how old a thing is.

    Args:
        name: short, stable.
        what: for a person.
        since: the day it is from.
        now: the moment asked about.
        limit: days after which it is older than it should be.
        version: as its publisher calls it.
        verb: how the sentence begins, before the day.
        mend: what to do then, a sentence.
    """
    days = (now.date() - since).days
    older = days > limit
    says = f"{verb} {since:%Y-%m-%d}, {_ago(days)}"
    says += f"; somebody should look after {limit} days. {mend}".rstrip() if older else "."
    age = Age.OLDER if older else Age.CURRENT
    return Condition(name=name, what=what, age=age, says=says, version=version, since=since, days=days)


def _ago(days: int) -> str:
    if days < 0:
        return "which is still to come by this machine's clock"
    return {0: "today", 1: "one day ago"}.get(days, f"{days} days ago")


def readings_of_the_world(now: datetime) -> Iterator[Condition]:
    """Tell the age of every reading this software comes with."""
    for one in readings():
        yield aged(
            one.name,
            one.what,
            since=one.dated or one.read,
            now=now,
            limit=one.days,
            version=one.version,
            verb=f"Read on {one.read:%Y-%m-%d}; made no later than" if one.dated else "Read on",
            mend=f"Compare with <{one.published}>, or install a newer release.",
        )


def what_runs_us(now: datetime, python: tuple[int, int] = sys.version_info[:2]) -> Iterator[Condition]:
    """Tell whether this Python still gets security fixes, and which libraries are at work."""
    until = _SUPPORTED_UNTIL.get(python)
    version, name, what = platform.python_version(), "python", "The Python that runs this"
    if until is None:
        says = "How long this version gets security fixes is not known here."
        yield Condition(name=name, what=what, age=Age.TOLD, says=says, version=version)
    elif now.date() > until:
        says = f"It gets no more security fixes since {until:%Y-%m-%d}: run a newer one."
        yield Condition(name=name, what=what, age=Age.OLDER, says=says, version=version)
    else:
        says = f"It gets security fixes until {until:%Y-%m-%d}."
        yield Condition(name=name, what=what, age=Age.CURRENT, says=says, version=version)
    told = {library: _installed(library) for library in _LIBRARIES} | {"openssl": ssl.OPENSSL_VERSION}
    for library, found in told.items():
        says = "At work here." if found else "Not installed here."
        yield Condition(name=library, what="A library", age=Age.TOLD, says=says, version=found)


@functools.cache
def _installed(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


def cached_files(cache: Cache) -> Source:
    """Make a source of the cache of official files: what was published last may be another than expected."""

    def told(_: datetime) -> Iterator[Condition]:
        held = cache.held()
        usable = sum(one.usable for one in held)
        changed = [one.pin.name for one in held if one.state in {State.CHANGED, State.ALTERED}]
        says = f"{usable} of {len(held)} are kept and used."
        if changed:
            says += f" Found with another digest than expected, and not used: {', '.join(changed)}."
        age = Age.OLDER if changed else Age.CURRENT if usable else Age.TOLD
        yield Condition(name="official-cache", what="The kept official files", age=age, says=says)

    return told


def trusted_lists(store: ListStore) -> Source:
    """Make a source of the trusted lists at hand, which count until their renewal is due."""

    def told(now: datetime) -> Iterator[Condition]:
        name, what = "trusted-lists", "The EU trusted lists at hand"
        found = freshness(store, now)
        if found["checked"] is None:
            says = "None are at hand: `badgepass trust refresh` brings them."
            yield Condition(name=name, what=what, age=Age.TOLD, says=says)
            return
        since = datetime.fromisoformat(found["checked"]).date()
        mend = "Run `badgepass trust refresh`."
        if found["overdue"]:
            says = f"Their renewal was due by {found['next_update'][:10]}. {mend}"
            days = found["age_days"]
            yield Condition(name=name, what=what, age=Age.OLDER, says=says, since=since, days=days)
        else:
            yield aged(
                name, what, since=since, now=now, limit=_LIST_DAYS, verb="Last asked for on", mend=mend
            )

    return told


SOURCES: tuple[Source, ...] = (readings_of_the_world, what_runs_us)
"""What every installation has; a door adds its own."""


def conditions(now: datetime, sources: Iterable[Source] = SOURCES) -> tuple[Condition, ...]:
    """Ask every source; no address is asked."""
    return tuple(one for source in sources for one in source(now))


def older(found: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return what is older than it should be."""
    return tuple(one for one in found if one.age is Age.OLDER)
