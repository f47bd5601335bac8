"""DEQAR, the register of the European quality assurance agencies (EQAR), into our terms.

Its web API (`/webapi/v2/browse/…`) knows reports and institutions. A report is an agency's decision about
institutions, or about programmes of theirs; we take it for the accreditation it documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from schemas.accreditation import Accreditation
from verifier.accreditation.reading import moment
from verifier.parties import nodes, values

Node = Mapping[str, Any]
_DATA = "https://data.deqar.eu"
_POSITIVE = frozenset({"positive", "positive with conditions or restrictions"})
_CYCLES = {"short cycle": "5", "first cycle": "6", "second cycle": "7", "third cycle": "8"}
"""QF-EHEA cycles and the EQF levels they correspond to (EQF Recommendation 2017, annex IV)."""
_WITHOUT_END = 6
"""Years a report counts where it states no end: the register's own rule."""


def is_report(node: Node) -> bool:
    """Tell whether JSON is a report of the register's API."""
    return {"valid_from", "institutions"} <= node.keys() and bool({"agency_id", "agency_name"} & node.keys())


def is_institution(node: Node) -> bool:
    """Tell whether JSON is an institution of the register's API."""
    return "eter_id" in node and bool({"names", "identifiers", "name_primary"} & node.keys())


def accreditation_of_report(report: Node, institutions: Mapping[str, Node]) -> Accreditation:
    """Read a report as an accreditation.

    Args:
        report: from a list of reports, or one in detail.
        institutions: what is known about institutions beside the report, by id.
    """
    number, local = _written(report.get("id")), _written(report.get("local_identifier"))
    agent = _written(report.get("agency_id"))
    programmes = nodes(report.get("programmes"))
    issued = moment(report.get("valid_from"))
    decision = _written(report.get("decision")).lower()
    return Accreditation(
        ids=frozenset({f"{_DATA}/report/{number}", local} - {"", f"{_DATA}/report/"}),
        kind=_written(report.get("agency_esg_activity_type")) or "report",
        title=_written(report.get("agency_esg_activity"))[:120],
        bodies=frozenset(_bodies(report, institutions)),
        agents=frozenset({f"{_DATA}/agency/{agent}"} if agent else ()),
        agent=_written(report.get("agency_name"))[:120],
        issued=issued,
        expires=moment(report.get("valid_to"), end=True) or _years_later(issued, _WITHOUT_END),
        positive=decision in _POSITIVE if decision in {*_POSITIVE, "negative"} else None,
        limited=bool(programmes) or _is_of_programmes(report),
        qualifications=frozenset(_qualifications(programmes)),
        levels=frozenset(_levels(programmes)),
    )


def _bodies(report: Node, institutions: Mapping[str, Node]) -> Iterator[str]:
    for one in nodes(report.get("institutions")):
        number = _written(one.get("id"))
        for held in (one, institutions.get(number, {})):
            yield from filter(None, (_written(held.get(key)) for key in ("deqar_id", "eter_id")))
            for identifier in nodes(held.get("identifiers")):
                yield from filter(None, (_written(identifier.get("identifier")),))
        if number:
            yield f"{_DATA}/institution/{number}"


def _is_of_programmes(report: Node) -> bool:
    return "programme" in _written(report.get("agency_esg_activity_type")).lower()


def _qualifications(programmes: list[Node]) -> Iterator[str]:
    for programme in programmes:
        if number := _written(programme.get("id")):
            yield f"{_DATA}/programme/{number}"
        for identifier in nodes(programme.get("programme_identifiers")):
            yield from filter(None, (_written(identifier.get("identifier")),))


def _levels(programmes: list[Node]) -> Iterator[str]:
    """Yield the EQF levels; none at all where one programme does not state its cycle."""
    cycles = [_written(one.get("qf_ehea_level")).lower() for one in programmes]
    if all(cycle in _CYCLES for cycle in cycles):
        yield from (_CYCLES[cycle] for cycle in cycles)


def _years_later(moment_: datetime | None, years: int) -> datetime | None:
    if moment_ is None:
        return None
    try:
        return moment_.replace(year=moment_.year + years) + timedelta(days=1, microseconds=-1)
    except ValueError:  # the 29th of February
        return moment_.replace(year=moment_.year + years, month=3, day=1)


def _written(value: object) -> str:
    """Return a number or text as text; empty for anything else."""
    one = next(iter(values(value)), None)
    return str(one).strip() if isinstance(one, (str, int)) and not isinstance(one, bool) else ""
