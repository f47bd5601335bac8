"""Whether an issuer may issue what another awarded: the awarding bodies, and the mandate that is included.

ELM v3 keeps a mandate as evidence (profile *issued by mandate*), EDCI XML as a presentation of the type
*mandated issue*. Both are the sealing organisation's own word: it answers for them with its seal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.document import Format
from schemas.evidence import Evidence
from verifier.checks.saying import failed, not_applicable, passed, undecided
from verifier.finding import Check, Finding, Outcome
from verifier.parties import (
    PRESENTATION,
    NamedOrganisation,
    awarding_bodies,
    last_step,
    named,
    nodes,
    responsible,
    values,
)

_BODY, _MANDATE = "issuer.match.awarding-body", "issuer.match.mandate"
_CITE = "ELM v3, EDC-issuedByMandate; EDCI 1.2, mandated issue"
_EVIDENCE_OF_MANDATE = "c_18016257"
_MANDATED_PROFILE = "c_9a31f32a"
_MANDATED_ISSUE = "c_825cddc0"


def mandate(evidence: Evidence) -> Iterator[Finding]:
    """Tell whether the issuer is the awarding body, and what gives it the right where it is not."""
    if evidence.document.format is Format.OB2:
        return
    if evidence.document.seal is None:
        yield not_applicable(_BODY, "The document carries no seal, so nobody answers for who awarded.")
        return
    if evidence.signed_document is None:
        message = "What is not shown to be sealed says nothing about who awarded."
        yield undecided(_BODY, message, cite=_CITE)
        return
    tree = evidence.signed_document.tree
    given = list(_given(tree))
    yield from given
    yield _bodies(tree, mandated=any(one.outcome is Outcome.PASSED for one in given))


def _bodies(tree: Mapping[str, Any], *, mandated: bool) -> Finding:
    """Compare every awarding body with the issuer, by the document's own words."""
    issuers, bodies = responsible(tree), list(awarding_bodies(tree))
    if not issuers or not bodies:
        what = "awarding body" if issuers else "issuer"
        return not_applicable(_BODY, f"The document names no {what}, so there are no two to compare.")
    other = next((body for body in bodies if not any(_of(body, issuer) for issuer in issuers)), None)
    if other is None:
        message = "The issuer is the awarding body, or the whole that the awarding body is a part of."
        return passed(_BODY, message, where=bodies[0].where, cite=_CITE)
    called = f' ("{other.called}")' if other.called else ""
    if mandated:
        message = f"Another organisation than the issuer awarded{called}; a mandate is included."
        return passed(_BODY, message, where=other.where, cite=_CITE)
    message = f"Another organisation than the issuer awarded{called}, and no mandate is included."
    return undecided(_BODY, message, where=other.where, cite=_CITE)


def _of(body: NamedOrganisation, issuer: NamedOrganisation) -> bool:
    return body.is_same(issuer) or (bool(issuer.id) and issuer.id in body.above)


def _given(tree: Mapping[str, Any]) -> Iterator[Finding]:
    """Tell of every mandate that is included, and of one that is missing where the profile promises it."""
    found = False
    for index, one in enumerate(nodes(tree.get("evidence"))):
        if _has_code(one.get("dcType"), _EVIDENCE_OF_MANDATE):
            found = True
            yield _stated(one, tree, f"/evidence/{index}")
    presentation = tree.get(PRESENTATION)
    presenters = [one for one in responsible(tree) if one.role != "issuer"]
    if isinstance(presentation, Mapping) and presenters:
        found = True
        issuers = [one for one in responsible(tree) if one.role == "issuer"]
        same = all(any(one.is_same(issuer) for issuer in issuers) for one in presenters)
        yield _presented(presentation, by_issuer=same)
    if found:
        return
    if _has_code(tree.get("credentialProfiles"), _MANDATED_PROFILE):
        message = "The credential calls itself issued by mandate and includes no mandate."
        yield failed(_MANDATE, message, where="/evidence", cite=_CITE)
    else:
        yield not_applicable(_MANDATE, "No mandate is claimed.")


def _stated(evidence: Mapping[str, Any], tree: Mapping[str, Any], where: str) -> Finding:
    """Judge one piece of evidence: a statement or document, and about one of the parties."""
    said = [one for one in values(evidence.get("evidenceStatement")) if isinstance(one, str) and one.strip()]
    if not said and not nodes(evidence.get("embeddedEvidence")):
        message = "A mandate is named, but it has neither a statement nor a document."
        return undecided(_MANDATE, message, where=f"{where}/evidenceStatement", cite=_CITE)
    parties = [*responsible(tree), *awarding_bodies(tree)]
    targets = [named(one, "target", where) for one in nodes(evidence.get("evidenceTarget"))]
    if any(not any(target.is_same(party) for party in parties) for target in targets):
        message = "The mandate is about an organisation that is neither the issuer nor an awarding body."
        return undecided(_MANDATE, message, where=f"{where}/evidenceTarget", cite=_CITE)
    message = "A mandate to issue for the awarding body is included; it is the issuer's own word."
    return passed(_MANDATE, message, where=where, cite=_CITE)


def _presented(presentation: Mapping[str, Any], *, by_issuer: bool) -> Finding:
    where = f"/{PRESENTATION}/type"
    if by_issuer:
        return not_applicable(_MANDATE, "The issuer itself presents the credential.", where=where)
    if _has_code(presentation.get("type"), _MANDATED_ISSUE):
        message = "The credential was issued by mandate: who presents it seals it for the issuer it names."
        return passed(_MANDATE, message, where=where, cite=_CITE)
    message = "Another than the issuer presents the credential, and the presentation is no mandated issue."
    return undecided(_MANDATE, message, where=where, cite=_CITE)


def _has_code(concepts: Any, code: str) -> bool:  # noqa: ANN401 - any tree value
    """Tell whether a controlled-list value, or one of several, is the one with this code."""
    return any(
        last_step(uri) == code
        for one in values(concepts)
        for uri in ([one.get("id"), one.get("@uri")] if isinstance(one, Mapping) else [one])
        if isinstance(uri, str)
    )


MANDATE_CHECKS: tuple[Check, ...] = (mandate,)
