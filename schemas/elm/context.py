"""Our own JSON-LD contexts for ELM v3, made from the term table; nothing is fetched, nothing is copied."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from schemas.elm.packs import newest

CONTEXT_URLS = ("https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap")
"""The pair every written credential names, in this order (EDC application profile; W3C VC 1.1 §4.1)."""

_SCOPED = {"@version": 1.1, "@protected": True, "id": "@id", "type": "@type"}


@dataclass(frozen=True, slots=True)
class Term:
    """What a JSON key means.

    Attributes:
        iri: compact IRI, as the table has it.
        kind: `@id` (a node), `@language` (a language map), `@graph`, a datatype, or empty.
    """

    iri: str
    kind: str = ""

    @classmethod
    def of(cls, text: str) -> Term:
        """Read one cell of the table: `IRI` or `IRI kind`."""
        return cls(*text.split())

    def definition(self) -> str | dict[str, Any]:
        """Give the JSON-LD 1.1 term definition (§9.15.1)."""
        if self.kind == "@language":
            return {"@id": self.iri, "@container": "@language"}
        if self.kind == "@graph":
            return {"@id": self.iri, "@type": "@id", "@container": "@graph"}
        return {"@id": self.iri, "@type": self.kind} if self.kind else self.iri


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads((resources.files("schemas.elm") / newest().terms).read_text("utf-8"))


def terms(types: frozenset[str] = frozenset()) -> dict[str, Term]:
    """Return the terms that mean something on a node of these types.

    The terms of W3C VC 1.1 are scoped: `issuer` on a node that is no `VerifiableCredential` is dropped.
    """
    return _terms(types & _scoping())


def kinds(types: frozenset[str] = frozenset()) -> Mapping[str, str]:
    """Return the kind of each of those terms."""
    return _kinds(types & _scoping())


@functools.cache  # by the few types that bring terms, as below
def _kinds(types: frozenset[str]) -> Mapping[str, str]:
    return {name: term.kind for name, term in _terms(types).items()}


@functools.cache
def _scoping() -> frozenset[str]:
    return frozenset(_table()["credential"]["on"])


@functools.cache  # of the few types that bring terms; by all types a hostile document could fill the memory
def _terms(types: frozenset[str]) -> dict[str, Term]:
    table = _table()
    known = {name: Term.of(cell) for name, cell in (table["terms"] | table["later"]).items()}
    known["proof"] = Term.of(table["credential"]["everywhere"]["proof"])
    for kind, cells in table["credential"]["on"].items():
        if kind in types:
            known |= {name: Term.of(cell) for name, cell in cells.items()}
    return known


@functools.cache
def class_names() -> frozenset[str]:
    """Return every term that names a class."""
    return frozenset(_table()["classes"]) | frozenset(_table()["credential"]["on"])


@functools.cache
def names_by_iri() -> dict[str, str]:
    """Return the term or class name of every IRI, compact and in full: how a compact IRI becomes a key."""
    table = _table()
    cells = table["terms"] | table["later"] | table["classes"]
    for scoped in table["credential"]["on"].values():
        cells = cells | scoped
    cells |= {kind: "cred:" + kind for kind in table["credential"]["on"]}
    spaces = table["prefixes"] | table["credential"]["prefixes"]
    found: dict[str, str] = {}
    for name, cell in cells.items():
        iri = Term.of(cell).iri
        prefix, _, rest = iri.partition(":")
        found[iri] = found[spaces[prefix] + rest] = name
    return found


def full_iri(name: str, term: Term | None = None) -> str:
    """Return the IRI of a class, or of a term, in full.

    Args:
        name: a class name, or a property written as a compact IRI for want of a term.
        term: the term, where it is one.
    """
    table = _table()
    classes = table["classes"] | {kind: "cred:" + kind for kind in table["credential"]["on"]}
    compact = term.iri if term is not None else classes.get(name, name)
    prefix, _, rest = compact.partition(":")
    return str((table["prefixes"] | table["credential"]["prefixes"]).get(prefix, prefix + ":")) + rest


@functools.cache
def spellings() -> dict[str, str]:
    """Return the first spelling of a term with the one we read it as."""
    return dict(_table()["spelling"])


@functools.cache
def accepted() -> dict[str, str]:
    """Return the closed set of context URLs, each with the context that stands for it."""
    return dict(_table()["accepted"])


@functools.cache
def context(name: str = "profile") -> dict[str, Any]:
    """Return one of our contexts: `profile` (the terms of ELM) or `credential` (those of W3C VC 1.1)."""
    return {"@context": _profile() if name == "profile" else _credential()}


@functools.cache
def meanings() -> dict[str, Any]:
    """Return every name that our contexts define, with its definition; none may be given another."""
    scoped: dict[str, Any] = {}
    for made in _credential().values():
        if isinstance(made, dict) and "@context" in made:
            scoped |= {name: made["@context"][name] for name in made["@context"] if name[0] != "@"}
    return scoped | _credential() | _profile()


def document_for(url: str) -> dict[str, Any] | None:
    """Return the context that stands for a URL, or None where the URL is not accepted."""
    name = accepted().get(url)
    return None if name is None else context(name)


def _profile() -> dict[str, Any]:
    table = _table()
    made: dict[str, Any] = table["prefixes"] | table["classes"]
    made |= {name: Term.of(cell).definition() for name, cell in (table["terms"] | table["later"]).items()}
    return made


def _credential() -> dict[str, Any]:
    table = _table()["credential"]
    names = table["prefixes"]
    made: dict[str, Any] = dict(_SCOPED)
    for kind, cells in table["on"].items():
        inner: dict[str, Any] = (
            _SCOPED | names | {name: Term.of(cell).definition() for name, cell in cells.items()}
        )
        for holder, types in table["within"].items():
            if holder in inner:
                inner[holder]["@context"] = _SCOPED | {"cred": names["cred"]} | types
        made[kind] = {"@id": names["cred"] + kind, "@context": inner}
    suites = table["suites"]
    signed: dict[str, Any] = _SCOPED | {name: names[name] for name in ("sec", "xsd")}
    signed |= {name: Term.of(cell).definition() for name, cell in suites["terms"].items()}
    purposes = {
        name: {"@id": iri, "@type": "@id", "@container": "@set"} for name, iri in suites["purposes"].items()
    }
    signed["proofPurpose"]["@context"] = _SCOPED | {"sec": names["sec"]} | purposes
    for suite in suites["types"]:
        made[suite] = {"@id": names["sec"] + suite, "@context": signed}
    proof = Term.of(table["everywhere"]["proof"])
    made["proof"] = Term(proof.iri.replace("sec:", names["sec"]), proof.kind).definition()
    return made
