"""Pictures at hand: on the page, and inside the document."""

from __future__ import annotations

import base64
import json

import pytest
from conversions import document, options
from samples import badges

from converter.convert import Source, convert
from converter.enrich.pictures import picture_type
from converter.lists import JPEG, PNG
from schemas.document import Format
from schemas.evidence import Missing, Resource

PICTURE = badges.png()
CLASS_IMAGE = f"{badges.BADGE_CLASS}/image"
LOGO = "https://water.example.nl/logo.png"
JPEG_BYTES = b"\xff\xd8\xff\xe0 a picture"


def badge_with_logo() -> bytes:
    tree = badges.expanded()
    tree["badge"]["issuer"]["image"] = LOGO
    return badges.dumped(tree)


def source(data: bytes, **bodies: tuple[int, bytes]) -> Source:
    urls = {"image": CLASS_IMAGE, "logo": LOGO}
    resources: dict[str, Resource | Missing] = {
        urls[name]: Resource(url=urls[name], status=status, content_type="image/png", body=body)
        for name, (status, body) in bodies.items()
    }
    return Source(document=document(data), resources=resources)


@pytest.mark.parametrize("target", [Format.ELM, Format.EDCI])
def test_the_picture_of_the_badge_stands_on_its_page(target: Format) -> None:
    data = badge_with_logo()
    without = convert(source(data), target, options())
    shown = convert(source(data, image=(200, PICTURE)), target, options())
    assert len(shown.document) != len(without.document)
    assert shown == convert(source(data, image=(200, PICTURE)), target, options())


@pytest.mark.parametrize("body", [(404, PICTURE), (200, b"<svg/>"), (200, b"")])
def test_what_is_no_picture_changes_nothing(body: tuple[int, bytes]) -> None:
    data = badge_with_logo()
    made = convert(source(data, image=body, logo=body), Format.ELM, options())
    assert made.document == convert(source(data), Format.ELM, options()).document


def test_a_baked_badge_is_its_own_picture() -> None:
    baked = badges.baked_png(badges.dumped(badges.expanded()))
    plain = convert(source(badges.dumped(badges.expanded())), Format.ELM, options(enclose="nothing"))
    made = convert(source(baked), Format.ELM, options(enclose="nothing"))
    page, other = (_page(one.document) for one in (made, plain))
    assert page != other


def _page(data: bytes) -> bytes:
    display = json.loads(data)["displayParameter"]["individualDisplay"]
    first = display[0] if isinstance(display, list) else display
    return base64.b64decode(first["displayDetail"]["image"]["content"])


@pytest.mark.parametrize("target", [Format.ELM, Format.EDCI])
@pytest.mark.parametrize(("body", "kind"), [(PICTURE, PNG), (JPEG_BYTES, JPEG)])
def test_a_logo_at_hand_is_put_into_the_document(body: bytes, kind: str, target: Format) -> None:
    made = convert(source(badge_with_logo(), logo=(200, body)), target, options())
    text = made.document.decode()
    assert base64.b64encode(body).decode() in text
    assert kind in text
    assert any(entry.rule == "picture at hand" for entry in made.report.added)


def test_a_logo_out_of_reach_is_left_out_for_that_reason() -> None:
    made = convert(source(badge_with_logo()), Format.EDCI, options())
    (entry,) = [one for one in made.report.left_out if one.source == "/badge/issuer/image"]
    assert "content" in entry.note


@pytest.mark.parametrize(
    ("data", "kind"), [(PICTURE, PNG), (JPEG_BYTES, JPEG), (b"GIF89a", None), (b"", None), (b"\x89PNG", None)]
)
def test_a_picture_is_known_by_its_first_bytes(data: bytes, kind: str | None) -> None:
    assert picture_type(data) == kind
