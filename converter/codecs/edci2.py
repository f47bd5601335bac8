"""Codecs the edci2 table needs and no other."""

from __future__ import annotations

from converter.codecs.codec import Codec

CODECS: dict[str, Codec] = {}
