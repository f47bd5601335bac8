"""The story of a conversion: read → lifted → enriched → lowered → written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from converter import presenting
from converter.arranging import arranged, place_of, restored
from converter.codecs import Context
from converter.conversion import Conversion, Lifted, Options, Source, conversion_of
from converter.custody import Making, record_of, written_record
from converter.enrich import complete
from converter.enrich.carrying import CUSTODY, EXTENSION, RECORDED, extension, record
from converter.enrich.carrying import RULE as CARRIER
from converter.enrich.carrying import WHY as ENCLOSED
from converter.enrich.draft import Draft, Request
from converter.enrich.holder import refuse_another
from converter.enrich.identity import GIVEN_BACK, UPGRADED, none_written, not_written
from converter.enrich.identity import told as told_identity
from converter.formats.ob2_assemble import assemble
from converter.giving_back import given_back
from converter.mapping import Mapping
from converter.refusing import refuse_invalid, refuse_left_out, refuse_unfit, refuse_unread
from converter.report import Entry, MappingReport, account
from converter.requesting import language_of, request_of
from converter.tables import mapping
from converter.writing import written
from schemas.document import Format, Tree
from schemas.errors import Incomplete
from schemas.institution import InstitutionProfile
from schemas.pivot import Credential, from_tree

__all__ = ["Conversion", "Lifted", "Options", "Source", "convert", "finish", "lift", "lowered_with_account"]


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

        made = upgrade(source, options)
        why_not = none_written(options.identity, UPGRADED)
        return replace(made, report=told_identity(made.report, options.identity, why_not))
    refuse_unfit(source, target)
    if options.use_carrier and (given := given_back(source.document, target)):
        refuse_left_out(given.report, options)
        why_not = none_written(options.identity, GIVEN_BACK)
        return replace(given, report=told_identity(given.report, options.identity, why_not))
    lifted = lift(source, options.profile)
    request = request_of((source,), target, options, lifted.language)
    making = Making(sources=(source,), languages=(lifted.language,))
    return finish(lifted, Draft.of(lifted.moved.tree), request, options, making)


def lift(source: Source, profile: InstitutionProfile, *, by: Mapping | None = None) -> Lifted:
    """Lift a source to the pivot, assembled first if it is a badge.

    Args:
        source: what to lift.
        profile: says the language of bare texts, where the document does not.
        by: another version of the format's table than the present one.
    """
    tree = source.document.tree
    if source.document.format is Format.OB2:
        tree, _ = assemble(tree, source.resources)
    refuse_unread(source, tree)
    fmt = source.document.format
    arrangement = arranged(fmt, tree)
    language = language_of(fmt, arrangement, profile)
    moved = (by or mapping(fmt)).lift(arrangement, Context(language=language))

    def place(pointer: str) -> str:
        return place_of(fmt, pointer, tree, arrangement)

    return Lifted(moved=moved, language=language, place=place)


def finish(lifted: Lifted, draft: Draft, request: Request, options: Options, making: Making) -> Conversion:
    """Complete, lower and write a draft, and account for every value."""
    refuse_another(draft.tree, request.profile)
    complete(draft, request)
    if draft.missing:
        raise Incomplete(*draft.missing)
    from_tree(Credential, draft.tree)
    tree, report = lowered_with_account(lifted, draft, request, mapping(request.target))
    around = (*_extended(request), *presenting.told(draft.tree, request))
    report = replace(report, added=(*report.added, *around))
    refuse_left_out(report, options)
    told = None
    if options.custody is not None:
        told = written_record(record_of(making.by(draft.additions), request, report, options.custody))
        record(draft, request, told)
        lowered = mapping(request.target).lower(draft.tree, Context(language=request.language))
        tree, _ = restored(request.target, lowered.tree)
    if request.target is Format.OB2 and (request.enclosures or told):
        tree = {**tree, EXTENSION: extension(request.enclosures, told)}
    out = presenting.presented(written(request.target, tree), draft.tree, request)
    refuse_invalid(request.target, out.data)
    report = told_identity(report, request.identity, not_written(draft, request))
    return conversion_of(request.target, out, report, draft.tree)


def lowered_with_account(
    lifted: Lifted, draft: Draft, request: Request, by: Mapping
) -> tuple[Tree, MappingReport]:
    """Lower a completed draft by a version of the target's table, and account for every value."""
    lowered = by.lower(draft.tree, Context(language=request.language))
    tree, undealt = restored(request.target, lowered.tree)
    report = account(
        lifted.moved,
        lowered,
        additions=draft.additions,
        omissions=draft.omissions,
        undealt=(*undealt, *lowered.partial),
        origin=lifted.place,
        place=lambda pointer: place_of(request.target, pointer, tree, lowered.tree),
    )
    return tree, report


def _extended(request: Request) -> Iterator[Entry]:
    """Say what the badge extension holds; it goes into the badge beside what the table writes."""
    if request.target is Format.OB2 and request.enclosures:
        yield Entry(target=f"/{EXTENSION}", rule=CARRIER, note=ENCLOSED)
    if request.target is Format.OB2 and request.recorded:
        yield Entry(target=f"/{EXTENSION}/custody", rule=CUSTODY, note=RECORDED)
