"""Coverage-guided fuzz targets: where they stand, what each begins with, what is kept for it."""

from __future__ import annotations

import importlib.util
import json
import os
import zlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_PLACES = json.loads(os.environ.get("FUZZ_PLACES", "{}"))  # the runner's own test has others
TARGETS = Path(_PLACES.get("targets", Path(__file__).parent / "fuzz" / "targets"))
CORPUS = Path(_PLACES.get("corpus", Path(__file__).parent / "fuzz" / "corpus"))
PAGE = Path(_PLACES.get("page", Path(__file__).parents[1] / "docs" / "fuzzing.md"))
FIRST = "first-"
"""Kept inputs of this name are where a target began: sealed with keys that are not made a second time."""
FOUND = "found-"
"""And of this name those that once led astray."""


def names() -> list[str]:
    """Name every target."""
    return sorted(path.stem for path in TARGETS.glob("*.py"))


@cache
def target(name: str) -> Any:
    """Import one target: a module with `seeds()`, `run(data)`, and maybe `WORDS` and `LONGEST`."""
    spec = importlib.util.spec_from_file_location(f"fuzz_target_{name}", TARGETS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def why_not(name: str) -> str:
    """Say why a target cannot run: a part of ours that it is about is not there. Empty when it can."""
    try:
        target(name)
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in {"verifier", "samples"}:
            raise
        return f"{error.name} is not there yet"
    except ImportError as error:
        return f"{error.name} has no such part yet"
    return ""


def kept(name: str) -> dict[str, bytes]:
    """Return the corpus kept for a target, by file name."""
    return {path.name: path.read_bytes() for path in sorted((CORPUS / name).glob("*")) if path.is_file()}


def first(name: str, make: Callable[[], Iterable[bytes]]) -> tuple[bytes, ...]:
    """Return the inputs a target began with, as they are kept; make and keep them where none are."""
    if not any(file.startswith(FIRST) for file in kept(name)):
        (CORPUS / name).mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(make()):
            (CORPUS / name / f"{FIRST}{number:03}").write_bytes(data)
    return tuple(data for file, data in kept(name).items() if file.startswith(FIRST))


def beginnings(name: str) -> dict[str, bytes]:
    """Return all that a run begins with: seeds made anew, and the corpus."""
    seeds = {f"{FIRST}{number:03}": data for number, data in enumerate(target(name).seeds())}
    return {**seeds, **kept(name)}


def repeatable(data: bytes, read: Callable[[bytes], T]) -> T:
    """Read, and now and then a second time: the same bytes always say the same."""
    found = read(data)
    if zlib.crc32(data) % 16 == 0:
        assert read(data) == found, "the same bytes were read in two ways"
    return found
