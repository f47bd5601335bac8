"""The database: opened, brought to the newest form, and written in whole steps."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from api.gateway.asking import not_understood
from schemas.errors import Unavailable

_MIGRATIONS = Path(__file__).parent / "migrations"
_ONE_AT_A_TIME = 0x6261646765  # the key of PostgreSQL's lock among instances that start together
_BUSY_MS = 30_000
_TRIES, _TRY_SECONDS = 100, 0.1


class Store:
    """Where records are kept: SQLite in a file, or PostgreSQL.

    Every step is one transaction that is on disk when `writing` ends; a process killed before has done none
    of it.
    """

    def __init__(self, engine: Engine) -> None:
        """Take an engine whose tables are there."""
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Store:
        """Open a database, made or brought to the newest form where needed.

        Args:
            url: `sqlite:///FILE` or `postgresql+psycopg://…`.

        Raises:
            NotUnderstood: the URL names no database that can be used.
            Unavailable: the database does not answer.
        """
        engine = _engine(url)
        try:
            with engine.begin() as connection:
                _migrate(connection)
        except SQLAlchemyError as error:
            engine.dispose()
            raise Unavailable("", f"The database cannot be used: {_why(error)}.") from None
        return cls(engine)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Do several things as one step; an exception undoes all of it.

        One step at a time, on PostgreSQL as on SQLite: each ends with an entry in the one log, so nothing
        would be won by letting two begin, and no two can wait for each other.

        Raises:
            Unavailable: the database does not answer.
        """
        with _told(), self._engine.begin() as connection:
            if self.dialect == "postgresql":
                connection.execute(text("LOCK TABLE audit IN EXCLUSIVE MODE"))
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Look at one state of everything.

        Raises:
            Unavailable: the database does not answer.
        """
        with _told(), self._engine.connect() as connection:
            yield (
                connection.execution_options(isolation_level="REPEATABLE READ")
                if self.dialect == "postgresql"
                else connection
            )

    def copied_to(self, path: Path) -> None:
        """Write a whole copy of an SQLite database into a new file, as of one moment.

        Raises:
            Unavailable: it could not be written.
        """
        raw = self._engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM INTO ?", (str(path),))
        except (sqlite3.Error, OSError) as error:
            raise Unavailable("", f"The copy could not be written: {type(error).__name__}.") from None
        finally:
            raw.close()

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise Unavailable("", f"The database cannot be used: {_why(error)}.") from error


def _why(error: SQLAlchemyError) -> str:
    """Say what went wrong without the statement, which holds values."""
    return type(getattr(error, "orig", None) or error).__name__


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise not_understood("request.setting", "The database URL is not understood.", "database") from None
    match parsed.get_backend_name():
        case "sqlite":
            return _sqlite(url, parsed.database)
        case "postgresql":
            return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        case _:
            message = "The database must be SQLite or PostgreSQL."
            raise not_understood("request.setting", message, "database")


def _sqlite(url: str, file: str | None) -> Engine:
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own
        connection.isolation_level = None  # SQLAlchemy begins, below; the driver would begin too late
        for pragma in (f"busy_timeout={_BUSY_MS}", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        _write_ahead(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Choose the write-ahead log; SQLite does not wait by itself while another instance is choosing it."""
    for _ in range(_TRIES - 1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            time.sleep(_TRY_SECONDS)
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _migrate(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
