"""What an accreditation allows, and a register's answer about many of them at one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Accreditation:
    """One accreditation. A limit that is empty limits nothing.

    Attributes:
        ids: every address and identifier it is referred to by.
        kind: code of the accreditation type; empty where it states none.
        title: for display, may be empty.
        bodies: identifiers of the accredited organisations, as written.
        agents: identifiers of the accrediting agents, as written.
        agent: name of the accrediting agent, for display.
        issued: since when; None where it does not say.
        expires: until when; None for no end.
        positive: whether the decision was; None where it does not say.
        limited: it is for certain qualifications only, whether they can be told by an identifier or not.
        qualifications: identifiers of those.
        fields: ISCED-F codes, a broad one standing for all below it.
        levels: EQF levels, `1` to `8`.
        jurisdictions: codes of administrative territorial units, a country's three letters first.
        credential_types: codes of credential profiles.
    """

    ids: frozenset[str]
    kind: str = ""
    title: str = ""
    bodies: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    agent: str = ""
    issued: datetime | None = None
    expires: datetime | None = None
    positive: bool | None = None
    limited: bool = False
    qualifications: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    levels: frozenset[str] = frozenset()
    jurisdictions: frozenset[str] = frozenset()
    credential_types: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What one source said, and when.

    Attributes:
        source: its name, for display.
        taken: the day the source said so.
        accreditations: by each of their ids.
        sha256: of the answer's bytes, hex.
    """

    source: str
    taken: date
    sha256: str = ""
    accreditations: Mapping[str, Accreditation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accreditations:
    """All that registers said to the asker.

    Attributes:
        snapshots: the newest first.
        unanswered: names of registers that were to be asked and gave no answer.
    """

    snapshots: tuple[Snapshot, ...] = ()
    unanswered: tuple[str, ...] = ()

    def find(self, ids: frozenset[str]) -> tuple[Snapshot, Accreditation] | None:
        """Return the newest snapshot's record of an accreditation that has one of these ids."""
        for snapshot in self.snapshots:
            for one in sorted(ids):
                if one in snapshot.accreditations:
                    return snapshot, snapshot.accreditations[one]
        return None


def by_id(accreditations: tuple[Accreditation, ...]) -> Mapping[str, Accreditation]:
    """Index accreditations by each of their ids; the first of two with one id counts."""
    index: dict[str, Accreditation] = {}
    for one in accreditations:
        for known in one.ids:
            index.setdefault(known, one)
    return MappingProxyType(index)
