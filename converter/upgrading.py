"""EDCI XML 1.0 and 1.1 brought to 1.2: the same world, so no pivot in between and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converter import presenting
from converter.codecs import Context
from converter.conversion import Conversion, Lifted, Options, Source, conversion_of
from converter.convert import lift
from converter.custody import Making, record_of, written_record
from converter.enrich.carrying import CUSTODY, RECORDED, carry, record
from converter.enrich.carrying import RULE as CARRIER
from converter.enrich.carrying import WHY as ENCLOSED
from converter.enrich.draft import Draft, Request
from converter.enrich.holder import refuse_another
from converter.enrich.sealing import ISSUED, moment_of
from converter.formats.edci2_upgrade import upgrade_edci
from converter.paths import escape
from converter.refusing import refuse_invalid, refuse_left_out, refuse_unfit, refuse_unread
from converter.report import Entry, MappingReport
from converter.requesting import request_of
from converter.tables import mapping
from converter.writing import written
from schemas.document import Format, Tree

RULE = "EDCI XML 1.2"
ATTACHMENTS = "attachmentList"


def upgrade(source: Source, options: Options) -> Conversion:
    """Write an older EDCI credential anew in 1.2, with the original enclosed.

    Raises:
        Refused: revoked, of 1.2 already, about another learner than the profile names, or something is left
            out under strict.
        Unmappable: of a layout before 1.0, or it breaks its own schema where 1.2 is no other.
    """
    refuse_unfit(source, Format.EDCI)
    document = source.document
    refuse_unread(source, document.tree)
    tree, changes = upgrade_edci(document.tree, document.version)
    gone = {change.where: change.why for change in changes if change.kind == "left out"}
    gone["/proof"] = "A seal holds for the very bytes it was put on; the enclosed original keeps it."
    added = [
        Entry(target=change.where, rule=RULE, note=change.why) for change in changes if change.kind == "added"
    ]
    lifted = lift(source, options.profile)
    refuse_another(lifted.moved.tree, options.profile)
    request = request_of((source,), Format.EDCI, options, lifted.language)
    if options.sealing is not None:
        tree = {**tree, "issued": moment_of(options.sealing)}
        gone["/issued"] = "A sealed credential is issued when it is sealed."
        added.append(Entry(target="/issued", rule=ISSUED, note="The moment of sealing."))
        added += presenting.told(lifted.moved.tree, request)
    draft = _carriers(lifted, request)
    attachments = _attachments(draft)
    mine = tree.get(ATTACHMENTS) or []
    why = {CARRIER: ENCLOSED, CUSTODY: RECORDED}
    added += [
        Entry(target=f"/{ATTACHMENTS}/{len(mine) + index}", rule=one.rule, note=why[one.rule])
        for index, one in enumerate(draft.additions)
    ]
    report = _account(document.tree, gone, tuple(added))
    refuse_left_out(report, options)
    if options.custody is not None:
        making = Making(sources=(source,), languages=(lifted.language,), way="upgrade")
        record(draft, request, written_record(record_of(making, request, report, options.custody)))
        attachments = _attachments(draft)
    if attachments:
        tree = {**tree, ATTACHMENTS: [*mine, *attachments]}
    out = presenting.presented(written(Format.EDCI, tree), lifted.moved.tree, request)
    refuse_invalid(Format.EDCI, out.data)
    return conversion_of(Format.EDCI, out, report, lifted.moved.tree)


def _carriers(lifted: Lifted, request: Request) -> Draft:
    """Make the attachments that enclose the originals, and keep a place for the record."""
    draft = Draft.of(lifted.moved.tree)
    draft.tree.pop("attachment", None)
    carry(draft, request)
    return draft


def _attachments(draft: Draft) -> list[Tree]:
    """Return the attachments in the form the writer takes."""
    only = {"type": "Credential", "attachment": draft.tree.get("attachment", [])}
    made: list[Tree] = mapping(Format.EDCI).lower(only, Context()).tree.get(ATTACHMENTS, [])
    return made


def _account(tree: Tree, gone: dict[str, str], added: tuple[Entry, ...]) -> MappingReport:
    """Tell of every leaf that it stands where it stood, or why it does not."""
    mapped: list[Entry] = []
    left_out: list[Entry] = []
    for where in _leaves(tree):
        why = next(
            (why for place, why in gone.items() if where == place or where.startswith(place + "/")), None
        )
        if why is None:
            mapped.append(Entry(source=where, target=where, rule=RULE))
        else:
            left_out.append(Entry(source=where, rule=RULE, note=why))
    return MappingReport(mapped=tuple(mapped), left_out=tuple(left_out), added=added)


def _leaves(value: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 - any tree
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from _leaves(child, f"{where}/{escape(str(key))}")
    elif isinstance(value, list) and value:
        for index, child in enumerate(value):
            yield from _leaves(child, f"{where}/{index}")
    elif value not in (None, [], {}):
        yield where
