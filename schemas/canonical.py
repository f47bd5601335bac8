"""JSON in one spelling only: RFC 8785 (JCS) for values without fractions.

Members sorted by their UTF-16 code units, no white space, and in texts only that escaped which must be.
Numbers are whole and below 2^53, so that no two writers can disagree on how one is spelt.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import orjson

_MAX_INTEGER = 2**53 - 1
_BEYOND = re.compile(b"[\xf0-\xf4]")
"""A character that is two units of UTF-16: where none is, members are in one order by units and by bytes."""


class NotCanonical(ValueError):  # noqa: N818 - reads as a sentence
    """A value has no canonical spelling: a fraction, a giant number, half a character, no JSON at all."""


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Spell a value.

    Raises:
        NotCanonical: it has no spelling.
    """
    try:
        if _is_plain(value):
            spelt = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
            if not _BEYOND.search(spelt):
                return spelt
        text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise NotCanonical(str(error)[:100]) from None


def canonical_digest(value: Any) -> str:  # noqa: ANN401
    """Return the sha-256 (hex) of a value's canonical spelling.

    Raises:
        NotCanonical: it has none.
    """
    return hashlib.sha256(canonical(value)).hexdigest()


def _is_plain(value: Any) -> bool:  # noqa: ANN401
    """Tell what is spelt in one step: objects, arrays, texts and whole numbers, and no kinds of these."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        kind = type(one)
        if kind is dict:
            waiting += one.values()
            if not all(type(name) is str for name in one):
                return False
        elif kind is list or kind is tuple:
            waiting += one
        elif kind is int:
            if not -_MAX_INTEGER <= one <= _MAX_INTEGER:
                return False
        elif kind is not str and kind is not bool and one is not None:
            return False
    return True


def _ordered(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("a member has no name")
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return {name: _ordered(value[name]) for name in names}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    if isinstance(value, float) or (isinstance(value, int) and abs(value) > _MAX_INTEGER):
        raise NotCanonical("a number is not a whole one below 2^53")
    return value
