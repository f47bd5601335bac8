"""The page a person sees: a credential's title, learner, issuer and date as one picture.

ELM wants one for every language shown (DisplayDetail.image 1..1), EDCI XML may have one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from converter.typeset import Unprintable, labels, typeset

PPI = 96
MAX_TITLE = 300
MAX_NAME = 200
MAX_VALUE = 500
MAX_LINES = 14
ISSUER_AND_DATE = 2  # the lines that every page begins with
MODEST_PNG_BYTES = 60_000
MAX_IMAGE_BYTES = 512 * 1024
MAX_IMAGE_SIDE = 4096
_PNG_START = re.compile(rb"\x89PNG\r\n\x1a\n.{4}IHDR.{8}", re.DOTALL)  # PNG §5.2, §11.2.1: IHDR comes first
_LONG_WORD = re.compile(r"\S{24}(?=\S)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayPage:
    """What a page shows; plain text, never markup.

    Attributes:
        title: of the credential, in the page's language.
        issuer: who awarded it.
        learner: who holds it; empty where that is not known, and then no such line is shown.
        date: of award, ISO 8601 date or moment; empty where not known. Shown as a day of its own zone.
        language: ISO 639-1, of the values; the labels follow where we have them, else English.
        lines: more facts, label and value; a label of `labels.toml` is shown in the page's language, another
            as it stands.
        image: of the badge, a PNG; another kind, or one too large, is left out.
    """

    title: str
    issuer: str
    learner: str = ""
    date: str = ""
    language: str = "en"
    lines: tuple[tuple[str, str], ...] = ()
    image: bytes | None = None


def render_page(page: DisplayPage, *, ppi: float = PPI) -> bytes:
    """Draw the page as a PNG, A4 upright; equal pages give equal bytes.

    Long texts are set smaller, then cut with an ellipsis. A character that no embedded font has shows as an
    empty box: nothing is fetched and no font of the machine is used, so that the bytes never depend on it.
    """
    drawn = draw(page_data(page, note="picture_note"), ppi=ppi)
    return drawn if len(drawn) <= MODEST_PNG_BYTES else fewer_colours(drawn, 256 if page.image else 64)


def draw(data: Mapping[str, Any], *, ppi: float = PPI) -> bytes:
    """Draw what `page_data` gave as a PNG, without the badge's image where that cannot be read."""
    with suppress(Unprintable):
        return typeset(data, to="png", ppi=ppi)
    return typeset({**data, "image": None}, to="png", ppi=ppi)


def page_data(page: DisplayPage, *, note: str) -> dict[str, Any]:
    """Return what the template is given: every text cleaned and within bounds."""
    spoken, words = labels(page.language)
    lines = [
        ("awarded_by", page.issuer),
        ("awarded_on", day(page.date, words)),
        *page.lines,
    ]
    shown = [
        [_clean(str(words.get(label, label)), MAX_NAME), _clean(value, MAX_VALUE)]
        for label, value in lines
        if value
    ]
    return {
        "title": _clean(page.title, MAX_TITLE) or "-",
        "learner": _clean(page.learner, MAX_NAME),
        "issuer": _clean(page.issuer, MAX_NAME),
        "language": page.language.lower()[:2] if re.fullmatch("[A-Za-z]{2}.*", page.language) else "en",
        "label_language": spoken,
        "lines": shown[:MAX_LINES],
        "labels": {"awarded_to": words["awarded_to"]},
        "note": words[note],
        "spoken": _clean(". ".join(filter(None, (page.title, page.learner, page.issuer))), MAX_VALUE),
        "image": list(page.image) if page.image and _is_modest_png(page.image) else None,
        "picture": None,
    }


def day(moment: str, words: Mapping[str, Any]) -> str:
    """Return the day of an ISO 8601 date or moment in the words' language; what is no date stays as it is."""
    try:
        found = date.fromisoformat(moment[:10])
    except ValueError:
        return moment
    return f"{found.day} {words['months'][found.month - 1]} {found.year}"


def _clean(text: str, limit: int) -> str:
    """Drop what is no character, cut what is too long, and let long words break at the edge of the page."""
    text = _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", text)).strip()
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return _LONG_WORD.sub("\\g<0>\u200b", text)


def fewer_colours(png: bytes, colours: int) -> bytes:
    """Take a page to a fraction of its size: it has three inks and their shades.

    Args:
        png: the page.
        colours: at most so many are left.
    """
    from PIL import Image  # noqa: PLC0415 - 40 ms of import that only a long page needs

    with Image.open(io.BytesIO(png)) as drawn:
        inks = drawn.convert("RGB").quantize(
            colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
    made = io.BytesIO()
    inks.save(made, "PNG")
    return min(png, made.getvalue(), key=len)


def _is_modest_png(image: bytes) -> bool:
    """Tell whether drawing this image is within bounds, from its header alone: a PNG may be a bomb."""
    if not _PNG_START.match(image) or len(image) > MAX_IMAGE_BYTES:
        return False
    width, height = int.from_bytes(image[16:20]), int.from_bytes(image[20:24])
    return 0 < width <= MAX_IMAGE_SIDE and 0 < height <= MAX_IMAGE_SIDE
