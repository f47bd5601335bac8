"""The file of people: who each assertion is about, joined row by row without being held in memory."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from api.bulk.rows import Person
from api.gateway.asking import not_understood

COLUMNS = (
    "assertion_id",
    "given_name",
    "family_name",
    "birthdate",
    "birth_place",
    "birth_country",
    "nationality",
    "eduid",
    "email",
)
NEEDED = COLUMNS[:3]
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_LONGEST = 500
_CODE = "request.people"
_PATTERNS = {"birthdate": _DAY, "birth_country": _COUNTRY, "nationality": _COUNTRY}


def prepare_people(source: Path, kept: Path) -> int:
    """Read a CSV of people into a file that rows are looked up in; return how many there are.

    Raises:
        NotUnderstood: a line is not understood; says which and why, never what stands in it.
    """
    kept.unlink(missing_ok=True)
    with closing(sqlite3.connect(kept)) as book:
        book.execute("PRAGMA journal_mode=OFF")
        book.execute("PRAGMA synchronous=OFF")
        columns = ", ".join(COLUMNS[1:])
        book.execute(f"CREATE TABLE person (key TEXT PRIMARY KEY, {columns}, twice) WITHOUT ROWID")
        marks = ", ".join("?" * len(COLUMNS))
        book.executemany(
            f"INSERT INTO person VALUES ({marks}, 0) ON CONFLICT (key) DO UPDATE SET twice = 1",  # noqa: S608 - constants
            _lines(source),
        )
        book.commit()
        (count,) = book.execute("SELECT count(*) FROM person").fetchone()
        return int(count)


_ASKED = f"SELECT {', '.join(COLUMNS[1:])}, twice FROM person WHERE key = ?"  # noqa: S608 - constants
_MAPPED = 1 << 30


class KnownPeople:
    """The people of a prepared file."""

    def __init__(self, kept: Path) -> None:
        """Open the file; it is only read, and nobody writes it any more."""
        self._book = sqlite3.connect(f"file:{kept}?immutable=1", uri=True, check_same_thread=False)
        self._book.execute(f"PRAGMA mmap_size={_MAPPED}")

    def of(self, assertion: str) -> Person | None:
        """Return who an assertion is about: asked by its id, or by the last part of it."""
        found = self._book.execute(_ASKED, (key_of(assertion),)).fetchone()
        if found is None:
            return None
        given, family, birthdate, place, country, nationality, eduid, email, twice = found
        return Person(
            given_name=given,
            family_name=family,
            birthdate=birthdate,
            birth_place=place,
            birth_country=country,
            nationality=nationality,
            eduid=eduid,
            email=email,
            twice=bool(twice),
        )


def key_of(assertion: str) -> str:
    """Return what tells an assertion: edubadges' own id of it, which ends its address."""
    return assertion.strip().rstrip("/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def _lines(source: Path) -> Iterator[tuple[str, ...]]:
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            yield from _told(file)
    except UnicodeDecodeError:
        raise not_understood(_CODE, "The file of people is not UTF-8.", "--people") from None
    except OSError as error:
        message = f"The file of people cannot be read: {error.strerror}."
        raise not_understood(_CODE, message, "--people") from None
    except csv.Error:
        raise not_understood(_CODE, "The file of people is not CSV.", "--people") from None


def _told(file: io.TextIOWrapper) -> Iterator[tuple[str, ...]]:
    first = file.readline()
    mark = ";" if ";" in first else ","
    header = [name.strip().lower() for name in next(csv.reader([first], delimiter=mark), [])]
    if not set(NEEDED) <= set(header) or set(header) - set(COLUMNS) or len(header) != len(set(header)):
        message = f"The header of the file of people names {', '.join(NEEDED)}, and may name {_optional()}."
        raise not_understood(_CODE, message, "--people, line 1")
    reader = csv.reader(file, delimiter=mark, strict=True)
    places = [header.index(name) if name in header else None for name in COLUMNS]
    for cells in reader:
        if not any(cells):
            continue
        if len(cells) != len(header):
            message = f"The line has {len(cells)} columns, the header {len(header)}."
            raise not_understood(_CODE, message, _where(reader.line_num))
        said = ["" if at is None else cells[at].strip() for at in places]
        _refuse_odd(said, reader.line_num)
        yield (key_of(said[0]), *said[1:])


def _refuse_odd(said: list[str], line: int) -> None:
    if not said[0]:
        raise not_understood(_CODE, "The line names no assertion.", _where(line))
    for name, value in zip(COLUMNS, said, strict=True):
        if not value:
            continue
        pattern = _PATTERNS.get(name)
        if len(value) > _LONGEST or (pattern is not None and not pattern.fullmatch(value)):
            raise not_understood(_CODE, f"The {name} of this line is not one.", _where(line))


def _where(line: int) -> str:
    return f"--people, line {line + 1}"  # the reader was given all but the header


def _optional() -> str:
    return ", ".join(COLUMNS[len(NEEDED) :])
