"""Every code can be explained, in words of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bundles import badge_web, verified
from samples import badges, edci_documents, seals

from verifier import Outcome, Report, catalogue
from verifier.explaining import READERS, UnknownCode, explained, texts

CODES = [entry.code for entry in catalogue()]
MEMBERS = {"rule", *READERS, *map(str, Outcome)}


def test_every_code_has_an_entry_and_no_entry_is_without_a_code() -> None:
    assert set(texts()) == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_an_entry_is_complete(code: str) -> None:
    said = texts()[code]
    assert {"rule", *READERS, "passed", "failed", "undecided"} <= said.keys() <= MEMBERS
    for text in said.values():
        assert text.endswith("."), text
        assert text == text.strip()
        assert text[0].isupper()
        assert len(text.split()) > 3, text


def test_no_text_stands_twice() -> None:
    said = [re.sub(r"\W+", " ", text).lower() for entry in texts().values() for text in entry.values()]
    assert len(said) == len(set(said)), {text for text in said if said.count(text) > 1}


def test_no_text_is_another_with_a_word_put_in() -> None:
    """A copy can hide behind one changed word; three quarters of the words shared is too many."""
    rules = {code: set(re.findall(r"\w+", entry["rule"].lower())) for code, entry in texts().items()}
    for code, words in rules.items():
        for other, theirs in rules.items():
            assert code == other or len(words & theirs) / min(len(words), len(theirs)) < 0.75, (code, other)


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_explained_as_itself(code: str) -> None:
    found = explained(f" {code.upper()} ")
    assert found.exact
    assert found.entry.code == code
    assert found.mend.keys() == set(READERS)
    assert found.edc_name
    assert not found.above or (code.startswith(found.above) and found.above in CODES)
    assert all(below.rpartition(".")[0] == code for below in found.below)


def test_a_deeper_code_is_explained_by_the_one_above() -> None:
    found = explained("format.read.unknown")
    assert not found.exact
    assert found.entry.code == "format.read"
    assert explained("seal.signature").below == (
        "seal.signature.structure",
        "seal.signature.certificate",
        "seal.signature.digest",
        "seal.signature.properties",
        "seal.signature.value",
        "seal.signature.outside",
    )
    assert explained("seal.signature.value").above == "seal.signature"
    assert explained("seal.signature").above == ""


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("seal.qualifed", "seal.qualified"), ("status", "status.revoked"), ("tme.expired", "time.expired")],
)
def test_an_unknown_code_names_the_nearest(asked: str, meant: str) -> None:
    with pytest.raises(UnknownCode, match=re.escape(meant)) as told:
        explained(asked)
    assert meant in told.value.nearest


@pytest.mark.parametrize("asked", ["", ".", "..", "weather", "x" * 5000, "seal\n", "\x1b[31m"])
def test_nonsense_is_unknown(asked: str) -> None:
    if asked == "seal\n":
        asked = asked.strip()
    with pytest.raises(UnknownCode) as told:
        explained(asked)
    assert len(str(told.value)) < 400


def reports() -> list[Report]:
    webs = [
        badge_web(),
        {},
        badge_web(assertion=badges.revoked()),
        badge_web(badge_class={"type": "BadgeClass"}),
        badge_web(issuer=None),
    ]
    inputs = [badges.assertion(), badges.expanded(), badges.signed(badges.signed_assertion())]
    made = [verified(data, web) for web in webs for data in inputs]
    xml = edci_documents.credential()
    return [*made, *(verified(data, {}) for data in (xml, seals.seal_xml(xml), seals.seal_json()))]


def test_every_outcome_that_is_told_is_explained() -> None:
    seen = {(finding.check, finding.outcome) for report in reports() for finding in report.findings}
    assert len(seen) > 40
    for check, outcome in seen:
        assert outcome in explained(check).outcomes, (check, outcome)


def test_the_texts_name_no_machine() -> None:
    text = (Path(__file__).resolve().parents[2] / "verifier" / "explanations.toml").read_text("utf-8")
    assert not re.search(r"/(home|tmp|root|work)/", text)
