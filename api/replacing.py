"""Files that are put in their place whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def replaced(path: Path, data: bytes) -> None:
    """Put a file in its place whole or not at all.

    Raises:
        OSError: it cannot be written; what was there before is still there.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
