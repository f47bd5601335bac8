"""A baked SVG."""

from __future__ import annotations

import contextlib

from fuzz_targets import repeatable
from samples import badges

from converter.containers.svg import unbake_svg
from schemas.errors import DocumentError

WORDS = (b"<openbadges:assertion", b'verify="', b"<![CDATA[", b"]]>", b"&#x41;", b"xmlns:", b"<!DOCTYPE")


def seeds() -> tuple[bytes, ...]:
    badge = badges.dumped(badges.assertion())
    token = badges.signed(badges.signed_assertion()).decode()
    return (
        badges.svg(),
        badges.baked_svg(badge),
        badges.baked_svg(verify=token),
        badges.baked_svg(badge, verify=badges.ASSERTION, prefix="ob"),
    )


def run(data: bytes) -> None:
    with contextlib.suppress(DocumentError):
        enclosed = repeatable(data, unbake_svg)
        assert enclosed.data.strip(), "an empty badge is none"
