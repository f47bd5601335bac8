"""EDCI XML (ELM v2): the element model of versions 1.0, 1.1 and 1.2, as data."""

from __future__ import annotations

from schemas.edci.model import ANY, NEWEST, VERSIONS, XSI, Attribute, Child, Model, Particle, Simple, Type
from schemas.edci.table import model

__all__ = [
    "ANY",
    "NEWEST",
    "VERSIONS",
    "XSI",
    "Attribute",
    "Child",
    "Model",
    "Particle",
    "Simple",
    "Type",
    "model",
]
