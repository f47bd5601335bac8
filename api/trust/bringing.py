"""Bring trusted lists into the store: from where they are published, or from a folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from api.gateway.asking import not_understood
from api.trust.store import ListStore
from schemas.errors import Unavailable
from schemas.evidence import Fetcher, Missing
from schemas.trusted_list import ListArchive, ListSnapshot, Pointer
from verifier.trust.lists import (
    MAX_BYTES,
    Brought,
    ListRefusal,
    Publication,
    announced,
    authenticated_lotl,
    national_pointers,
    pivots_before,
    snapshot_of,
    territory_of,
)

LOTL_ADDRESS = "https://ec.europa.eu/tools/lotl/eu-lotl.xml"
ACCEPT = "application/vnd.etsi.tsl+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
SECONDS = 120.0
"""For one list: the largest are ten megabytes, and some are published on slow machines."""
_AT_ONCE = 6
_MOST_FILES = 200
_OK = 200
_EU = "EU"
_TERRITORY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How bringing lists ended.

    Attributes:
        snapshot: what holds.
        new: whether the store did not have just this yet.
        refused: territories (or files) that were there but are not believed, each with the reason.
        missing: territories whose list could not be had, each with the reason.
    """

    snapshot: ListSnapshot
    new: bool
    refused: Mapping[str, str]
    missing: Mapping[str, str]


def refreshed(
    store: ListStore,
    fetcher: Fetcher,
    *,
    known: Iterable[Publication],
    now: datetime,
    address: str = LOTL_ADDRESS,
) -> Outcome:
    """Fetch the list of lists, the pivots it needs and the lists it points at; keep what holds.

    Pivots are fetched only from the folder the list of lists itself lies in, and national lists only from
    where an authenticated list of lists points.

    Raises:
        Unavailable: the list of lists could not be had.
        ListRefusal: it is not believed; nothing was changed.
        NotUnderstood: the store cannot be written.
    """
    notices = tuple(known)
    lotl = _fetched(fetcher, address)
    if isinstance(lotl, str):
        raise Unavailable(address, lotl)
    _, urls = pivots_before(announced(lotl), notices)
    beside = [url for url in urls if url.rpartition("/")[0] == address.rpartition("/")[0]]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = zip(beside, pool.map(lambda url: _fetched(fetcher, url), beside), strict=True)
        pivots = {url.rpartition("/")[2]: data for url, data in answers if isinstance(data, bytes)}
        pointers = national_pointers(authenticated_lotl(lotl, known=notices, pivots=pivots))
        found = dict(
            zip(pointers, pool.map(lambda one: _first(fetcher, one), pointers.values()), strict=True)
        )
    brought = Brought(
        lotl=lotl,
        lists={one: data for one, data in found.items() if isinstance(data, bytes)},
        pivots=pivots,
        missing={one: why for one, why in found.items() if isinstance(why, str)},
    )
    return _kept(store, brought, notices, now=now, past=False)


def _first(fetcher: Fetcher, pointers: tuple[Pointer, ...]) -> bytes | str:
    """Ask the addresses of one list in turn; the reason of the first where none answers."""
    whys = []
    for url in dict.fromkeys(one.location for one in pointers):
        answer = _fetched(fetcher, url)
        if isinstance(answer, bytes):
            return answer
        whys.append(answer)
    return whys[0]


def _fetched(fetcher: Fetcher, url: str) -> bytes | str:
    """Return the answer of an address, or why there is none."""
    answer = fetcher.fetch(url, accept=ACCEPT)
    if isinstance(answer, Missing):
        return answer.why
    if answer.status != _OK:
        return f"The address answers {answer.status}."
    return answer.body or "The address answers nothing."


def imported(store: ListStore, folder: Path, *, known: Iterable[Publication], now: datetime) -> Outcome:
    """Read a folder with a list of lists, its pivots and national lists; keep what holds.

    The lists may be older than those at hand, but may not contradict them.

    Raises:
        NotUnderstood: the folder cannot be read or holds no list of lists, or the store cannot be written.
        ListRefusal: the list of lists is not believed; nothing was changed.
    """
    files = _files(folder)
    european, lists, refused = _sorted_out(files)
    if not european:
        message = "The folder holds no list of lists (EU.xml); without one no list can be authenticated."
        raise not_understood("request.trust-lists", message, str(folder))
    named = [name for name in european if name.lower() in {"eu.xml", "eu-lotl.xml"}]
    chosen = named[0] if named else max(european, key=lambda name: european[name])
    pivots = {name: files[name] for name in european if name != chosen}
    brought = Brought(
        lotl=files[chosen], lists={one: files[name] for one, name in lists.items()}, pivots=pivots
    )
    outcome = _kept(store, brought, tuple(known), now=now, past=True)
    return Outcome(
        snapshot=outcome.snapshot, new=outcome.new, refused={**refused, **outcome.refused}, missing={}
    )


def _files(folder: Path) -> dict[str, bytes]:
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".xml" and path.is_file())
        if len(paths) > _MOST_FILES:
            message = f"The folder holds more than {_MOST_FILES} lists."
            raise not_understood("request.trust-lists", message, str(folder))
        found = {}
        for path in paths:
            with path.open("rb") as file:
                found[path.name] = file.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"The folder of trusted lists cannot be read: {error.strerror}."
        raise not_understood("request.trust-lists", message, str(folder)) from None
    return found


def _sorted_out(files: Mapping[str, bytes]) -> tuple[dict[str, int], dict[str, str], dict[str, str]]:
    """Sort files by what they say they are: European ones with their number, national ones, unreadable ones.

    A file that cannot be read still stands for the list it is named after.
    """
    european: dict[str, int] = {}
    lists: dict[str, str] = {}
    refused: dict[str, str] = {}
    for name, data in files.items():
        try:
            territory, number = territory_of(data)
        except ListRefusal as refusal:
            if name.lower() in {"eu.xml", "eu-lotl.xml"}:
                european[name] = 0
            else:
                refused[name] = refusal.sentence
            continue
        if territory == _EU:
            european[name] = number
        elif not _TERRITORY.fullmatch(territory):
            refused[name] = "The list is of no territory."
        elif territory in lists:
            refused[name] = f"The folder holds another list of {territory}."
        else:
            lists[territory] = name
    return european, lists, refused


def _kept(
    store: ListStore, brought: Brought, known: tuple[Publication, ...], *, now: datetime, past: bool
) -> Outcome:
    archive: ListArchive = store.archive()
    snapshot = snapshot_of(brought, known=known, archive=archive, past=past)
    files = {sha256(data).hexdigest(): data for data in (brought.lotl, *brought.lists.values())}
    new = store.keep(snapshot, files, now=now)
    refused = {one: why for one, why in snapshot.faults if one not in brought.missing}
    return Outcome(snapshot=snapshot, new=new, refused=refused, missing=dict(brought.missing))
