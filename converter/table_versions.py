"""Which version of a mapping table is which: old ones stay, so that an old conversion can be made again."""

from __future__ import annotations

import functools
import hashlib
import tomllib
from importlib.resources import files

from converter.mapping import Mapping
from converter.table import load_table
from converter.tables import FILES, mapping
from schemas.custody import TableVersion
from schemas.document import Format

INDEX = "versions.toml"
OLD = "old"
"""Where the versions before the present one lie, below `mappings`."""


@functools.cache
def versions() -> tuple[TableVersion, ...]:
    """List every version that is kept, as the index has it, the present one of each format last."""
    said = tomllib.loads((files("mappings") / INDEX).read_text("utf-8"))["table"]
    return tuple(
        TableVersion(format=Format(one["format"]), number=one["number"], sha256=one["sha256"]) for one in said
    )


def current(fmt: Format) -> TableVersion:
    """Return the present version of a format's table, by the digest of the file that is there."""
    digest = _digest(FILES[fmt])
    number = next((one.number for one in versions() if one.format is fmt and one.sha256 == digest), 0)
    return TableVersion(format=fmt, number=number, sha256=digest)


def mapping_of(version: TableVersion) -> Mapping | None:
    """Return the table of a version, at work; None where it is not kept, or is not what the index says."""
    if version.sha256 == _digest(FILES[version.format]):
        return mapping(version.format)
    if not any((one.format, one.sha256) == (version.format, version.sha256) for one in versions()):
        return None
    return _kept(version.sha256)


def file_of(version: TableVersion) -> str:
    """Name the file of an old version, below `mappings`."""
    stem = FILES[version.format].removesuffix(".toml")
    return f"{OLD}/{stem}-{version.number}.toml"


@functools.cache
def _digest(name: str) -> str:
    return hashlib.sha256((files("mappings") / name).read_bytes()).hexdigest()


@functools.cache
def _kept(sha256: str) -> Mapping | None:
    version = next(one for one in versions() if one.sha256 == sha256)
    found = files("mappings") / file_of(version)
    if not found.is_file() or hashlib.sha256(found.read_bytes()).hexdigest() != sha256:
        return None
    try:
        return Mapping(load_table(found.read_text("utf-8")))
    except (ValueError, KeyError):
        return None  # it speaks of codecs or classes that are no more: then nothing is re-derived with it
