"""Where a user's files lie on each platform."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

_MAC = {"cache": "Caches", "data": "Application Support"}
_XDG = {"cache": ("XDG_CACHE_HOME", ".cache"), "data": ("XDG_DATA_HOME", ".local/share")}


def user_folder(
    kind: Literal["cache", "data"], environment: Mapping[str, str], platform: str = sys.platform
) -> Path:
    """Return our folder for what can be made anew (`cache`) or must be kept (`data`)."""
    home = Path(environment.get("HOME") or environment.get("USERPROFILE") or Path.home())
    if platform == "win32":
        base = Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif platform == "darwin":
        base = home / "Library" / _MAC[kind]
    else:
        variable, below = _XDG[kind]
        base = Path(environment.get(variable) or home / below)
    return base / "badgepass"


def database_url(environment: Mapping[str, str]) -> str:
    """Return where records are kept: `BADGEPASS_DATABASE`, or an SQLite file of this user's own."""
    own = user_folder("data", environment) / "gateway.db"
    return environment.get("BADGEPASS_DATABASE", "") or f"sqlite:///{own}"
