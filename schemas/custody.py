"""The chain of custody: what a converted document tells of how it was made, and what was found out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.document import Document, Format
    from schemas.evidence import Evidence

VERSION = 1
"""Of the record's own form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableVersion:
    """One version of a mapping table.

    Attributes:
        number: counted from 1 for each format.
        sha256: of the file, hex; this, and not the number, says which table it is.
    """

    format: Format
    number: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a verification came to before the conversion.

    Attributes:
        report: sha-256 (hex) of the report's canonical JSON.
        at: the moment the verdict is about, XSD dateTime.
        verdict: `TOTAL-PASSED`, or `INDETERMINATE` where that was overridden.
        policy: as the report names it, with its situation.
        override: what was overridden, e.g. `indeterminate`; empty where nothing was.
    """

    report: str
    at: str
    verdict: str
    policy: str
    override: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the asker knows about one source and the converter cannot.

    Attributes:
        judgement: what its verification came to; None where it was not verified.
        url: where it is hosted; empty takes the address it was fetched from.
    """

    judgement: Judgement | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """Ask for a record, and give what goes into it.

    Attributes:
        tool: name and version of what converts.
        sources: one for each source document, in their order; missing ones count as not verified.
    """

    tool: tuple[str, str]
    sources: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A document the original was completed from: a badge class or an issuer's profile.

    Attributes:
        sha256: hex, of what the address answered then.
    """

    url: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """One original.

    Attributes:
        sha256: hex, of the bytes that travel along.
        url: where it was fetched, or where it is hosted; empty where neither is known.
        language: that its bare texts were taken to be in, ISO 639-1.
        judgement: None where nobody verified it.
    """

    format: Format
    version: str
    media_type: str
    sha256: str
    url: str = ""
    language: str = ""
    parts: tuple[Part, ...] = ()
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A place and the rule that decided over it; never a value."""

    source: str = ""
    target: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How a converted document was made.

    Attributes:
        tool: name and version of what converted.
        at: the moment of conversion, XSD dateTime.
        way: `convert`, `upgrade`, `bundle` or `split`.
        claim: which achievement of the original became the document, where it was split; else -1.
        eqf_as: what became of an EQF level, see `InstitutionProfile`.
        issuer: whose word the issuer was before anything was sealed: `document` or `profile`.
        tables: every mapping table that was used.
        origins: the originals, in the order they were given.
        approximated, left_out, added: the lists of the conversion's report.
    """

    tool: tuple[str, str]
    at: str
    target: Format
    way: str = "convert"
    claim: int = -1
    eqf_as: str = "qualification"
    issuer: str = "document"
    tables: tuple[TableVersion, ...]
    origins: tuple[Origin, ...]
    approximated: tuple[Line, ...] = ()
    left_out: tuple[Line, ...] = ()
    added: tuple[Line, ...] = ()

    def table(self, fmt: Format) -> TableVersion | None:
        """Return the version that was used for a format."""
        return next((one for one in self.tables if one.format is fmt), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnclosedOriginal:
    """An original that a document encloses.

    Attributes:
        where: JSON pointer of its carrier.
        sha256: hex, of its bytes.
        document: read; None where it is no document that is known.
        evidence: about it, gathered as about a document of its own; None beyond the depth that is followed.
    """

    where: str
    sha256: str
    document: Document | None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyEvidence:
    """What was found about the custody of a document.

    Attributes:
        document: what counts of the document that encloses: what its seal covers, or its host answers.
        record: None where there is none, or it cannot be read.
        fault: why a record that is there cannot be used, one sentence.
        where: JSON pointer of the record.
        originals: that the document encloses itself, in their order.
        more: there are more of them than are looked at.
        sources: the documents that the originals' addresses answer, by address; None for another answer.
    """

    document: Document
    record: Record | None = None
    fault: str = ""
    where: str = ""
    originals: tuple[EnclosedOriginal, ...] = ()
    more: bool = False
    sources: dict[str, Document | None] = field(default_factory=dict)
