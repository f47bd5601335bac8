"""Second opinions on seals: EU DSS, the XML Security Library and jwcrypto beside ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import skip_or_fail
from interop.agreement import Agreement, Listed, listed
from interop.agreement_table import TABLE, table
from interop.asking import ask_all
from interop.cases import Case
from interop.opinions import Crypto, Indication, Opinion

PASSED = Opinion(crypto=Crypto.HOLDS, indication=Indication.PASSED)
FAILED = Opinion(crypto=Crypto.BROKEN, indication=Indication.FAILED)
KNOWN = """
[[difference]]
peer = "dss"
files = ["a.json"]
crypto = ["broken", "holds"]
indication = ["TOTAL-FAILED", "TOTAL-PASSED"]
clause = "RFC 7515 §4.1.11"
reason = "Critical is critical."
"""


@pytest.fixture(scope="module")
def agreement(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Agreement:
    found = ask_all(tmp_path_factory.mktemp("seals"))
    request.config.stash[TABLE] = table(found)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["dss", "xmlsec", "jwcrypto"])
def test_every_engine_is_asked(agreement: Agreement, engine: str) -> None:
    if engine in agreement.missing:
        skip_or_fail(engine, agreement.missing[engine])
    assert agreement.opinions[engine]


@pytest.mark.slow
def test_every_difference_is_listed_with_its_clause(agreement: Agreement) -> None:
    assert agreement.unlisted() == []


@pytest.mark.slow
def test_every_listed_difference_is_one(agreement: Agreement) -> None:
    assert agreement.stale() == []


def test_every_listed_difference_gives_a_clause_and_a_reason() -> None:
    known = listed()
    assert all(one.clause and one.reason.endswith(".") and one.ours != one.theirs for one in known.values())


def told(
    opinions: Mapping[str, Opinion], known: Listed, missing: Mapping[str, str] | None = None
) -> Agreement:
    """Put one file's opinions side by side."""
    case = Case(name="a.json", path=Path("a.json"))
    said = {engine: {case.name: opinion} for engine, opinion in opinions.items()}
    return Agreement(cases=[case], opinions=said, missing=missing or {}, listed=known)


def test_a_difference_must_be_listed() -> None:
    found = told({"ours": FAILED, "dss": PASSED}, {})
    assert len(found.unlisted()) == 2
    assert table(found)[-1] == "agree 0/2"


def test_a_listed_difference_is_let_pass_as_it_is_listed() -> None:
    found = told({"ours": FAILED, "dss": PASSED}, listed(KNOWN))
    assert (found.unlisted(), found.stale()) == ([], [])
    other = told({"ours": replace(FAILED, crypto=Crypto.UNDECIDED), "dss": PASSED}, listed(KNOWN))
    assert len(other.unlisted()) == 1


def test_a_listed_difference_that_is_none_is_stale() -> None:
    found = told({"ours": PASSED, "dss": PASSED}, listed(KNOWN))
    assert (found.unlisted(), len(found.stale())) == ([], 2)
    assert table(found)[-1] == "agree 2/2"


def test_an_engine_that_is_missing_is_told_and_makes_nothing_agree_or_stale() -> None:
    found = told({"ours": FAILED}, listed(KNOWN), {"dss": "there is no Java"})
    assert (found.unlisted(), found.stale()) == ([], [])
    assert "not shown: dss, for there is no Java" in table(found)
    assert table(found)[-1] == "agree 0/1"


def test_a_file_without_a_signature_counts_for_nothing() -> None:
    none = Opinion(crypto=Crypto.NONE)
    assert table(told({"ours": none, "dss": none}, {}))[-1] == "agree 0/0"
    assert len(told({"ours": none, "dss": PASSED}, {}).unlisted()) == 1
    assert len(told({"ours": PASSED, "dss": none}, {}).unlisted()) == 1


def test_a_difference_may_be_listed_once() -> None:
    with pytest.raises(ValueError, match="listed twice"):
        listed(KNOWN + KNOWN)
