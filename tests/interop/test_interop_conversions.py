"""Converted documents before implementations that share nothing with ours."""

from __future__ import annotations

import base64
import functools
import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
import xmlschema
from conversions import options
from official_elm import official_loader, shacl_problems
from PIL import Image
from pyld import jsonld
from samples import badges
from shared_files import SHARED, shared_cases

from converter.convert import Conversion, Source, convert
from converter.read import read
from converter.strict import load_json, parse_xml
from schemas.document import FORMATS, Document, Format
from schemas.errors import DocumentError

pytestmark = pytest.mark.slow

_PATTERNS = {
    Format.OB2: "samples/edubadges/0*_expanded.json",
    Format.EDCI: "samples/edci-xml/0*.xml",
    Format.ELM: "samples/elm-v3/ec2023_*signed.jsonld",
}


@functools.cache
def documents(fmt: Format) -> dict[str, bytes]:
    """Documents of a format by name: ours, and where they are at hand some real ones."""
    made = badges.dumped(badges.expanded())
    own = {"own badge": made if fmt is Format.OB2 else converted(made, fmt).document}
    return own | {path.name: path.read_bytes() for path in shared_cases(_PATTERNS[fmt])}


def converted(data: bytes, target: Format) -> Conversion:
    """Convert with the carrier."""
    document = read(data)
    assert isinstance(document, Document)
    source = Source(document=document)
    return convert(source, target, options(source, use_carrier=False))


def results(target: Format) -> Iterator[tuple[str, Conversion]]:
    """Convert every document of the other formats; one that says exactly why it cannot is left out."""
    for fmt in FORMATS:
        for name, data in documents(fmt).items() if fmt is not target else ():
            try:
                yield name, converted(data, target)
            except DocumentError:
                continue


@functools.cache
def made(target: Format) -> dict[str, Conversion]:
    """Keep what was converted, for every judge."""
    return dict(results(target))


@functools.cache
def _xsd() -> xmlschema.XMLSchema:
    assert SHARED is not None
    return xmlschema.XMLSchema(str(SHARED / "official/edci-xml/genericschema_1.2.xsd"), allow="local")


@pytest.mark.shared
def test_xmlschema_finds_converted_edci_xml_valid() -> None:
    judged = made(Format.EDCI)
    assert "own badge" in judged
    assert len(judged) >= 4
    for name, conversion in judged.items():
        faults = [error.reason for error in _xsd().iter_errors(io.BytesIO(conversion.document))]
        assert not faults, (name, faults[:3])


@pytest.mark.shared
def test_xmlschema_can_say_no() -> None:
    damaged = converted(badges.dumped(badges.expanded()), Format.EDCI).document
    damaged = damaged.replace(b"<primaryLanguage>en</primaryLanguage>", b"", 1)
    assert not _xsd().is_valid(io.BytesIO(damaged))


@pytest.mark.shared
def test_pyshacl_finds_converted_elm_conforming() -> None:
    judged = made(Format.ELM)
    assert len(judged) >= 4
    for name, conversion in judged.items():
        for shapes in ("generic", "converted"):
            assert shacl_problems(conversion.document, shapes) == [], (name, shapes)


@pytest.mark.shared
def test_pyld_drops_no_key_of_what_we_write() -> None:
    for name, conversion in made(Format.ELM).items():
        written = load_json(conversion.document)
        options = {"documentLoader": official_loader, "base": "urn:base:"}
        expanded = jsonld.expand(written, options)
        again = jsonld.compact(expanded, {"@context": written["@context"]}, options)
        assert sorted(_key_paths(written) - _key_paths(again)) == [], name


def _key_paths(value: Any, path: str = "") -> set[str]:
    """Name every place by its keys alone: a processor may make one of many, and many of one."""
    if isinstance(value, list):
        return {found for item in value for found in _key_paths(item, path)}
    if not isinstance(value, dict):
        return {path}
    inner = [(f"{path}/{key}", item) for key, item in value.items() if key != "@context" and item != []]
    return {found for place, item in inner for found in _key_paths(item, place)}


def test_pikepdf_takes_the_original_out_of_our_pdf() -> None:
    original = badges.dumped(badges.expanded())
    root = parse_xml(converted(original, Format.EDCI).document)
    (content,) = root.findall(".//{*}Attachment/{*}content")
    with pikepdf.open(io.BytesIO(base64.b64decode(content.text or ""))) as pdf:
        assert len(pdf.pages) == 1
        assert pdf.Root.MarkInfo.Marked
        (attached,) = pdf.attachments.values()
        assert attached.get_file().read_bytes() == original


def test_pillow_opens_our_pages() -> None:
    tree = load_json(converted(badges.dumped(badges.expanded()), Format.ELM).document)
    pages = list(_pictures(tree))
    assert pages
    for page in pages:
        with Image.open(io.BytesIO(base64.b64decode(page))) as image:
            image.load()
            assert image.format == "PNG"
            assert image.height > image.width > 500


def _pictures(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _pictures(item)
    elif isinstance(value, dict):
        content = value.get("content")
        if isinstance(content, str) and content.startswith("iVBOR"):
            yield content
        for item in value.values():
            yield from _pictures(item)
