"""Text that is safe to show: a hostile document must not steer a person's terminal."""

from __future__ import annotations

import json
import re
import sys
import unicodedata

_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})  # escape codes, reordering, half characters
_RAW_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """Replace every character that a terminal acts upon instead of showing it."""
    return "".join("�" if unicodedata.category(sign) in _STEERING else sign for sign in text)


def print_lines(*lines: str) -> None:
    """Print lines on standard output, whatever letters its encoding lacks."""
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        print(plain(line).encode(encoding, "replace").decode(encoding))


def as_json(value: object) -> str:
    """Write JSON for a machine that a person may look at; what steers a terminal is escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=not _shows_unicode())
    return _RAW_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def print_json(value: object) -> None:
    """Print JSON on standard output."""
    print(as_json(value))


def _shows_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"


def text_of(value: object) -> str:
    """Return a text, or the first of texts by language, for a person to read."""
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    if isinstance(value, (list, tuple)):
        value = value[0] if value else ""
    if isinstance(value, dict):
        return text_of(value)
    return value if isinstance(value, str) else ""
