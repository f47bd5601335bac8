"""The document's own times against the moment asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from schemas.document import Format
from schemas.evidence import Evidence
from verifier.badge import Node, one, truth
from verifier.checks.lexical import moment
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Finding

_ISSUED = {
    Format.OB2: ("issuedOn",),
    Format.EDCI: ("issued",),
    Format.ELM: ("issued", "issuanceDate"),
}
_EXPIRES = {
    Format.OB2: ("expires",),
    Format.EDCI: ("validUntil",),
    Format.ELM: ("validUntil", "expirationDate"),
}
_STARTS = {
    Format.OB2: (),
    Format.EDCI: ("validFrom",),
    Format.ELM: ("validFrom",),
}
_CITES = {
    Format.OB2: "Open Badges 2.0, Assertion",
    Format.EDCI: "EDCI 1.2, EuropassCredential",
    Format.ELM: "ELM v3, EuropeanDigitalCredential",
}


_NO_ZONE = "The time is given without a zone, and is too close to now to decide."
_WIDEST_ZONE = timedelta(hours=14)  # XML Schema 1.1 part 2, dateTime: an unzoned time is this uncertain

_FIRST, _LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When a time may be: one moment, or the whole it can stand for where its zone is not told."""

    earliest: datetime
    latest: datetime


def span(value: object) -> Span | None:
    """Read a time of a Europass document; without a zone, or without a time of day, it is a span."""
    exact = moment(value)
    if exact is not None:
        return Span(earliest=exact, latest=exact)
    try:
        read = datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    if read.tzinfo is not None:
        return None
    whole_day = "T" not in str(value).upper()
    start = read.replace(tzinfo=UTC)
    return Span(
        earliest=_shifted(start, -_WIDEST_ZONE),
        latest=_shifted(start, _WIDEST_ZONE + timedelta(days=1) if whole_day else _WIDEST_ZONE),
    )


def _shifted(when: datetime, by: timedelta) -> datetime:
    """Shift a time, stopping at the ends of the calendar: some documents end in the year 9999."""
    try:
        return when + by
    except OverflowError:
        return _LAST if by > timedelta(0) else _FIRST


def _said(evidence: Evidence) -> Node:
    if evidence.document.format is Format.OB2:
        return truth(evidence)
    signed = evidence.signed_document
    return signed.tree if signed is not None else evidence.document.tree


def _times(evidence: Evidence, terms: tuple[str, ...]) -> list[tuple[str, Span | None]]:
    said = _said(evidence)
    return [(term, _read(evidence, one(said[term]))) for term in terms if said.get(term) is not None]


def _read(evidence: Evidence, value: object) -> Span | None:
    if evidence.document.format is Format.OB2:  # its data model demands a zone
        exact = moment(value)
        return Span(earliest=exact, latest=exact) if exact else None
    return span(value.get("#text") if isinstance(value, dict) else value)


def issued(evidence: Evidence) -> Iterator[Finding]:
    """A document is not from the future."""
    code, cite = "time.issued", _CITES[evidence.document.format]
    times = _times(evidence, _ISSUED[evidence.document.format])
    if not times:
        yield undecided(code, "The document does not say when it was issued.", "", cite)
    for term, when in times:
        place = f"/{term}"
        if when is None:
            yield undecided(code, "The time of issue cannot be read.", place, cite)
        elif when.earliest > evidence.now:
            yield failed(code, "The document says it was issued at a moment still to come.", place, cite)
        elif when.latest > evidence.now:
            yield undecided(code, _NO_ZONE, place, cite)
        else:
            yield passed(code, f"The document was issued on {_day(when)}.", place, cite)


def expired(evidence: Evidence) -> Iterator[Finding]:
    """A document counts until its own end; one without an end goes on. Passed: it has not expired."""
    code, cite = "time.expired", _CITES[evidence.document.format]
    times = _times(evidence, _EXPIRES[evidence.document.format])
    if not times:
        yield passed(code, "The document names no end to its validity.", "", cite)
    for term, when in times:
        place = f"/{term}"
        if when is None:
            yield undecided(code, "The end of validity cannot be read.", place, cite)
        elif when.latest <= evidence.now:
            yield failed(code, f"The document expired on {_day(when)}.", place, cite)
        elif when.earliest <= evidence.now:
            yield undecided(code, _NO_ZONE, place, cite)
        else:
            yield passed(code, f"The document is valid until {_day(when)}.", place, cite)


def not_yet(evidence: Evidence) -> Iterator[Finding]:
    """A document counts from its own beginning. Passed: it has begun."""
    code, cite = "time.not-yet", _CITES[evidence.document.format]
    times = _times(evidence, _STARTS[evidence.document.format])
    if not times:
        yield not_applicable(code, "The document names no beginning of its validity.", "", cite)
    for term, when in times:
        place = f"/{term}"
        if when is None:
            yield undecided(code, "The beginning of validity cannot be read.", place, cite)
        elif when.earliest > evidence.now:
            yield failed(code, f"The document is valid only from {_day(when)}.", place, cite)
        elif when.latest > evidence.now:
            yield undecided(code, _NO_ZONE, place, cite)
        else:
            yield passed(code, f"The document is valid from {_day(when)}.", place, cite)


def _day(when: Span) -> str:
    """Say the day in the zone the document itself uses; of an unzoned time, the day as it is written."""
    middle = when.earliest + (when.latest - when.earliest) / 2
    return f"{middle:%Y-%m-%d}"


def in_order(evidence: Evidence) -> Iterator[Finding]:
    """A document does not end before it was issued."""
    start = [when.earliest for _, when in _times(evidence, _ISSUED[evidence.document.format]) if when]
    end = [when.latest for _, when in _times(evidence, _EXPIRES[evidence.document.format]) if when]
    if start and end and min(end) < min(start):
        yield failed(
            "format.schema",
            "The document expires before it was issued.",
            f"/{_EXPIRES[evidence.document.format][0]}",
            _CITES[evidence.document.format],
        )


TIME_CHECKS = (issued, expired, not_yet, in_order)
