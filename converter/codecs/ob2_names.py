"""Codecs of the ob2 table for what edubadges says three times: plainly, in English and in Dutch."""

from __future__ import annotations

from typing import Any

from converter.codecs import ob2_concepts
from converter.codecs.codec import Codec, Context, Untranslatable

Tree = dict[str, Any]


def text_of(value: Any) -> str:  # noqa: ANN401 - any value may stand in a document
    """Return a text, or say that it is none."""
    if not isinstance(value, str):
        raise Untranslatable("the value is not a text")
    return value


def page_of(url: Any, title: Tree | None = None, language: str = "") -> Tree:  # noqa: ANN401
    """Make a web page of an address, with its title and the language it is in."""
    page: Tree = {"type": "WebResource", "content_url": text_of(url)}
    if title:
        page["title"] = title
    if language:
        page["language"] = ob2_concepts.language(language)
    return page


def taken(texts: Tree, context: Context) -> str | None:
    """Choose the document's language, else English, else the first."""
    return next((language for language in (context.language, "en", *texts) if language in texts), None)


def best_of(texts: Any, context: Context) -> str:  # noqa: ANN401
    """Choose the text in the document's language, else in English, else the first."""
    language = taken(texts, context) if isinstance(texts, dict) else None
    if language is None:
        raise Untranslatable("the text has no language")
    return texts_of(texts[language])[0]


def texts_of(texts: Any) -> list[str]:  # noqa: ANN401
    """Return the texts of one language, of which there may be one."""
    return [texts] if isinstance(texts, str) else list(texts)


def _names_lift(values: Any, context: Context) -> Tree:  # noqa: ANN401
    """A name without a language, in English and in Dutch: the one that stands for both comes first.

    Where it is neither, it stands before the Dutch or English text of the language that is there.
    """
    default, english, dutch = (None if one is None else text_of(one) for one in values)
    pairs = [("en", english), ("nl", dutch)]
    if dutch is not None and default == dutch != english:
        pairs.reverse()
    texts: Tree = {language: text for language, text in pairs if text is not None}
    if default is not None and default not in (english, dutch):
        language = next(iter(texts), context.language)
        texts = {**texts, language: [default, texts[language]] if language in texts else default}
    return texts


def _names_lower(value: Any, context: Context) -> tuple[str | None, ...]:  # noqa: ANN401
    if not isinstance(value, dict) or not value:
        raise Untranslatable("the text has no language")
    default = texts_of(next(iter(value.values())))[0]
    if not {"en", "nl"} & value.keys():
        default = best_of(value, context)
    return (default, *(texts_of(value[one])[-1] if one in value else None for one in ("en", "nl")))


def _plain_names_lower(value: Any, context: Context) -> tuple[str | None, ...]:  # noqa: ANN401
    """A badge of another platform has one name; the two further ones only where there are two to tell."""
    if isinstance(value, dict) and {"en", "nl"} <= value.keys():
        return (best_of(value, context), texts_of(value["en"])[0], texts_of(value["nl"])[0])
    return (best_of(value, context), None, None)


def _plain_names_lift(values: Any, context: Context) -> Tree:  # noqa: ANN401
    default, english, dutch = values
    if english is None and dutch is None:
        return {context.language: text_of(default)}
    return _names_lift(values, context)


def _notes_lift(values: Any, context: Context) -> list[Tree]:  # noqa: ANN401
    return [{"type": "Note", "note_literal": _names_lift(values, context)}]


def _notes_lower(value: Any, context: Context) -> tuple[str | None, ...]:  # noqa: ANN401
    if len(value) != 1:
        raise Untranslatable("an issuer has room for one description")
    return _names_lower(value[0].get("note_literal"), context)


def _pages_lift(values: Any, _: Context) -> list[Tree]:  # noqa: ANN401
    """A page, its English and its Dutch form: the first stands alone only where it is neither of the two."""
    default, english, dutch = values
    told = [(url, language) for url, language in ((english, "en"), (dutch, "nl")) if url is not None]
    told.sort(key=lambda pair: pair[0] != default)
    pages = [page_of(url, language=language) for url, language in told]
    return pages if default is None or (told and told[0][0] == default) else [page_of(default), *pages]


def _pages_lower(value: Any, _: Context) -> tuple[str | None, ...]:  # noqa: ANN401
    urls: dict[str, str] = {}
    for page in value:
        urls.setdefault(ob2_concepts.tag(page.get("language")), text_of(page.get("content_url")))
    first = next((text_of(page.get("content_url")) for page in value), None)
    return (first, urls.get("en"), urls.get("nl"))


def _third(value: Any, context: Context) -> tuple[str, ...]:  # noqa: ANN401
    """Name the languages beside Dutch, English and the one that stands for both."""
    default = next(iter(value)) if {"en", "nl"} & value.keys() else taken(value, context)
    return tuple(language for language in value if language not in ("en", "nl", default))


def _other(value: Any, context: Context) -> tuple[str, ...]:  # noqa: ANN401
    kept = {"en", "nl"} if {"en", "nl"} <= value.keys() else set()
    return tuple(language for language in value if language not in {*kept, taken(value, context)})


def _third_of_note(value: Any, context: Context) -> tuple[str, ...]:  # noqa: ANN401
    return _third(value[0]["note_literal"], context)


CODECS = {
    "names": Codec(
        _names_lift, _names_lower, "text, English and Dutch text ↔ one text, the default first", _third
    ),
    "plain_names": Codec(
        _plain_names_lift, _plain_names_lower, "text, English and Dutch text ↔ one text", _other
    ),
    "descriptions": Codec(
        _notes_lift, _notes_lower, "text, English and Dutch text ↔ one note", _third_of_note
    ),
    "pages": Codec(_pages_lift, _pages_lower, "page, English and Dutch page ↔ pages with their language"),
}
