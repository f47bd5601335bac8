"""What is not converted, or not given out, and why."""

from __future__ import annotations

from converter.conversion import Options, Source
from converter.report import Entry, MappingReport
from schemas.document import Document, Format, Tree
from schemas.errors import Problem, Refused, Unmappable


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


def refuse_left_out(report: MappingReport, options: Options) -> None:
    """Refuse, under strict, a conversion that leaves something out; name every place."""
    if options.strict and report.left_out:
        raise Refused(*(_left_out(entry) for entry in report.left_out))


def _left_out(entry: Entry) -> Problem:
    return Problem(
        code="convert.left-out", message=f"Left out: {entry.note}", where=entry.source, cite=entry.rule
    )


_RULES = frozenset({"format.schema", "format.profile", "format.data.target"})


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
