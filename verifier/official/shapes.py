"""The official SHACL shapes, run by pyshacl where it is installed; contexts come from the cache alone."""

from __future__ import annotations

import importlib
import json
import logging
import warnings
from collections.abc import Mapping
from typing import Any

from pyld import jsonld

from converter.formats.jades import is_compact, is_jades, split_jades
from converter.strict import load_json
from schemas.document import Document
from schemas.elm.context import accepted
from schemas.official import OfficialFault, Pin, with_imports
from verifier.official.unusable import Unusable

MAX_NODES = 5000
"""Objects in a document; the largest real credential seen has a tenth of it."""
MAX_STATEMENTS = 20_000
_SH = "http://www.w3.org/ns/shacl#"
_CREDENTIAL = "http://data.europa.eu/snb/model/elm/EuropeanDigitalCredential"
_RULES = {
    "MinCount": "is missing or stands too seldom",
    "MaxCount": "stands too often",
    "Class": "is not of the class it must be",
    "Datatype": "is not of its datatype",
    "NodeKind": "is a text where a node must be, or a node where a text must be",
    "In": "is none of the values allowed",
    "HasValue": "lacks the value it must have",
    "Node": "does not keep the rules of what it must be",
    "Or": "keeps none of the forms allowed",
    "UniqueLang": "gives a language twice",
}


class Shapes:
    """One profile's shapes, together with those they build on."""

    def __init__(self, pin: Pin, files: Mapping[str, bytes], pins: tuple[Pin, ...]) -> None:
        """Load the shapes and contexts at hand.

        Raises:
            Unusable: pyshacl is not installed, or the files cannot be read.
        """
        self._rdflib, self._pyshacl = _installed("rdflib"), _installed("pyshacl")
        parts = with_imports(pin.name, pins)
        self._contexts = {one.context: files[one.name] for one in parts if one.kind == "context"}
        self._shapes = self._rdflib.Graph()
        try:
            for one in parts:
                if one.kind == "shapes":
                    self._shapes.parse(data=files[one.name], format="turtle")
        except Exception as error:  # noqa: BLE001 - rdflib raises what its parsers raise
            raise Unusable(f"The official {pin.name} cannot be read here ({type(error).__name__}).") from None

    def __call__(self, document: Document) -> list[OfficialFault]:
        """Hold a credential against the shapes.

        Raises:
            Malformed: no JSON, or no JWS.
            Unusable: it is too large, names a context that is not accepted, or cannot be expanded.
        """
        logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)  # it logs the values it finds odd
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # between pyshacl and rdflib, and nothing for our users
            return self._violations(self._statements(_credential(document.raw)))

    def _statements(self, credential: dict[str, Any]) -> str:
        if _nodes(credential) > MAX_NODES:
            raise Unusable(f"The official shapes are run on at most {MAX_NODES} nodes.")
        options = {"format": "application/n-quads", "documentLoader": self._loaded, "base": "urn:base:"}
        try:
            quads = str(jsonld.to_rdf(credential, options))
        except (jsonld.JsonLdError, RecursionError, ValueError, TypeError, KeyError, AttributeError):
            message = "The document cannot be expanded with the official contexts, so the shapes see nothing."
            raise Unusable(message) from None
        if quads.count("\n") > MAX_STATEMENTS:
            raise Unusable(f"The official shapes are run on at most {MAX_STATEMENTS} statements.")
        return quads

    def _loaded(self, url: str, _options: object = None) -> dict[str, Any]:
        name = accepted().get(url)
        if name is None or name not in self._contexts:
            raise jsonld.JsonLdError("not accepted", "jsonld.LoadDocumentError")
        return {
            "contextUrl": None,
            "documentUrl": url,
            "document": json.loads(self._contexts[name]),
            "contentType": "application/ld+json",
        }

    def _violations(self, quads: str) -> list[OfficialFault]:
        graph, dataset = self._rdflib.Graph(), self._rdflib.Dataset()
        dataset.parse(data=quads, format="nquads")
        for subject, predicate, value, _ in dataset.quads((None, None, None, None)):
            graph.add((subject, predicate, value))
        if (None, self._rdflib.RDF.type, self._rdflib.URIRef(_CREDENTIAL)) not in graph:
            message = (
                "No node is a EuropeanDigitalCredential, so the official shapes have nothing to look at."
            )
            raise Unusable(message)
        sh = self._rdflib.Namespace(_SH)
        _, results, _ = self._pyshacl.validate(graph, shacl_graph=self._shapes, inference="none")
        found = {self._fault(graph, results, one) for one in results.subjects(sh.resultSeverity, None)}
        return sorted(found, key=lambda fault: (fault.where, fault.message))

    def _fault(self, graph: Any, results: Any, result: Any) -> OfficialFault:  # noqa: ANN401 - rdflib's
        sh = self._rdflib.Namespace(_SH)
        focus = results.value(result, sh.focusNode)
        kinds = sorted(_last(kind) for kind in graph.objects(focus, self._rdflib.RDF.type))
        path = _last(results.value(result, sh.resultPath)) or "The node itself"
        constraint = _last(results.value(result, sh.sourceConstraintComponent)).removesuffix(
            "ConstraintComponent"
        )
        rule = _RULES.get(constraint, "breaks a shape")
        where = f"{' '.join(kinds) or 'node'}.{path}" if path != "The node itself" else " ".join(kinds)
        return OfficialFault(message=f"{path} {rule} ({constraint}).", where=where)


def _installed(name: str) -> Any:  # noqa: ANN401 - a module
    try:
        return importlib.import_module(name)
    except ImportError:
        message = f"The official shapes need {name}, which is not installed here."
        raise Unusable(message) from None


def _credential(raw: bytes) -> dict[str, Any]:
    """Take the credential out of its seal or upload form, as it was written."""
    found = load_json(split_jades(raw).payload) if is_compact(raw) else load_json(raw)
    if is_jades(found):
        found = load_json(split_jades(raw).payload)
    if not isinstance(found, dict):
        raise Unusable("The official shapes are run on one JSON object, and this is none.")
    inner = found.get("credential")
    return inner if isinstance(inner, dict) and "credentialSubject" not in found else found


def _nodes(value: object) -> int:
    count, todo = 0, [value]
    while todo:
        here = todo.pop()
        if isinstance(here, dict):
            count += 1
            todo.extend(here.values())
        elif isinstance(here, list):
            todo.extend(here)
    return count


def _last(iri: object) -> str:
    """Return the local name of an IRI; a node without a name, or none at all, has none."""
    text = "" if iri is None else str(iri)
    return text.rsplit("/", 1)[-1].rsplit("#", 1)[-1]
