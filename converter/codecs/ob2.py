"""Codecs the ob2 table needs and no other: identifiers, notes, pages."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

from converter.codecs import ob2_concepts, ob2_names
from converter.codecs.codec import Codec, Context, Untranslatable
from converter.codecs.ob2_names import best_of, page_of, text_of, texts_of

PROGRAMME = "Education programme (ISAT, CREBO or RIO)"
"""Scheme name of the numbers that edubadges gives for a programme, from whichever of the three registers."""

CRITERIA = {"en": "Criteria", "nl": "Criteria"}
QUALITY = {"en": "Quality assurance", "nl": "Kwaliteitsborging"}
GRADING_TABLE = {"en": "Grading table", "nl": "Beoordelingstabel"}
_ORGANISATIONS = uuid.uuid5(uuid.NAMESPACE_URL, "https://api.edubadges.nl/public/organisations")
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})", re.ASCII)
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


def _note(text: Any, language: str, subject: Tree | None = None) -> Tree:  # noqa: ANN401
    note: Tree = {"type": "Note", "note_literal": {language: text_of(text)}}
    if subject:
        note["subject"] = {"type": "Concept", "pref_label": dict(subject)}
    return note


def _note_lift(value: Any, context: Context) -> Tree:  # noqa: ANN401
    return _note(value, context.language)


def _note_lower(value: Any, context: Context) -> str:  # noqa: ANN401
    return best_of(value.get("note_literal"), context)


def _class_notes_lift(values: Any, context: Context) -> list[Tree]:  # noqa: ANN401
    """Criteria and quality assurance as notes; name, address and text of the latter stand line by line."""
    narrative, *quality = values
    notes = [_note(narrative, context.language, CRITERIA)] if narrative else []
    if any(quality):
        name, url, text = ("" if one is None else text_of(one) for one in quality)
        if "\n" in name + url:
            raise Untranslatable("the name or address of the quality assurance runs over lines")
        notes.append(_note(f"{name}\n{url}\n{text}", context.language, QUALITY))
    if not notes:
        raise Untranslatable("there is nothing to note")
    return notes


def _class_notes_lower(value: Any, context: Context) -> tuple[str | None, ...]:  # noqa: ANN401
    said = {_subject(note): best_of(note.get("note_literal"), context) for note in value}
    if len(said) < len(value) or not said.keys() <= {CRITERIA["en"], QUALITY["en"]}:
        raise Untranslatable("a badge class has no room for further notes")
    name, url, text = f"{said.get(QUALITY['en'], '')}\n\n".split("\n", 2)
    text = text.removesuffix("\n\n")
    return (said.get(CRITERIA["en"]), name or None, url or None, text or None)


def _subject(note: Tree) -> str:
    return str(((note.get("subject") or {}).get("pref_label") or {}).get("en", ""))


def _tags_lift(value: Any, context: Context) -> Tree:  # noqa: ANN401
    if not isinstance(value, list) or not value:
        raise Untranslatable("there are no tags")
    texts = [text_of(one) for one in value]
    return {context.language: texts[0] if len(texts) == 1 else texts}


def _tags_lower(value: Any, _: Context) -> list[str]:  # noqa: ANN401
    return [text for texts in value.values() for text in texts_of(texts)]


def _pages_of(url: str, name: str, *, esco: bool = True) -> Callable[[Any, Context], list[Tree]]:
    def lift(value: Any, context: Context) -> list[Tree]:  # noqa: ANN401
        found = [
            page_of(one[url], {context.language: one[name]} if isinstance(one.get(name), str) else None)
            for one in value
            if isinstance(one, dict) and isinstance(one.get(url), str)
            if esco or one.get("targetFramework") != "ESCO"
        ]
        if not found:
            raise Untranslatable("no item has an address")
        return found

    return lift


CODECS = {
    "credential_urn": Codec(
        _credential_urn, _one_way, "an address → urn:credential: with its UUID (version 5)"
    ),
    "organisation_urn": Codec(_organisation_urn, _one_way, "an edubadges entity → urn:uuid: (version 5)"),
    "address": Codec(_address, _address, "an id that is more than a number within one credential"),
    "identifier": Codec(_identifier_lift, _identifier_lower, "a text ↔ an identifier with it as notation"),
    "programme": Codec(_programme_lift, _programme_lower, "a number ↔ an identifier of a Dutch programme"),
    "mailto": Codec(_mailto_lift, _mailto_lower, "an e-mail address ↔ mailto:"),
    "page": Codec(_page_lift, _page_lower, "an address ↔ a web page"),
    "grading_title": Codec(_grading_title, _one_way, "the fixed title of a grading table"),
    "note": Codec(_note_lift, _note_lower, "a bare text ↔ a note in the document's language"),
    "class_notes": Codec(_class_notes_lift, _class_notes_lower, "criteria and quality ↔ notes by subject"),
    "tags": Codec(_tags_lift, _tags_lower, "a list of words ↔ texts of one language"),
    "evidence_pages": Codec(_pages_of("id", "name"), _one_way, "evidence with an address → web pages"),
    "alignment_pages": Codec(
        _pages_of("targetUrl", "targetName", esco=False), _one_way, "alignments other than ESCO → web pages"
    ),
    **ob2_names.CODECS,
    **ob2_concepts.CODECS,
}
