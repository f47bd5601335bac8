"""Where a value of the normalised ELM tree stands in the document as it was written."""

from __future__ import annotations

from typing import Any

from converter.paths import unescape


def standing(written: Any, pointer: str) -> str:  # noqa: ANN401 - any JSON
    """Follow a pointer into the normalised tree through what was written, where one thing needs no list.

    Where the way ends before the pointer does, the rest of it is kept: it names what is missing there.
    """
    found = ""
    parts = pointer.split("/")[1:]
    for at, part in enumerate(parts):
        key = unescape(part)
        if isinstance(written, list) and not part.isdigit() and len(written) == 1:
            written, found = written[0], f"{found}/0"
        if isinstance(written, dict) and key in written:
            written = written[key]
        elif isinstance(written, list) and part.isdigit() and int(part) < len(written):
            written = written[int(part)]
        elif part == "0" and not isinstance(written, list):
            continue
        else:
            return "/".join((found, *parts[at:]))
        found += f"/{part}"
    return found
