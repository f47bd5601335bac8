"""Whether an identity is that of the person a document is about; pure, and no name alone is ever proof."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from converter.conversion import Source
from converter.enrich.identity import MISMATCH
from converter.names import Likeness, match
from converter.purposes import Purpose, minimised
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
_BIRTH = "date of birth"
_VOUCHED = (
    "The {source} vouches that this is the person the document is about; no recipient value was compared."
)
Node = dict[str, Any]


def proven(
    identity: Identity, source: Source, evidence: Evidence, *, purpose: Purpose | None = None
) -> Proven:
    """Prove that an identity is the learner's, and keep of it what the purpose needs.

    A recipient value is hashed with the badge's salt and compared with what the badge says, and with what its
    host says of it. A Europass credential names its learner: name and date of birth are compared, and a value
    by which it knows the learner beside its name. Without a value an institution or its register may vouch.

    Args:
        identity: as it was handed in, with the value by which the document knows the person.
        source: what is converted.
        evidence: what was gathered about it.
        purpose: the fields it is meant for; None writes all that were given.

    Raises:
        Refused: `identity.mismatch`; names the places, quotes no value.
    """
    subject = subject_of(source)
    faults = list(_contradictions(identity, subject))
    said = identity.recipient
    how: list[str] = []
    known: bool | None = None
    if said is not None:
        known = _badge_is_about(evidence, said) if is_badge(evidence) else known_by(subject, said)
        kind = _KINDS.get(property_name(said.kind), "value")
        if known is False or (known is None and is_badge(evidence)):
            message = f"The document's recipient is not the {kind} that came with the identity."
            message += _OF_EDUID if kind == _KINDS["id"] else ""
            faults.append(Problem(code=MISMATCH, message=message, where="/recipient", cite=CITE))
        elif known:
            how.append(f"The {kind} that came with the identity is the document's recipient.")
    named = _likeness(identity, subject)
    if not known and named is Likeness.NO:
        message = "The document names another person than the identity."
        faults.append(Problem(code=MISMATCH, message=message, where="", cite=CITE))
    if faults:
        raise Refused(*faults)
    born = identity.birthdate is not None and birthdate_of(subject) == identity.birthdate.isoformat()
    if not how and not is_badge(evidence) and named is Likeness.MATCH and born:
        how.append("Name and date of birth are those of the person the document names.")
    if not how and _vouches(identity):
        how.append(_VOUCHED.format(source=identity.origin(identity.said()[0]).source))
    if not how:
        message = (
            "Nothing proves that the identity is the learner's: give the value by which the document knows "
            "the learner, or name and date of birth as the document has them, or have the institution vouch."
        )
        raise Refused(Problem(code=MISMATCH, message=message, where="/recipient", cite=CITE))
    kept, left_out = minimised(identity, purpose)
    return Proven(identity=kept, how=(*how, *_about_the_name(named)), left_out=left_out)


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
            problems.append(Problem(code=MISMATCH, message=message, where=f"/{name}", cite=CITE))
    if problems:
        raise Refused(*problems)


def _badge_is_about(evidence: Evidence, said: Recipient) -> bool | None:
    """Compare a value with the recipient that counts and the one that was handed in; None without one."""
    known = [node(tree.get("recipient")) for tree in (truth(evidence), evidence.document.tree)]
    told = [one for one in known if text(one.get("identity"))]
    if not told:
        return None
    return all(recipient_kind(one) == property_name(said.kind) and is_about(one, said) for one in told)


def _vouches(identity: Identity) -> bool:
    if identity.vouched:
        return True
    sources = {origin.source for _, origin in identity.origins}
    return identity.recipient is None and sources <= {"institution", "register"}


def _likeness(identity: Identity, subject: Node) -> Likeness | None:
    """Compare the names; None where either of the two says none."""
    told = name_of(subject)
    return match(identity.full_name, told) if told and identity.full_name else None


def _contradictions(identity: Identity, subject: Node) -> Iterator[Problem]:
    """Name the facts that the document says otherwise; no recipient outweighs these."""
    born = birthdate_of(subject)
    if born and identity.birthdate is not None and born != identity.birthdate.isoformat():
        message = f"The document says another {_BIRTH} than the identity."
        yield Problem(code=MISMATCH, message=message, where="/birthdate", cite=CITE)
    number = (subject.get("national_id") or {}).get("notation")
    if number and identity.identifier is not None and number != identity.identifier.value:
        message = "The document says another national identifier than the identity."
        yield Problem(code=MISMATCH, message=message, where="/identifier", cite=CITE)


def _about_the_name(named: Likeness | None) -> Iterator[str]:
    """Tell what the document's own display name is worth; it never refuses what a hash has proven."""
    if named is Likeness.NO:
        yield "The name the document shows is another than the identity's."
    elif named is Likeness.CLOSE:
        yield "The name the document shows is close to the identity's, and not the same."
