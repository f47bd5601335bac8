"""All that a check may look at, collected beforehand; and the one protocol that collects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from cryptography import x509

    from schemas.accreditation import Accreditations
    from schemas.custody import CustodyEvidence
    from schemas.document import Document, Seal
    from schemas.official import Official
    from schemas.seal_trust import SealTrust
    from schemas.status import ListSeal
    from schemas.trusted_list import ListArchive


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What one URL answered.

    Attributes:
        url: as asked.
        status: HTTP status of the last answer.
        content_type: as sent, may be empty.
        body: at most the fetcher's cap.
        location: the final URL after redirects, empty when there were none.
    """

    url: str
    status: int
    content_type: str
    body: bytes
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A URL that gave no answer at all (refused by a guard, unreachable, too large, not in the bundle).

    Attributes:
        refused: our guard would not ask; asking again will not help.
    """

    url: str
    why: str
    refused: bool = False


class Fetcher(Protocol):
    """Something that asks URLs. Never raises for what the world does: it returns Missing."""

    def fetch(self, url: str, *, accept: str = "application/ld+json, application/json") -> Resource | Missing:
        """Ask one URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One value the asker claims the badge is about, e.g. kind `email`, value `a@b.example`."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What the caller trusts: anchors and the revocation data that lies beside them.

    Attributes:
        anchors: certificates trusted as they are.
        crls: DER.
        ocsps: DER responses.
        lists: trusted lists, each authenticated; None where nobody brought any.
        denied: sha-256 (hex) of certificates that count for nothing, whatever a list says of them.
        missing: what the evidence that is replayed refers to and is not at hand.
        accreditations: what registers said of accreditations; None where nobody brought any.
    """

    anchors: tuple[x509.Certificate, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    lists: ListArchive | None = None
    denied: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    accreditations: Accreditations | None = None


class Reach(StrEnum):
    """What one reference of a signature is to."""

    DOCUMENT = "document"  # all of the file but the signature
    ELEMENT = "element"  # one element, by its Id
    OBJECT = "object"  # what the signature encloses
    OUTSIDE = "outside"  # content that is not in the file
    OWN = "own"  # a part of the signature itself
    COUNTERSIGNED = "countersigned"  # the value of another signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One thing that a signature covers (XMLDSig §4.4.3; TS 119 182-1 §5.2.8).

    Attributes:
        reach: what it is.
        name: its Id or address as it stands; empty for the whole.
        holds: whether the digest is that of what is there; None where that is not at hand or not computed.
        listed: named by a ds:Manifest that is signed, and not by the signature itself.
    """

    reach: Reach
    name: str = ""
    holds: bool | None
    listed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SealExamination:
    """The facts about a seal, cryptography alone. No trust is meant by any of it.

    Attributes:
        intact: True when every digest and the signature hold; False when one does not; None when the
            algorithm or the structure kept us from deciding.
        faults: what does not hold, as (sub-code, sentence), e.g. ("digest", "The content was changed …").
        signer: the certificate bound by the signature itself (XAdES SigningCertificate(V2), JAdES x5t).
        certificates: every certificate the seal carries.
        claimed_time: the signer's own word on when; proves nothing.
        algorithms: every algorithm used, by its URI or JOSE name.
        weak: those among them that no longer count.
        signed: the bytes the signature covers, to be read anew by every later check.
        profile: which signed properties are there and which known unsigned ones, for `seal.level`.
        bound: the signature itself covers which certificate made it. Else `signer` is one that merely lies
            beside it and has the key.
        scopes: what is covered, reference by reference; empty where the shape of the seal says it.
        gaps: what a reader could take for covered and is not, a sentence each.
    """

    intact: bool | None
    faults: tuple[tuple[str, str], ...] = ()
    signer: x509.Certificate | None = None
    certificates: tuple[x509.Certificate, ...] = ()
    claimed_time: datetime | None = None
    algorithms: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    signed: bytes | None = None
    profile: frozenset[str] = frozenset()
    bound: bool = True
    scopes: tuple[Scope, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature of a file, judged by itself.

    Attributes:
        name: by which a person can find it: its Id, or its number.
        seal: where it lives, and which one it is.
        examination: its cryptography.
        trust: whom it leads to; None where that was not asked.
        counters: the name of the signature that it countersigns; empty for one over content.
    """

    name: str
    seal: Seal
    examination: SealExamination
    trust: SealTrust | None = None
    counters: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that a check may look at. Fetched beforehand; checks do no I/O.

    Attributes:
        document: as handed in, and read.
        now: the moment the verdict is about, timezone-aware.
        resources: what every URL that was asked answered.
        requested: the URL the badge was asked by, if the input was one.
        hosted: the assertion as its own host answered it, upgraded to 2.0 terms; for a badge this, not
            the copy handed in, is what the checks look at. None when it could not be had.
        badge_class: the fetched (or embedded, where the specification lets it count) badge class.
        issuer: the fetched issuer profile.
        seal: facts about the signature, if there is one.
        seal_trust: whom the seal leads to and when it was there; None without an intact seal.
        signed_document: the document read anew from the bytes the seal covers.
        signatures: every signature of the file, where it is judged as a signed file and not as a credential.
        children: the evidence about each sealed credential inside this one, which stands for itself.
        more_children: there are more of them than are looked at.
        recipients: who the asker says it is about.
        trust: what the asker trusts.
        official: the official schema files that are at hand; None when nobody brought them.
        hashes: sha-256 (hex) of each JSON document the verdict rests on, by URL.
        list_seals: the seals of the status lists that carry one, by the address asked.
        custody: what a converted document says of its conversion, and its original; None for any other.
    """

    document: Document
    now: datetime
    resources: Mapping[str, Resource | Missing] = field(default_factory=dict)
    requested: str = ""
    hosted: Mapping[str, Any] | None = None
    badge_class: Mapping[str, Any] | None = None
    issuer: Mapping[str, Any] | None = None
    seal: SealExamination | None = None
    seal_trust: SealTrust | None = None
    signed_document: Document | None = None
    signatures: tuple[Signature, ...] = ()
    children: tuple[Evidence, ...] = ()
    more_children: bool = False
    recipients: tuple[Recipient, ...] = ()
    trust: Trust = field(default_factory=Trust)
    official: Official | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)
    list_seals: Mapping[str, ListSeal] = field(default_factory=dict)
    custody: CustodyEvidence | None = None
