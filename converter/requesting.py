"""What enrichment may know of a conversion: the language, the pictures, the originals to carry."""

from __future__ import annotations

from converter.conversion import Options, Source
from converter.enrich.draft import Enclosure, Request
from converter.enrich.pictures import picture_type
from converter.paths import parse_path
from converter.paths import read as read_path
from schemas import vocabulary
from schemas.document import Container, Format, Tree
from schemas.evidence import Resource
from schemas.institution import InstitutionProfile

_OK = 200


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
        draw=options.draw,
        blank=options.blank,
        class_pages=options.class_pages,
        recorded=options.custody is not None,
        sealing=options.sealing,
        identity=options.identity,
    )


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


def _media_type_of(data: bytes) -> str:
    start = data[:512].lstrip()
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if start.startswith(b"<"):
        return "image/svg+xml" if b"<svg" in start else "application/xml"
    return "application/json" if start[:1] in (b"{", b"[", b'"') else "text/plain"


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
