"""Open Badges 2.0 baking: a badge is written into an image, which stays the same picture."""

from __future__ import annotations

import json
import struct
import zlib
from typing import NoReturn

from lxml import etree

from converter.containers import png, svg
from converter.containers.jws import looks_like_jws
from converter.strict import load_json, parse_xml
from schemas.errors import Malformed, Problem, Refused

_HEADER = b"IHDR"
_NO_IMAGE = Problem(code="bake.image", message="The image is neither PNG nor SVG.", cite=png.CITE)


def bake(badge: bytes, image: bytes) -> bytes:
    """Write a badge, a JWS or an assertion in JSON, into a PNG or SVG.

    Raises:
        Malformed: badge or image cannot be taken apart.
        Refused: the image holds a badge already, or is neither PNG nor SVG.
    """
    text = _badge_text(badge)
    if image.startswith(png.SIGNATURE):
        return _png(text, image)
    if image.lstrip()[:1] == b"<":
        return _svg(text, image)
    raise Refused(_NO_IMAGE)


def _badge_text(badge: bytes) -> str:
    bare = badge.strip()
    if looks_like_jws(bare):
        return bare.decode("ascii")
    if not isinstance(load_json(bare), dict):
        raise Malformed(Problem(code="format.read", message="The badge is no JSON object and no JWS."))
    return bare.decode("utf-8-sig")


def _png(text: str, image: bytes) -> bytes:
    """Write an uncompressed iTXt chunk behind the header; every other byte stays."""
    found = list(png.chunks(image))
    for kind, content in found:
        if kind in {b"iTXt", b"tEXt"} and content.partition(b"\0")[0] == png.KEYWORD:
            _refuse("bake.twice", "The image holds a badge already.", png.CITE)
    if not found or found[0][0] != _HEADER:
        raise Malformed(Problem(code="format.read", message="The PNG does not begin with its header."))
    # keyword, 0; not compressed, by no method; no language, 0; no translated keyword, 0; text
    content = png.KEYWORD + b"\0" + b"\0\0" + b"\0" + b"\0" + text.encode()
    chunk = b"iTXt" + content
    written = struct.pack(">I", len(content)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    behind = len(png.SIGNATURE) + 12 + len(found[0][1])
    return image[:behind] + written + image[behind:]


def _svg(text: str, image: bytes) -> bytes:
    """Write the element that holds the badge first into the root."""
    tree = parse_xml(image)
    root = tree.getroot()
    if etree.QName(root).localname != "svg":
        raise Refused(_NO_IMAGE)
    if next(root.iter(f"{{{svg.NAMESPACE}}}assertion"), None) is not None:
        _refuse("bake.twice", "The image holds a badge already.", svg.CITE)
    element = etree.Element(f"{{{svg.NAMESPACE}}}assertion", nsmap={"openbadges": svg.NAMESPACE})
    if looks_like_jws(text.encode()):
        element.set("verify", text)
    else:
        element.set("verify", str(json.loads(text).get("id", "")))
        element.text = text
    root.insert(0, element)
    return etree.tostring(tree, encoding="UTF-8", xml_declaration=True)


def _refuse(code: str, message: str, cite: str) -> NoReturn:
    raise Refused(Problem(code=code, message=message, cite=cite))
