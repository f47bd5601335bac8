"""Why official files were not run."""

from __future__ import annotations


class Unusable(Exception):  # noqa: N818 - reads as a sentence
    """Official files cannot be run, here or on this document; the message says why."""
