"""What the API's description says beside the models: bodies, errors, examples."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from api.models import ProblemDetailsBody
from api.problems import MEDIA_TYPE, TYPES

Responses = dict[int | str, dict[str, Any]]

_ERRORS = {
    400: "A parameter or a part of the form was not understood.",
    401: "Nobody's token, or none where one is needed.",
    403: "The token is another tenant's, or may not do this.",
    404: "There is nothing here.",
    406: "No representation that the caller accepts.",
    409: "Possible, but not allowed: a revoked source, something left out under `strict`, the same format, "
    "an identity that is not proven to be the learner's.",
    413: "The request is larger than the service reads.",
    415: "The document is none of the known formats.",
    422: "The document is malformed, cannot be carried over, or lacks what the target demands; all places.",
    429: "The attempts are spent; `Retry-After` says when there is one again.",
    500: "The service itself broke down; no details are given away.",
    502: "The address of the source gave no document.",
}
_IDENTITY = (
    "Who the learner is (JSON): `given_name`, `family_name`, `birthdate`, `place_of_birth`, `nationalities` "
    "and more; with `recipient`, the value by which the document knows the learner; `source` and `loa`."
)
DOCUMENT = {
    "type": "string",
    "format": "binary",
    "description": "A badge or credential in any known wrapping, or a web address where one is.",
}


def errors(*statuses: int) -> Responses:
    """Describe error answers."""
    return {
        status: {
            "description": _ERRORS[status],
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/ProblemDetailsBody"},
                    "example": _problem(status),
                }
            },
        }
        for status in statuses
    }


def body(*, several: bool, profile: bool) -> dict[str, Any]:
    """Describe a request's body: raw, or a form."""
    document: dict[str, Any] = {"type": "array", "items": DOCUMENT} if several else DOCUMENT
    parts: dict[str, Any] = {
        "document": document,
        "recipient": {
            "type": "array",
            "items": {"type": "string", "pattern": "^(email|id|url|telephone)=.+$"},
            "description": "Whom it should be about; any may match.",
        },
    }
    if profile:
        said = "The institution profile (TOML)."
        parts["profile"] = {"type": "string", "format": "binary", "description": said}
        parts["identity"] = {
            "type": "string",
            "contentMediaType": "application/json",
            "description": _IDENTITY,
        }
    form = {
        "type": "object",
        "properties": parts,
        "required": ["document"],
        "additionalProperties": False,
    }
    content = {
        "application/octet-stream": {"schema": DOCUMENT},
        "application/json": {"schema": {}, "example": example("badge")},
        "multipart/form-data": {"schema": form},
    }
    said = "The document itself under any media type, for its content tells what it is; or a form."
    return {"requestBody": {"required": True, "description": said, "content": content}}


@cache
def example(name: str) -> Any:  # noqa: ANN401 - JSON is any value
    """Return an example: an answer of this very code on an invented badge (made by the tests)."""
    return json.loads((files("api") / "examples" / f"{name}.json").read_text("utf-8"))


def with_problem_details(description: dict[str, Any]) -> dict[str, Any]:
    """Put the schema of problem details beside the models that routes name themselves."""
    model = ProblemDetailsBody.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(model.pop("$defs", {}))
    schemas["ProblemDetailsBody"] = model
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path in description["paths"].values():
        for operation in path.values():
            # The framework describes its own 422; ours is described, and 400 stands for parameters.
            told = operation["responses"].get("422", {}).get("content", {})
            if "HTTPValidationError" in json.dumps(told):
                del operation["responses"]["422"]
    return description


def _problem(status: int) -> dict[str, Any]:
    known: dict[str, Any] = example("problems")
    found = known.get(str(status))
    if found is None:
        raise LookupError(f"No example for a problem with status {status}; see {TYPES}.")
    return dict(found)
