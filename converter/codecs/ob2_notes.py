"""Codecs of the ob2 table for what Europass says in notes: each with a subject that tells which it is."""

from __future__ import annotations

import re
from typing import Any

from converter.codecs.codec import Codec, Context, Untranslatable
from converter.codecs.ob2_names import best_of, text_of
from converter.codecs.plain import others

SUBJECTS = {
    "criteria": {"en": "Criteria", "nl": "Criteria"},
    "qualityAssurance": {"en": "Quality assurance", "nl": "Kwaliteitsborging"},
    "alignment": {"en": "Alignment", "nl": "Aansluiting"},
    "evidence": {"en": "Evidence", "nl": "Bewijs"},
    "stackable": {"en": "Stackable", "nl": "Stapelbaar"},
    "eqfNlqfLevelVerified": {"en": "EQF or NLQF level verified", "nl": "EQF- of NLQF-niveau geverifieerd"},
    "studyLoad": {"en": "The hours are study load", "nl": "De uren zijn studielast"},
    "onBehalf": {"en": "On behalf of", "nl": "Namens"},
}
"""What the arranged badge calls a note, and the label of its subject."""

SCHEME = "https://w3id.org/badgepass/note-subjects"
"""EDCI XML 1.2 wants an http address of the list a value stands in, so a urn: will not do here."""

YES_NO = {True: {"en": "Yes", "nl": "Ja"}, False: {"en": "No", "nl": "Nee"}}
_LAST_LINE = re.compile(r"(?:(?P<text>.*)\n)?(?P<url>https?://[^\s]+)", re.DOTALL)
_ESCAPED = re.compile(r"(?:.*\n)?https?://[^\s]+\n+", re.DOTALL)
_EVIDENCE = 4
Tree = dict[str, Any]


def _note_lift(value: Any, context: Context) -> Tree:  # noqa: ANN401 - a wire value is checked here
    return {"type": "Note", "note_literal": {context.language: text_of(value)}}


def _note_lower(value: Any, context: Context) -> str:  # noqa: ANN401
    """Give the text of a note, unless its subject says that it belongs elsewhere in a badge."""
    if _word(value.get("subject")):
        raise Untranslatable("a note with this subject is no narrative")
    return best_of(value.get("note_literal"), context)


def _word(subject: Any) -> str:  # noqa: ANN401
    said = (subject.get("pref_label") or {}) if isinstance(subject, dict) else {}
    return next(
        (
            word
            for word, labels in SUBJECTS.items()
            if any(said.get(tag) == label for tag, label in labels.items())
        ),
        "",
    )


def _subject_lift(value: Any, _: Context) -> Tree:  # noqa: ANN401
    word = text_of(value)
    return {
        "type": "Concept",
        "id": f"urn:epass:concept:edubadges:note:{word}",
        "in_scheme": [{"type": "ConceptScheme", "id": SCHEME}],
        "pref_label": dict(SUBJECTS[word]),
    }


def _subject_lower(value: Any, _: Context) -> str:  # noqa: ANN401
    word = _word(value)
    if not word:
        raise Untranslatable("a badge has no place for a note with this subject")
    return word


def _answer_lift(value: Any, _: Context) -> Tree:  # noqa: ANN401
    if not isinstance(value, bool):
        raise Untranslatable("the value is neither true nor false")
    return dict(YES_NO[value])


def _answer_lower(value: Any, context: Context) -> bool:  # noqa: ANN401
    text = best_of(value, context)
    for answer, labels in YES_NO.items():
        if text in labels.values():
            return answer
    raise Untranslatable("the note is neither yes nor no")


def _criteria_lift(values: Any, context: Context) -> Tree:  # noqa: ANN401
    """A text with its page on the last line; a text that itself ends so gets an empty line more."""
    narrative, url = (None if one is None else text_of(one) for one in values)
    if url is not None and not _LAST_LINE.fullmatch(url):
        raise Untranslatable("the address of the criteria is no web address")
    if narrative is None or url is None:
        text = url if narrative is None else narrative
        if narrative is not None and (_LAST_LINE.fullmatch(narrative) or _ESCAPED.fullmatch(narrative)):
            text = f"{narrative}\n"
        return {context.language: text_of(text)}
    return {context.language: f"{narrative}\n{url}"}


def _criteria_lower(value: Any, context: Context) -> tuple[str | None, str | None]:  # noqa: ANN401
    text = best_of(value, context)
    if found := _LAST_LINE.fullmatch(text):
        return (found["text"], found["url"])
    return (text[:-1] if _ESCAPED.fullmatch(text) else text, None)


def _lines(count: int) -> Codec:
    def lift(values: Any, context: Context) -> Tree:  # noqa: ANN401
        parts = ["" if one is None else text_of(one) for one in values]
        if any("\n" in part for part in parts[:-1]):
            raise Untranslatable("the value runs over lines")
        while parts and not parts[-1]:
            parts.pop()
        if not parts:
            raise Untranslatable("there is nothing to note")
        return {context.language: "\n".join(parts)}

    def lower(value: Any, context: Context) -> tuple[str | None, ...]:  # noqa: ANN401
        found = best_of(value, context).split("\n", count - 1)
        return tuple(part or None for part in (*found, *([""] * (count - len(found)))))

    return Codec(lift, lower, f"{count} texts ↔ one, line by line; only the last may run over lines")


def _evidence_lift(values: Any, context: Context) -> Tree:  # noqa: ANN401
    """A description of several lines goes before the narrative, which alone may run over lines."""
    *first, description, narrative = (None if one is None else text_of(one) for one in values)
    if description is not None and "\n" in description:
        told = description if narrative is None else f"{description}\n{narrative}"
        description, narrative = None, told
    tree: Tree = _lines(_EVIDENCE).lift((*first, description, narrative), context)
    return tree


CODECS = {
    "note": Codec(
        _note_lift,
        _note_lower,
        "a bare text ↔ a note without a subject of ours",
        lambda value, context: others(value.get("note_literal"), context),
    ),
    "note_subject": Codec(_subject_lift, _subject_lower, "what a note is about ↔ its subject"),
    "yes_no": Codec(_answer_lift, _answer_lower, "true or false ↔ yes or no"),
    "criteria_text": Codec(
        _criteria_lift, _criteria_lower, "a text and its page ↔ the page on the last line"
    ),
    "evidence_lines": Codec(
        _evidence_lift, _lines(_EVIDENCE).lower, "what a piece of evidence says ↔ one text, line by line"
    ),
    **{f"lines({count})": _lines(count) for count in (2, 3, 5)},
}
