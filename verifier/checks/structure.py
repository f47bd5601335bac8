"""What the readers saw, and the Open Badges 2.0 data model."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from converter.formats.ob2 import JSON_LD, examine
from schemas.document import Format
from schemas.errors import Problem
from schemas.evidence import Evidence
from schemas.ob2.model import ASSERTION, BADGE_CLASS, ENDORSEMENT, PROFILE, REVOKED_ASSERTION
from verifier.asked import is_web
from verifier.badge import (
    Node,
    embeds,
    fetched,
    inside,
    is_badge,
    link,
    many,
    node,
    nodes,
    revoked_body,
    truth,
)
from verifier.checks.model import Fault, faults, is_stripped
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.checks.versions import unknown_version
from verifier.finding import Finding

MODEL = "Open Badges 2.0, Data Model"
_MAX_FAULTS = 100
_READ = "format.read"
_SCHEMA = "format.schema"
_PROFILE = "format.profile"
_VERSIONS = "ELM v3: credentialSchema; EDCI XML: xsi:schemaLocation"
_DATA = "format.data"
_TARGET = "format.data.target"
_CONTEXT = "format.data.context"
_NAMES = {
    Format.OB2: "an Open Badge",
    Format.EDCI: "a Europass EDCI XML credential",
    Format.ELM: "a European Learning Model v3 credential",
    Format.SIGNED: "a signed file; what it says is not looked at",
}
_FORMED = {
    Format.EDCI: "The document keeps the schema of its version and variant.",
    Format.ELM: "The document has the form of a credential of the European Learning Model.",
}
_KEPT = "The credential keeps every rule of the application profile it declares."
_NO_PROFILE = "EDCI XML has no application profile beside the schema of its version and variant."


def read_soundly(evidence: Evidence) -> Iterator[Finding]:
    """The bytes could be taken apart, containers and all."""
    problems = [problem for problem in evidence.document.problems if _area(problem) == _READ]
    yield from (_told(problem) for problem in problems)
    if not problems:
        name = _NAMES[evidence.document.format]
        version = f", version {evidence.document.version}" if evidence.document.version else ""
        if evidence.document.raw:
            yield passed(_READ, f"The document was read as {name}{version}.")
        else:
            yield undecided(_READ, "The address answered nothing that could be read.")


def credential_form(evidence: Evidence) -> Iterator[Finding]:
    """The schema of the document's version and variant holds, and nothing in its data is odd."""
    if is_badge(evidence):
        return
    said = {
        _SCHEMA: _FORMED[evidence.document.format],
        _DATA: "The reader found nothing odd in the document's data.",
    }
    newer = unknown_version(evidence.document)
    for area, good in said.items():
        problems = [problem for problem in evidence.document.problems if _area(problem) == area]
        told = _doubted if newer and area == _SCHEMA else _told
        yield from (told(problem) for problem in problems if problem.code != _CONTEXT)
        if not problems:
            yield undecided(area, newer, "", _VERSIONS) if told is _doubted else passed(area, good)


def credential_terms(evidence: Evidence) -> Iterator[Finding]:
    """JSON-LD 1.1 §3.1: names mean what the accepted contexts say, or nothing is known; XML has no such."""
    if is_badge(evidence):
        return
    unclear = [problem for problem in evidence.document.problems if problem.code == _CONTEXT]
    for problem in unclear:
        yield undecided(problem.code, problem.message, problem.where, problem.cite)
    if not unclear:
        yield passed(_CONTEXT, "Every name means what the contexts of the format say.")


def credential_profile(evidence: Evidence) -> Iterator[Finding]:
    """There is one credential to hold against a profile, and it keeps that profile.

    Shapes without a target are satisfied by anything (SHACL §3.4), so that is asked apart. Of a version
    whose rules are not known, nothing is decided.
    """
    if is_badge(evidence):
        return
    problems = [problem for problem in evidence.document.problems if _area(problem) == _PROFILE]
    newer = unknown_version(evidence.document)
    if newer:
        yield undecided(_PROFILE, newer, "", _VERSIONS)
    yield from (_doubted(problem) if newer else _told(problem) for problem in problems)
    targeted = all(problem.code != _TARGET for problem in evidence.document.problems)
    if targeted:
        yield passed(_TARGET, "The document holds exactly one credential to check.")
    if evidence.document.format is Format.EDCI and not problems and not newer:
        yield not_applicable(_PROFILE, _NO_PROFILE)
    elif targeted and not problems and not newer:
        yield passed(_PROFILE, _KEPT)
    elif not problems and not newer:
        yield undecided(_PROFILE, "There is not exactly one credential to hold against a profile.")


def badge_form(evidence: Evidence) -> Iterator[Finding]:
    """Open Badges 2.0, Data Model: required properties, types and the shape of values."""
    if not is_badge(evidence):
        return
    found = list(islice(_badge_faults(evidence), _MAX_FAULTS + 1))
    if len(found) > _MAX_FAULTS:
        message = f"The badge breaks the data model in more than {_MAX_FAULTS} places; these are the first."
        found[-1] = Fault(where="", message=message)
    for fault in found:
        code = f"{_SCHEMA}.{fault.lenient}" if fault.lenient else _SCHEMA
        yield failed(code, fault.message, fault.where, MODEL)
    if all(fault.lenient for fault in found):
        if evidence.document.raw:
            yield passed(_SCHEMA, "What there is of the badge has what the data model asks.", "", MODEL)
        else:
            yield undecided(_SCHEMA, "There is no assertion to hold against the data model.", "", MODEL)


def _badge_faults(evidence: Evidence) -> Iterator[Fault]:
    assertion = truth(evidence)
    if evidence.document.raw:
        stripped = revoked_body(assertion) and is_stripped(assertion)
        yield from faults(assertion, REVOKED_ASSERTION if stripped else ASSERTION, "")
    if evidence.badge_class is not None:
        yield from faults(evidence.badge_class, BADGE_CLASS, "/badge")
    if evidence.issuer is not None:
        yield from faults(evidence.issuer, PROFILE, "/badge/issuer")
    yield from _context_faults(evidence)
    for at, where in nodes(evidence):
        for endorsement in many(at.get("endorsement")):
            answer = fetched(evidence.resources, link(endorsement))
            said = node(endorsement) if answer is None else answer
            if answer is not None or embeds(said) or (said and not link(said)):
                yield from faults(said, ENDORSEMENT, f"{where}/endorsement")


def _context_faults(evidence: Evidence) -> Iterator[Fault]:
    """A node that stands by itself names its context; an embedded one has its parent's."""
    assertion = truth(evidence)
    standing = [(assertion, "")] if evidence.document.raw and not revoked_body(assertion) else []
    parents = (
        (assertion, "badge", evidence.badge_class, "/badge"),
        (evidence.badge_class or {}, "issuer", evidence.issuer, "/badge/issuer"),
    )
    for parent, term, found, where in parents:
        if found is not None and is_web(link(parent.get(term))) and not inside(parent, parent.get(term)):
            standing.append((found, where))
    for at, where in standing:
        if not many(at.get("@context")):
            message = "The node has no @context, which JSON-LD needs to give its names a meaning."
            yield Fault(where=f"{where}/@context", message=message)


def badge_terms(evidence: Evidence) -> Iterator[Finding]:
    """Open Badges 2.0, JSON-LD: names mean what the Open Badges context says, or nothing is known."""
    if not is_badge(evidence):
        return
    problems = [problem for problem in evidence.document.problems if problem.cite != JSON_LD]
    yield from (_told(problem) for problem in problems if _area(problem) == _DATA)
    strange = [(problem, where) for at, where in nodes(evidence) for problem in _strange(at)]
    for problem, where in strange:
        yield undecided(f"{_DATA}.context", problem.message, where + problem.where, problem.cite)
    if not strange:
        yield passed(f"{_DATA}.context", "Every name means what the Open Badges context says.", "", JSON_LD)


def _strange(at: Node) -> Iterator[Problem]:
    yield from _data_problems(dict(at))
    contexts = many(at.get("@context"))
    if contexts and all(isinstance(item, dict) for item in contexts):
        message = "The @context names no context of Open Badges, so it is not known what the names mean."
        yield Problem(code=_DATA, message=message, where="/@context", cite=JSON_LD)


def _data_problems(tree: dict[str, object]) -> Iterator[Problem]:
    seen = set()
    for problem in examine(tree):
        if problem.code == _DATA and (problem.message, problem.where) not in seen:
            seen.add((problem.message, problem.where))
            yield problem


def _area(problem: Problem) -> str:
    return ".".join(problem.code.split(".")[:2])


def _told(problem: Problem) -> Finding:
    return failed(problem.code, problem.message, problem.where, problem.cite)


def _doubted(problem: Problem) -> Finding:
    """Tell what older rules object to in a document that is of a newer version: it may be right there."""
    message = f"By the newest rules known, which are not this version's: {problem.message}"
    return undecided(problem.code, message, problem.where, problem.cite)


STRUCTURE_CHECKS = (
    read_soundly,
    credential_form,
    credential_terms,
    credential_profile,
    badge_form,
    badge_terms,
)
