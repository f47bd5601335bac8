"""Our own XSDs of EDCI XML, made from the model table.

They give the verdict of the published schemas. `scripts/edci_xsd.py` writes them to `schemas/edci/xsd/`,
where they can be read. One file holds what each namespace needs; the entry files name variants.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from schemas.edci.files import PRESENTATIONS, entry
from schemas.edci.model import VERSIONS, Model
from schemas.edci.seal_xsd import seal_schemas
from schemas.edci.table import matched, model, rows
from schemas.edci.xsd_form import add, reference_type, schema, written
from schemas.edci.xsd_set import ENVELOPE, XsdSet

_ABOUT = """\
  badgepass: {what}
  Normative for badgepass. Made from schemas/edci/{source} by scripts/edci_xsd.py; do not edit.
  It gives the verdict of the schemas the European Commission publishes at
  http://publications.europa.eu/resource/schema/credential/ and shares no text with them.
  What they and we tell differently: docs/schema-differences.md."""


def xsd_files() -> dict[str, str]:
    """Return every file of the set, by name."""
    files = {name: written(root, _about(what, "seal.toml")) for name, what, root in seal_schemas()}
    newest = model()
    files[ENVELOPE] = written(_envelope(newest), _about("the names EDCI borrows from Verifiable Credentials"))
    for version in VERSIONS:
        made = XsdSet(version)
        what = f"a Europass credential, EDCI {version}"
        files[entry(version)] = written(made.credential(), _about(what))
        files[_presentation(version)] = written(made.presentation(), _about(f"{what}, as it is presented"))
        for variant in _variants(version):
            if variant != "generic":
                files[entry(version, variant)] = written(
                    _alias(newest.namespaces[""], entry(version)), _about(f"{what}: {variant}")
                )
            for kind in PRESENTATIONS:
                files[entry(version, variant, kind)] = written(
                    _alias(newest.namespaces["vp"], _presentation(version)),
                    _about(f"{what}: {variant}, {kind} presentation"),
                )
    return files


def _presentation(version: str) -> str:
    return f"presentation-{version}.xsd"


def _variants(version: str) -> Iterator[str]:
    yield from model(version).schema_files


def _about(what: str, source: str = "model.toml") -> str:
    return _ABOUT.format(what=what, source=source)


def _alias(namespace: str, file: str) -> etree._Element:
    """Build the schema of a variant: in EDCI 1.2 the variants say the same."""
    root = schema(namespace, {})
    add(root, "include", schemaLocation=file)
    return root


def _envelope(newest: Model) -> etree._Element:
    """Build the schema of the `cred:` names; they are the same in every version."""
    root = schema(newest.namespaces["cred"], {"cred": newest.namespaces["cred"]}, local=False)
    row = rows()[newest.root]
    for name, type_name in (cell.split() for cell in row["attributes"]):
        if name.startswith("cred:"):
            add(root, "attribute", name=name.removeprefix("cred:").rstrip("!"), type=f"xs:{type_name}")
    for line in row["children"]:
        found = None if line.startswith("=") else matched(line)
        if found and found["name"].startswith("cred:"):
            type_name = "cred:IdReferenceType" if found["refers"] else f"xs:{found['type']}"
            add(root, "element", name=found["name"].removeprefix("cred:"), type=type_name)
    reference_type(root)
    return root
