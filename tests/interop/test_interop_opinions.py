"""Second opinions on seals: EU DSS, the XML Security Library and jwcrypto beside ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import skip_or_fail
from interop.agreement import TABLE, Agreement
from interop.asking import ask_all
from interop.cases import Case
from interop.opinions import Crypto, Opinion

HOLDS, BROKEN = Opinion(crypto=Crypto.HOLDS), Opinion(crypto=Crypto.BROKEN)


@pytest.fixture(scope="module")
def agreement(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Agreement:
    found = ask_all(tmp_path_factory.mktemp("seals"))
    request.config.stash[TABLE] = found.table()
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
