"""`mappings/eidas.toml`: the identity record beside the pivot's person, and each source's claims."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping as Tree
from importlib.resources import files
from typing import Any, Literal

from pydantic import Field, model_validator

from converter.codecs import Context
from converter.mapping import Mapping
from converter.paths import parse_path
from converter.paths import read as read_path
from converter.table import Entry, PathText, Table, Why
from schemas import vocabulary
from schemas.identity import FIELDS, SOURCES, Identity

Codec = Literal["same", "country", "countries", "gender", "pid_sex", "issuing_country"]
_PARTS = {
    "place_of_birth": ("country", "locality"),
    "address": ("country", "text"),
    "identifier": ("value", "country"),
}
_PID_SEX = {1: "male", 2: "female"}  # ISO/IEC 5218; 0, 3 to 6 and 9 say neither
_GENDERS = {"female": "female", "male": "male", "unspecified": "unspecified"}


class ClaimRow(Entry):
    """One claim of a source beside a field of the record, or a part of one."""

    field: PathText
    claim: PathText
    via: Codec = "same"
    cite: str = Field(min_length=5)


class ClaimGap(Entry):
    """A field a source does not tell, or may not."""

    field: str
    why: Why


class ClaimTable(Entry):
    """What one source calls the fields; every field stands in a row or in a gap."""

    name: str
    spec: str
    row: tuple[ClaimRow, ...] = Field(min_length=1)
    gap: tuple[ClaimGap, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> ClaimTable:
        rows = [row.field for row in self.row]
        told = [field.partition(".")[0] for field in rows] + [gap.field for gap in self.gap]
        faults = [f"no such source {self.name!r}"] if self.name not in SOURCES else []
        faults += [f"{field} is neither in a row nor in a gap" for field in FIELDS if field not in told]
        faults += [f"{field} twice" for field in set(rows) if rows.count(field) > 1]
        faults += [f"no field {field!r}" for field in rows if not _is_field(field)]
        faults += [f"no field {gap.field!r}" for gap in self.gap if gap.field not in FIELDS]
        faults += [f"{gap.field} in a row and in a gap" for gap in self.gap if told.count(gap.field) > 1]
        if faults:
            raise ValueError(f"{self.name}: " + "; ".join(sorted(faults)))
        return self


def _is_field(path: str) -> bool:
    name, dot, part = path.partition(".")
    return name in FIELDS and (part in _PARTS.get(name, ()) if dot else name not in _PARTS)


@functools.cache
def _parts() -> tuple[Table, Tree[str, ClaimTable]]:
    raw = tomllib.loads((files("mappings") / "eidas.toml").read_text("utf-8"))
    tables = [ClaimTable.model_validate(one) for one in raw.pop("source")]
    return Table.model_validate(raw), {table.name: table for table in tables}


def identity_table() -> Table:
    """Return the validated table of the record and the pivot's person."""
    return _parts()[0]


def claim_tables() -> Tree[str, ClaimTable]:
    """Return the validated table of each source, by the source's name."""
    return _parts()[1]


@functools.cache
def identity_mapping() -> Mapping:
    """Return the table of the record, ready to lift and to lower."""
    return Mapping(identity_table())


def record_of(identity: Identity) -> dict[str, Any]:
    """Return an identity's fields as the JSON a door takes them in."""
    made: dict[str, Any] = {}
    for name in identity.said():
        value = getattr(identity, name)
        if name in _PARTS:
            parts = {part: getattr(value, part, None) for part in (*_PARTS[name], "scheme")}
            made[name] = {part: text for part, text in parts.items() if text}
        elif name == "nationalities":
            made[name] = list(value)
        else:
            made[name] = value.isoformat() if name == "birthdate" else str(value)
    return made


def person_of(identity: Identity, language: str) -> dict[str, Any]:
    """Return the pivot's person that an identity makes; its texts are in one language."""
    return identity_mapping().lift(record_of(identity), Context(language=language)).tree


def fields_of(person: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the fields of a record that the pivot's person says: the way back."""
    return identity_mapping().lower(person, Context(language=language)).tree


def record_from(source: str, claims: Tree[str, Any]) -> dict[str, Any]:
    """Bring a source's claims to the members of a record; claims that no row names are not read.

    A value that cannot be brought over stays as it is: reading the record refuses it and says where.

    Raises:
        KeyError: there is no such source.
    """
    made: dict[str, Any] = {}
    for row in claim_tables()[source].row:
        found = next((value for _, value in read_path(dict(claims), parse_path(row.claim))), None)
        if found in (None, "", [], {}):
            continue
        value = _brought(found, row.via)
        if value is None:
            continue
        name, _, part = row.field.partition(".")
        if part:
            made.setdefault(name, {})[part] = value
        else:
            made[name] = value
    if made.get("identifier", {}).keys() == {"country"}:
        del made["identifier"]  # the country alone is that of the card, not of a number
    return made


def _brought(value: Any, via: Codec) -> Any:  # noqa: ANN401 - any claim
    if via == "pid_sex":
        return _PID_SEX.get(value) if isinstance(value, int) else None
    if via == "gender":
        return _GENDERS.get(value.casefold()) if isinstance(value, str) else None
    if via == "countries":
        return value if isinstance(value, list) else str(value).replace(",", " ").split()
    if via == "issuing_country" and isinstance(value, str):
        return value.partition("/")[0]  # eIDAS attributes §2.2.3: the first of the two countries gave it
    if via == "country" and isinstance(value, str):
        known = vocabulary.country(value)
        return known.iso if known is not None and known.iso else value
    return value
