"""What registers say of accreditations, from files and addresses as an option or a setting names them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NoReturn

from api.gateway.asking import not_understood
from converter.strict import MAX_BYTES
from schemas.accreditation import Accreditations, Snapshot
from schemas.errors import Malformed
from schemas.evidence import Fetcher, Resource
from verifier.accreditation import read_snapshot

_DATED = re.compile(r"(?P<name>.+)@(?P<day>\d{4}-\d{2}-\d{2})", re.ASCII)
_WEB = ("http://", "https://")
_OK = 200


def read_accreditations(names: Iterable[str], fetcher: Fetcher, where: str) -> Accreditations:
    """Read every source; one on the web that does not answer is told, and hinders no other.

    Args:
        names: files or web addresses, each with `@` and a day behind it where its content does not tell one.
        fetcher: asks the addresses.
        where: the option or setting, for an error.

    Raises:
        NotUnderstood: a file cannot be read, or a source holds nothing known.
    """
    snapshots: list[Snapshot] = []
    unanswered: list[str] = []
    for name in names:
        source, day = _dated(name, where)
        data = _answered(source, fetcher) if source.lower().startswith(_WEB) else _held(source, where)
        if data is None:
            unanswered.append(source)
        else:
            snapshots.append(_snapshot(data, source, day, where))
    snapshots.sort(key=lambda one: one.taken, reverse=True)
    return Accreditations(snapshots=tuple(snapshots), unanswered=tuple(unanswered))


def _dated(name: str, where: str) -> tuple[str, date | None]:
    found = _DATED.fullmatch(name)
    if found is None:
        return name, None
    try:
        return found["name"], date.fromisoformat(found["day"])
    except ValueError:
        _refuse("The day after the @ is none.", where)


def _answered(address: str, fetcher: Fetcher) -> bytes | None:
    answer = fetcher.fetch(address)
    return answer.body if isinstance(answer, Resource) and answer.status == _OK else None


def _held(name: str, where: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable file name"
        _refuse(f"The accreditations cannot be read: {reason}.", where)


def _snapshot(data: bytes, source: str, day: date | None, where: str) -> Snapshot:
    # a report tells the name of a file, not where it lies on this machine
    shown = source if source.lower().startswith(_WEB) else Path(source).name
    try:
        return read_snapshot(data, shown, day)
    except Malformed as error:
        _refuse(f"The accreditations are not understood: {error}", where)


def _refuse(message: str, where: str) -> NoReturn:
    raise not_understood("request.accreditations", message, where)
