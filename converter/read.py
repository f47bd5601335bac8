"""The one entry for every input: container off, format recognised, document read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from converter.containers.enclosed import Enclosed, unbaked
from converter.containers.pdf import unpack_pdf
from converter.containers.png import unbake_png
from converter.containers.svg import unbake_svg
from converter.containers.zip import unpack_zip
from converter.formats.ob2 import read_ob2, read_signed_ob2
from converter.recognise import (
    Guess,
    check_size,
    parse_json,
    plain_text,
    recognise,
    recognise_json,
    recognise_text,
    signed_payload,
    string_bytes,
    url_in,
)
from schemas.document import Bundle, Container, Document, Format, Pointer
from schemas.errors import Malformed, NotRecognised, Problem

_IMAGES = {Container.PNG: unbake_png, Container.SVG: unbake_svg}
_BAGS = {Container.ZIP: unpack_zip, Container.PDF: unpack_pdf}


def read(data: bytes, *, source_url: str = "") -> Document | Pointer | Bundle:
    """Read any input into a document; into a pointer where it only says where one is; or into its parts.

    Args:
        data: the input, whatever it is: JSON, XML, a JWS, a baked image, a URL, a ZIP or a PDF.
        source_url: where it was fetched, if it was.

    Returns:
        What was read. Whatever is recognised is read, and what is odd about it stands in its `problems`.

    Raises:
        NotRecognised: none of the known formats, or a container that holds none.
        Malformed: not well-formed, a DOCTYPE, or beyond the limits.
    """
    check_size(data)
    found = _Reader(data, source_url).anything(data)
    return found


class _Reader:
    """Takes off one layer after the other and remembers which, and what was wrong with them."""

    def __init__(self, original: bytes, source_url: str) -> None:
        self._original = original
        self._source_url = source_url
        self._containers: tuple[Container, ...] = ()
        self._problems: tuple[Problem, ...] = ()

    def anything(self, data: bytes) -> Document | Pointer | Bundle:
        text = plain_text(data)
        if text[:1] in {b"{", b"[", b'"'} :
            return self._json(data, parse_json(data))
        guess = recognise(data)
        if guess.container in _BAGS:
            return _bundle(data, guess.container)
        if guess.container in _IMAGES:
            return self._enclosed(guess.container, _IMAGES[guess.container](data))
        if guess.format is Format.EDCI:
            return self._edci(data)
        return self._text(text, guess)
