"""Codecs of the ob2 table between edubadges' words and numbers and values of controlled lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from converter.codecs.codec import Codec, Context, Untranslatable
from schemas import vocabulary

ESCO_SKILLS = "http://data.europa.eu/esco/concept-scheme/skills"
_OWN = "urn:epass:concept:edubadges"
_OWN_SCHEME = "urn:epass:conceptScheme:edubadges"
_LOWEST, _HIGHEST = 1, 8
Tree = dict[str, Any]
Lift = Callable[[Any, Context], Any]


def listed(known: vocabulary.Concept) -> Tree:
    """Make the pivot concept of a value of a controlled list."""
    return {
        "type": "Concept",
        "id": known.uri,
        "in_scheme": [{"type": "ConceptScheme", "id": known.scheme_uri}],
        "pref_label": known.labels.to_tree(),
    }


def _uri(value: Any) -> str:  # noqa: ANN401 - a pivot tree of any kind
    return str(value.get("id", "")) if isinstance(value, dict) else ""


def _one_way(_: Any, __: Context) -> Any:  # noqa: ANN401
    raise Untranslatable("the value follows from another one and is not read back")


def language(tag_: str) -> Tree:
    """Make the concept of a language from its tag.

    Raises:
        Untranslatable: the EU's list has no such language.
    """
    known = vocabulary.language(tag_)
    if known is None:
        raise Untranslatable("the EU's list knows no such language")
    return listed(known)


def tag(concept: Any) -> str:  # noqa: ANN401
    """Return the two-letter code of a language concept, or an empty text."""
    known = vocabulary.by_uri(_uri(concept))
    return known.iso if known and known.scheme.name == "language" else ""


def _language_lift(value: Any, _: Context) -> Tree:  # noqa: ANN401
    if not isinstance(value, str):
        raise Untranslatable("the value is not a language code")
    return language(value)


def _language_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    """Write en_EN and nl_NL, the two that edubadges has; another language likewise."""
    code = tag(value)
    if not code:
        raise Untranslatable("the language has no two-letter code")
    return f"{code}_{code.upper()}"


def _country_lift(value: Any, _: Context) -> Tree:  # noqa: ANN401
    known = vocabulary.country(value) if isinstance(value, str) else None
    if known is None:
        raise Untranslatable("the value, such as EN, is the code of no country")
    if known.iso != value:
        raise Untranslatable("the value is not a country's two-letter code")
    return listed(known)


def _country_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    known = vocabulary.by_uri(_uri(value))
    if known is None or known.scheme.name != "country" or not known.iso:
        raise Untranslatable("the country has no two-letter code")
    return known.iso


def _eqf_lift(value: Any, _: Context) -> Tree:  # noqa: ANN401
    whole = isinstance(value, int | float) and not isinstance(value, bool) and value == int(value)
    if not whole or not _LOWEST <= value <= _HIGHEST:
        raise Untranslatable("the EQF has the levels 1 to 8")
    return listed(vocabulary.concept("eqf", str(int(value))))


def _eqf_lower(value: Any, _: Context) -> int:  # noqa: ANN401
    known = vocabulary.by_uri(_uri(value))
    if known is None or known.scheme.name != "eqf":
        raise Untranslatable("the level is none of the EQF")
    return int(known.code)


def _ects(_: Any, __: Context) -> Tree:  # noqa: ANN401
    return listed(vocabulary.concept("education-credit", "ects"))


def _esco(_: Any, __: Context) -> Tree:  # noqa: ANN401
    return {"type": "ConceptScheme", "id": ESCO_SKILLS}


def _isced(_: Any, __: Context) -> Tree:  # noqa: ANN401
    return {"type": "ConceptScheme", "id": vocabulary.concept("isced-f", "0613").scheme_uri}


def _word_lift(table: str) -> Lift:
    """A word with an official concept becomes that; another stays a word, with a concept of its own."""

    def lift(value: Any, context: Context) -> Tree:  # noqa: ANN401
        if not isinstance(value, str):
            raise Untranslatable("the value is not a word")
        known = vocabulary.tokens(table).get(value)
        if known and known.concept:
            return listed(known.concept)
        return {
            "type": "Concept",
            "id": f"{_OWN}:{table}:{value}",
            "in_scheme": [{"type": "ConceptScheme", "id": f"{_OWN_SCHEME}:{table}"}],
            "notation": value,
            "pref_label": known.labels.to_tree() if known else {context.language: value},
        }

    return lift


def _word_lower(table: str) -> Lift:
    def lower(value: Any, _: Context) -> str:  # noqa: ANN401
        uri = _uri(value)
        own = f"{_OWN}:{table}:"
        if uri.startswith(own):
            return uri.removeprefix(own)
        for word, known in vocabulary.tokens(table).items():
            if known.concept and known.concept.uri == uri:
                return word
        raise Untranslatable("edubadges has no word for this value")

    return lower


def _word_title(table: str) -> Lift:
    def lift(value: Any, context: Context) -> Tree:  # noqa: ANN401
        known = vocabulary.tokens(table).get(value) if isinstance(value, str) else None
        return known.labels.to_tree() if known else {context.language: str(value)}

    return lift


def _category(kind: str) -> Lift:
    def lift(value: Any, _: Context) -> Tree:  # noqa: ANN401
        known = vocabulary.tokens("type_badge_class").get(value) if isinstance(value, str) else None
        found = getattr(known, kind) if known else None
        if found is None:
            raise Untranslatable("no official value says what this category is")
        return listed(found)

    return lift


def _supervision_lift(values: Any, _: Context) -> Tree:  # noqa: ANN401
    supervised, verified = values
    if not isinstance(supervised, bool) or not isinstance(verified, bool):
        raise Untranslatable("only supervision and identity check together have a place")
    known = vocabulary.supervision(supervised=supervised, identity_verified=verified)
    if known is None:
        raise Untranslatable("no official value says supervised without an identity check")
    return listed(known)


def _supervision_lower(value: Any, _: Context) -> tuple[bool, bool]:  # noqa: ANN401
    pair = vocabulary.supervision_pair(_uri(value))
    if pair is None:
        raise Untranslatable("the value does not tell of both supervision and identity check")
    return pair


def _framework(name: str) -> Codec:
    def lift(_: Any, __: Context) -> str:  # noqa: ANN401
        raise Untranslatable("the framework alone names no value")

    def lower(_: Any, __: Context) -> str:  # noqa: ANN401
        return name

    return Codec(lift, lower, f"the value of a list → {name}, the name of its framework")


CODECS = {
    **{f"framework({name})": _framework(name) for name in ("ESCO", "ISCED-F", "NQF")},
    "language": Codec(_language_lift, _language_lower, "nl_NL ↔ a language; the region is not kept"),
    "country": Codec(_country_lift, _country_lower, "a two-letter code ↔ a country"),
    "eqf": Codec(_eqf_lift, _eqf_lower, "a number ↔ an EQF level"),
    "ects_framework": Codec(_ects, _one_way, "always ECTS"),
    "esco_scheme": Codec(_esco, _one_way, "always the ESCO skills"),
    "isced_scheme": Codec(_isced, _one_way, "always the fields of study of ISCED-F"),
    "mode": Codec(
        _word_lift("participation"), _word_lower("participation"), "a form of taking part ↔ a mode"
    ),
    "assessment_type": Codec(
        _word_lift("assessment_type"), _word_lower("assessment_type"), "a form of assessment ↔ its type"
    ),
    "assessment_title": Codec(_word_title("assessment_type"), _one_way, "the name of a form of assessment"),
    "category_type": Codec(_category("concept"), _one_way, "the category → the type of learning opportunity"),
    "category_setting": Codec(_category("setting"), _one_way, "the category → formal or non-formal"),
    "supervision": Codec(_supervision_lift, _supervision_lower, "two booleans ↔ one concept"),
}
