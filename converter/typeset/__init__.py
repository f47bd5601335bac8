"""Set a page in type: data in, bytes out, with embedded fonts and nothing fetched (ADR 0007)."""

from __future__ import annotations

import json
import threading
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import typst

_FOLDER = Path(__file__).parent
_LOCAL = threading.local()  # a compiler may not be entered by two threads at once


class Unprintable(Exception):  # noqa: N818 - reads as a sentence; never leaves the converter
    """The typesetter would not set these data; says nothing of what is in them."""


@cache
def labels(language: str) -> tuple[str, Mapping[str, Any]]:
    """Return the language of a page's words and the words: this one where it is one of ours, else English."""
    known = _labels()
    spoken = language.lower()[:2]
    return (spoken, known[spoken]) if spoken in known else ("en", known["en"])


def languages() -> tuple[str, ...]:
    """Return the languages whose words we have."""
    return tuple(_labels())


def typeset(
    data: Mapping[str, Any],
    *,
    to: Literal["png", "pdf"],
    ppi: float = 0,
    made_at: datetime | None = None,
) -> bytes:
    """Set the one page of `page.typ` with these data.

    Args:
        data: what the template shows; JSON values.
        to: a PNG, or a PDF that claims PDF/A-3a and PDF/UA-1.
        ppi: of a PNG, its resolution in pixels for each inch.
        made_at: of a PDF, the moment it says it was made; with a zone.

    Raises:
        Unprintable: an image in the data cannot be read, or a PDF/A would have a character without a glyph.
    """
    import typst  # noqa: PLC0415 - a large extension, needed by conversions alone

    inputs = {"page": json.dumps(data)}
    try:
        if to == "png":
            made = _compiler().compile(_template(), format="png", ppi=ppi, sys_inputs=inputs)
        else:
            made = _compiler().compile(
                _template(),
                format="pdf",
                pdf_standards=["a-3a", "ua-1"],
                timestamp=made_at,
                sys_inputs=inputs,
            )
    except typst.TypstError:
        raise Unprintable("the typesetter refuses the page") from None
    if not isinstance(made, bytes):
        raise Unprintable("the page did not come out as one page")
    return made


def _compiler() -> typst.Compiler:
    import typst  # noqa: PLC0415 - as above

    compiler: typst.Compiler | None = getattr(_LOCAL, "compiler", None)
    if compiler is None:
        compiler = typst.Compiler(b"", root=_FOLDER, font_paths=_fonts())
        _LOCAL.compiler = compiler
    return compiler


@cache
def _template() -> bytes:
    return (_FOLDER / "page.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Take the fonts inside the wheel alone, so that a page looks the same on every machine."""
    import typst  # noqa: PLC0415 - as above

    return typst.Fonts(include_system_fonts=False)


@cache
def _labels() -> Mapping[str, Any]:
    return tomllib.loads((_FOLDER / "labels.toml").read_text("utf-8"))
