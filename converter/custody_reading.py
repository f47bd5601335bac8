"""Reading the record of a conversion: every member is known, and of the kind it must be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from converter.strict import load_json
from schemas.canonical import NotCanonical, canonical
from schemas.custody import VERSION, Judgement, Line, Origin, Part, Record, TableVersion
from schemas.document import FORMATS, Format
from schemas.errors import Malformed, Problem

MOST_BYTES = 4 * 1024 * 1024
"""A record names each place that was not carried; of a credential with a thousand of them that is 200 kB."""
WAYS = ("convert", "upgrade", "bundle", "split")
_MOST_LINES = 50_000
_MOST = 64
_LONGEST = 2000
_HEX = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", re.ASCII)
_T = TypeVar("_T")


def read_record(data: bytes) -> Record:
    """Read a record.

    Raises:
        Malformed: it is none, is of a version that is not known, or not in its one spelling.
    """
    if len(data) > MOST_BYTES:
        _refuse("The record is larger than any record is.", "")
    whole = load_json(data)
    if not isinstance(whole, dict) or "custody" not in whole:
        _refuse("This is no record of a conversion.", "")
    if whole["custody"] != VERSION or isinstance(whole["custody"], bool):
        _refuse("The record is of a version that is not known.", "/custody")
    try:
        if canonical(whole) != data:
            _refuse("The record is not in its one spelling.", "")
    except NotCanonical:
        _refuse("The record is not in its one spelling.", "")
    return _record(_Members({name: value for name, value in whole.items() if name != "custody"}, ""))


class _Members:
    """The members of one node, each taken once; what is left over is not known."""

    def __init__(self, node: Any, where: str) -> None:  # noqa: ANN401 - any JSON
        if not isinstance(node, dict):
            _refuse("A part of the record is no object.", where)
        self._left = dict(node)
        self._where = where

    def text(self, name: str, *, pattern: re.Pattern[str] | None = None, default: str | None = None) -> str:
        value = self._left.pop(name, default)
        fits = isinstance(value, str) and len(value) <= _LONGEST
        if not fits or (pattern is not None and not pattern.fullmatch(value)):
            self._wrong(name)
        return str(value)

    def number(self, name: str, least: int) -> int:
        value = self._left.pop(name, None)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self._wrong(name)
        return value

    def one_of(self, name: str, words: tuple[str, ...]) -> str:
        value = self.text(name)
        if value not in words:
            self._wrong(name)
        return value

    def format(self, name: str) -> Format:
        return Format(self.one_of(name, tuple(map(str, FORMATS))))

    def all_of(self, name: str, read: Callable[[_Members], _T], most: int = _MOST) -> tuple[_T, ...]:
        value = self._left.pop(name, None)
        if not isinstance(value, list) or len(value) > most:
            self._wrong(name)
        where = f"{self._where}/{name}"
        return tuple(read(_Members(item, f"{where}/{index}")) for index, item in enumerate(value))

    def perhaps(self, name: str, read: Callable[[_Members], _T]) -> _T | None:
        if name not in self._left:
            self._wrong(name)
        value = self._left.pop(name)
        return None if value is None else read(_Members(value, f"{self._where}/{name}"))

    def node(self, name: str) -> _Members:
        return _Members(self._left.pop(name, None), f"{self._where}/{name}")

    def done(self) -> None:
        for name in self._left:
            _refuse("The record has a member that no record has.", f"{self._where}/{name[:60]}")

    def _wrong(self, name: str) -> NoReturn:
        _refuse("A member of the record is missing or of another kind.", f"{self._where}/{name}")


def _record(of: _Members) -> Record:
    tool = of.node("tool")
    record = Record(
        tool=(tool.text("name"), tool.text("version")),
        at=of.text("at", pattern=_MOMENT),
        target=of.format("target"),
        way=of.one_of("way", WAYS),
        claim=of.number("claim", -1),
        eqf_as=of.one_of("eqf_as", ("qualification", "note")),
        issuer=of.one_of("issuer", ("document", "profile")),
        tables=of.all_of("tables", _table),
        origins=of.all_of("origins", _origin),
        approximated=of.all_of("approximated", _line, _MOST_LINES),
        left_out=of.all_of("left_out", _line, _MOST_LINES),
        added=of.all_of("added", _line, _MOST_LINES),
    )
    tool.done()
    of.done()
    if not record.origins:
        _refuse("The record names no original.", "/origins")
    return record


def _table(of: _Members) -> TableVersion:
    table = TableVersion(
        format=of.format("format"), number=of.number("number", 0), sha256=of.text("sha256", pattern=_HEX)
    )
    of.done()
    return table


def _origin(of: _Members) -> Origin:
    origin = Origin(
        format=of.format("format"),
        version=of.text("version"),
        media_type=of.text("media_type"),
        sha256=of.text("sha256", pattern=_HEX),
        url=of.text("url"),
        language=of.text("language"),
        parts=of.all_of("parts", _part),
        judgement=of.perhaps("verification", _judgement),
    )
    of.done()
    return origin


def _part(of: _Members) -> Part:
    part = Part(url=of.text("url"), sha256=of.text("sha256", pattern=_HEX))
    of.done()
    return part


def _judgement(of: _Members) -> Judgement:
    judgement = Judgement(
        report=of.text("report", pattern=_HEX),
        at=of.text("at"),
        verdict=of.one_of("verdict", ("TOTAL-PASSED", "INDETERMINATE", "TOTAL-FAILED")),
        policy=of.text("policy"),
        override=of.text("override"),
    )
    of.done()
    return judgement


def _line(of: _Members) -> Line:
    line = Line(
        source=of.text("source", default=""),
        target=of.text("target", default=""),
        rule=of.text("rule", default=""),
    )
    of.done()
    return line


def _refuse(message: str, where: str) -> NoReturn:
    raise Malformed(Problem(code="custody.record", message=message, where=where, cite="ADR 0019"))
