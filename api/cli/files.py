"""What comes in from files, addresses and standard input, and what goes out whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from api.gateway.asking import asked_address, not_understood
from converter.strict import MAX_BYTES

STANDARD = "-"


def source_bytes(source: str) -> bytes:
    """Return the bytes of a source; an address is its own bytes, and is followed later.

    Raises:
        NotUnderstood: the file cannot be read.
    """
    if source.lower().startswith(("http://", "https://")):
        return asked_address(source, "SOURCE")
    if source == STANDARD:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    return file_bytes(source, "request.source")


def file_bytes(name: str, code: str) -> bytes:
    """Return the bytes of a file, at most one more than any reader accepts.

    Raises:
        NotUnderstood: the file cannot be read.
    """
    try:
        with Path(name).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable file name"
        raise not_understood(code, f"The file cannot be read: {reason}.", name) from None


def write_out(output: str, data: bytes) -> None:
    """Write to the file that was named, or to standard output where that was.

    Raises:
        NotUnderstood: the file cannot be written; it was not changed.
    """
    if output == STANDARD:
        write_standard(data)
    else:
        write_files({Path(output): data})


def write_files(contents: Mapping[Path, bytes]) -> None:
    """Write files so that each is there whole, and none is there when one could not be written.

    Raises:
        NotUnderstood: a file cannot be written; none of them was changed.
    """
    staged: list[tuple[Path, Path]] = []
    here = Path()
    try:
        for here, data in contents.items():
            if _is_device(here):
                here.write_bytes(data)
                continue
            target = here.resolve()  # what a link points at is replaced, not the link
            part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.part")
            staged.append((part, target))
            _write_new(part, data)
        for part, here in staged:
            part.replace(here)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a usable file name"
        raise not_understood("request.output", f"The file cannot be written: {reason}.", str(here)) from None
    finally:
        for part, _ in staged:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def _is_device(path: Path) -> bool:
    return path.exists() and not path.is_file() and not path.is_dir()


def _write_new(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_standard(data: bytes) -> None:
    """Write bytes to standard output."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
