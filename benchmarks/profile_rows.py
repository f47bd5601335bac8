"""The ELM profile: ours beside two SHACL engines with their shapes kept, and a compiled JSON Schema.

None is a floor. The schema is made from the same table, looks at one node at a time and cannot join those of
one id, nor tell languages apart that differ in case; the SHACL engines do all of it. fastjsonschema compiles
it to Python, jsonschema-rs is Rust.
"""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fastjsonschema
import jsonschema_rs
import pyrudof
import pyshacl
import rdflib
from official_elm import SHAPES, credential_of, graph_of, official_shapes, shapes_folder
from shared_files import SHARED

from benchmarks.rows import Row
from converter.formats import elm3_check, elm3_index, elm3_rules
from converter.formats.elm3 import check_elm, read_elm
from schemas.document import Document
from schemas.elm import context, packs, profile
from schemas.elm import model as elm_model
from schemas.elm.model import ControlledList, Property, model
from schemas.elm.profile import PLACES, rules

_SMALL, _LARGE = "minimal_valid_generic_full_NL.json", "ec2025_MC_signed.jsonld"
_PATTERNS = {"xsd:dateTime": r"^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d", "xsd:duration": r"^-?P"}
_MODULES = (elm3_check, elm3_index, elm3_rules, context, elm_model, packs, profile)
_KEPT: tuple[Any, ...] = tuple(
    {kept for module in _MODULES for kept in vars(module).values() if hasattr(kept, "cache_clear")}
)
"""What is kept between two documents, to be forgotten for a cold start."""


def profile_rows() -> Iterator[Row]:
    """Make the rows; the official files are read in place."""
    assert SHARED is not None
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    for name in (_SMALL, _LARGE):
        yield from _warm((SHARED / "samples/elm-v3" / name).read_bytes())
    data = (SHARED / "samples/elm-v3" / _SMALL).read_bytes()
    document, graph = read_elm(data), graph_of(credential_of(data))
    others: tuple[tuple[str, Callable[[], bool], str], ...] = (
        (
            "pyshacl",
            lambda: _conforms(graph, _parsed(shapes_folder())),
            "ours reads its table and compiles it; pyshacl parses its shapes",
        ),
        (
            "pyrudof",
            lambda: _conforms_to_rudof(graph),
            "ours reads its table and compiles it; pyrudof parses its shapes",
        ),
        (
            "fastjsonschema",
            lambda: _forgotten() or _holds(_compiled_schema(), document),
            "both read the table and compile it",
        ),
    )
    for name, floor, note in others:
        yield Row(
            work=f"ELM profile cold, against {name}",
            ours=lambda: _cold(document),
            floor=floor,
            said=bool,
            floor_said=bool,
            note=note,
        )


def _warm(data: bytes) -> Iterator[Row]:
    document, credential = read_elm(data), credential_of(data)
    graph, shapes = graph_of(credential), official_shapes("generic")
    rudof, compiled_schema, rust = _rudof(graph), _compiled_schema(), jsonschema_rs.validator_for(_schema())
    size = f"{len(json.dumps(credential)) / 1000:.0f} kB"
    others: tuple[tuple[str, Callable[[], bool], str], ...] = (
        ("pyshacl", lambda: _conforms(graph, shapes), "pyshacl: shapes kept, graph made before"),
        ("pyrudof", rudof, "pyrudof: shapes and graph kept"),
        (
            "fastjsonschema",
            lambda: _holds(compiled_schema, document),
            "compiled to Python and kept; sees less",
        ),
        ("jsonschema-rs", lambda: rust.is_valid(document.tree), "Rust, kept; sees less"),
    )
    for name, floor, note in others:
        yield Row(
            work=f"ELM profile, {size}, against {name}",
            ours=lambda: _keeps(document),
            floor=floor,
            said=bool,
            floor_said=bool,
            note=note,
        )
    yield Row(
        work=f"ELM profile from bytes, {size}, against pyshacl",
        ours=lambda: _keeps(read_elm(data)),
        floor=lambda: _conforms(graph_of(credential_of(data)), shapes),
        said=bool,
        floor_said=bool,
        note="with JSON-LD read: pyld and rdflib on the other side",
    )


def _keeps(document: Document) -> bool:
    told = check_elm(document.tree, document.variant)
    return all(one.code != "format.profile" for one in told)


def _cold(document: Document) -> bool:
    return _forgotten() or _keeps(document)


def _forgotten() -> bool:
    for kept in _KEPT:
        kept.cache_clear()
    return False


def _conforms(graph: rdflib.Graph, shapes: rdflib.Graph) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return bool(pyshacl.validate(graph, shacl_graph=shapes, inference="none")[0])


def _rudof(graph: rdflib.Graph) -> Callable[[], bool]:
    """Give pyrudof the official shapes and a graph; what comes back judges the one by the other."""
    engine = pyrudof.Rudof(pyrudof.RudofConfig())
    texts = (shapes_folder() / f"EDC-{name}.ttl" for name in SHAPES["generic"])
    engine.read_shacl("\n".join(path.read_text("utf-8") for path in texts), pyrudof.ShaclFormat.Turtle)
    engine.read_data(graph.serialize(format="nt"), pyrudof.RDFFormat.NTriples)
    return lambda: bool(engine.validate_shacl().conforms)


def _conforms_to_rudof(graph: rdflib.Graph) -> bool:
    return _rudof(graph)()


def _compiled_schema() -> Callable[[Any], Any]:
    made: Callable[[Any], Any] = fastjsonschema.compile(_schema())
    return made


def _holds(compiled_schema: Callable[[Any], Any], document: Document) -> bool:
    try:
        compiled_schema(document.tree)
    except fastjsonschema.JsonSchemaValueException:
        return False
    return True


def _parsed(folder: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    for name in SHAPES["generic"]:
        graph.parse(folder / f"EDC-{name}.ttl")
    return graph


def _schema() -> dict[str, Any]:
    """Say what a JSON Schema can say of the generic profile."""
    found: dict[str, Any] = {name: {} for name in model().classes}
    for rule in rules():
        if not rule.row.unreached and rule.owner not in PLACES:
            one = found[rule.owner]
            if not one:
                one |= {"type": "object", "properties": {}, "required": []}
            one["properties"][rule.row.term] = _property(rule.row)
            one["required"] += [rule.row.term] * (rule.row.least > 0)
    return {"$ref": "#/$defs/EuropeanDigitalCredential", "$defs": found}


def _property(row: Property) -> dict[str, Any]:
    if row.is_text:
        texts = {"type": "string"} if row.unique else {"type": ["string", "array"]}
        most = {} if row.most is None else {"maxProperties": row.most}
        return {"type": "object", "additionalProperties": texts, **most}
    item = _item(row)
    if not row.is_list:
        return item
    most = {} if row.most is None else {"maxItems": row.most}
    return {"type": "array", "items": item, "minItems": row.least, **most}


def _item(row: Property) -> dict[str, Any]:
    if row.holds_nodes:
        kinds = [_of_class(name) for name in row.ranges]
        node = kinds[0] if len(kinds) == 1 else {"oneOf": kinds}
        return {**node, **_listed(row.scheme)} if row.scheme else node
    if row.ranges[0] in _PATTERNS:
        return {"type": "string", "pattern": _PATTERNS[row.ranges[0]]}
    return {"type": "integer"} if "nteger" in row.ranges[0] else {}


def _of_class(name: str) -> dict[str, Any]:
    several = {"type": "array", "contains": {"const": name}}
    stated = {"properties": {"type": {"anyOf": [{"const": name}, several]}}}
    return {"required": ["type"], "allOf": [stated, {"$ref": f"#/$defs/{name}"}]}


def _listed(scheme: ControlledList) -> dict[str, Any]:
    named = {"contains": {"properties": {"id": {"const": scheme.scheme}}}}
    return {"properties": {"inScheme": named}, "required": ["type", "inScheme"]}
