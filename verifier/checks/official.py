"""What the European Commission's own schema files say, beside what we say."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.evidence import Evidence
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.checks.versions import unknown_version
from verifier.finding import Finding

CODE = "format.official"


def official_opinion(evidence: Evidence) -> Iterator[Finding]:
    """The official files at hand are asked; where there are none at hand, nobody asked for their word."""
    if evidence.official is None:
        return
    newer = unknown_version(evidence.document)
    if newer:
        yield undecided(CODE, f"The official schemas were not run. {newer}")
        return
    opinion = evidence.official.opinion(evidence.document)
    if opinion is None:
        yield not_applicable(CODE, "There are no official schema files for documents of this kind.")
    elif opinion.conforms is None:
        yield undecided(CODE, f"The official schemas were not run. {opinion.said}", "", opinion.file)
    elif opinion.conforms:
        yield passed(CODE, opinion.said, "", opinion.file)
    else:
        yield failed(CODE, opinion.said, "", opinion.file)
        for fault in opinion.faults:
            yield failed(CODE, fault.message, fault.where, opinion.file)


OFFICIAL_CHECKS = (official_opinion,)
