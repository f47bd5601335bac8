"""What single values look like: one predicate for each kind of the data model."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime, timedelta
from urllib.parse import unquote_to_bytes, urlsplit

PNG_START = b"\x89PNG\r\n\x1a\n"
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE = re.compile(r"\+[1-9]\d{1,14}(;ext=\d{1,10})?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_HASH = re.compile(r"sha256\$[0-9A-Fa-f]{64}|md5\$[0-9A-Fa-f]{32}", re.IGNORECASE)
_DATA = re.compile(
    r"data:(image/png|image/svg\+xml)((?:;[^,;]+)*?)(;base64)?,(.*)", re.DOTALL | re.IGNORECASE
)
_SVG_WITHIN = 64 * 1024
_SVG = re.compile(
    rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+svg\b[^>\[]*(?:\[[^\]]*\]\s*)?>)*+<(?:[\w.-]+:)?svg[\s/>]",
    re.DOTALL,
)
_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d|\d{8}|\d{4}-W\d\d-\d|\d{4}W\d{3})"
    r"T(\d\d)(?::?(\d\d)(?::?(\d\d)([.,]\d+)?)?)?"
    r"(Z|[+-]\d\d(?::?\d\d)?)",
    re.ASCII | re.IGNORECASE,
)


def moment(value: object) -> datetime | None:
    """Read an ISO 8601 date and time with a zone (Open Badges 2.0, DateTime); None for anything else.

    A leap second is the moment after the second before it; 24:00 is the midnight that ends the day.
    """
    found = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    day, hour, minute, second, part, zone = (group or "" for group in found.groups())
    beyond = timedelta()
    if (minute, second) == ("59", "60"):
        second, beyond = "59", timedelta(seconds=1)
    elif hour == "24" and not (minute + second + part).strip("0.,"):
        hour, beyond = "00", timedelta(days=1)
    text = f"{day}T{hour}:{minute or '00'}:{second or '00'}{part}{zone}"
    try:
        return datetime.fromisoformat(text.upper()) + beyond
    except (ValueError, OverflowError):
        return None


def is_iri(value: object) -> bool:
    """Tell whether a value is an absolute IRI."""
    return isinstance(value, str) and _IRI.fullmatch(value) is not None


def is_web_address(value: object) -> bool:
    """Tell whether a value is an http or https address with a host."""
    if not is_iri(value):
        return False
    try:
        parts = urlsplit(str(value))
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def is_email(value: object) -> bool:
    """Tell whether a value has the shape of an e-mail address."""
    return isinstance(value, str) and _EMAIL.fullmatch(value) is not None


def is_phone(value: object) -> bool:
    """Tell whether a value is an E.164 number, an extension after it allowed."""
    return isinstance(value, str) and _PHONE.fullmatch(value) is not None


def is_language(value: object) -> bool:
    """Tell whether a value has the shape of a language tag (BCP 47)."""
    return isinstance(value, str) and _LANGUAGE.fullmatch(value) is not None


def is_hash(value: object) -> bool:
    """Tell whether a value is an identity hash: `sha256$` or `md5$` and hexadecimals of either case."""
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def is_image_link(value: object) -> bool:
    """Tell whether a value names an image by address, or is a data URI that holds a PNG or an SVG."""
    if not isinstance(value, str) or not value.lower().startswith("data:"):
        return is_iri(value)
    found = _DATA.fullmatch(value)
    if found is None:
        return False
    content = unquote_to_bytes(found.group(4))
    if found.group(3):
        try:
            content = base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            return False
    return image_kind(content) == found.group(1).lower()


def image_kind(content: bytes) -> str:
    """Return the media type that an image's own first bytes show: PNG or SVG; empty for anything else.

    An SVG is told by its root element: a web page may hold an `svg` somewhere inside.
    """
    if content.startswith(PNG_START):
        return "image/png"
    head = content[:_SVG_WITHIN].removeprefix(b"\xef\xbb\xbf")
    return "image/svg+xml" if _SVG.match(head) else ""
