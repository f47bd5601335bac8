"""Whether an identity is that of the person a document is about; pure, and no name alone is ever proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from converter.conversion import Source
from converter.enrich.identity import MISMATCH
from converter.identity_reading import VOUCHING, Handed
from converter.names import Likeness, match
from converter.purposes import minimised, purposes
from schemas.errors import Problem, Refused
from schemas.evidence import Evidence, Recipient
from schemas.identity import Identity, Proven
from schemas.institution import InstitutionProfile
from verifier.badge import is_badge, node, text, truth
from verifier.checks.learner import known_by
from verifier.checks.recipient import is_about, property_name, recipient_kind
from verifier.matching import birthdate_of, name_of, subject_of

CITE = "ADR 0022"
_KINDS = {"email": "e-mail address", "id": "identifier", "url": "web address", "telephone": "number"}
_OF_EDUID = (
    " An eduID has another value at every service; the holder finds the one that counts on the profile page "
    "of edubadges."
)
_UNBOUND = (
    "The value that the holder supplied is the document's recipient, but nothing binds it to the identity: "
    "the document shows no name, or another one."
)
_UNPROVEN = (
    "Nothing proves that the identity is the learner's: give the value by which the document knows the "
    "learner, or name and date of birth as the document has them, or have the institution vouch."
)
_ANOTHER = "The document names another person than the identity."
_NAMED = "Name and date of birth are those of the person the document names."
_VOUCHED = (
    "The {source} vouches that this is the person the document is about; no recipient value was compared."
)
_CAME = "The {kind} that came with the identity is the document's recipient."
_SUPPLIED = (
    "The {kind} that the holder supplied is the document's recipient, and the name that the document shows "
    "is the identity's."
)
Node = dict[str, Any]


def came_with(kind: str) -> str:
    """Say that a value of a kind came along and is the document's recipient."""
    return _CAME.format(kind=_KINDS.get(property_name(kind), "value"))


def vouched_by(source: str) -> str:
    """Say that a source vouches."""
    return _VOUCHED.format(source=source)


def proven(handed: Handed, source: Source, evidence: Evidence) -> Proven:
    """Prove that an identity is the learner's, and keep what its purpose needs and its holder agreed to.

    A recipient value is hashed with the badge's salt and compared with what the badge says, and with what its
    host says of it; one that the holder alone supplied needs the name that the document shows beside it. A
    Europass credential names its learner: name and date of birth are compared, and a value by which it knows
    the learner beside its name. Without a value an institution or its register may vouch.

    Args:
        handed: the identity, with the value by which the document knows the person.
        source: what is converted.
        evidence: what was gathered about it.

    Raises:
        Refused: `identity.mismatch`; names the places, quotes no value.
    """
    identity = handed.identity
    subject = _subject(source, evidence)
    named = _likeness(identity, subject)
    faults = list(_contradictions(identity, subject))
    how, why_not = _by_recipient(handed, evidence, subject, named)
    if why_not:
        faults.append(_mismatch(why_not, "/recipient"))
    elif not how and named is Likeness.NO:
        faults.append(_mismatch(_ANOTHER, ""))
    if faults:
        raise Refused(*faults)
    if not how and not is_badge(evidence) and named is Likeness.MATCH and _same_birthdate(identity, subject):
        how = _NAMED
    if not how and _vouches(handed):
        how = vouched_by(identity.origin(identity.said()[0]).source)
    if not how:
        raise Refused(_mismatch(_UNPROVEN, "/recipient"))
    kept, left_out = minimised(identity, purposes().get(handed.purpose), handed.agreed)
    return Proven(identity=kept, how=(how, *_about_the_name(named)), left_out=left_out)


def _by_recipient(
    handed: Handed, evidence: Evidence, subject: Node, named: Likeness | None
) -> tuple[str, str]:
    """Compare the recipient values: tell what was proven, or what speaks against it; or nothing."""
    came, supplied = handed.identity.recipient, handed.supplied
    known = _is_about(came, evidence, subject)
    if came is not None and known:
        return came_with(came.kind), ""
    if supplied is not None:
        known = _is_about(supplied, evidence, subject)
        if known and named is Likeness.MATCH:
            return _SUPPLIED.format(kind=_kind(supplied)), ""
        if known:
            return "", _UNBOUND
    said = supplied or came
    if said is None or (known is None and not is_badge(evidence)):
        return "", ""
    of_eduid = _OF_EDUID if property_name(said.kind) == "id" else ""
    return "", f"The document's recipient is not the {_kind(said)} that came with the identity.{of_eduid}"


def _is_about(said: Recipient | None, evidence: Evidence, subject: Node) -> bool | None:
    """Compare one value; None where there is nothing to compare."""
    if said is None:
        return None
    return _badge_is_about(evidence, said) if is_badge(evidence) else known_by(subject, said)


def _kind(said: Recipient) -> str:
    return _KINDS.get(property_name(said.kind), "value")


def _mismatch(message: str, where: str) -> Problem:
    return Problem(code=MISMATCH, message=message, where=where, cite=CITE)


def refuse_profile_of_another(identity: Identity, profile: InstitutionProfile) -> None:
    """Refuse an identity and a profile that name two learners: the record beats the profile only in silence.

    Raises:
        Refused: names each place; no value.
    """
    problems = []
    for name in ("given_name", "family_name"):
        mine, other = getattr(identity, name), getattr(profile, name)
        if mine and other and match(mine, other) is not Likeness.MATCH:
            message = (
                f"The profile's [learner] {name} is not the identity's; leave it out of the profile, "
                "or hand in the identity of this learner."
            )
            problems.append(_mismatch(message, f"/{name}"))
    if problems:
        raise Refused(*problems)


def _badge_is_about(evidence: Evidence, said: Recipient) -> bool | None:
    """Compare a value with the recipient that counts and the one that was handed in; None without one."""
    known = [node(tree.get("recipient")) for tree in (truth(evidence), evidence.document.tree)]
    told = [one for one in known if text(one.get("identity"))]
    if not told:
        return None
    return all(recipient_kind(one) == property_name(said.kind) and is_about(one, said) for one in told)


def _subject(source: Source, evidence: Evidence) -> Node:
    """Return the learner as the document that counts names it, not a copy that somebody wrote a name into."""
    if is_badge(evidence):
        source = replace(source, document=replace(source.document, tree=dict(truth(evidence))))
    return subject_of(source)


def _vouches(handed: Handed) -> bool:
    if handed.identity.vouched:
        return True
    if handed.agreed is not None:
        return False  # whoever signs in somewhere vouches for nobody, however the source is called
    sources = {origin.source for _, origin in handed.identity.origins}
    nothing = handed.identity.recipient is None and handed.supplied is None
    return nothing and sources <= set(VOUCHING)


def _same_birthdate(identity: Identity, subject: Node) -> bool:
    return identity.birthdate is not None and birthdate_of(subject) == identity.birthdate.isoformat()


def _likeness(identity: Identity, subject: Node) -> Likeness | None:
    """Compare the names; None where either of the two says none."""
    told = name_of(subject)
    return match(identity.full_name, told) if told and identity.full_name else None


def _contradictions(identity: Identity, subject: Node) -> Iterator[Problem]:
    """Name the facts that the document says otherwise; no recipient outweighs these."""
    born = birthdate_of(subject)
    if born and identity.birthdate is not None and born != identity.birthdate.isoformat():
        message = "The document says another date of birth than the identity."
        yield _mismatch(message, "/birthdate")
    number = (subject.get("national_id") or {}).get("notation")
    if number and identity.identifier is not None and number != identity.identifier.value:
        message = "The document says another national identifier than the identity."
        yield _mismatch(message, "/identifier")


def _about_the_name(named: Likeness | None) -> Iterator[str]:
    """Tell what the document's own display name is worth; it never refuses what a hash has proven."""
    if named is Likeness.NO:
        yield "The name the document shows is another than the identity's."
    elif named is Likeness.CLOSE:
        yield "The name the document shows is close to the identity's, and not the same."
