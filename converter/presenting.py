"""A credential of EDCI XML for which another organisation than its issuer will answer with its seal."""

from __future__ import annotations

from collections.abc import Iterator

from converter.arranging import arranged, restored
from converter.codecs import Context
from converter.enrich.draft import Node, Request
from converter.enrich.sealing import MANDATED, RULE, WHY, presenter
from converter.report import Entry
from converter.tables import mapping
from converter.writing import Written
from schemas.document import Document, Format

PLACE = "/#presentation"
MANDATE = "Another organisation than the issuer seals, by mandate; EDCI XML says so by a presentation."


def presented(out: Written, tree: Node, request: Request) -> Written:
    """Put a written credential into a presentation, where who seals is not its issuer; else leave it alone.

    Args:
        out: the credential, written.
        tree: its pivot tree.
        request: says who seals.
    """
    who = presenter(tree, request)
    if who is None:
        return out
    from converter.formats.edci2_present import presented as written  # noqa: PLC0415 - for few documents
    from converter.formats.edci2_write import Written as Edci  # noqa: PLC0415

    only = {"type": "Credential", "issuer": who}
    lowered, _ = restored(Format.EDCI, mapping(Format.EDCI).lower(only, Context()).tree)
    made = written(Edci(data=out.data, notes=out.notes), lowered["issuer"])
    return Written(made.data, made.notes)


def told(tree: Node, request: Request) -> Iterator[Entry]:
    """Say what the presentation adds."""
    if presenter(tree, request) is not None:
        yield Entry(target=f"{PLACE}/type", rule=MANDATED, note=MANDATE)
        yield Entry(target=f"{PLACE}/issuer", rule=RULE, note=WHY)


def presenter_again(document: Document) -> Node | None:
    """Say who presents a document, on the pivot; None where nobody does, or it does not say who."""
    around = document.tree.get(PLACE.removeprefix("/"))
    issuer = around.get("issuer") if isinstance(around, dict) else None
    if document.format is not Format.EDCI or not isinstance(issuer, dict):
        return None
    moved = mapping(Format.EDCI).lift(arranged(Format.EDCI, {"issuer": issuer}), Context())
    found = moved.tree.get("issuer")
    return found if isinstance(found, dict) else None
