"""Controlled lists: which values there are, what they are called, and what short codes mean them.

The tables beside this file hold facts (IRIs, codes) with labels of our own. They are read once, on first use.
"""

from __future__ import annotations

from schemas.vocabulary.concept import Concept, Scheme
from schemas.vocabulary.edubadges import Token, supervision, supervision_pair, tokens
from schemas.vocabulary.files import file_type, media_type
from schemas.vocabulary.lists import by_uri, concept, concepts, country, language, list_names, scheme

__all__ = [
    "Concept",
    "Scheme",
    "Token",
    "by_uri",
    "concept",
    "concepts",
    "country",
    "file_type",
    "language",
    "list_names",
    "media_type",
    "scheme",
    "supervision",
    "supervision_pair",
    "tokens",
]
