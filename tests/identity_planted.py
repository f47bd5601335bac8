"""Values that stand nowhere else in the world, and every form one may be kept in by mistake."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from samples import badges

GIVEN, FAMILY, BORN, TOWN = "Quilliphrax", "van Zumbroek", "1987-03-14", "Hoorndermeer"
NUMBER, MAIL = "DE/NL/zx81qqplanted", "quilliphrax@zumbroek.example"
PLANTED: dict[str, Any] = {
    "given_name": GIVEN,
    "family_name": FAMILY,
    "birthdate": BORN,
    "place_of_birth": {"country": "NL", "locality": TOWN},
    "identifier": {"value": NUMBER, "country": "DE"},
}
RECIPIENT = {"id": badges.LEARNER}
VALUES = (GIVEN, FAMILY, BORN, TOWN, NUMBER, MAIL, badges.LEARNER)


def forms(value: str) -> Iterator[bytes]:
    """Yield a value as it may stand in a file: in some encoding, in base64 at any offset, or hashed bare."""
    for text in {value, value.lower(), value.upper(), quote(value, safe=""), value.replace(" ", "+")}:
        yield text.encode()
        yield text.encode("utf-16-le")
        yield text.encode().hex().encode()
    raw = value.encode()
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + raw)
        # What begins or ends beside the value depends on its neighbours.
        yield coded[(0, 2, 3)[offset] : len(coded) - (0, 4, 4)[(offset + len(raw)) % 3]]
        yield base64.urlsafe_b64encode(b"\0" * offset + raw)[(0, 2, 3)[offset] : -4]
    for text in {value, value.lower()}:
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, text.encode(), usedforsecurity=False)
            yield digest.hexdigest().encode()
            yield digest.digest()
            yield base64.b64encode(digest.digest()).rstrip(b"=")


def found_in(data: bytes) -> set[str]:
    """Name the planted values that some bytes hold in any form."""
    return {value for value in VALUES if any(form in data for form in forms(value))}


def found_below(folder: Path) -> dict[str, set[str]]:
    """Search every file below a folder."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): held for path in files if (held := found_in(path.read_bytes()))}
