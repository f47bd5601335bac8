"""The closed set of codecs the tables may name."""

from __future__ import annotations

from converter.codecs import edci2, elm3, identity, ob2, plain
from converter.codecs.codec import Codec, Context, Untranslatable

__all__ = ["CODECS", "Codec", "Context", "Untranslatable"]

CODECS: dict[str, Codec] = {**plain.CODECS, **ob2.CODECS, **edci2.CODECS, **elm3.CODECS, **identity.CODECS}
"""By name. A codec with an argument is a name of its own, e.g. `concept(eqf)`."""
