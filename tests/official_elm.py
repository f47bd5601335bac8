"""The official shapes and contexts of ELM v3, read in place: what a written credential is held against."""

from __future__ import annotations

import functools
import json
import logging
import warnings
from pathlib import Path
from typing import Any

import pyshacl
import rdflib
from pyld import jsonld
from shared_files import SHARED

from converter.formats.jades import split_jades
from schemas.elm.context import accepted
from schemas.elm.shacl import shapes

_SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
SHAPES = {
    "generic-no-cv": ("generic-no-cv",),
    "generic": ("generic-no-cv", "generic-full"),
    "converted": ("generic-no-cv", "generic-full", "converted"),
    "mandated": ("generic-no-cv", "generic-full", "issuedByMandate"),
    "accredited": ("generic-no-cv", "generic-full", "accredited"),
    "diploma-supplement": ("generic-no-cv", "generic-full", "accredited", "diplomaSupplement"),
}
_FILES = {"credential": "credentials-v1.jsonld", "profile": "edc-ap-context-repo.jsonld"}


@functools.cache
def _folder() -> Path:
    assert SHARED is not None, "guard the test with the `shared` marker"
    return SHARED / "official" / "elm-v3"


def shapes_folder() -> Path:
    """Return where the official shapes lie."""
    return _folder() / "shacl"


@functools.cache
def _official(name: str) -> Any:
    return json.loads((_folder() / "contexts" / _FILES[name]).read_text("utf-8"))


def official_loader(url: str, _options: dict[str, Any] | None = None) -> dict[str, Any]:
    """Load an accepted context from the official files; anything else is refused."""
    name = accepted().get(url)
    if name is None:
        raise jsonld.JsonLdError(f"not accepted: {url}", "jsonld.LoadDocumentError")
    return {
        "contextUrl": None,
        "documentUrl": url,
        "document": _official(name),
        "contentType": "application/ld+json",
    }


def credential_of(data: bytes) -> dict[str, Any]:
    """Take the credential out of a JWS or an upload form, without any of our normalisation."""
    found = json.loads(data)
    if "payload" in found:
        found = json.loads(split_jades(data).payload)
    inner = found.get("credential") if isinstance(found, dict) else None
    return inner if isinstance(inner, dict) else found


def n_quads(credential: Any, loader: Any = official_loader) -> str:
    """Give the RDF as sorted N-Quads (URDNA2015), so that two readings can be compared."""
    options = {
        "format": "application/n-quads",
        "algorithm": "URDNA2015",
        "documentLoader": loader,
        "base": "urn:base:",
    }
    return str(jsonld.normalize(credential, options))


@functools.cache
def official_shapes(profile: str) -> rdflib.Graph:
    """Return the official shapes of a profile, joined as their imports ask."""
    graph = rdflib.Graph()
    for name in SHAPES[profile]:
        graph.parse(shapes_folder() / f"EDC-{name}.ttl")
    return graph


def shacl_problems(data: bytes, profile: str = "generic") -> list[str]:
    """Return one line `Class.property Constraint` for each violation of the official shapes, sorted.

    Args:
        data: a plain credential, an upload form or a JWS.
        profile: `generic` (no-cv and full), `converted`, `mandated`, `accredited`, `diploma-supplement`,
            or `generic-no-cv`.

    An empty list alone is no proof: shapes without a target are satisfied; so no target is a line too.
    """
    graph = graph_of(credential_of(data))
    credential = rdflib.URIRef("http://data.europa.eu/snb/model/elm/EuropeanDigitalCredential")
    if (None, rdflib.RDF.type, credential) not in graph:
        return ["no EuropeanDigitalCredential"]
    return violations(graph, official_shapes(profile))


def graph_of(credential: dict[str, Any]) -> rdflib.Graph:
    """Return what a credential says as RDF, by the official contexts."""
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    quads = jsonld.to_rdf(
        credential, {"format": "application/n-quads", "documentLoader": official_loader, "base": "urn:base:"}
    )
    graph, dataset = rdflib.Graph(), rdflib.Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib, among itself
        dataset.parse(data=quads, format="nquads")
        for subject, predicate, value, _ in dataset.quads((None, None, None, None)):
            graph.add((subject, predicate, value))
    return graph


def violations(graph: rdflib.Graph, shapes: rdflib.Graph) -> list[str]:
    """Return one line `Class.property Constraint` for each violation, sorted; none without a target."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # pyshacl and rdflib, among themselves
        _, results, _ = pyshacl.validate(graph, shacl_graph=shapes, inference="none")
    return sorted(_line(graph, results, result) for result in results.subjects(_SH.resultSeverity, None))


@functools.cache
def our_shapes(profile: str) -> rdflib.Graph:
    """Return the shapes of ours."""
    return rdflib.Graph().parse(data=shapes(profile), format="turtle")


def _line(graph: rdflib.Graph, results: rdflib.Graph, result: Any) -> str:
    focus = results.value(result, _SH.focusNode)
    types = sorted(_last(kind) for kind in graph.objects(focus, rdflib.RDF.type))
    constraint = _last(results.value(result, _SH.sourceConstraintComponent))
    path = _last(results.value(result, _SH.resultPath))
    return f"{'+'.join(types)}.{path} {constraint.removesuffix('ConstraintComponent')}"


def _last(iri: Any) -> str:
    return str(iri).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
