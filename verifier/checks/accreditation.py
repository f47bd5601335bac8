"""Whether the accreditation that a credential claims covers what it awards.

Only credentials of the accredited profile are asked. What they say of their accreditation is a claim; a
register that the asker brought answers it, as of its day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.accreditation import Accreditation, Accreditations, Snapshot
from schemas.document import Format
from schemas.evidence import Evidence
from verifier.accreditation.award import Awarded, awarded, profiles
from verifier.accreditation.covering import Shortfall, shortfalls_elm
from verifier.accreditation.edci import judged_edci
from verifier.accreditation.reading import accreditation_of, codes
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Check, Finding
from verifier.parties import nodes

_CHECK = "accreditation.covered"
_CITE = "EDC application profile: EDC-accredited; EDC issuer, isCoveredCredential"
_ACCREDITED = frozenset({"6cf8e68c43", "c_ae121a00"})
"""Both codes of the profile: as credentials of 2021-2025 have it, and as the list has it now."""
_EVIDENCE_OF_ACCREDITATION = "c_991b06c6"

_NOT_ASKED = "No register was asked, so the accreditation is only the credential's claim."


def accreditation_covered(evidence: Evidence) -> Iterator[Finding]:
    """Compare the accreditation with the award, and with what the register says."""
    document = evidence.signed_document if evidence.document.seal is not None else evidence.document
    if evidence.document.format is Format.OB2:
        return
    if document is None:
        yield undecided(_CHECK, "What is not shown to be sealed claims no accreditation.", cite=_CITE)
        return
    if not profiles(document.tree) & _ACCREDITED:
        yield not_applicable(_CHECK, "The credential does not call itself accredited.", cite=_CITE)
        return
    credential = awarded(document.tree)
    known = evidence.trust.accreditations
    if document.format is Format.EDCI:
        yield _edci(document.tree, credential, known)
    else:
        yield from _elm(document.tree, credential, known)


def _elm(tree: Mapping[str, Any], credential: Awarded, known: Accreditations | None) -> Iterator[Finding]:
    claimed = [
        (one, f"/evidence/{index}/accreditation")
        for index, evidence in enumerate(nodes(tree.get("evidence")))
        if _EVIDENCE_OF_ACCREDITATION in codes(evidence, ("dcType",)) or "accreditation" in evidence
        for one in nodes(evidence.get("accreditation"))
    ]
    if not claimed:
        message = "The credential calls itself accredited and includes no accreditation."
        yield failed(_CHECK, message, where="/evidence", cite=_CITE)
    for node, where in claimed:
        if missing := [key for key in ("dcType", "accreditingAgent") if not nodes(node.get(key))]:
            message = f"The accreditation that is included lacks its {missing[0]}."
            yield failed(_CHECK, message, where=f"{where}/{missing[0]}", cite=_CITE)
        else:
            yield from _claim(accreditation_of(node), where, credential, known)


def _claim(
    claim: Accreditation, where: str, credential: Awarded, known: Accreditations | None
) -> Iterator[Finding]:
    """Judge one claimed accreditation: by its own words first, then by the register's."""
    wrong = [one for one in shortfalls_elm(claim, credential) if one.known]
    if wrong:
        yield from (_short(one, where, "By the credential's own words: ") for one in wrong)
        return
    found = known.find(claim.ids) if known is not None else None
    if found is None:
        yield _unheard(known, where)
        return
    snapshot, record = found
    short = [*shortfalls_elm(record, credential), *_too_old(snapshot, credential)]
    yield from (_short(one, where, f"By {_named(snapshot)}: ") for one in short)
    if not short:
        yield _covered(record, snapshot, where)


def _edci(tree: Mapping[str, Any], credential: Awarded, known: Accreditations | None) -> Finding:
    """Judge by the two steps for EDCI XML, which look at the register's word alone."""
    judged = judged_edci(tree, credential, known)
    if judged.nothing:
        return not_applicable(_CHECK, "The credential names no accreditation.", cite=_CITE)
    if judged.covered is not None:
        snapshot, record = judged.covered
        old = [
            _short(one, judged.where, f"By {_named(snapshot)}: ") for one in _too_old(snapshot, credential)
        ]
        return old[0] if old else _covered(record, snapshot, judged.where)
    if judged.snapshot is None and judged.short:
        return _short(judged.short[0], judged.where, "")
    if judged.snapshot is None:
        return _unheard(known, judged.where)
    first = next((one for one in judged.short if one.known), judged.short[0])
    return _short(first, judged.where, f"By {_named(judged.snapshot)}: ")


def _too_old(snapshot: Snapshot, credential: Awarded) -> Iterator[Shortfall]:
    """A register's word from before the day of issue does not say what held on that day."""
    if credential.issued is not None and snapshot.taken < credential.issued.date():
        sentence = "The register's answer is older than the credential, so it may have changed since."
        yield Shortfall(known=False, sentence=sentence)


def _covered(record: Accreditation, snapshot: Snapshot, where: str) -> Finding:
    by = f" by {record.agent}" if record.agent else ""
    message = f"The accreditation{by} covers what was awarded, by {_named(snapshot)}."
    return passed(_CHECK, message, where=where, cite=_CITE)


def _unheard(known: Accreditations | None, where: str) -> Finding:
    if known is None or not (known.snapshots or known.unanswered):
        return undecided(_CHECK, _NOT_ASKED, where=where, cite=_CITE)
    if not known.snapshots:
        message = f"The register {_short_name(known.unanswered[0])} did not answer, so it is only a claim."
        return undecided(_CHECK, message, where=where, cite=_CITE)
    newest = known.snapshots[0]
    message = f"The accreditation is not in {_named(newest)}; whether it exists, is not known."
    return undecided(_CHECK, message, where=where, cite=_CITE)


def _short(one: Shortfall, where: str, whose: str) -> Finding:
    say = failed if one.known else undecided
    sentence = whose + one.sentence[0].lower() + one.sentence[1:] if whose else one.sentence
    return say(_CHECK, sentence, where=one.where or where, cite=_CITE)


def _named(snapshot: Snapshot) -> str:
    """Name a source by the end of its address, with its day."""
    return f"the register {_short_name(snapshot.source)} as of {snapshot.taken.isoformat()}"


def _short_name(source: str) -> str:
    return source.rstrip("/").rpartition("/")[2][:60]


ACCREDITATION_CHECKS: tuple[Check, ...] = (accreditation_covered,)
