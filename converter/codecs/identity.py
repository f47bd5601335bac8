"""Codecs the identity table needs and no other."""

from __future__ import annotations

from typing import Any

from converter.codecs.codec import Codec, Context, Untranslatable
from converter.codecs.ob2_concepts import listed
from schemas import vocabulary

_SEXES = {"female": "FEMALE", "male": "MALE", "unspecified": "NAP"}


def _sex_lift(value: Any, _: Context) -> dict[str, Any]:  # noqa: ANN401 - a record's value is checked here
    code = _SEXES.get(value) if isinstance(value, str) else None
    if code is None:
        raise Untranslatable("the gender is none of the three words")
    return listed(vocabulary.concept("human-sex", code))


def _sex_lower(value: Any, _: Context) -> str:  # noqa: ANN401 - a pivot tree
    known = vocabulary.by_uri(str(value.get("id", ""))) if isinstance(value, dict) else None
    for word, code in _SEXES.items():
        if known is not None and known.scheme.name == "human-sex" and known.code == code:
            return word
    raise Untranslatable("the concept is none of the European list of sexes")


CODECS = {"sex": Codec(_sex_lift, _sex_lower, "female, male or unspecified ↔ its concept")}
