"""Codecs the ob2 table needs and no other: identifiers, pages, pictures."""

from __future__ import annotations

import re
import uuid
from typing import Any

from converter.codecs import ob2_concepts, ob2_names, ob2_notes
from converter.codecs.codec import Codec, Context, Untranslatable
from converter.codecs.ob2_names import page_of, text_of, texts_of
from schemas import vocabulary

PROGRAMME = "Education programme (ISAT, CREBO or RIO)"
"""Scheme name of the numbers that edubadges gives for a programme, from whichever of the three registers."""

GRADING_TABLE = {"en": "Grading table", "nl": "Beoordelingstabel"}
_ORGANISATIONS = uuid.uuid5(uuid.NAMESPACE_URL, "https://api.edubadges.nl/public/organisations")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})", re.ASCII)
_DATA_URL = re.compile(r"data:(?P<type>image/(?:png|jpeg));base64,(?P<content>[A-Za-z0-9+/=]+)")
_LOCAL = ("urn:epass:", "urn:credential:")
Tree = dict[str, Any]


def _one_way(_: Any, __: Context) -> Any:  # noqa: ANN401
    raise Untranslatable("the value follows from another one and is not read back")


def _credential_urn(value: Any, _: Context) -> str:  # noqa: ANN401
    """Make the same identity from the same badge every time (RFC 9562 §5.5, of the badge's address)."""
    return f"urn:credential:{uuid.uuid5(uuid.NAMESPACE_URL, text_of(value))}"


def _organisation_urn(value: Any, _: Context) -> str:  # noqa: ANN401
    return f"urn:uuid:{uuid.uuid5(_ORGANISATIONS, text_of(value))}"


def _address(value: Any, _: Context) -> str:  # noqa: ANN401
    if text_of(value).startswith(_LOCAL):
        raise Untranslatable("the id only numbers a node within one credential and is no address")
    return str(value)


def _identifier_lift(value: Any, _: Context) -> Tree:  # noqa: ANN401
    return {"type": "Identifier", "notation": text_of(value)}


def _identifier_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    return text_of(value.get("notation"))


def _programme_lift(value: Any, _: Context) -> Tree:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Untranslatable("a programme identifier of edubadges is a whole number")
    return {"type": "Identifier", "notation": str(value), "scheme_name": PROGRAMME}


def _programme_lower(value: Any, _: Context) -> int | str:  # noqa: ANN401
    notation = text_of(value.get("notation"))
    if value.get("scheme_name") != PROGRAMME:
        raise Untranslatable("a badge class has room for the numbers of Dutch programmes only")
    return int(notation) if _NUMBER.fullmatch(notation) else notation


def _mailto_lift(value: Any, _: Context) -> str:  # noqa: ANN401
    return f"mailto:{text_of(value)}"


def _mailto_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    if not text_of(value).startswith("mailto:"):
        raise Untranslatable("the mailbox is no mailto: address")
    return str(value).removeprefix("mailto:")


def _page_lift(value: Any, _: Context) -> Tree:  # noqa: ANN401
    return page_of(value)


def _page_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    return text_of(value.get("content_url"))


def _grading_title(_: Any, __: Context) -> Tree:  # noqa: ANN401
    return dict(GRADING_TABLE)


def _tags_lift(value: Any, context: Context) -> Tree:  # noqa: ANN401
    if not isinstance(value, list) or not value:
        raise Untranslatable("there are no tags")
    texts = [text_of(one) for one in value]
    return {context.language: texts[0] if len(texts) == 1 else texts}


def _tags_lower(value: Any, _: Context) -> list[str]:  # noqa: ANN401
    return [text for texts in value.values() for text in texts_of(texts)]


def _alignment_pages(value: Any, context: Context) -> list[Tree]:  # noqa: ANN401
    found = [
        page_of(
            url, {context.language: one["targetName"]} if isinstance(one.get("targetName"), str) else None
        )
        for one in value
        if isinstance(one, dict) and isinstance(url := one.get("targetUrl"), str) and "about" not in one
    ]
    if not found:
        raise Untranslatable("no item has an address")
    return found


def _own_page_lift(value: Any, _: Context) -> Tree:  # noqa: ANN401
    if not text_of(value).startswith(("http://", "https://")):
        raise Untranslatable("the id is no web address")
    return page_of(value)


def _picture_lift(value: Any, _: Context) -> Tree:  # noqa: ANN401
    """A data URL (RFC 2397) holds the picture itself; any other address only leads to it."""
    if found := _DATA_URL.fullmatch(text_of(value)):
        return {
            "type": "MediaObject",
            "content": found["content"],
            "content_type": ob2_concepts.listed(vocabulary.file_type(found["type"])),
            "content_encoding": ob2_concepts.listed(vocabulary.concept("encoding", "base64")),
        }
    return {"type": "MediaObject", "content_url": value}


def _picture_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    url, content = value.get("content_url"), value.get("content")
    if isinstance(url, str) and url:
        return url
    kind = vocabulary.media_type(str((value.get("content_type") or {}).get("id", "")))
    if not isinstance(content, str) or kind not in ("image/png", "image/jpeg"):
        raise Untranslatable("the picture is neither PNG nor JPEG and has no address")
    return f"data:{kind};base64,{''.join(content.split())}"


CODECS = {
    "credential_urn": Codec(
        _credential_urn, _one_way, "an address → urn:credential: with its UUID (version 5)"
    ),
    "organisation_urn": Codec(_organisation_urn, _one_way, "an edubadges entity → urn:uuid: (version 5)"),
    "address": Codec(_address, _address, "an id that is more than a number within one credential"),
    "identifier": Codec(_identifier_lift, _identifier_lower, "a text ↔ an identifier with it as notation"),
    "programme": Codec(_programme_lift, _programme_lower, "a number ↔ an identifier of a Dutch programme"),
    "mailto": Codec(_mailto_lift, _mailto_lower, "an e-mail address ↔ mailto:"),
    "own_page": Codec(_own_page_lift, _one_way, "the web address of the badge class → its page"),
    "page": Codec(_page_lift, _page_lower, "an address ↔ a web page"),
    "grading_title": Codec(_grading_title, _one_way, "the fixed title of a grading table"),
    "picture": Codec(_picture_lift, _picture_lower, "the address of a picture, or the picture in a data URL"),
    "tags": Codec(_tags_lift, _tags_lower, "a list of words ↔ texts of one language"),
    "alignment_pages": Codec(
        _alignment_pages, _one_way, "alignments to neither ESCO nor ISCED-F → web pages"
    ),
    **ob2_names.CODECS,
    **ob2_concepts.CODECS,
    **ob2_notes.CODECS,
}
