"""What there is to say about each signature of a file that is judged for its signatures alone (ADR 0012)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import wraps

from schemas.evidence import Evidence, Reach, Scope, Signature
from verifier.checks.saying import not_applicable, passed, undecided
from verifier.checks.seal import seal_algorithm, seal_signature
from verifier.checks.seal_trust import seal_level, seal_path, seal_qualified, seal_timestamp
from verifier.checks.structure import read_soundly
from verifier.finding import Check, Finding, Outcome

_SCOPE = "seal.scope"
_POLICY = "seal.policy"
_COUNTER = "seal.countersignature"
_SCOPE_CITE = "W3C XMLDSig §3.2.1, §8.1.1"
_MANY = 8


def focused(evidence: Evidence) -> Iterator[tuple[str, Evidence]]:
    """Give the evidence about each signature over content, as if it were the document's only seal.

    The name of the signature comes with it; it is empty where there is no other.
    """
    over_content = [one for one in evidence.signatures if not one.counters]
    for one in over_content:
        document = replace(evidence.document, seal=one.seal)
        name = one.name if len(over_content) > 1 else ""
        yield name, replace(evidence, document=document, seal=one.examination, seal_trust=one.trust)


def each(check: Check) -> Check:
    """Make a check about one seal say its word about each signature."""

    @wraps(check)
    def about_each(evidence: Evidence) -> Iterator[Finding]:
        about = list(focused(evidence)) or [("", evidence)]
        for name, one in about:
            for finding in check(one):
                yield replace(finding, where=name or finding.where)

    return about_each


def signature_present(evidence: Evidence) -> Iterator[Finding]:
    """Tell how many signatures the file carries; without one nothing says who made it."""
    count = sum(not one.counters for one in evidence.signatures)
    if evidence.document.seal is None:
        yield undecided("seal.present", "The file carries no signature, so nothing proves who made it.")
    elif count > 1:
        message = f"The file carries {count} signatures; each is judged by itself, and all must hold."
        yield passed("seal.present", message)
    else:
        yield passed("seal.present", "The file carries a signature.")


def signature_binding(evidence: Evidence) -> Iterator[Finding]:
    """Tell where a signature does not itself say which certificate made it (EN 319 102-1 §5.2.3.4)."""
    examined = evidence.seal
    if examined is not None and examined.intact and not examined.bound:
        message = (
            "The signature does not cover which certificate made it; the one beside it has the key, "
            "and so may others."
        )
        yield undecided("seal.signature.certificate", message, cite="ETSI EN 319 102-1 §5.2.3.4")


def signature_scope(evidence: Evidence) -> Iterator[Finding]:
    """Tell what the signature covers, and whether a reader could take more than that for signed."""
    examined = evidence.seal
    if evidence.document.seal is None:
        yield not_applicable(_SCOPE, "The file carries no signature.")
    elif examined is None or not examined.scopes:
        yield undecided(_SCOPE, "What the signature covers could not be made out.", cite=_SCOPE_CITE)
    elif examined.intact is False:
        yield undecided(_SCOPE, "A signature that does not hold covers nothing.", cite=_SCOPE_CITE)
    elif examined.gaps:
        for gap in examined.gaps:
            yield undecided(_SCOPE, gap, cite=_SCOPE_CITE)
    elif any(scope.holds is None for scope in examined.scopes):
        message = "The signature is over content that is not in the file, and was not at hand."
        yield undecided(_SCOPE, message, cite=_SCOPE_CITE)
    else:
        yield passed(_SCOPE, _covered(examined.scopes), cite=_SCOPE_CITE)


def _covered(scopes: tuple[Scope, ...]) -> str:
    content = [one for one in scopes if one.reach not in {Reach.OWN, Reach.COUNTERSIGNED}]
    if any(one.reach is Reach.DOCUMENT for one in content):
        return "The signature covers the whole of the content."
    names = [one.name[:60] or "one without a name" for one in content[:_MANY]]
    more = f" and {len(content) - _MANY} more" if len(content) > _MANY else ""
    outside = all(one.reach is Reach.OUTSIDE for one in content)
    what = "content beside the file" if outside else "all that it encloses"
    return f"The signature covers {what}: {', '.join(names)}{more}."


def signature_policy(evidence: Evidence) -> Iterator[Finding]:
    """Tell a signature made under a policy of its own: that is not evaluated (EN 319 102-1 §5.2.4)."""
    examined = evidence.seal
    named = {"SignaturePolicyIdentifier", "sigPId"} & (examined.profile if examined else frozenset())
    if named:
        message = "The signature was made under a policy that it names; that policy is not looked at."
        yield undecided(_POLICY, message, cite="ETSI EN 319 102-1 §5.2.4")
    else:
        yield not_applicable(_POLICY, "The signature names no policy.")


def countersignatures(evidence: Evidence) -> Iterator[Finding]:
    """Tell of each countersignature whether its mathematics holds; what it is over stands as it did."""
    found = [one for one in evidence.signatures if one.counters]
    for one in found:
        yield _countersignature(one)
    if not found:
        yield not_applicable(_COUNTER, "No signature is countersigned.")


def _countersignature(one: Signature) -> Finding:
    intact = one.examination.intact
    faults = " ".join(sentence for _, sentence in one.examination.faults)
    said = {
        True: "A countersignature holds for the signature it stands in; who made it is not looked at.",
        False: f"A countersignature does not hold. {faults}",
        None: f"Whether a countersignature holds could not be decided. {faults}",
    }
    outcome = {True: Outcome.PASSED, False: Outcome.FAILED, None: Outcome.UNDECIDED}
    cite = "ETSI EN 319 132-1 §5.2.7; ETSI TS 119 182-1 §5.3.2"
    return Finding(check=_COUNTER, outcome=outcome[intact], message=said[intact], where=one.name, cite=cite)


SIGNATURE_CHECKS: tuple[Check, ...] = (
    read_soundly,
    signature_present,
    *(
        each(check)
        for check in (
            seal_signature,
            signature_binding,
            seal_algorithm,
            signature_scope,
            seal_path,
            seal_timestamp,
            seal_level,
            seal_qualified,
            signature_policy,
        )
    ),
    countersignatures,
)
"""In the order in which they are best read."""
