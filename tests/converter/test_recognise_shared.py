"""Other people's files: everything reads or says why, and each is what its index says it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shared_files import SHARED, shared_cases

from converter import Guess, read, recognise
from schemas.document import Bundle, Container, Document, Format, Pointer
from schemas.errors import DocumentError, Malformed, NotRecognised

pytestmark = pytest.mark.shared

CORPUS = SHARED / "corpus/open-badges-2.0" if SHARED else Path()
CASES = json.loads((CORPUS / "index.json").read_text()) if SHARED else []
FOLDERS = ("samples/edubadges/**/*", "samples/edci-xml/*", "samples/elm-v3/*", "corpus/seal-attacks/*")
SAMPLES = [path for folder in FOLDERS for path in shared_cases(folder) if path.is_file()]
KINDS = {
    "url": {Container.URL},
    "json": {Container.PLAIN},
    "jws": {Container.JWS},
    "png": {Container.PNG},
    "svg": {Container.SVG},
}
UNREADABLE = {
    "input-garbage": NotRecognised,
    "input-json-broken": Malformed,
    "jws-payload-not-json": Malformed,
    "jws-two-segments": Malformed,
    "png-truncated": Malformed,
    "png-unbaked": NotRecognised,
    "svg-entity-bomb": Malformed,
    "svg-unbaked": NotRecognised,
}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_shared_file_reads_or_says_why(path: Path) -> None:
    said: DocumentError | None = None
    try:
        assert isinstance(read(path.read_bytes()), Document | Pointer | Bundle)
    except DocumentError as error:
        said = error
    assert said is None or said.problems[0].message


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_every_corpus_input_reads_or_fails_as_it_should(case: dict[str, str]) -> None:
    data = (CORPUS / case["file"]).read_bytes()
    why = UNREADABLE.get(case["id"])
    if why:
        with pytest.raises(why):
            read(data)
        return
    found = read(data)
    assert recognise(data).container in KINDS.get(case["kind"], set(Container))
    assert isinstance(found, Pointer) or (isinstance(found, Document) and found.format is Format.OB2)


@pytest.mark.parametrize(
    ("name", "containers", "version"),
    [
        ("01_regular_assertion.json", (), "2.0"),
        ("01_regular_assertion_expanded.json", (), "2.0"),
        ("02_microcredential_assertion_expanded.json", (), "2.0"),
        ("05_revoked_assertion_http200.json", (), "2.0"),
        ("07_regular_assertion_v1_1.json", (), "1.1"),
        ("08_signed.jws", (Container.JWS,), "2.0"),
        ("08_signed_http_body.json", (Container.JSON_STRING, Container.JWS), "2.0"),
        ("09_legacy2021_assertion.json", (), "2.0"),
        ("10_baked_hosted.png", (Container.PNG,), "2.0"),
        ("10_baked_hosted.svg", (Container.SVG,), "2.0"),
        ("10_baked_signed.png", (Container.PNG, Container.JWS), "2.0"),
        ("10_baked_signed.svg", (Container.SVG, Container.JWS), "2.0"),
        ("old-baked/baked_svg_edubadge.svg", (Container.SVG,), "2.0"),
        ("old-baked/introduction_to_political_science_edubadge.png", (Container.PNG,), "2.0"),
    ],
)
def test_an_edubadge_reads_without_a_problem(
    shared: Path, name: str, containers: tuple[Container, ...], version: str
) -> None:
    found = read((shared / "samples/edubadges" / name).read_bytes())
    assert isinstance(found, Document)
    assert (found.containers, found.version, found.problems) == (containers, version, ())
    assert found.tree["id"]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("06_private_assertion_http404.json", "private"),
        ("11_ob3_unime_offer_request.json", "JSON of another"),
    ],
)
def test_what_is_no_badge_says_what_it_is(shared: Path, name: str, word: str) -> None:
    with pytest.raises((NotRecognised, Malformed), match=word):
        read((shared / "samples/edubadges" / name).read_bytes())


def test_europass_samples_are_recognised_as_such(shared: Path) -> None:
    for path in (shared / "samples/edci-xml").glob("[0-9]*.xml"):
        assert recognise(path.read_bytes()).format is Format.EDCI, path.name
    other = {"edci_accreditation_sample.jsonld"}  # a register's answer, not a credential
    for path in (shared / "samples/elm-v3").glob("*.json*"):
        if path.name not in other:
            assert recognise(path.read_bytes()).format is Format.ELM, path.name


def test_a_doctype_in_a_europass_file_is_refused(shared: Path) -> None:
    for path in (shared / "samples/edci-xml").glob("xxe_*.xml"):
        with pytest.raises(Malformed, match="DOCTYPE"):
            recognise(path.read_bytes())


def test_an_upload_form_is_told_from_a_credential(shared: Path) -> None:
    for path in (shared / "samples/elm-v3").glob("*upload*"):
        assert recognise(path.read_bytes()) == Guess(container=Container.UPLOAD, format=Format.ELM)
