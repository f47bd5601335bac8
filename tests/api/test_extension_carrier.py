"""The badge extension of ours: what it publishes is what a badge validator asks and what we write."""

from __future__ import annotations

from typing import Any

from gateway_web import Caller
from jsonschema import Draft4Validator

from converter.enrich.carrying import EXTENSION, EXTENSION_CONTEXT, extension
from converter.enrich.draft import Enclosure
from verifier.foreign_schema import schema_addresses, violations

PATH = "/extensions/EuropassCredentialExtension"
XML = b"<europassCredential/>"


def _written(**changes: Any) -> dict[str, Any]:
    whole = Enclosure(
        data=XML, media_type="application/xml", name="original.xml", source_url="https://a.example/c"
    )
    return {**extension((whole,)), **changes}


def test_the_context_leads_to_the_schema_as_open_badges_has_it(caller: Caller) -> None:
    answer = caller.get(f"{PATH}/context.json")
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    (address,) = schema_addresses(answer.json(), [EXTENSION])
    assert EXTENSION_CONTEXT.endswith(f"{PATH}/context.json")
    assert address == EXTENSION_CONTEXT.replace("context.json", "schema.json")


def test_the_schema_is_a_schema_and_takes_what_we_write(caller: Caller) -> None:
    schema = caller.get(f"{PATH}/schema.json").json()
    Draft4Validator.check_schema(schema)
    assert violations(schema, _written(), 1000) == []


def test_the_schema_refuses_what_carries_nothing(caller: Caller) -> None:
    schema = caller.get(f"{PATH}/schema.json").json()
    for changes in ({"sha256": "12"}, {"content": ""}, {"mediaType": 5}, {"sourceUrl": None}):
        assert violations(schema, _written(**changes), 1000), changes
    for member in ("mediaType", "fileName", "sha256", "content"):
        broken = {key: value for key, value in _written().items() if key != member}
        assert violations(schema, broken, 1000), member


def test_every_member_we_write_has_a_meaning_in_the_context(caller: Caller) -> None:
    terms = caller.get(f"{PATH}/context.json").json()["@context"]
    assert set(_written()) - {"@context", "type"} <= terms.keys()


def test_nothing_else_lies_there(caller: Caller) -> None:
    assert caller.get(f"{PATH}/other.json").status_code == 400
    assert caller.get(f"{PATH}/..%2f..%2fapp.py").status_code == 404
