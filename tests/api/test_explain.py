"""`explain`, `GET /v1/checks/{code}` and `schemas show`: what the gateway knows, told at every door."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from gateway_web import Caller, problem
from jsonschema import Draft4Validator, Draft202012Validator
from lxml import etree

from api.cli.main import main
from api.gateway.explaining import OWN_RULE
from schemas.own import own_schema, own_schemas
from verifier import catalogue

CODES = [entry.code for entry in catalogue()]


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained_alike_at_both_doors(code: str, caller: Caller, capsys: Any) -> None:
    assert main(["explain", code, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    answer = caller.get(f"/v1/checks/{code}")
    assert answer.status_code == 200
    assert answer.json() == told
    assert told["cite"]
    assert told["note"] == ""


def test_the_explanation_in_plain_words(capsys: Any) -> None:
    assert main(["explain", "hosted.scope"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("hosted.scope: ")
    for part in (
        "passed",
        "failed",
        "undecided",
        "not-applicable",
        "the issuer",
        "the holder",
        "whoever asks",
    ):
        assert f"\n  {part} " in out
    assert "Written in: Open Badges 2.0, VerificationObject" in out
    assert "hosted.scope.class" in out
    assert max(map(len, out.splitlines())) <= 100


def test_a_rule_of_our_own_says_so(capsys: Any) -> None:
    assert main(["explain", "internal.error"]) == 0
    assert OWN_RULE in capsys.readouterr().out


def test_a_code_below_a_known_one_is_explained_by_that_one(caller: Caller, capsys: Any) -> None:
    assert main(["explain", "format.read.unknown"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("format.read: ")
    assert "format.read.unknown has no entry of its own" in out
    told = caller.get("/v1/checks/format.read.unknown").json()
    assert (told["code"], told["asked"]) == ("format.read", "format.read.unknown")
    assert told["note"].endswith(".")


@pytest.mark.parametrize("code", ["seal.qualifyd", "seal", "weather", "x" * 99, "%2e%2e", "seal%1b[31m"])
def test_an_unknown_code_is_a_404_with_the_nearest(code: str, caller: Caller) -> None:
    told = problem(caller.get(f"/v1/checks/{code}"), 404, "request.check")
    assert told["type"].endswith("#not-found")
    if code.startswith("seal.") or code == "seal":
        assert "seal.qualified" in told["detail"]


def test_a_code_that_is_too_long_is_not_understood(caller: Caller) -> None:
    problem(caller.get(f"/v1/checks/{'x' * 101}"), 400, "request.parameter")


def test_an_unknown_code_is_one_sentence_and_exit_2(capsys: Any) -> None:
    assert main(["explain", "seal.qualifyd"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "seal.qualified" in said.err
    assert said.err.count("\n") == 1


# --- schemas show ----------------------------------------------------------------------------------


def test_every_schema_of_ours_is_of_the_kind_it_says() -> None:
    names = [one.name for one in own_schemas()]
    assert len(names) == len(set(names))
    assert {"ob2/assertion", "ob2/badge-class", "ob2/extensions/ECTSExtension", "edci/generic-1.2"} <= set(
        names
    )
    for one in own_schemas():
        text = one.written()
        if one.kind == "JSON Schema 2020-12":
            Draft202012Validator.check_schema(json.loads(text))
        elif one.kind == "JSON Schema draft 4":
            Draft4Validator.check_schema(json.loads(text))
        elif one.kind == "JSON-LD context":
            assert json.loads(text)["@context"]
        elif one.kind == "XSD 1.0":
            root = etree.fromstring(text.encode())
            assert root.tag == "{http://www.w3.org/2001/XMLSchema}schema"
        else:
            assert one.kind == "SHACL"
            assert "sh:NodeShape" in text


def test_a_schema_is_found_whatever_its_case_and_ending() -> None:
    assert own_schema("OB2/Assertion.json").name == "ob2/assertion"


def test_show_prints_the_schema_and_nothing_else() -> None:
    order = [sys.executable, "-m", "api.cli.main", "schemas", "show", "ob2/extensions/ECTSExtension"]
    done = subprocess.run(order, capture_output=True, check=True, timeout=60)  # noqa: S603 - our own command
    assert json.loads(done.stdout)["required"] == ["ECTS"]
    assert done.stderr == b""


def test_list_tells_ours_and_the_official_ones(tmp_path: Any, capsys: Any) -> None:
    assert main(["schemas", "list", "--cache", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "ob2/badge-class" in out
    assert "http://publications.europa.eu/resource/schema/credential/genericschema_1.2.xsd" in out
    assert "not cached" in out
