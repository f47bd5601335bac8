"""ELM v3 JSON-LD: the model table, the terms, and the JSON-LD contexts made from them."""

from __future__ import annotations

from schemas.elm.context import CONTEXT_URLS, Term, context, document_for, terms
from schemas.elm.model import ControlledList, ElmClass, Model, Property, model

__all__ = [
    "CONTEXT_URLS",
    "ControlledList",
    "ElmClass",
    "Model",
    "Property",
    "Term",
    "context",
    "document_for",
    "model",
    "terms",
]
