"""What became of the question whom a seal leads to: path, time, qualification, each by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509


@dataclass(frozen=True, slots=True, kw_only=True)
class PathAnswer:
    """Whether a certificate leads to a trust anchor, and held at a moment (ETSI EN 319 102-1 §5.2.6).

    Attributes:
        holds: True when path, dates and revocation are all in order at the moment; False when one is
            known not to be; None when one is not known.
        indication: the sub-indication of EN 319 102-1 §5.1.3, e.g. `NO_CERTIFICATE_CHAIN_FOUND`; empty
            when it holds.
        sentence: for a person; names no natural person.
        chain: the certificate first, the anchor last; only the certificate where there is no path.
        revoked_at: when it, or one above it, was revoked; also where that was after the moment.
    """

    holds: bool | None
    indication: str = ""
    sentence: str
    chain: tuple[x509.Certificate, ...] = ()
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAnswer:
    """What one timestamp of a seal is worth.

    Attributes:
        kind: `content`, `signature` or `archive`.
        moment: the time it says; None where it cannot be read.
        trusted: True when imprint, signature and the authority's path hold; False when one does not;
            None when that is not known, an authority nobody vouches for included.
        qualified: whether a trusted list has the authority as a qualified one; None when not known.
        sentence: for a person.
        indication: as in `PathAnswer`.
    """

    kind: str
    moment: datetime | None
    trusted: bool | None
    qualified: bool | None
    sentence: str
    indication: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationAnswer:
    """Whether a certificate was qualified for seals at a moment (ETSI TS 119 615 §4.4, §4.5).

    Attributes:
        qualified: True, False, or None when no list at hand reaches or the list that does is not clear.
        sentence: for a person.
        kind: what it is qualified for: `eSeal`, `eSignature`, `WSA`, or empty for nothing that is known; of
            a timestamp's authority, `timestamp`.
        device: whether the key lies in a qualified device; None when not known.
        service: the trust service by whose word, for display.
        territory: of the list that says so, two letters.
        denied: it is on the operator's deny-list, whatever a list says.
        list_sha256: of that list's bytes, hex; empty where no list says anything.
    """

    qualified: bool | None
    sentence: str
    kind: str = ""
    device: bool | None = None
    service: str = ""
    territory: str = ""
    denied: bool = False
    list_sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealTrust:
    """All of it, about one seal.

    Attributes:
        path: of the sealing certificate, at `moment`.
        moment: the best signature time: the earliest trusted timestamp, else the moment of the verdict.
        proven: whether `moment` is proven by a trusted timestamp.
        times: every timestamp the seal carries, in the order they stand.
        qualification: of the sealing certificate, at the time it was issued and at `moment`.
        level: `B`, `T`, `LT` or `LTA`: the highest whose parts all validate; empty for none.
        lists: sha-256 (hex) of each trusted list that was used, by territory.
    """

    path: PathAnswer
    moment: datetime
    proven: bool
    times: tuple[TimeAnswer, ...] = ()
    qualification: QualificationAnswer
    level: str = ""
    lists: Mapping[str, str] = field(default_factory=dict)
