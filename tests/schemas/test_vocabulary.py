from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import vocabulary

OFFICIAL = {
    "eqf": "eqf",
    "country": "country",
    "isced-f": "isced-f",
    "learning-setting": "europass-learning-setting-types",
    "mode": "europass-modes",
    "assessment": "europass-learning-assessment-types",
    "learning-opportunity": "europass-learning-opportunity-types",
    "learning-activity": "europass-learning-activity-types",
    "learning-schedule": "europass-learning-schedule-types",
    "education-credit": "credit-points",
    "encoding": "europass-content-encoding-types",
    "skill-type": "skill-types",
    "skill-reuse-level": "skill-reuse-levels",
    "entitlement": "europass-learning-entitlement-types",
    "entitlement-status": "europass-learning-entitlement-statuses",
    "accreditation": "europass-accreditation-types",
}
"""Our list and the official one that must have the same values."""

PARTS = {"language": "language", "file-type": "file-type", "nlqf": "nqf"}
"""Our list and the official one it is a part of."""

EDCI_LANGUAGES = re.findall(
    r"\w+", "bg cs da de el en es et fi fr ga hr hu is it lt lv mk mt nl no pl pt ro sk sl sr sv tr"
)


def official(shared: Path, name: str) -> set[str]:
    rows = json.loads((shared / "official/elm-v3/vocabularies" / f"{name}.json").read_bytes())
    return {row["uri"] for row in rows}


def ours(name: str) -> set[str]:
    return {concept.uri for concept in vocabulary.concepts(name)}


@pytest.mark.shared
@pytest.mark.parametrize("name", OFFICIAL)
def test_the_values_are_the_official_ones(name: str, shared: Path) -> None:
    # The country list's one value that is no country marks provisional data.
    provisional = {"http://publications.europa.eu/resource/authority/country/OP_DATPRO"}
    assert ours(name) == official(shared, OFFICIAL[name]) - provisional


@pytest.mark.shared
@pytest.mark.parametrize("name", PARTS)
def test_the_values_are_among_the_official_ones(name: str, shared: Path) -> None:
    assert ours(name) <= official(shared, PARTS[name])


@pytest.mark.shared
def test_nlqf_has_every_level_the_official_list_has_and_the_right_ones(shared: Path) -> None:
    rows = json.loads((shared / "official/elm-v3/vocabularies/nqf.json").read_bytes())
    levels = {row["uri"]: row["label"] for row in rows if re.match("NLQF (Level|Entry)", row["label"])}
    assert ours("nlqf") == set(levels)
    for concept in vocabulary.concepts("nlqf"):
        last_word = levels[concept.uri].removesuffix(" Level").split()[-1].lower()
        assert concept.code == last_word


@pytest.mark.shared
def test_note_subjects_are_those_of_edci_xml(shared: Path) -> None:
    text = (shared / "official/edci-xml/vocabularies/edci_esco_individuals.xsd").read_text()
    assert ours("qualification-topic") == set(re.findall(r'"(http[^"]*qualification-topics#[^"]*)"', text))


@pytest.mark.shared
def test_schemes_are_those_in_use(shared: Path) -> None:
    """Every scheme of ours stands, spelt the same, in a sample, in the official shapes or in the notes."""
    places = (
        "samples/edci-xml/*.xml",
        "samples/elm-v3/*.json*",
        "official/elm-v3/shacl/*",
        "reference/*.txt",
    )
    paths = [path for place in places for path in sorted(shared.glob(place))]
    text = "".join(path.read_text("utf-8", "replace") for path in paths)
    # A note's subject names no framework; the scheme of schedules is spelt after its siblings.
    never_seen = {"qualification-topic", "learning-schedule"}
    for name in set(vocabulary.list_names()) - never_seen:
        assert vocabulary.scheme(name).uri in text, name


@pytest.mark.parametrize("name", vocabulary.list_names())
def test_a_concept_is_found_by_iri_code_and_last_part(name: str) -> None:
    concepts = vocabulary.concepts(name)
    assert len({concept.code for concept in concepts}) == len(concepts)
    for concept in concepts:
        assert vocabulary.concept(name, concept.uri) is concept
        assert vocabulary.concept(name, concept.code) is concept
        assert vocabulary.by_uri(concept.uri) is concept
        assert concept.labels.best(["en"])


def test_every_small_list_speaks_dutch() -> None:
    for name in vocabulary.list_names():
        assert "nl" in vocabulary.scheme(name).labels.languages
        if name != "isced-f":
            assert all("nl" in concept.labels.languages for concept in vocabulary.concepts(name)), name


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("NL", "NLD"),
        ("nl", "NLD"),
        ("NLD", "NLD"),
        ("http://publications.europa.eu/resource/authority/country/NLD", "NLD"),
        ("GR", "GRC"),
        ("EL", "GRC"),
        ("GB", "GBR"),
        ("UK", "GBR"),
        ("XK", "1A0"),
        ("XKX", "1A0"),
        ("RO", "ROU"),
        ("DE", "DEU"),
    ],
)
def test_countries(code: str, expected: str) -> None:
    found = vocabulary.country(code)
    assert found is not None
    assert found.code == expected


@pytest.mark.parametrize("code", ["EN", "", "N", "Nederland", "ZZ"])
def test_what_is_no_country_is_none(code: str) -> None:
    assert vocabulary.country(code) is None


def test_iso_codes_of_countries_are_unique_and_complete() -> None:
    codes = [concept.iso for concept in vocabulary.concepts("country")]
    assert all(re.fullmatch("[A-Z]{2}", code) for code in codes)
    assert len(set(codes)) == len(codes)
    zones = Path("/usr/share/zoneinfo/iso3166.tab")
    if zones.is_file():
        listed = {line[:2] for line in zones.read_text("utf-8").splitlines() if not line.startswith("#")}
        assert listed <= set(codes)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("nl", "NLD"),
        ("nl_NL", "NLD"),
        ("en_EN", "ENG"),
        ("en-GB", "ENG"),
        ("NLD", "NLD"),
        ("nld", "NLD"),
        ("dut", "NLD"),
        ("http://publications.europa.eu/resource/authority/language/DEU", "DEU"),
        ("http://publications.europa.eu/resource/authority/language/SRB", "SRP"),
        ("zh-Hant-TW", "ZHO"),
    ],
)
def test_languages(tag: str, expected: str) -> None:
    found = vocabulary.language(tag)
    assert found is not None
    assert found.code == expected


@pytest.mark.parametrize("tag", ["", "xx", "Nederlands", "n", "nl NL", "nl_", "../nl"])
def test_what_is_no_language_is_none(tag: str) -> None:
    assert vocabulary.language(tag) is None


@pytest.mark.parametrize("tag", EDCI_LANGUAGES)
def test_edci_languages_go_to_the_list_and_back(tag: str) -> None:
    found = vocabulary.language(tag)
    assert found is not None
    assert found.iso == tag


@given(st.text())
def test_unknown_text_is_none_and_never_an_error(text: str) -> None:
    for lookup in (vocabulary.country, vocabulary.language, vocabulary.by_uri, vocabulary.media_type):
        found = lookup(text)
        assert found is None or text.strip()
    assert vocabulary.file_type(text).media_types


def test_an_unknown_key_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        vocabulary.concept("eqf", "9")
    with pytest.raises(KeyError):
        vocabulary.concept("no-such-list", "1")
    assert vocabulary.by_uri("http://data.europa.eu/snb/eqf/9") is None


@pytest.mark.parametrize("pair", [(True, True), (False, True), (False, False)])
def test_two_booleans_become_one_concept_and_back(pair: tuple[bool, bool]) -> None:
    found = vocabulary.supervision(supervised=pair[0], identity_verified=pair[1])
    assert found is not None
    assert vocabulary.supervision_pair(found.uri) == pair


def test_a_pair_without_an_official_value_has_none() -> None:
    assert vocabulary.supervision(supervised=True, identity_verified=False) is None
    identified = vocabulary.concept("supervision-verification", "identified")
    assert vocabulary.supervision_pair(identified.uri) is None


def test_edubadges_words_mean_what_the_platform_means() -> None:
    participation = vocabulary.tokens("participation")
    meant = {word: token.concept.code for word, token in participation.items() if token.concept}
    assert meant == {
        "online": "online",
        "onsite": "presential",
        "blended": "blended",
        "work_experience": "work-based",
    }
    assessment = vocabulary.tokens("assessment_type")
    assert {word for word, token in assessment.items() if token.concept is None} == {
        "report_paper",
        "professional_product",
        "development_report",
        "personalized_assessment",
    }
    assert not assessment["behavioural_assessment"].exact
    category = vocabulary.tokens("type_badge_class")
    settings = {word: token.setting.code for word, token in category.items() if token.setting}
    assert settings == {"micro_credential": "formal", "regular": "formal", "extra_curricular": "non-formal"}


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("image/png", "PNG"),
        ("application/ld+json", "JSON"),
        ("application/json; charset=utf-8", "JSON"),
        ("application/vc+ld+json", "JSON"),
        ("application/xml", "XML"),
        ("image/svg+xml", "SVG"),
        ("application/pdf", "PDF"),
        ("application/jose", "TXT"),
        ("text/markdown", "TXT"),
        ("application/x-unheard-of", "OCTET"),
    ],
)
def test_file_types(media_type: str, expected: str) -> None:
    assert vocabulary.file_type(media_type).code == expected


def test_a_file_type_is_read_back_as_its_usual_media_type() -> None:
    for concept in vocabulary.concepts("file-type"):
        usual = vocabulary.media_type(concept.uri)
        assert usual is not None
        assert vocabulary.file_type(usual) is concept
    assert vocabulary.media_type("http://publications.europa.eu/resource/authority/file-type/7Z") is None
