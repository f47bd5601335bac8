"""The machine a benchmark ran on, described without a name."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile

_MIB = 1024 * 1024


def machine() -> dict[str, object]:
    """Describe the machine, without a name."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MIB
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": memory,
        "disk_free_mib": shutil.disk_usage(tempfile.gettempdir()).free // _MIB,
    }
