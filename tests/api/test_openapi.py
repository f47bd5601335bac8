"""The API's own description: OpenAPI 3.1, and every example and real answer fits its schema."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from gateway_web import PROFILE, Caller
from jsonschema import Draft202012Validator
from samples import badges

METHODS = ("get", "post")


@pytest.fixture
def description(caller: Caller) -> dict[str, Any]:
    answer: dict[str, Any] = caller.get("/openapi.json").json()
    return answer


def _operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in description["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def _fits(description: dict[str, Any], schema: dict[str, Any], value: Any) -> None:
    whole = {**schema, "components": description["components"]}
    faults = [
        f"{fault.json_path}: {fault.message}" for fault in Draft202012Validator(whole).iter_errors(value)
    ]
    assert not faults, faults


def test_it_is_openapi_3_1_and_every_schema_is_one(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    for schema in description["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    for reference in references(description["paths"]):
        at: Any = description
        for step in reference.removeprefix("#/").split("/"):
            at = at[step]


def test_every_route_of_the_issue_is_described(description: dict[str, Any]) -> None:
    described = {(path, method) for path, method, _ in _operations(description)}
    assert {
        ("/v1/verify", "post"),
        ("/v1/verify", "get"),
        ("/v1/convert", "post"),
        ("/v1/checks", "get"),
        ("/v1/mappings/{format}", "get"),
        ("/health/live", "get"),
        ("/health/ready", "get"),
    } <= described


def test_every_example_fits_its_schema(description: dict[str, Any]) -> None:
    seen = 0
    for _, _, operation in _operations(description):
        for answer in [*operation["responses"].values(), operation.get("requestBody", {})]:
            for media in answer.get("content", {}).values():
                if "example" in media:
                    _fits(description, media.get("schema", {}), media["example"])
                    seen += 1
    assert seen > 15


def test_errors_are_described_as_problem_details(description: dict[str, Any]) -> None:
    for path, method, operation in _operations(description):
        if path.startswith("/v1/"):
            errors = {status: told for status, told in operation["responses"].items() if status >= "4"}
            assert errors, (path, method)
            for status, told in errors.items():
                assert list(told["content"]) == ["application/problem+json"], (path, status)
                assert told["content"]["application/problem+json"]["example"]["status"] == int(status)
    assert "HTTPValidationError" not in json.dumps(description)


def test_real_answers_fit_the_description(caller: Caller, description: dict[str, Any]) -> None:
    badge = badges.dumped(badges.assertion())
    parts = [("document", ("x", badge)), ("profile", ("p", PROFILE))]
    calls = [
        ("/v1/verify", "post", caller.post("/v1/verify", content=badge)),
        ("/v1/verify", "get", caller.get("/v1/verify", params={"url": badges.ASSERTION})),
        ("/v1/convert", "post", caller.post("/v1/convert?to=elm-json", files=parts)),
        ("/v1/convert", "post", caller.post("/v1/convert?to=edci-xml", files=[*parts[:1], *parts])),
        ("/v1/convert", "post", caller.post("/v1/convert?to=edci-xml", content=badge)),
        ("/v1/verify", "post", caller.post("/v1/verify", content=b"no")),
        ("/v1/checks", "get", caller.get("/v1/checks")),
        ("/v1/mappings/{format}", "get", caller.get("/v1/mappings/elm-json")),
        ("/health/ready", "get", caller.get("/health/ready")),
    ]
    for path, method, answer in calls:
        told = description["paths"][path][method]["responses"][str(answer.status_code)]["content"]
        media = told[answer.headers["content-type"].partition(";")[0]]
        _fits(description, media["schema"], answer.json())
    assert {answer.status_code for *_, answer in calls} == {200, 415, 422}


def test_the_examples_say_what_the_code_says(caller: Caller, description: dict[str, Any]) -> None:
    """Made by tests/api/example_answers.py; run it again when this fails."""
    verify = description["paths"]["/v1/verify"]["post"]
    badge = verify["requestBody"]["content"]["application/json"]["example"]
    shown = verify["responses"]["200"]["content"]["application/json"]["example"]
    real = caller.post("/v1/verify", content=json.dumps(badge).encode()).json()
    assert (shown["verdict"], shown["required"]) == (real["verdict"], real["required"])
    assert {one["check"] for one in shown["findings"]} == {one["check"] for one in real["findings"]}
    answers = description["paths"]["/v1/convert"]["post"]["responses"]["200"]["content"]
    made = answers["application/json"]["example"]
    assert made["document"].encode() == badges.dumped(badge)
    assert hashlib.sha256(made["document"].encode()).hexdigest() == made["sha256"]
