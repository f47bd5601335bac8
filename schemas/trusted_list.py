"""Trusted lists as values: services, what they were granted when, and dated snapshots of all lists.

Cites ETSI TS 119 612 §5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """Which certificates a qualification is about (TS 119 612 §5.5.9.2.2): a tree of assertions.

    Attributes:
        assertion: `all`, `atLeastOne` or `none`.
        key_usages: sets of (key usage bit name, must it be set); all of a set must be so.
        policies: sets of policy OIDs; all of a set must be in the certificate.
        extended_key_usages: sets of key purpose OIDs; all of a set must be in the certificate.
        subject_attributes: sets of attribute type OIDs; all of a set must be in the certificate's subject.
        others: nested lists.
        unknown: it holds a criterion that is not understood: the qualification is then not decided.
    """

    assertion: str
    key_usages: tuple[tuple[tuple[str, bool], ...], ...] = ()
    policies: tuple[tuple[str, ...], ...] = ()
    extended_key_usages: tuple[tuple[str, ...], ...] = ()
    subject_attributes: tuple[tuple[str, ...], ...] = ()
    others: tuple[Criteria, ...] = ()
    unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationElement:
    """Qualifiers (their URIs) for the certificates that fit the criteria (§5.5.9.2).

    Attributes:
        critical: the list forbids to pass by a qualifier here that is not understood.
    """

    qualifiers: frozenset[str]
    criteria: Criteria
    critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePeriod:
    """What a service was, from one moment until the next (§5.5, §5.6).

    Attributes:
        type: service type URI.
        status: service status URI.
        since: status starting time.
        until: when the following period began; None for the current one.
        additional: URIs of additional service information, e.g. `…/ForeSeals`.
        qualifications: of certificates it issued.
        unknown_critical: a critical extension that is not understood stands there.
        taken_over_by: who has the legal responsibility since (§5.5.9.3), for display; else empty.
    """

    type: str
    status: str
    since: datetime
    until: datetime | None = None
    additional: frozenset[str] = frozenset()
    qualifications: tuple[QualificationElement, ...] = ()
    unknown_critical: bool = False
    taken_over_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedService:
    """One trust service.

    Attributes:
        name: for display.
        provider: for display.
        territory: of the list, two letters.
        certificates: DER of its digital identities; of end entities, where it issues tokens itself.
        subjects: subject names of an identity given without a certificate, as the list spells them.
        key_identifiers: subject key identifiers likewise.
        periods: the current one first, each older than the one before it.
        disordered: the list does not tell its periods in that order, so its history proves nothing.
    """

    name: str
    provider: str
    territory: str
    certificates: tuple[bytes, ...]
    subjects: tuple[str, ...] = ()
    key_identifiers: tuple[bytes, ...] = ()
    periods: tuple[ServicePeriod, ...]
    disordered: bool = False

    def period_at(self, moment: datetime) -> ServicePeriod | None:
        """Return what the service was at a moment; None before it was anything."""
        return next((one for one in self.periods if one.since <= moment), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where another list is published, and who signs it (§5.3.13)."""

    territory: str
    location: str
    media_type: str
    scheme_type: str
    certificates: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedList:
    """One list whose signature was verified.

    Attributes:
        territory: two letters; `EU` for the list of lists.
        type: of the list (§5.3.3), a URI: of services, or of lists.
        sequence: sequence number.
        version: of the format: 5 or 6.
        issued: issue date and time.
        next_update: None for a closed list.
        services: all of them, whatever their type.
        pointers: to other lists.
        information: scheme information URIs (§5.3.7); in a list of lists, its pivots and the notice in the
            Official Journal.
        sha256: of its bytes, hex.
        signer: sha-256 (hex) of the certificate that signed it.
    """

    territory: str
    type: str
    sequence: int
    version: int
    issued: datetime
    next_update: datetime | None
    services: tuple[TrustedService, ...]
    pointers: tuple[Pointer, ...] = ()
    information: tuple[str, ...] = ()
    sha256: str
    signer: str

    def __hash__(self) -> int:
        """Tell lists apart by their bytes; what hangs on them is large."""
        return hash(self.sha256)

    def reaches(self, moment: datetime) -> bool:
        """Tell whether it may still be believed at a moment: its next update is not past (§5.3.15)."""
        return self.next_update is None or moment <= self.next_update


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSnapshot:
    """A list of lists with the national lists that it authenticated, as they stood together.

    Attributes:
        lotl: the list of lists.
        lists: national lists, by territory, each once.
        faults: territories whose list could not be used, each with the reason.
    """

    lotl: TrustedList
    lists: tuple[TrustedList, ...]
    faults: tuple[tuple[str, str], ...] = ()


def _by_territory(snapshots: tuple[ListSnapshot, ...]) -> dict[str, tuple[TrustedList, ...]]:
    """Order every list of each territory by its age, each once; the lists of lists under `EU`."""
    found: dict[str, dict[str, TrustedList]] = {}
    for shot in snapshots:
        for one in (shot.lotl, *shot.lists):
            found.setdefault(one.territory, {})[one.sha256] = one
    return {
        territory: tuple(sorted(lists.values(), key=lambda one: (one.issued, one.sequence)))
        for territory, lists in sorted(found.items())
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class ListArchive:
    """Every snapshot there is, oldest first."""

    snapshots: tuple[ListSnapshot, ...] = ()
    _ordered: Mapping[str, tuple[TrustedList, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Order the lists once."""
        object.__setattr__(self, "_ordered", _by_territory(self.snapshots))

    def history(self, territory: str) -> tuple[TrustedList, ...]:
        """Return every list of a territory, oldest first; `EU` for the list of lists."""
        return self._ordered.get(territory, ())

    def list_at(self, territory: str, moment: datetime) -> TrustedList | None:
        """Return a country's list as it stood at a moment: the newest issued by then.

        A moment before the first is answered by the first, for a list tells its services' history.
        """
        found = self.history(territory)
        return next((one for one in reversed(found) if one.issued <= moment), found[0] if found else None)

    def list_after(self, territory: str, moment: datetime) -> TrustedList | None:
        """Return the first list of a country that was issued after a moment, whose history tells of it."""
        return next((one for one in self.history(territory) if one.issued > moment), None)

    @property
    def territories(self) -> tuple[str, ...]:
        """Name every country a list is at hand of."""
        return tuple(one for one in self._ordered if one != "EU")
