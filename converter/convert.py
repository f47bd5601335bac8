"""The story of a conversion: read → lifted → enriched → lowered → written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from converter.arranging import arranged, place_of, restored
from converter.codecs import Context
from converter.enrich import complete
from converter.enrich.carrying import EXTENSION, extension
from converter.enrich.carrying import RULE as CARRIER
from converter.enrich.carrying import WHY as ENCLOSED
from converter.enrich.draft import Draft, Enclosure, Request
from converter.enrich.holder import refuse_another
from converter.enrich.pictures import picture_type
from converter.formats.ob2_assemble import assemble
from converter.lists import EXTENSIONS, MEDIA_TYPES
from converter.mapping import Moved
from converter.originals import originals
from converter.paths import parse_path
from converter.paths import read as read_path
from converter.report import Entry, MappingReport, account
from converter.tables import mapping
from converter.writing import Written, written
from schemas import vocabulary
from schemas.document import Container, Document, Format, Tree
from schemas.errors import Incomplete, Problem, Refused, Unmappable
from schemas.evidence import Missing, Resource
from schemas.institution import InstitutionProfile
from schemas.pivot import Credential, from_tree

_OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document to convert, with what was gathered about it.

    Attributes:
        resources: what its URLs answered; a badge is assembled from them.
        revoked: its issuer is known to have revoked it.
    """

    document: Document
    resources: Mapping[str, Resource | Missing] = field(default_factory=dict)
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to convert.

    Attributes:
        now: the moment of conversion, timezone-aware.
        profile: what the institution says.
        strict: refuse when something would be left out.
        enclose: carry the `document`, or the whole file it came in (`original`), or `nothing`.
        use_carrier: give back the original a converted document carries, where there is one.
        recipient: kind and value of a badge's recipient.
    """

    now: datetime
    profile: InstitutionProfile = field(default_factory=InstitutionProfile)
    strict: bool = False
    enclose: str = "document"
    use_carrier: bool = True
    recipient: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A converted document; unsigned unless it is an original given back.

    Attributes:
        document: the bytes.
        report: the four lists.
        given_back: these are the original's own bytes, so its signature still holds.
        notes: what the writer had to settle, a sentence each.
    """

    format: Format
    document: bytes
    media_type: str
    file_name: str
    report: MappingReport
    given_back: bool = False
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The digest of the document, hex."""
        return hashlib.sha256(self.document).hexdigest()


def convert(source: Source, target: Format, options: Options) -> Conversion:
    """Convert one document.

    Raises:
        Incomplete: the target demands facts nobody has given; lists them all.
        Refused: the source is revoked or already in the target format, its learner is not the profile's, or
            something is left out under strict.
        Unmappable: the document was read, but cannot be lifted.
    """
    if source.document.format is target is Format.EDCI:
        from converter.upgrading import upgrade  # noqa: PLC0415 - it is built on this module

        return upgrade(source, options)
    refuse_unfit(source, target)
    if options.use_carrier and (given := given_back(source.document, target)):
        refuse_left_out(given.report, options)
        return given
    lifted = lift(source, options.profile)
    request = request_of((source,), target, options, lifted.language)
    return finish(lifted, Draft.of(lifted.moved.tree), request, options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted:
    """A source on the pivot, with the language its bare texts were taken to be in.

    Attributes:
        place: says where a value of the lifted tree's source stands in the document as it was read.
    """

    moved: Moved
    language: str
    place: Callable[[str], str]


def lift(source: Source, profile: InstitutionProfile) -> Lifted:
    """Lift a source to the pivot, assembled first if it is a badge."""
    tree = source.document.tree
    if source.document.format is Format.OB2:
        tree, _ = assemble(tree, source.resources)
    refuse_unread(source, tree)
    fmt = source.document.format
    arrangement = arranged(fmt, tree)
    language = language_of(fmt, arrangement, profile)
    moved = mapping(fmt).lift(arrangement, Context(language=language))

    def place(pointer: str) -> str:
        return place_of(fmt, pointer, tree, arrangement)

    return Lifted(moved=moved, language=language, place=place)


def finish(lifted: Lifted, draft: Draft, request: Request, options: Options) -> Conversion:
    """Complete, lower and write a draft, and account for every value."""
    refuse_another(draft.tree, request.profile)
    complete(draft, request)
    if draft.missing:
        raise Incomplete(*draft.missing)
    from_tree(Credential, draft.tree)
    lowered = mapping(request.target).lower(draft.tree, Context(language=request.language))
    tree, undealt = restored(request.target, lowered.tree)
    enclosed: tuple[Entry, ...] = ()
    if request.target is Format.OB2 and request.enclosures:
        tree = {**tree, EXTENSION: extension(request.enclosures)}
        enclosed = (Entry(target=f"/{EXTENSION}", rule=CARRIER, note=ENCLOSED),)
    out = written(request.target, tree)
    refuse_invalid(request.target, out.data)
    report = account(
        lifted.moved,
        lowered,
        additions=draft.additions,
        omissions=draft.omissions,
        undealt=(*undealt, *lowered.partial),
        origin=lifted.place,
        place=lambda pointer: place_of(request.target, pointer, tree, lowered.tree),
    )
    report = replace(report, added=(*report.added, *enclosed))
    refuse_left_out(report, options)
    return conversion_of(request.target, out, report, draft.tree)


def refuse_invalid(target: Format, data: bytes) -> None:
    """Refuse to give out what breaks the rules of its own format: nobody could seal it.

    A document that follows its own rules never gets here; one that does not may.
    """
    from converter.read import read  # noqa: PLC0415 - the reader loads every format

    again = read(data) if target is not Format.OB2 else None
    faults = [one for one in again.problems if one.code in _RULES] if isinstance(again, Document) else []
    if faults:
        message = "What the document says, or does not say, breaks the rules of the format asked for."
        raise Unmappable(Problem(code="convert.invalid", message=message), *faults)


_RULES = frozenset({"format.schema", "format.profile", "format.data.target"})


def refuse_left_out(report: MappingReport, options: Options) -> None:
    """Refuse, under strict, a conversion that leaves something out; name every place."""
    if options.strict and report.left_out:
        raise Refused(*(_left_out(entry) for entry in report.left_out))


def conversion_of(fmt: Format, out: Written, report: MappingReport, pivot: Tree) -> Conversion:
    """Put a conversion together; the file is named after the credential's title."""
    return Conversion(
        format=fmt,
        document=out.data,
        media_type=MEDIA_TYPES[fmt],
        file_name=f"{_slug(pivot)}.{EXTENSIONS[fmt]}",
        report=report,
        notes=out.notes,
    )


GIVEN_BACK = "The enclosed original, byte for byte."


def given_back(document: Document, target: Format) -> Conversion | None:
    """Return the first original a converted document carries in the format asked for; tell of the others."""
    first, *others = given_back_all(document, target) or (None,)
    if first is None or not others:
        return first
    note = "Another enclosed original; converting with one document for each gives it back."
    left_out = tuple(
        Entry(source=one.report.mapped[0].source, rule=CARRIER, note=note) for one in others if one
    )
    return replace(first, report=replace(first.report, left_out=left_out))


def given_back_all(document: Document, target: Format) -> tuple[Conversion, ...]:
    """Return every original a converted document carries in the format asked for."""
    return tuple(
        Conversion(
            format=target,
            document=original.data,
            media_type=original.media_type or MEDIA_TYPES[target],
            file_name=original.name or f"original.{EXTENSIONS[target]}",
            report=MappingReport(
                mapped=(
                    Entry(source=original.where, rule=CARRIER, note="The enclosed original, byte for byte."),
                )
            ),
            given_back=True,
        )
        for original in originals(document, target)
    )


def refuse_unfit(source: Source, target: Format) -> None:
    """Refuse a revoked source, and one that already is what was asked for."""
    document = source.document
    if source.revoked or document.tree.get("revoked") is True:
        message = "The issuer has revoked this badge, so it is not converted."
        raise Refused(Problem(code="status.revoked", message=message, where="/revoked"))
    if document.format is target and (target is not Format.EDCI or document.version == "1.2"):
        message = "The document already is in the format asked for."
        raise Refused(Problem(code="convert.same", message=message))


def refuse_unread(source: Source, tree: Tree) -> None:
    """Refuse what was recognised but holds nothing to lift, and say what the reader said."""
    fmt = source.document.format
    subject = tree.get("badge") if fmt is Format.OB2 else tree.get("credentialSubject")
    if isinstance(subject, dict) and (fmt is not Format.OB2 or subject.get("name")):
        return
    why = {
        Format.OB2: "The badge class could not be had, so there is nothing to convert.",
        Format.EDCI: "This layout of EDCI XML is recognised, but it cannot be mapped.",
        Format.ELM: "The document holds no credential subject, so there is nothing to convert.",
    }[fmt]
    raise Unmappable(Problem(code="convert.unmappable", message=why), *source.document.problems)


def enclosure_of(source: Source, enclose: str) -> Enclosure | None:
    """Take from a source the bytes that will travel with the result."""
    document = source.document
    if enclose == "nothing":
        return None
    whole = enclose == "original"
    data = document.original if whole else document.raw
    media_type = _media_type_of(data) if whole else document.media_type
    suffix = {"image/png": "png", "image/svg+xml": "svg", "application/xml": "xml", "text/plain": "jws"}
    name = f"original.{suffix.get(media_type, 'json')}"
    return Enclosure(data=data, media_type=media_type, name=name, source_url=document.source_url)


def language_of(fmt: Format, tree: Tree, profile: InstitutionProfile) -> str:
    """Find the language of a document's bare texts: its own word, the profile's, else English."""
    places = {
        Format.OB2: ('badge."extensions:LanguageExtension".Language', 'badge."@language"'),
        Format.EDCI: ("primaryLanguage",),
        Format.ELM: ("displayParameter.primaryLanguage.id",),
    }[fmt]
    said = next((value for place in places for _, value in read_path(tree, parse_path(place))), None)
    known = vocabulary.language(said) if isinstance(said, str) else None
    return (known.iso if known and known.iso else None) or profile.language or "en"


def request_of(sources: tuple[Source, ...], target: Format, options: Options, language: str) -> Request:
    """Put together what enrichment may know."""
    enclosures = tuple(filter(None, (enclosure_of(source, options.enclose) for source in sources)))
    images = {
        url: resource.body
        for source in sources
        for url, resource in source.resources.items()
        if isinstance(resource, Resource) and resource.status == _OK and picture_type(resource.body)
    }
    images |= {
        str(source.document.tree.get("image")): source.document.original
        for source in sources
        if source.document.containers[:1] == (Container.PNG,)  # a baked badge is its own picture
    }
    return Request(
        target=target,
        now=options.now,
        profile=options.profile,
        language=language,
        source=sources[0].document.format,
        enclosures=enclosures,
        recipient=options.recipient,
        images=images,
    )


def _left_out(entry: Entry) -> Problem:
    return Problem(
        code="convert.left-out", message=f"Left out: {entry.note}", where=entry.source, cite=entry.rule
    )


def _media_type_of(data: bytes) -> str:
    start = data[:512].lstrip()
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if start.startswith(b"<"):
        return "image/svg+xml" if b"<svg" in start else "application/xml"
    return "application/json" if start[:1] in (b"{", b"[", b'"') else "text/plain"


def _slug(tree: dict[str, Any]) -> str:
    title = next(iter(((tree.get("display_parameter") or {}).get("title") or {"": "credential"}).values()))
    text = title if isinstance(title, str) else title[0]
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:60] or "credential"
