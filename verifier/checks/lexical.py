"""What single values look like: one predicate for each kind of the data model."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
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
_SVG_WITHIN = 4096


def moment(value: object) -> datetime | None:
    """Read an ISO 8601 date and time with a zone (Open Badges 2.0, DateTime); None for anything else."""
    if not isinstance(value, str) or "T" not in value.upper():
        return None
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return read if read.tzinfo is not None else None


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
    """Return the media type that an image's own first bytes show: PNG or SVG; empty for anything else."""
    if content.startswith(PNG_START):
        return "image/png"
    head = content[:_SVG_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "image/svg+xml" if head.startswith(b"<") and re.search(rb"<(?:[\w.-]+:)?svg[\s/>]", head) else ""
