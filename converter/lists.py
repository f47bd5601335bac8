"""List values that code, and not a table, has to name."""

from __future__ import annotations

from schemas.document import Format

BASE64 = "http://data.europa.eu/snb/encoding/6146cde7dd"
PNG = "http://publications.europa.eu/resource/authority/file-type/PNG"
JPEG = "http://publications.europa.eu/resource/authority/file-type/JPEG"
PDF = "http://publications.europa.eu/resource/authority/file-type/PDF"
CONVERSION = "http://data.europa.eu/snb/evidence-type/c_c4f849d7"
MANDATE = "http://data.europa.eu/snb/evidence-type/c_18016257"
GENERIC = "http://data.europa.eu/snb/credential/e34929035b"
CONVERTED = "http://data.europa.eu/snb/credential/c_7e400154"
EDC_CONVERTED = "http://data.europa.eu/snb/model/ap/edc-converted"
EDC_GENERIC = "http://data.europa.eu/snb/model/ap/edc-generic-full"

EDCI_TYPES = frozenset(
    {
        GENERIC,
        "http://data.europa.eu/snb/credential/6dff8a0f87",  # diploma supplement
        "http://data.europa.eu/snb/credential/6cf8e68c43",  # accredited
    }
)

MEDIA_TYPES = {
    Format.OB2: "application/ld+json",
    Format.EDCI: "application/xml",
    Format.ELM: "application/ld+json",
}
EXTENSIONS = {Format.OB2: "json", Format.EDCI: "xml", Format.ELM: "jsonld"}

EXTENSION = "extensions:EuropassCredentialExtension"
"""The badge extension of ours that holds an original Europass credential (ADR 0008)."""
