"""What the readers saw, and the Open Badges 2.0 data model."""

from __future__ import annotations

from collections.abc import Iterator

from converter.formats.ob2 import JSON_LD, examine
from schemas.document import Format
from schemas.errors import Problem
from schemas.evidence import Evidence
from schemas.ob2.model import ASSERTION, BADGE_CLASS, ENDORSEMENT, PROFILE, REVOKED_ASSERTION
from verifier.badge import fetched, is_badge, link, many, nodes, revoked_body, truth
from verifier.checks.model import Fault, faults, is_stripped
from verifier.checks.saying import failed, passed, undecided
from verifier.finding import Finding

MODEL = "Open Badges 2.0, Data Model"
_READ = "format.read"
_SCHEMA = "format.schema"
_PROFILE = "format.profile"
_DATA = "format.data"
_NAMES = {
    Format.OB2: "an Open Badge",
    Format.EDCI: "a Europass EDCI XML credential",
    Format.ELM: "a European Learning Model v3 credential",
}


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
    """What the readers of the Europass formats check; the whole schema and profile are not run yet."""
    if is_badge(evidence):
        return
    said = {
        _SCHEMA: "The document's structure is what its reader expects; the whole schema was not run.",
        _PROFILE: "What the reader checks of the profile holds; the whole profile was not run.",
        _DATA: "The reader found nothing odd in the document's data.",
    }
    for area, good in said.items():
        problems = [problem for problem in evidence.document.problems if _area(problem) == area]
        yield from (_told(problem) for problem in problems)
        if not problems:
            yield passed(area, good)


def badge_form(evidence: Evidence) -> Iterator[Finding]:
    """Open Badges 2.0, Data Model: required properties, types and the shape of values."""
    if not is_badge(evidence):
        return
    found = list(_badge_faults(evidence))
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
    for at, where in nodes(evidence):
        for endorsement in many(at.get("endorsement")):
            answer = fetched(evidence.resources, link(endorsement))
            if answer is not None:
                yield from faults(answer, ENDORSEMENT, f"{where}/endorsement")


def badge_terms(evidence: Evidence) -> Iterator[Finding]:
    """Open Badges 2.0, JSON-LD: names mean what the Open Badges context says, or nothing is known."""
    if not is_badge(evidence):
        return
    problems = [problem for problem in evidence.document.problems if problem.cite != JSON_LD]
    yield from (_told(problem) for problem in problems if _area(problem) == _DATA)
    strange = [(problem, where) for at, where in nodes(evidence) for problem in _data_problems(dict(at))]
    for problem, where in strange:
        yield undecided(f"{_DATA}.context", problem.message, where + problem.where, problem.cite)
    if not strange:
        yield passed(f"{_DATA}.context", "Every name means what the Open Badges context says.", "", JSON_LD)


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


STRUCTURE_CHECKS = (read_soundly, credential_form, badge_form, badge_terms)
