"""`badgepass bake` and `badgepass unbake`."""

from __future__ import annotations

from argparse import Namespace

from api.cli.files import file_bytes, write_out
from converter.baking import bake
from converter.containers.png import SIGNATURE, unbake_png
from converter.containers.svg import unbake_svg


def run(asked: Namespace) -> int:
    """Bake or unbake; 0 when the file was written."""
    image = file_bytes(asked.image, "request.image")
    if asked.command == "bake":
        made = bake(file_bytes(asked.badge, "request.badge"), image)
    else:
        made = (unbake_png if image.startswith(SIGNATURE) else unbake_svg)(image).data
    write_out(asked.output, made)
    return 0
