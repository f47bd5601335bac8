"""Other people's files beside the checkout: read in place, never copied."""

from __future__ import annotations

from pathlib import Path

_BESIDE = Path(__file__).resolve().parents[2] / "shared"
SHARED: Path | None = _BESIDE if (_BESIDE / "samples").is_dir() else None
WHY_NOT = "the folder of shared samples is not beside the checkout"


def shared_cases(pattern: str) -> list[Path]:
    """Return the shared files matching a glob, in order; none where the folder is absent."""
    return sorted(SHARED.glob(pattern)) if SHARED else []
