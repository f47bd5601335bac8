"""Extensions we do not know: their own context and schema, within bounds."""

from __future__ import annotations

from typing import Any

import pytest
from bundles import answer, badge_web, outcomes, verified
from samples import badges

from verifier import Outcome, Report, Verdict

PASSED, FAILED, UNDECIDED = Outcome.PASSED, Outcome.FAILED, Outcome.UNDECIDED
CONTEXT = "https://maker.example/context.json"
SCHEMA = "https://maker.example/schema.json"
RULE = {"obi:validatesType": "extensions:Weather", "obi:validationSchema": SCHEMA}
GOOD_CONTEXT = {"@context": {}, "obi:validation": [RULE]}
GOOD_SCHEMA = {"type": "object", "properties": {"wind": {"type": "number"}}, "required": ["wind"]}


def extension(**changes: Any) -> dict[str, Any]:
    return {"@context": CONTEXT, "type": ["Extension", "extensions:Weather"], "wind": 4, **changes}


def of(ext: object, context: object = GOOD_CONTEXT, schema: object = GOOD_SCHEMA) -> Report:
    web = badge_web(
        assertion=badges.assertion(**{"extensions:Weather": ext}),
        **{
            url: None
            if body is None
            else answer(body)
            if not isinstance(body, int)
            else answer({}, status=body)
            for url, body in ((CONTEXT, context), (SCHEMA, schema))
        },
    )
    return verified(badges.ASSERTION.encode(), web)


def outcome(report: Report) -> Outcome:
    return next(f.outcome for f in report.findings if f.where.startswith("/extensions:Weather"))


def test_it_passes_by_its_own_schema() -> None:
    report = of(extension())
    assert outcome(report) is PASSED
    assert report.verdict is Verdict.TOTAL_PASSED


@pytest.mark.parametrize("context", [{"validation": RULE}, {"validation": [{"x": 1}, RULE]}])
def test_a_context_may_write_its_rule_in_more_than_one_way(context: object) -> None:
    assert outcome(of(extension(), context)) is PASSED


def test_a_value_of_another_kind_fails() -> None:
    report = of(extension(wind="strong"))
    assert outcome(report) is FAILED
    assert "strong" not in str(report.to_dict())


@pytest.mark.parametrize(
    ("ext", "context", "schema", "expected"),
    [
        (extension(), 404, GOOD_SCHEMA, FAILED),
        (extension(), GOOD_CONTEXT, 404, FAILED),
        (extension(), b"<html>", GOOD_SCHEMA, FAILED),
        (extension(), None, GOOD_SCHEMA, UNDECIDED),
        (extension(), GOOD_CONTEXT, None, UNDECIDED),
        (extension(), {"@context": {}}, GOOD_SCHEMA, UNDECIDED),
        (extension(), {"validation": [{**RULE, "obi:validatesType": "x:Y"}]}, GOOD_SCHEMA, UNDECIDED),
        (extension(**{"@context": {"wind": "x:wind"}}), GOOD_CONTEXT, GOOD_SCHEMA, UNDECIDED),
        (extension(type=["Extension"]), GOOD_CONTEXT, GOOD_SCHEMA, UNDECIDED),
        (extension(type="extensions:Weather"), GOOD_CONTEXT, GOOD_SCHEMA, FAILED),
        (extension(**{"@context": "http://127.0.0.1/context.json"}), GOOD_CONTEXT, GOOD_SCHEMA, UNDECIDED),
        (extension(), GOOD_CONTEXT, {"type": 3}, UNDECIDED),
        (extension(), GOOD_CONTEXT, {"$ref": "https://evil.example/schema"}, UNDECIDED),
        (extension(), GOOD_CONTEXT, {"$ref": "file:///etc/passwd"}, UNDECIDED),
        (extension(), GOOD_CONTEXT, {"$ref": "#"}, UNDECIDED),
        (extension(), GOOD_CONTEXT, {"$ref": "#/definitions/none"}, UNDECIDED),
        (extension(), GOOD_CONTEXT, {"properties": {"wind": {"pattern": "(a+)+$"}}}, UNDECIDED),
        (extension(), GOOD_CONTEXT, {"patternProperties": {"(a+)+$": {}}}, UNDECIDED),
        (extension(), GOOD_CONTEXT, {"description": "x" * 100_000}, UNDECIDED),
    ],
)
def test_what_it_says_or_does_not_say(ext: Any, context: Any, schema: Any, expected: Outcome) -> None:
    report = of(ext, context, schema)
    assert outcome(report) is expected
    assert "internal.error" not in {f.check for f in report.findings}
    assert report.verdict is not Verdict.TOTAL_PASSED


def test_a_schema_that_doubles_at_every_step_is_not_run() -> None:
    steps = {f"d{i}": {"allOf": [{"$ref": f"#/definitions/d{i + 1}"}] * 2} for i in range(60)}
    bomb = {"definitions": {**steps, "d60": {}}, "$ref": "#/definitions/d0"}
    assert outcome(of(extension(), GOOD_CONTEXT, bomb)) is UNDECIDED


def test_known_extensions_are_never_asked_for() -> None:
    report = verified(badges.assertion())
    assert outcomes(report, "extension.valid") == {PASSED}
    assert not any("context.json" in url for url in report.hashes)
