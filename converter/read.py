"""The one entry for every input: container off, format recognised, document read."""

from __future__ import annotations

from dataclasses import replace

from converter.containers.enclosed import unbaked
from converter.containers.jws import looks_like_jws
from converter.containers.pdf import unpack_pdf
from converter.containers.png import unbake_png
from converter.containers.svg import unbake_svg
from converter.containers.zip import unpack_zip
from converter.formats.ob2 import read_ob2, read_signed_ob2
from converter.opening import opens_json, plain_text, url_in
from converter.recognise import (
    by_magic,
    check_size,
    format_of,
    parse_json,
    recognise,
    recognise_json,
    signed_payload,
    string_bytes,
    unknown,
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
    return _Reader(data, source_url).anything()


class _Reader:
    """Takes off one layer after the other and remembers which, and what was wrong with them."""

    def __init__(self, original: bytes, source_url: str) -> None:
        self._original = original
        self._source_url = source_url
        self._containers: tuple[Container, ...] = ()
        self._problems: tuple[Problem, ...] = ()

    def anything(self) -> Document | Pointer | Bundle:
        data = self._original
        guess = by_magic(data)
        if guess is not None and guess.container in _BAGS:
            return _bundle(data, guess.container)
        if guess is not None:
            return self._image(guess.container, data)
        text = plain_text(data)
        if text[:1] == b"<":
            return self._xml(data)
        return self._json(data) if opens_json(text) else self._text(text)

    def _xml(self, data: bytes) -> Document | Pointer:
        if recognise(data).container is Container.SVG:
            return self._image(Container.SVG, data)
        from converter.formats.edci2 import read_edci  # noqa: PLC0415 - only what is needed is loaded

        return self._finished(read_edci(data))

    def _image(self, container: Container, data: bytes) -> Document | Pointer:
        enclosed = _IMAGES[container](data)
        self._containers += (container,)
        self._problems += enclosed.problems
        text = plain_text(enclosed.data)
        return self._json(text) if opens_json(text) else self._text(text)

    def _json(self, data: bytes) -> Document | Pointer:
        value = parse_json(data)
        if isinstance(value, str):
            self._containers += (Container.JSON_STRING,)
            return self._text(string_bytes(value))
        if recognise_json(value).format is Format.ELM:
            return self._elm(data)
        return read_ob2(
            value,
            raw=data,
            original=self._original,
            containers=self._containers,
            problems=self._problems,
            source_url=self._source_url,
        )

    def _text(self, text: bytes) -> Document | Pointer:
        url = url_in(text)
        if url:
            return Pointer(url=url, containers=(*self._containers, Container.URL), original=self._original)
        if not looks_like_jws(text):
            raise unknown()
        payload = signed_payload(text)
        if format_of(payload) is Format.ELM:
            return self._elm(text)
        return read_signed_ob2(
            payload,
            token=text,
            original=self._original,
            containers=(*self._containers, Container.JWS),
            problems=self._problems,
            source_url=self._source_url,
        )

    def _elm(self, data: bytes) -> Document:
        from converter.formats.elm3 import read_elm  # noqa: PLC0415 - only what is needed is loaded

        return self._finished(read_elm(data))

    def _finished(self, document: Document) -> Document:
        return replace(
            document,
            containers=(*self._containers, *document.containers),
            original=self._original,
            problems=(*self._problems, *document.problems),
            source_url=self._source_url,
        )


def _bundle(data: bytes, container: Container) -> Bundle:
    """Offer the parts that are recognised; a damaged one is offered too, so that reading it says why.

    A ZIP may hold a PDF, but neither is opened inside a PDF, and no ZIP inside a ZIP: bombs nest.
    """
    closed = {Container.ZIP} if container is Container.ZIP else {Container.ZIP, Container.PDF}
    unpacked = _BAGS[container](data)
    judged = [(name, part, _holds(part, closed)) for name, part in unpacked]
    if not any(holds for *_, holds in judged):
        name = container.name
        unbaked(f"The {name} holds {len(unpacked)} files, but none of them is a badge or a credential.")
    return Bundle(
        container=container, parts=tuple((name, part) for name, part, holds in judged if holds is not False)
    )


def _holds(part: bytes, closed: set[Container]) -> bool | None:
    """Tell whether a part is or encloses a document; None where it is damaged."""
    try:
        guess = recognise(part)
        if guess.container in closed:
            return False
        if guess.container in _IMAGES:
            _IMAGES[guess.container](part)
        if guess.container is Container.PDF:
            _bundle(part, Container.PDF)
    except NotRecognised:
        return False
    except Malformed:
        return None
    return True
