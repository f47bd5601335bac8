"""From bytes to a document, and from one format to another; pure, without clock or network."""

from __future__ import annotations

from converter.read import read
from converter.recognise import Guess, recognise

__all__ = ["Guess", "read", "recognise"]
