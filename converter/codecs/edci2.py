"""Codecs the edci2 table needs and no other."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from converter.codecs.codec import Codec, Context, Untranslatable
from converter.codecs.plain import others
from schemas import vocabulary

ECTS = "http://data.europa.eu/europass/educationalCreditPointSystem/ects"
ECVET = "http://data.europa.eu/europass/educationalCreditPointSystem/ecvet"
_CREDIT_SYSTEMS = {ECTS: "ects", ECVET: "ecvet"}
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def _texts_lift(value: Any, _: Context) -> dict[str, Any]:  # noqa: ANN401 - a wire value is checked here
    gathered: dict[str, list[str]] = {}
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict) or not isinstance(item.get("@lang"), str):
            raise Untranslatable("a text does not say its language")
        gathered.setdefault(item["@lang"], []).append(str(item.get("#text", "")))
    return {language: texts[0] if len(texts) == 1 else texts for language, texts in gathered.items()}


def _texts_lower(value: Any, _: Context) -> list[dict[str, str]]:  # noqa: ANN401
    """Write every text as plain; where one was HTML, the arrangement for writing says so again."""
    return [
        {"@lang": language, "@content-type": "text/plain", "#text": text}
        for language, texts in value.items()
        for text in ([texts] if isinstance(texts, str) else texts)
    ]


def _one_text_lift(value: Any, context: Context) -> str:  # noqa: ANN401
    texts = _texts_lift(value, context)
    for language in (context.language, "en", *texts):
        if language in texts:
            found = texts[language]
            return found if isinstance(found, str) else str(found[0])
    raise Untranslatable("the text is empty")


def _one_text_lower(value: Any, context: Context) -> list[dict[str, str]]:  # noqa: ANN401
    return _texts_lower({context.language: str(value)}, context)


def _subjects_lift(value: Any, context: Context) -> dict[str, Any]:  # noqa: ANN401
    if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
        raise Untranslatable("the European Learning Model has one subject for a note, not several")
    concept: dict[str, Any] = {"type": "Concept"}
    if "@uri" in value[0]:
        concept["id"] = value[0]["@uri"]
    if value[0].get("#text"):
        concept["pref_label"] = {context.language: value[0]["#text"]}
    return concept


def _subjects_lower(value: Any, context: Context) -> list[dict[str, str]]:  # noqa: ANN401
    """Write the label in the document's language; a URI outside the eleven topics would not be valid."""
    labels = value.get("pref_label") or {}
    language = next((tag for tag in (context.language, "en", *labels) if tag in labels), "")
    label = labels.get(language, "")
    subject = {"#text": label if isinstance(label, str) else str(label[0])}
    uri = value.get("id")
    if uri in {topic.uri for topic in vocabulary.concepts("qualification-topic")}:
        subject["@uri"] = uri
    elif not label:
        raise Untranslatable("the subject is none of the qualification topics and has no label")
    return [subject]


def _language_lift(value: Any, _: Context) -> dict[str, Any]:  # noqa: ANN401
    found = vocabulary.language(value) if isinstance(value, str) else None
    if found is None or found.iso != value:
        raise Untranslatable("the language is not a two-letter code of ISO 639-1")
    return _concept(found)


def _language_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    found = vocabulary.language(value.get("id") or value.get("notation") or "")
    if found is None or not found.iso:
        raise Untranslatable("the language has no two-letter code")
    return found.iso


def _country_lift(value: Any, _: Context) -> dict[str, Any]:  # noqa: ANN401
    """Keep the code as written: Europass has two letters, others three, some a code of their own."""
    if not isinstance(value, str):
        raise Untranslatable("the country is not a text")
    found = vocabulary.country(value)
    return {"type": "Concept", "notation": value} | (_concept(found) if found else {})


def _country_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    notation = str(value.get("notation") or "")
    found = vocabulary.country(value.get("id") or notation)
    if found is None:
        if notation:
            return notation
        raise Untranslatable("the country is not in the European list")
    same = vocabulary.country(notation) if notation else None
    return notation if same == found else found.iso or found.code


def _concept(found: vocabulary.Concept) -> dict[str, Any]:
    return {
        "type": "Concept",
        "id": found.uri,
        "pref_label": found.labels.to_tree(),
        "in_scheme": [{"type": "ConceptScheme", "id": found.scheme_uri}],
    }


def _credit_system_lift(value: Any, _: Context) -> dict[str, Any]:  # noqa: ANN401
    code = _CREDIT_SYSTEMS.get(value)
    if code is None:
        raise Untranslatable("the credit system is neither ECTS nor ECVET")
    return _concept(vocabulary.concept("education-credit", code))


def _credit_system_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    for system, code in _CREDIT_SYSTEMS.items():
        if value.get("id") == vocabulary.concept("education-credit", code).uri:
            return system
    raise Untranslatable("EDCI XML knows two credit systems, ECTS and ECVET")


def _points(value: Any, _: Context) -> str:  # noqa: ANN401
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value.strip()):
        raise Untranslatable("the number of credits is not a decimal number")
    return value


def _percentage_lift(value: Any, _: Context) -> int:  # noqa: ANN401
    try:
        share = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        raise Untranslatable("the percentage is not a number") from None
    if not share.is_finite() or share != share.to_integral_value():
        raise Untranslatable("the European Learning Model has whole percentages only")
    return int(share)


def _percentage_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    return str(value)


def _uri_lift(value: Any, _: Context) -> str:  # noqa: ANN401
    """Take off white space, the no-break space too: no URI has any (RFC 3986 §2), but some files do."""
    if not isinstance(value, str):
        raise Untranslatable("the value is not a text")
    return value.strip()


def _uri_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    return str(value)


CODECS = {
    "edci_uri": Codec(_uri_lift, _uri_lower, "a URI, white space around it taken off"),
    "edci_text": Codec(_texts_lift, _texts_lower, "text elements with their language ↔ a language map"),
    "edci_one_text": Codec(
        _one_text_lift, _one_text_lower, "text elements ↔ the one bare text in the document's language"
    ),
    "edci_subject": Codec(
        _subjects_lift,
        _subjects_lower,
        "the one subject of a note ↔ a concept",
        lambda value, context: others(value.get("pref_label"), context),
    ),
    "edci_language": Codec(_language_lift, _language_lower, "a two-letter language ↔ its concept"),
    "edci_country": Codec(_country_lift, _country_lower, "a country code, kept as written ↔ its concept"),
    "edci_credit_system": Codec(
        _credit_system_lift, _credit_system_lower, "ECTS or ECVET as a scheme ↔ its concept"
    ),
    "edci_points": Codec(_points, _points, "a decimal number, kept as written"),
    "edci_percentage": Codec(_percentage_lift, _percentage_lower, "a decimal percentage ↔ whole percents"),
}
