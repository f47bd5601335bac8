"""A register's answer, from JSON of any shape that is known, with the day it was given."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NoReturn

from converter.strict import load_json
from schemas.accreditation import Accreditation, Snapshot, by_id
from schemas.errors import Malformed, Problem
from verifier.accreditation.deqar import accreditation_of_report, is_institution, is_report
from verifier.accreditation.reading import accreditation_of
from verifier.parties import nodes, values

_DAY = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)", re.ASCII)
_LISTS = ("accreditations", "results", "reports", "institutions", "@graph")
_OF_SERVICE = frozenset({"accreditedOrganization", "accreditingAgent", "limitEQFLevels", "limitFields"})
_MAX_RECORDS = 100_000


def read_snapshot(data: bytes, source: str, taken: date | None = None) -> Snapshot:
    """Read accreditations out of JSON.

    Known are ELM v3 accreditations (one, a list, or a JSON-LD `@graph`), those of the Commission's service,
    reports and institutions of DEQAR, and `{"snapshot": DAY, "accreditations": …}` around any of them.

    Args:
        data: the JSON.
        source: its name or address, for display.
        taken: the day the source said so; without it the member `snapshot` or a date in the name must tell.

    Raises:
        Malformed: no JSON, no accreditation in it, too many, or no day is told.
    """
    value = load_json(data)
    day = taken or _stated(value) or _named(source)
    if day is None:
        _refuse("The accreditations carry no day: name it, or put it as `snapshot` beside `accreditations`.")
    records = list(_records(value))
    index = {
        one: node for node in records for one in (node.get("id"), node.get("@id")) if isinstance(one, str)
    }
    institutions = {str(node.get("id")): node for node in records if is_institution(node)}
    read = tuple(_read(records, index, institutions))
    if not read:
        _refuse("The file holds no accreditation in a shape that is known.")
    digest = hashlib.sha256(data).hexdigest()
    return Snapshot(source=source, taken=day, accreditations=by_id(read), sha256=digest)


def _read(
    records: list[Mapping[str, Any]],
    index: Mapping[str, Mapping[str, Any]],
    institutions: Mapping[str, Mapping[str, Any]],
) -> Iterator[Accreditation]:
    for node in records:
        if is_report(node):
            yield accreditation_of_report(node, institutions)
        elif _is_accreditation(node):
            yield accreditation_of(node, index)


def _is_accreditation(node: Mapping[str, Any]) -> bool:
    types = [one for key in ("type", "@type", "rdfType") for one in values(node.get(key))]
    named = any(
        isinstance(one, str) and one.split(":")[-1].split("/")[-1] == "Accreditation" for one in types
    )
    return named or bool(_OF_SERVICE & node.keys())


def _records(value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - any JSON
    """Yield the objects of one or several lists; two wrappings deep at most."""
    here = nodes(value)
    for _ in range(2):
        opened = [
            inner
            for one in here
            for inner in ([item for key in _LISTS for item in nodes(one.get(key))] if _wraps(one) else [one])
        ]
        if len(opened) > _MAX_RECORDS:
            _refuse(f"The file holds more than {_MAX_RECORDS} records.")
        here = opened
    yield from here


def _wraps(node: Mapping[str, Any]) -> bool:
    return not is_report(node) and any(isinstance(node.get(key), (list, dict)) for key in _LISTS)


def _stated(value: Any) -> date | None:  # noqa: ANN401
    said = value.get("snapshot") if isinstance(value, Mapping) else None
    return _day(said) if isinstance(said, str) else None


def _named(source: str) -> date | None:
    found = _DAY.findall(source)
    return _day(found[-1]) if found else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def _refuse(message: str) -> NoReturn:
    raise Malformed(Problem(code="format.read", message=message))
