"""Codecs for plain values, used by every table."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from converter.codecs.codec import Codec, Context, Untranslatable

DATETIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_MOST_HOURS = 1_000_000
DURATION = re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")


def _same(value: Any, _: Context) -> Any:  # noqa: ANN401 - any value passes
    return value


def _string(value: Any, _: Context) -> str:  # noqa: ANN401
    if not isinstance(value, str):
        raise Untranslatable("the value is not a text")
    return value


def _text_lift(value: Any, context: Context) -> dict[str, Any]:  # noqa: ANN401
    return {context.language: _string(value, context)}


def _text_lower(value: Any, context: Context) -> str:  # noqa: ANN401
    """Choose the document's language, else English, else the first; the others stay behind."""
    for language in (context.language, "en", *value):
        if language in value:
            text = value[language]
            return text if isinstance(text, str) else str(text[0])
    raise Untranslatable("the text has no language")


def others(value: Any, context: Context) -> tuple[str, ...]:  # noqa: ANN401
    """Name the languages that choosing one text leaves behind."""
    if not isinstance(value, dict):
        return ()
    taken = next((language for language in (context.language, "en", *value) if language in value), None)
    return tuple(language for language in value if language != taken)


def _lang_map(value: Any, _: Context) -> dict[str, Any]:  # noqa: ANN401
    if not isinstance(value, dict) or not all(
        isinstance(texts, str) or (isinstance(texts, list) and all(isinstance(text, str) for text in texts))
        for texts in value.values()
    ):
        raise Untranslatable("the value is not a text with its language")
    return {language: texts for language, texts in value.items() if texts}


def _datetime_lift(value: Any, context: Context) -> str:  # noqa: ANN401
    """Accept any ISO 8601 moment with a zone, give an XSD dateTime; what already is one stays as written."""
    text = _string(value, context)
    if DATETIME.fullmatch(text):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Untranslatable("the value is not an ISO 8601 date and time") from None
    return moment.isoformat()


def _date_lift(value: Any, context: Context) -> str:  # noqa: ANN401
    """A date becomes the first moment of that day, UTC: a birthday must not move with a zone."""
    text = _string(value, context)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return f"{text}T00:00:00Z"
    if DATETIME.fullmatch(text):
        return text
    raise Untranslatable("the value is not a date")


def _date_lower(value: Any, context: Context) -> str:  # noqa: ANN401
    return _string(value, context)[:10]


def _decimal_lift(value: Any, _: Context) -> str:  # noqa: ANN401
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Untranslatable("the value is not a number")
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise Untranslatable("the value is not a number") from None
    if not number.is_finite():
        raise Untranslatable("the value is not a finite number")
    return format(number.normalize(), "f")


def _decimal_lower(value: Any, context: Context) -> int | float:  # noqa: ANN401
    number = Decimal(_decimal_lift(value, context))
    return int(number) if number == number.to_integral_value() else float(number)


def _hours_lift(value: Any, context: Context) -> str:  # noqa: ANN401
    """Hours as a number become an XSD duration; the fraction becomes minutes, then seconds."""
    hours = Decimal(_decimal_lift(value, context))
    if hours < 0:
        raise Untranslatable("a workload cannot be negative")
    if hours >= _MOST_HOURS:
        raise Untranslatable("the workload is longer than a life")
    seconds = hours * 3600
    whole, minutes = int(hours), int(seconds % 3600 // 60)
    rest = seconds - whole * 3600 - minutes * 60
    if rest != rest.to_integral_value():
        raise Untranslatable("the workload is finer than a second")
    return f"PT{whole}H" + (f"{minutes}M" if minutes else "") + (f"{int(rest)}S" if rest else "")


def _hours_lower(value: Any, context: Context) -> int | float:  # noqa: ANN401
    found = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", _string(value, context))
    if found is None or not any(found.groups()):
        raise Untranslatable("only days, hours, minutes and seconds can be said in hours")
    days, hours, minutes, seconds = (Decimal(part or 0) for part in found.groups())
    return _decimal_lower(str(days * 24 + hours + (minutes * 60 + seconds) / 3600), context)


def _duration(value: Any, context: Context) -> str:  # noqa: ANN401
    text = _string(value, context)
    if not DURATION.fullmatch(text):
        raise Untranslatable("the value is not an XSD duration")
    return text


def _integer(value: Any, _: Context) -> int:  # noqa: ANN401
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,18}", value):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Untranslatable("the value is not a whole number")


def _integer_text(value: Any, context: Context) -> str:  # noqa: ANN401
    return str(_integer(value, context))


def _boolean(value: Any, _: Context) -> bool:  # noqa: ANN401
    if isinstance(value, bool):
        return value
    raise Untranslatable("the value is neither true nor false")


def _boolean_text_lift(value: Any, _: Context) -> bool:  # noqa: ANN401
    if value in ("true", "1"):
        return True
    if value in ("false", "0"):
        return False
    raise Untranslatable("the value is neither true nor false")


def _boolean_text_lower(value: Any, context: Context) -> str:  # noqa: ANN401
    return "true" if _boolean(value, context) else "false"


CODECS = {
    "same": Codec(_same, _same, "any value as it stands"),
    "string": Codec(_string, _string, "a text as it stands"),
    "text": Codec(_text_lift, _text_lower, "a bare text, in the document's language", others),
    "lang_map": Codec(_lang_map, _lang_map, "a language map"),
    "datetime": Codec(_datetime_lift, _string, "ISO 8601 with zone ↔ XSD dateTime"),
    "date": Codec(_date_lift, _date_lower, "a date ↔ midnight UTC of that day"),
    "decimal": Codec(_decimal_lift, _decimal_lower, "a JSON number ↔ its decimal text"),
    "hours": Codec(_hours_lift, _hours_lower, "hours ↔ XSD duration"),
    "duration": Codec(_duration, _duration, "an XSD duration"),
    "integer": Codec(_integer, _integer, "a whole number"),
    "integer_text": Codec(_integer, _integer_text, "a whole number written as text"),
    "boolean": Codec(_boolean, _boolean, "true or false"),
    "boolean_text": Codec(_boolean_text_lift, _boolean_text_lower, "true or false written as text"),
}
