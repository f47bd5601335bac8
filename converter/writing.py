"""Wire trees become bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass

from schemas.document import Format, Tree


@dataclass(frozen=True, slots=True)
class Written:
    """The bytes, and what the writer had to settle, a sentence each."""

    data: bytes
    notes: tuple[str, ...] = ()


def written(fmt: Format, tree: Tree) -> Written:
    """Write a wire tree in its format."""
    if fmt is Format.EDCI:
        from converter.formats.edci2 import write_edci  # noqa: PLC0415 - only what is needed is loaded

        edci = write_edci(tree)
        return Written(edci.data, edci.notes)
    if fmt is Format.ELM:
        from converter.formats.elm3 import write_elm  # noqa: PLC0415

        elm = write_elm(tree)
        return Written(elm.data, elm.notes)
    return Written(json.dumps(tree, ensure_ascii=False, indent=1).encode())
