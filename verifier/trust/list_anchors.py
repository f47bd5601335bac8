"""Which certificates of trusted lists serve as anchors of a path (EN 319 102-1 §5.2.6; TS 119 615 §4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

from cryptography import x509

from schemas.trusted_list import ListArchive, TrustedList, TrustedService
from verifier.trust.lists import uris
from verifier.trust.lists.identity import by_subject, der_of, loaded, names_of

_TYPES = {"seal": frozenset({uris.CA_QC}), "timestamp": uris.TIME_STAMPING}
_NATIONAL_TYPES = uris.TIME_STAMPING - {uris.QTST}


def anchors(
    archive: ListArchive | None,
    *,
    kind: Literal["seal", "timestamp"],
    moment: datetime,
    near: Iterable[x509.Certificate] | None = None,
) -> tuple[x509.Certificate, ...]:
    """Return the certificates of the services that were in good standing at a moment.

    For seals the authorities that issue qualified certificates, for timestamps the time-stamping ones,
    qualified or recognised by their country alone; such an anchor may be what signs the tokens itself.
    A list that does not reach the moment gives none: what it says may have been withdrawn since.

    Args:
        archive: the lists; None for none.
        kind: what the path is for.
        moment: at which the services must have been in good standing, by the lists of that time.
        near: only those that issued one of these certificates by name, or are one of them: a path needs no
            other, and a few are parsed instead of hundreds.
    """
    if archive is None:
        return ()
    names = None if near is None else _names(near)
    found: dict[bytes, x509.Certificate] = {}
    for territory in archive.territories:
        told: set[bytes] = (
            set()
        )  # a list in force has the first word on a service, a later one on what is new
        for trusted_list in (archive.list_at(territory, moment), archive.list_after(territory, moment)):
            if trusted_list is None or not trusted_list.reaches(moment):
                continue
            services = list(_identified(trusted_list, names))
            for service, der in services:
                if der in told or not _in_good_standing(service, kind, moment):
                    continue
                if (certificate := loaded(der)) is not None:
                    found[der] = certificate
            told |= {der for _, der in services}
    return tuple(found.values())


def _names(near: Iterable[x509.Certificate]) -> frozenset[bytes]:
    return frozenset(name for one in near for name in names_of(der_of(one)) if name)


def _identified(
    trusted_list: TrustedList, names: frozenset[bytes] | None
) -> Iterator[tuple[TrustedService, bytes]]:
    index = by_subject(trusted_list)
    for name in index if names is None else sorted(names & index.keys()):
        yield from index[name]


def _in_good_standing(service: TrustedService, kind: str, moment: datetime) -> bool:
    period = service.period_at(moment)
    if period is None or period.type not in _TYPES[kind] or period.unknown_critical:
        return False
    if service.disordered and period is not service.periods[0]:
        return False
    if period.status == uris.NATIONAL:
        return period.type in _NATIONAL_TYPES
    return period.status == uris.GRANTED or (moment < uris.EIDAS and period.status in uris.OLD_GRANTED)
