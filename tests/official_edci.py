"""The official schemas of EDCI XML, compiled in place: what a document is held against."""

from __future__ import annotations

import functools

from lxml import etree
from shared_files import SHARED

FILES = {
    ("1.0", "generic"): "genericschema.xsd",
    ("1.1", "generic"): "genericschema_1.1.xsd",
    ("1.2", "generic"): "genericschema_1.2.xsd",
    ("1.2", "accreditation"): "accreditationschema_1.2.xsd",
    ("1.2", "diploma-supplement"): "diplomasupplementschema_1.2.xsd",
}
PRESENTATIONS = {
    "1.0": "mandatedschema_1.0.xsd",
    "1.1": "mandatedschema_1.1.xsd",
    "1.2": "mandatedschema_generic_1.2.xsd",
}


@functools.cache
def schema(file: str) -> etree.XMLSchema:
    """Compile one official schema."""
    assert SHARED is not None, "guard the test with the `shared` marker"
    return etree.XMLSchema(etree.parse(str(SHARED / "official" / "edci-xml" / file)))


def xsd_faults(data: bytes, version: str = "1.2", variant: str = "generic") -> list[str]:
    """Return what the official schema of a version says against a document."""
    root = etree.fromstring(data)
    wrapped = etree.QName(root).localname == "verifiablePresentation"
    file = PRESENTATIONS[version] if wrapped else FILES.get((version, variant), FILES[version, "generic"])
    official = schema(file)
    official.validate(root)
    return [f"line {error.line}: {error.message}" for error in official.error_log]
