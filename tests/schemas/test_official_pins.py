"""Which official files there are, and the digests they may have."""

from __future__ import annotations

import pytest
from official_server import official_files
from samples.edci_documents import credential

from converter.read import read
from schemas.document import Document
from schemas.elm.context import accepted
from schemas.official import BadPins, digest, judged_as, pins, read_pins, shipped_pins, with_imports

GOOD = "0" * 64


def test_every_import_is_pinned_and_ends() -> None:
    for pin in shipped_pins():
        assert pin in with_imports(pin.name, shipped_pins())


def test_every_kind_of_credential_has_one_file_that_judges_it() -> None:
    kinds = [kind for pin in shipped_pins() for kind in pin.judges]
    assert len(kinds) == len(set(kinds))
    for version in ("1.0", "1.1", "1.2"):
        for variant in ("generic", "accreditation", "diploma-supplement"):
            assert f"edci-xml {version} {variant}" in kinds
    for profile in ("generic", "converted", "mandated", "accredited", "diploma-supplement"):
        assert f"elm-json 3 {profile}" in kinds


def test_shapes_bring_every_context_that_is_accepted() -> None:
    for pin in shipped_pins():
        if pin.kind == "shapes":
            parts = with_imports(pin.name, shipped_pins())
            assert {part.context for part in parts if part.kind == "context"} == set(accepted().values())


@pytest.mark.shared
def test_the_pins_are_those_of_the_official_files() -> None:
    files = official_files()
    assert set(files) == {pin.name for pin in shipped_pins()}
    for pin in shipped_pins():
        assert pin.accepts(files[pin.name]), pin.name
        assert not pin.accepts(files[pin.name] + b" ")


def test_a_document_is_judged_by_its_version_and_variant() -> None:
    document = read(credential())
    assert isinstance(document, Document)
    assert judged_as(document) == "edci-xml 1.2 generic"


def test_pins_of_ones_own_replace_and_add() -> None:
    more = f"""
[file."genericschema_1.2.xsd"]
sha256 = ["{GOOD}"]
[file."mine.xsd"]
kind = "xsd"
url = ["https://schemas.example/mine.xsd"]
sha256 = ["{digest(b"mine")}"]
imports = ["genericschema_1.2.xsd"]
"""
    known = {pin.name: pin for pin in pins(more)}
    assert known["genericschema_1.2.xsd"].sha256 == (GOOD,)
    assert known["genericschema_1.2.xsd"].judges == ("edci-xml 1.2 generic",)
    assert known["mine.xsd"].accepts(b"mine")
    assert len(known) == len(shipped_pins()) + 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[file", "not TOML"),
        ("[other]\na = 1", "only"),
        ("file = 1", "only"),
        ('[file."../x"]\nkind = "xsd"', "no name"),
        ('[file.".hidden"]\nkind = "xsd"', "no name"),
        ("[file]\nx = 1", "says nothing"),
        ('[file.x]\ncolour = "red"', "means nothing"),
        ('[file.x]\nkind = "dtd"', "kind"),
        ("[file.x]\nkind = 7", "not text"),
        ('[file.x]\nkind = "xsd"', "no web address"),
        ('[file.x]\nkind = "xsd"\nurl = "https://a.example/x"', "not a list"),
        ('[file.x]\nkind = "xsd"\nurl = ["file:///x"]', "no web address"),
        ('[file.x]\nkind = "xsd"\nurl = ["https://a.example/x"]', "digest"),
        ('[file.x]\nkind = "xsd"\nurl = ["https://a.example/x"]\nsha256 = ["ABC"]', "digest"),
        (
            f'[file.x]\nkind = "xsd"\nurl = ["https://a.example/x"]\nsha256 = ["{GOOD}"]\nimports = ["y"]',
            "no pin",
        ),
    ],
)
def test_pins_that_cannot_be_used_are_refused(text: str, why: str) -> None:
    with pytest.raises(BadPins, match=why):
        read_pins(text)
