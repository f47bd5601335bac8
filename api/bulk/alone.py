"""One worker at a time on a shard, whoever sent it.

The worker of a killed run, or of a machine that a cluster gave up, may live on for a while and finish what it
has in hand. Whoever does the same shard anew waits for it: else both would write its files and seal its rows.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAUSE = 0.1
_LONGEST = 3600.0
_HELD = (errno.EACCES, errno.EAGAIN)


@contextmanager
def alone(folder: Path, number: int) -> Iterator[None]:
    """Hold a shard for as long as it is worked on; a process that ends, however it does, holds nothing.

    One file serves all shards, each by a byte of its own: such locks hold between machines too.

    Raises:
        OSError: somebody has held it for an hour, or the disk is gone.
    """
    with (folder / "held").open("ab") as file:
        until = time.monotonic() + _LONGEST
        while not _had(file.fileno(), number):
            if time.monotonic() > until:
                raise OSError(errno.EBUSY, "another worker does not let go of its rows")
            time.sleep(_PAUSE)
        yield  # closing the file lets go


def _had(file: int, number: int) -> bool:
    """Try to hold a shard; a file system without locks says yes, for there is nothing to wait for."""
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number, os.SEEK_SET)
    except OSError as error:
        return error.errno not in _HELD
    return True
