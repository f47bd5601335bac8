"""Our XSD set: not stale, sound to a second processor, and saying everything the model says."""

from __future__ import annotations

from pathlib import Path

import pytest
import xmlschema
from lxml import etree
from samples.edci_complete import complete
from samples.edci_complete_seal import complete_seal

from converter.formats.edci2_rules import _by_names, _Places
from converter.formats.edci2_schema import holds
from schemas.edci import VERSIONS, model
from schemas.edci.files import entry
from schemas.edci.seal_xsd import seal_table
from schemas.edci.xsd import xsd_files

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "edci" / "xsd"
VP = "http://data.europa.eu/snb/verifiable-presentation/"
GENERIC = "http://data.europa.eu/snb/credential/e34929035b"


def whole(version: str) -> etree._Element:
    root = complete(version, GENERIC)
    next(root.iterchildren("{*}proof")).append(complete_seal(newest=True))
    return root


def test_the_written_files_are_those_the_table_makes() -> None:
    written = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.xsd")}
    assert written == xsd_files(), "python scripts/edci_xsd.py"


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_the_model_knows_stands_in_the_complete_document(version: str) -> None:
    """Else what is compared on it would be compared on a part."""
    table = model(version)
    root = whole(version)
    stands: set[tuple[str, str]] = set()
    for one in (root, complete(version, GENERIC, presented=f"{VP}c_825cddc0")):
        places = _Places(one, table)
        stands |= {
            (places._type(above), element.tag)
            for element in one.iter(etree.Element)
            if (above := element.getparent()) is not None
        }
    known = {(name, tag) for (_, tag), names in _by_names(version).items() for name in names}
    of_a_choice = {("RestrictedAchievementsType", "qualificationAward"), ("DisplayParametersType", "html")}
    assert known - stands <= {(name, f"{{{table.namespaces['']}}}{local}") for name, local in of_a_choice}
    for space in seal_table().values():
        for name in space["elements"]:
            assert next(root.iter(f"{{{space['namespace']}}}{name}"), None) is not None, name


@pytest.mark.parametrize("version", VERSIONS)
def test_a_second_processor_takes_our_schemas_and_the_complete_document(version: str) -> None:
    """It is stricter about schemas than libxml2: ambiguous models, narrowings that do not narrow."""
    root = whole(version)
    schema = xmlschema.XMLSchema(str(FOLDER / entry(version)))
    assert schema.is_valid(root)
    assert holds(root, entry(version))
    root.remove(next(root.iterchildren("{*}issued")))
    assert not schema.is_valid(root)
    assert not holds(root, entry(version))


@pytest.mark.parametrize("name", sorted(xsd_files()))
def test_each_file_compiles_alone(name: str) -> None:
    etree.XMLSchema(etree.parse(str(FOLDER / name)))
