"""A real PostgreSQL server of its own, started for a test run and thrown away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

_USER = "postgres"


def binaries() -> Path | None:
    """Find the newest server's programs, wherever Debian or the path has them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: path.parts[4])
    on_path = shutil.which("postgres")
    return found[-1].parent if found else (Path(on_path).parent if on_path else None)


@contextmanager
def server() -> Iterator[str]:
    """Run a server on this machine; gives the URL of its maintenance database."""
    programs = binaries()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, _USER, _USER)
        as_user = ["runuser", "-u", _USER, "--"]
    data, port = folder / "data", _free_port()
    init = ["-D", str(data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
    _run([*as_user, str(programs / "initdb"), *init])
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=50"
    control = [*as_user, str(programs / "pg_ctl"), "-D", str(data), "-w"]
    _run([*control, "-l", str(folder / "log"), "-o", options, "start"])
    try:
        yield f"postgresql+psycopg://{_USER}@127.0.0.1:{port}/postgres"
    finally:
        _run([*control, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(maintenance: str) -> Iterator[str]:
    """Make a database that is a test's own."""
    name = f"t{uuid.uuid4().hex}"
    plain = maintenance.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield maintenance.rpartition("/")[0] + f"/{name}"
    finally:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(arguments: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 - programs of the server, found above
        arguments, check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr[-2000:]
